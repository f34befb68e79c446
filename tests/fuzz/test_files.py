"""Files that people, phones and edge boxes send, and files of our own that were damaged where they lay."""

from __future__ import annotations

import io
import json
import pickle
import re
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import strategies as st

from apps.core.errors import DomainError
from apps.safety.errors import PolicyError
from apps.safety.policies import read_pack
from apps.scan.serializers.calibrations import CalibrationFitInput
from apps.sessions.filetypes import clean_name, inspect, kind_by_name
from pipeline.artefacts import Artefacts, Stamp, pack
from pipeline.errors import ArtefactError, PipelineError
from pipeline.extracted import pack_extracted, read_extracted, read_extracted_lists
from pipeline.live_checkpoint import pack_checkpoint, unpack_checkpoint
from pipeline.live_frames import BadFrame, open_frame, read_size
from pipeline.local import FolderArtefactStore, ScanRequest, scanned
from pipeline.plan import ArtefactName
from tests.factories.attachments import FILES
from tests.factories.films import calibration, scan
from tests.fuzz.damage import damaged_bytes, damaged_json, damaged_text
from tests.fuzz.exploring import Target, explore
from tests.scenes.pitch_views import straight_camera, visible_marks
from tests.vision.body.test_licensed import body
from tests.vision.calibration.test_camera_files import CAMERA, POSE2SIM
from tests.vision.multiview.rigs import ring
from vision.body.licensed import read_body_file
from vision.calibration import fit, rig_file
from vision.calibration.camera_files import read_calib_toml, read_opencv_yaml, write_opencv_yaml
from vision.errors import ModelError, VideoError, VisionError
from vision.video.container import is_cut_off, sniff_container

POLICY = Path("fixtures/policies/default.yaml").read_text(encoding="utf-8")


def on_disk(read: Callable[[Path], object], name: str, content: bytes) -> object:
    """Give a reader a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read(path)


# Attachments, pictures, films ------------------------------------------------------------------------------------


def attachment(example: tuple[str, bytes]) -> None:
    name, content = example
    kept = clean_name(name)
    assert kept == kept.strip()
    kind_by_name(kept)
    on_disk(lambda path: inspect(path, kept), "upload", content)


attachments = st.tuples(
    st.sampled_from(sorted(FILES)) | damaged_text(sorted(FILES)), damaged_bytes(list(FILES.values()))
)


def picture(data: bytes) -> None:
    """The size that was promised is the size that comes: nothing larger is ever unpacked."""
    width, height = read_size(data)
    image = open_frame(data)
    assert {width, height} == set(image.shape[:2]) or width * height == image.shape[0] * image.shape[1]


PIXELS = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)
PICTURES = [cv2.imencode(ending, PIXELS)[1].tobytes() for ending in (".jpg", ".png", ".webp")]


def container(data: bytes) -> None:
    on_disk(lambda path: (sniff_container(path), is_cut_off(path)), "film.mp4", data)


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


FILM = box(b"ftyp", b"isomiso2") + box(b"moov", b"\x00" * 40) + box(b"mdat", b"\x00" * 100)
FILMS = [FILM, b"RIFF\x00\x00\x00\x00AVI LIST", b"\x1a\x45\xdf\xa3\x01webm" + bytes(20)]


# Calibrations ----------------------------------------------------------------------------------------------------


def marks(sent: Any) -> None:
    """What passes the serializer is answered by the child, and its answer is JSON."""
    checked = CalibrationFitInput(data=sent)
    if not checked.is_valid():
        assert checked.errors
        return
    json.dumps(fit.answer(json.dumps(checked.validated_data, default=str)), allow_nan=False)


def clicks() -> dict[str, Any]:
    names, pixels, _ = visible_marks(straight_camera())
    points = [{"mark": name, "image": [float(x), float(y)]} for name, (x, y) in zip(names, pixels, strict=True)]
    lines = [{"line": "halfway", "image": [[900.0, 400.0], [910.0, 600.0]]}]
    by_place = [{"pitch": [0.0, 0.0], "image": points[0]["image"]}, *points[1:6]]
    return {"image_size": [1920, 1080], "points": by_place, "lines": lines, "lens": True, "t_s": 1.0}


def rig(text: str) -> None:
    """As the server asks: an answer that is JSON, whatever the text."""
    json.dumps(rig_file.answer(text), allow_nan=False)


PLAIN_RIG = {
    "cameras": {
        name: {key: np.asarray(value).tolist() for key, value in camera.items()} for name, camera in ring(3).items()
    }
}


# Bodies ----------------------------------------------------------------------------------------------------------


def ran(*_: object) -> None:
    """What a pickle must never reach."""
    raise AssertionError("the file ran code")


class Runs:
    """A pickle of this calls `ran` when it is loaded without a list of what may be called."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return ran, ("harm",)


def small_body() -> dict[str, object]:
    return body(vertices=30)


def as_npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, **small_body())  # type: ignore[arg-type]
    return file.getvalue()


PICKLES = [
    *(pickle.dumps(small_body(), protocol) for protocol in (0, 2, 4)),
    pickle.dumps({**small_body(), "f": Runs()}, 2),
]


# Our own files ---------------------------------------------------------------------------------------------------

