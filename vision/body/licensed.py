"""Read body models from files: the open body's, and the licensed SMPL and SMPL-X files that users bring.

Official SMPL files are pickles, and a pickle may run any code. `BodyUnpickler` therefore builds nothing but arrays,
sparse matrices and the shells of chumpy's objects, whose values are then taken out without chumpy; any other name in
the file is refused before it is called.
"""

from __future__ import annotations

import io
import math
import pickle
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from vision.body.arrays import JOINT_COUNT, POSE_TERMS, BodyArrays, check_body
from vision.body.freedoms import JOINTS
from vision.errors import ModelError
from vision.skeletons import COCO17, HALPE26, Skeleton
from vision.types import Float32Array, Int32Array

MAX_FILE_BYTES: Final = 800_000_000
"""The largest official file, SMPL-X with all expressions, has 500 MB."""
REQUIRED: Final = ("v_template", "shapedirs", "weights", "J_regressor", "kintree_table", "f")
MAX_UNPACKED_BYTES: Final = 2 * MAX_FILE_BYTES
"""Numbers do not pack much smaller; what does is a bomb."""
MAX_NUMBERS: Final = 200_000_000
"""Of one array; the largest, SMPL-X's directions of the pose, has 15 million."""
SHAPES_KEPT: Final = 10
_UNREADABLE: Final = (
    ValueError, OSError, LookupError, EOFError, RuntimeError, MemoryError, ArithmeticError, SystemError, struct.error,
    zlib.error, zipfile.BadZipFile,
)  # fmt: skip
"""What a damaged or hostile file makes its readers raise."""
SMPL_LICENCE: Final = (
    "SMPL or SMPL-X body model of the Max Planck Society, brought by the user under its own licence "
    "(smpl.is.tue.mpg.de, smpl-x.is.tue.mpg.de): research only unless licensed otherwise; not to be passed on."
)
SMPLX_JOINT_COUNT: Final = 55
_SMPLX_HEAD: Final = (22, 23, 24)
_SMPLX_HANDS: Final = {20: tuple(range(25, 40)), 21: tuple(range(40, 55))}
_SMPLX_THUMBS: Final = (*range(37, 40), *range(52, 55))
_SMPLX_KNUCKLES: Final = {22: 28, 23: 43}
"""SMPL's hand joints are the middle fingers' first joints of SMPL-X."""


class Shell:
    """An object of a foreign class (chumpy, scipy) as the pickle describes it, without its code."""

    state: dict[str, Any]

    def __new__(cls, *_args: object) -> Self:
        """Pickles make objects without calling their constructor."""
        made = super().__new__(cls)
        made.state = {}
        return made

    def __setstate__(self, state: object) -> None:
        parts = state if isinstance(state, tuple) else (state,)
        for part in parts:
            if isinstance(part, dict):
                self.state.update(part)


def _latin_bytes(text: str, encoding: str) -> bytes:
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"bytes encoded as {encoding!r}")
    return text.encode("latin1")


def _empty_bytes() -> bytes:
    return b""


def _rebuilt(kind: type, _base: type, _state: object) -> Shell:
    if not issubclass(kind, Shell):
        raise pickle.UnpicklingError("an object that is no array")
    return kind()


_ARRAY_MODULES: Final = ("numpy.core.multiarray", "numpy._core.multiarray")
_ALLOWED: Final[dict[tuple[str, str], Callable[..., Any]]] = {
    **{(module, "_reconstruct"): np._core.multiarray._reconstruct for module in _ARRAY_MODULES},  # type: ignore[attr-defined]
    **{(module, "scalar"): np._core.multiarray.scalar for module in _ARRAY_MODULES},  # type: ignore[attr-defined]
    **{(f"numpy.{core}.numeric", "_frombuffer"): np._core.numeric._frombuffer for core in ("core", "_core")},  # type: ignore[attr-defined]
    ("__builtin__", "bytes"): _empty_bytes,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): _latin_bytes,
    ("copy_reg", "_reconstructor"): _rebuilt,
    ("copyreg", "_reconstructor"): _rebuilt,
    ("__builtin__", "object"): object,
    ("builtins", "object"): object,
}
_SHELLS: Final = {
    ("chumpy.ch", "Ch"),
    ("chumpy.ch", "MatVecMult"),
    ("chumpy.reordering", "Select"),
    *((module, name) for name in ("csc_matrix", "csc_array") for module in ("scipy.sparse.csc", "scipy.sparse._csc")),
    *((module, name) for name in ("csr_matrix", "csr_array") for module in ("scipy.sparse.csr", "scipy.sparse._csr")),
}