BALL = {
    "frame": np.arange(5, dtype=np.int32), "t": np.arange(5) / 10.0, "xy": np.ones((5, 2), np.float32),
    "score": np.ones(5, np.float32), "interpolated": np.zeros(5, bool),
}  # fmt: skip


def artefact(data: bytes) -> None:
    store = Artefacts(FolderArtefactStore(Path(FOLDER.name), Path(FOLDER.name)), "fuzz")
    store.store.write(store.key(ArtefactName.BALL), data)
    arrays, facts = store.read_series(ArtefactName.BALL)
    assert isinstance(facts, dict)
    assert all(isinstance(array, np.ndarray) for array in arrays.values())


def manifest(text: str) -> None:
    store = Artefacts(FolderArtefactStore(Path(FOLDER.name), Path(FOLDER.name)), "fuzz")
    store.store.write(store.manifest_key(ArtefactName.TRACKS), text.encode())
    assert all("t0" in entry for entry in store.manifest(ArtefactName.TRACKS)["windows"])


def as_npy(array: np.ndarray) -> bytes:
    """One array where several are expected."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


FOLDER = tempfile.TemporaryDirectory()


def policy(text: str) -> None:
    on_disk(read_pack, "pack.yaml", text.encode("utf-8", "surrogatepass"))


TARGETS = [
    Target("attachment", attachments, attachment, (DomainError,), examples=200),
    Target("picture", damaged_bytes(PICTURES), picture, (BadFrame,), examples=200),
    Target("film container", damaged_bytes(FILMS), container, (VideoError,)),
    Target("marks", damaged_json([clicks()]), marks),
    Target("rig as JSON", damaged_json([PLAIN_RIG]).map(json.dumps), rig, found=["[" * 100_000, '{"a":' * 100_000]),
    Target("rig as TOML", damaged_text([POSE2SIM]), rig, found=["a=" + "[" * 100_000]),
    Target("Calib.toml", damaged_text([POSE2SIM]), read_calib_toml, (VisionError,), found=["a=" + "9" * 5000]),
    Target("OpenCV YAML", damaged_text([write_opencv_yaml(CAMERA)]), partial(read_opencv_yaml, name="a"),
           (VisionError,)),
    Target("body as pickle", damaged_bytes(PICKLES), partial(on_disk, read_body_file, "SMPL.pkl"), (ModelError,),
           found=[PICKLES[1].replace(b"K\x03X\x01\0\0\0<", b"K\x03X\x01\0\0\0\x03X\x01\0\0\0<", 1)]),
    Target("body as npz", damaged_bytes([as_npz()]), partial(on_disk, read_body_file, "SMPL.npz"), (ModelError,)),
    Target("artefact", damaged_bytes([pack(BALL, Stamp("hash").meta(ArtefactName.BALL))]), artefact, (ArtefactError,),
           found=[as_npy(BALL["frame"])]),
    Target("manifest", damaged_json([Stamp("hash").manifest(ArtefactName.TRACKS, [])]).map(json.dumps), manifest,
           (ArtefactError,), found=["null", "[" * 100_000]),
    Target("memory of a live session", damaged_bytes([pack_checkpoint({"frames": 3}, {"a": np.arange(9)})]),
           unpack_checkpoint, (ArtefactError,), found=[as_npy(BALL["frame"])]),
    Target("policy", damaged_text([POLICY]), policy, (PolicyError,), examples=60),
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_reader(target: Target, fuzz_seconds: float) -> None:
    explore(target, fuzz_seconds)


# What an edge box found ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a short film with one runner."""
    folder = tmp_path_factory.mktemp("film")
    scan(folder, lambda frame: [(-15.0 + frame / 10, 2.0)], 25, calibration=calibration())
    return pack_extracted(
        scanned(ScanRequest(folder / "film.mp4", folder / "out", calibration=calibration())), "standard"
    )


def contents(packed: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    with np.load(io.BytesIO(packed)) as file:
        arrays = {name: file[name] for name in file.files}
    return json.loads(arrays.pop("document").tobytes()), arrays


def test_what_a_box_found_as_a_file(packed: bytes, fuzz_seconds: float) -> None:
    explore(Target("extract", damaged_bytes([packed]), read_extracted, (PipelineError,)), fuzz_seconds)


def test_what_a_box_says_of_it(packed: bytes, fuzz_seconds: float) -> None:
    """The arrays are whole; what is said of them is not."""
    document, arrays = contents(packed)

    def read(said: Any) -> None:
        file = io.BytesIO()
        text = np.frombuffer(json.dumps(said).encode(), np.uint8)
        np.savez(file, document=text, **arrays)  # type: ignore[arg-type]
        read_extracted(file.getvalue())

    explore(Target("document", damaged_json([document]), read, (PipelineError,), examples=80), fuzz_seconds)


def test_what_a_box_found_as_lists(packed: bytes, fuzz_seconds: float) -> None:
    document, arrays = contents(packed)
    listed = {name: json.loads(re.sub(r"\bNaN\b", "null", json.dumps(one.tolist()))) for name, one in arrays.items()}
    sent = damaged_json([{**document, "arrays": listed}]).filter(lambda one: isinstance(one, dict))
    explore(Target("lists", sent, read_extracted_lists, (PipelineError,), examples=40), fuzz_seconds)