class BodyUnpickler(pickle.Unpickler):
    """Builds arrays and shells; refuses every other name."""

    def find_class(self, module: str, name: str) -> Any:
        """What a name in the pickle stands for.

        Raises:
            pickle.UnpicklingError: it is not on the list.
        """
        if (module, name) in _SHELLS:
            return type(name, (Shell,), {"kind": name}) if module.startswith("scipy") else Shell
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not part of a body model")
        return _ALLOWED[module, name]


def read_body_file(path: Path) -> BodyArrays:
    """Read and check the file of a body model.

    Args:
        path: `.npz` or `.pkl` of the open body, SMPL or SMPL-X.

    Raises:
        ModelError: the file is missing, too large, cut short, of another kind, or holds what a body model does not.
    """
    if not path.is_file():
        raise ModelError(f"the body model {path} is missing")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ModelError(f"{path.name} is not a body model: it has more than {MAX_FILE_BYTES / 1e6:.0f} MB")
    raw = _read_npz(path) if path.suffix == ".npz" else _read_pickle(path)
    missing = [key for key in REQUIRED if key not in raw]
    if missing:
        raise ModelError(f"{path.name} is not a body model: it lacks {', '.join(missing)}")
    try:
        arrays = _body_arrays(path.stem, raw)
    except (ValueError, TypeError, LookupError, ArithmeticError, MemoryError, RecursionError) as broken:
        raise ModelError(f"{path.name} is not a body model: {broken}") from broken
    check_body(arrays)
    return arrays


def _read_npz(path: Path) -> dict[str, Any]:
    wanted = {*REQUIRED, "posedirs", "name", "licence"}
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise ModelError(f"{path.name} is not a body model: it would unpack to {unpacked / 1e6:,.0f} MB")
        with np.load(path, allow_pickle=False) as file:
            return {key: file[key] for key in file.files if key in wanted or key.startswith("keypoints_")}
    except (*_UNREADABLE, TypeError, tokenize.TokenError) as broken:
        hint = " (save J_regressor as a plain array)" if "Object arrays" in str(broken) else ""
        raise ModelError(f"{path.name} cannot be read as a body model, it may be cut short: {broken}{hint}") from broken


def _read_pickle(path: Path) -> dict[str, Any]:
    try:
        content = BodyUnpickler(io.BytesIO(path.read_bytes()), encoding="latin1").load()
    except pickle.UnpicklingError as refused:
        raise ModelError(f"{path.name} is refused as a body model: {refused}") from refused
    except (*_UNREADABLE, TypeError, AttributeError, ImportError) as broken:
        raise ModelError(f"{path.name} cannot be read as a body model, it may be cut short: {broken}") from broken
    if not isinstance(content, dict):
        raise ModelError(f"{path.name} is not a body model: it holds a {type(content).__name__}, not named arrays")
    return content


def plain(value: object) -> NDArray[Any]:
    """The array in what a file holds: an array, a sparse matrix, or a chumpy object.

    Raises:
        ValueError: there is none.
    """
    if not isinstance(value, Shell):
        return np.asarray(value)
    state = value.state
    if "indptr" in state:
        return _dense(state, by_column=str(getattr(value, "kind", "")).startswith("csc"))
    if "x" in state:
        return plain(state["x"])
    if "a" in state and "idxs" in state:
        chosen: NDArray[Any] = plain(state["a"]).ravel()[np.asarray(state["idxs"])]
        return chosen.reshape(state.get("preferred_shape", chosen.shape))
    raise ValueError(f"an object without numbers (it has {', '.join(sorted(state)) or 'nothing'})")


def _dense(state: Mapping[str, Any], *, by_column: bool) -> NDArray[Any]:
    shape = tuple(int(size) for size in state.get("_shape", state.get("shape", ())))
    if math.prod(shape) > MAX_NUMBERS:
        raise ValueError(f"a sparse matrix of {shape} numbers")
    data, indices, starts = (np.asarray(state[key]) for key in ("data", "indices", "indptr"))
    lines = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    made = np.zeros(shape, data.dtype)
    rows, columns = (indices, lines) if by_column else (lines, indices)
    made[rows, columns] = data
    return made


def _floats(value: object) -> Float32Array:
    return np.ascontiguousarray(plain(value), np.float32)


def _body_arrays(stem: str, raw: Mapping[str, Any]) -> BodyArrays:
    weights, joints = _floats(raw["weights"]), _floats(raw["J_regressor"])
    parents, bent = _parents(raw["kintree_table"]), _pose_directions(raw.get("posedirs"))
    if weights.ndim == 2 and weights.shape[1] == SMPLX_JOINT_COUNT:
        weights, joints = _smpl_weights(weights), _smpl_joints(joints)
        parents = np.array([*parents[:22], 20, 21], np.int32)
    template = _floats(raw["v_template"])
    keypoints = {key.removeprefix("keypoints_"): _floats(raw[key]) for key in raw if key.startswith("keypoints_")}
    if not keypoints and joints.shape == (JOINT_COUNT, len(template)):
        keypoints = _known_keypoints(joints, template)
    return BodyArrays(
        name=str(raw.get("name", stem)),
        template=template,
        shape_directions=_floats(raw["shapedirs"])[..., :SHAPES_KEPT],
        skin_weights=weights,
        joint_regressor=joints,
        parents=parents,
        faces=np.ascontiguousarray(plain(raw["f"]), np.int32),
        keypoint_regressors=keypoints,
        licence=str(raw.get("licence", SMPL_LICENCE)),
        pose_directions=bent,
    )


def _parents(table: object) -> Int32Array:
    first = np.array(plain(table)[0], np.int64)
    first[0] = -1
    return first.astype(np.int32)


def _pose_directions(value: object | None) -> Float32Array | None:
    """Those of SMPL's 23 joints; None where there are none or they are all zero."""
    if value is None:
        return None
    given = plain(value)
    if not given.any():
        return None
    if given.ndim == 3 and given.shape[2] == 9 * (SMPLX_JOINT_COUNT - 1):
        made = np.zeros((*given.shape[:2], POSE_TERMS), np.float32)
        made[..., : 9 * 21] = given[
            ..., : 9 * 21
        ]  # SMPL-X bends the fingers one by one; SMPL's hands have no correction
        return made
    return np.ascontiguousarray(given, np.float32)


def _smpl_weights(weights: Float32Array) -> Float32Array:
    made = np.zeros((len(weights), JOINT_COUNT), np.float32)
    made[:, :22] = weights[:, :22]
    made[:, JOINTS.index("head")] += weights[:, _SMPLX_HEAD].sum(axis=1)
    for wrist, fingers in _SMPLX_HANDS.items():
        for finger in fingers:
            made[:, wrist if finger in _SMPLX_THUMBS else wrist + 2] += weights[:, finger]
    return made


def _smpl_joints(joints: Float32Array) -> Float32Array:
    return np.concatenate([joints[:22], joints[[_SMPLX_KNUCKLES[hand] for hand in (22, 23)]]])


def _known_keypoints(joints: Float32Array, template: Float32Array) -> dict[str, Float32Array]:
    """Keypoints of the published meshes: the body's own joints, face and feet from smplx's table of vertices."""
    from smplx.vertex_ids import vertex_ids  # brings torch: only where a licensed body is read

    count = len(template)
    family = {6890: "smplh", 10475: "smplx"}.get(count)
    if family is None:
        return {}
    single = {
        "nose": "nose", "left_eye": "leye", "right_eye": "reye", "left_ear": "lear", "right_ear": "rear",
        "left_big_toe": "LBigToe", "right_big_toe": "RBigToe", "left_small_toe": "LSmallToe",
        "right_small_toe": "RSmallToe", "left_heel": "LHeel", "right_heel": "RHeel",
    }  # fmt: skip
    rows = {name: np.eye(1, count, vertex_ids[family][vertex], dtype=np.float32)[0] for name, vertex in single.items()}
    rows |= {name: joints[row] for row, name in enumerate(JOINTS) if name.startswith(("left_", "right_"))}
    rows["head"] = np.eye(1, count, int(np.argmax(template[:, 1])), dtype=np.float32)[0]
    rows["neck"] = (rows["left_shoulder"] + rows["right_shoulder"]) / 2
    rows["hip"] = (rows["left_hip"] + rows["right_hip"]) / 2
    return {skeleton.name: _stacked(skeleton, rows) for skeleton in (COCO17, HALPE26)}


def _stacked(skeleton: Skeleton, rows: Mapping[str, Float32Array]) -> Float32Array:
    return np.stack([rows[joint] for joint in skeleton.joints])
