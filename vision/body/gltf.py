"""A moving body as glTF: one skinned mesh, its skeleton, and the turns of its joints over time (`.glb`, glTF 2.0).

The mesh is written once and the animation turns its joints, so ten seconds cost less than a megabyte. y is up as
glTF wants it: an outer node turns the fit's own frame (world: z up; camera: y down). Where the fit has no body the
outer node has the size 0: nothing is shown, and nothing invented. Plain glTF without extensions: any viewer reads it.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vision.body.freedoms import JOINTS, quaternions, rotation_matrices
from vision.body.kit import Kit, kit_colours
from vision.body.model import BodyModel
from vision.errors import VisionError
from vision.types import BoolArray, Float32Array, Float64Array, IndexArray, check_shape

Frame: TypeAlias = Literal["world", "camera"]
INFLUENCES: Final = 4
"""Parts a vertex hangs on at most, in glTF."""
LONGEST_HOLE_S: Final = 0.35
HOLE_STEPS: Final = 3.0
"""Rows further apart than both (seconds; median steps) are two stretches: the fit bridges gaps of 0.3 s itself."""
GLB_MAGIC, GLB_VERSION, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 2, 0x4E4F534A, 0x004E4942
FLOAT, UNSIGNED_BYTE, UNSIGNED_SHORT, UNSIGNED_INT = 5126, 5121, 5123, 5125
VERTEX_BUFFER, INDEX_BUFFER = 34962, 34963
COMPONENT_TYPES: Final[dict[type, int]] = {
    np.float32: FLOAT,
    np.uint8: UNSIGNED_BYTE,
    np.uint16: UNSIGNED_SHORT,
    np.uint32: UNSIGNED_INT,
}
_HALF_TURN: Final = float(np.sqrt(0.5))
TO_Y_UP: Final[dict[Frame, tuple[float, float, float, float]]] = {
    "world": (-_HALF_TURN, 0.0, 0.0, _HALF_TURN),
    "camera": (1.0, 0.0, 0.0, 0.0),
}
"""Quaternion (x, y, z, w) from the fit's frame to glTF's."""


class BodyClip(Protocol):
    """What of a fit is shown (`BodyFit` is one)."""

    @property
    def t_s(self) -> Float64Array:
        """`(T,)` ascending [s]."""

    @property
    def betas(self) -> Float64Array:
        """`(B,)`."""

    @property
    def pose(self) -> Float64Array:
        """`(T, 24, 3)` axis times angle [rad]."""

    @property
    def translation(self) -> Float64Array:
        """`(T, 3)` [m]."""

    @property
    def valid(self) -> BoolArray:
        """`(T,)`."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the animation holds.

    Attributes:
        t_s: `(N,)` since the first [s].
        turns: `(N, 24, 4)` quaternions x, y, z, w.
        pelvis_m: `(N, 3)`.
        shown_s, shown: `(M,)` from when on the body is there (1) or not (0).
    """

    t_s: Float64Array
    turns: Float64Array
    pelvis_m: Float64Array
    shown_s: Float64Array
    shown: Float64Array


def write_glb(
    model: BodyModel, fit: BodyClip, *, rate_hz: float = 12.5, kit: Kit | None = None, frame: Frame = "world"
) -> bytes:
    """Write a fitted body as a binary glTF.

    The animation's time 0 is the first frame with a body; `extras.start_s` of the scene and of the animation says when
    that is in the fit's own time.

    Args:
        model: the body that was fitted.
        fit: its pose over time.
        rate_hz: keys a second at most; viewers turn smoothly between them.
        kit: colours; none: the standard kit.
        frame: of the fit.

    Raises:
        VisionError: no frame has a body, or the rate is not positive.
        ShapeError: the arrays do not agree.
    """
    _check(fit, rate_hz)
    shaped = model.shaped(fit.betas)
    rest = model.joint_regressor @ shaped
    keys = animation_keys(fit, rest[0], rate_hz)
    start_s = float(fit.t_s[np.argmax(fit.valid)])
    file = _File()
    mesh = _mesh(file, model, shaped, kit_colours(model, shaped, kit or Kit()))
    inverse = np.tile(np.eye(4, dtype=np.float32), (len(JOINTS), 1, 1))
    inverse[:, 3, :3] = -rest  # glTF stores columns first
    outer, skinned = len(JOINTS), len(JOINTS) + 1
    extras = {"start_s": start_s, "body": model.name}
    document = {
        "asset": {"version": "2.0", "generator": "Axolotl", "copyright": model.licence},
        "scene": 0,
        "scenes": [{"nodes": [outer, skinned], "extras": extras}],
        "nodes": [
            *_joint_nodes(model, rest, keys),
            {"name": "body", "rotation": TO_Y_UP[frame], "children": [0]},
            {"name": "player", "mesh": 0, "skin": 0},
        ],
        "meshes": [mesh],
        "materials": [{"pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.85}}],
        "skins": [
            {"joints": list(range(len(JOINTS))), "inverseBindMatrices": file.add(inverse.reshape(-1, 16), "MAT4")}
        ],
        "animations": [_animation(file, keys, outer) | {"extras": extras}],
    }
    return file.packed(document)


def _check(fit: BodyClip, rate_hz: float) -> None:
    check_shape("pose", fit.pose, (len(fit.t_s), len(JOINTS), 3))
    check_shape("translation", fit.translation, (len(fit.t_s), 3))
    check_shape("valid", fit.valid, (len(fit.t_s),))
    if not np.any(fit.valid):
        raise VisionError("no frame has a body: there is nothing to show")
    if not rate_hz > 0:
        raise VisionError(f"rate_hz should be more than 0, it is {rate_hz}")


def animation_keys(fit: BodyClip, pelvis_rest_m: Float32Array, rate_hz: float) -> Keys:
    """Thin a fit to keys: first and last of each stretch with a body, and those about `1 / rate_hz` apart between."""
    stretches = _stretches(fit.t_s, fit.valid)
    rows = np.unique(np.concatenate([_rows_of(fit.t_s, first, end, rate_hz) for first, end in stretches]))
    turns = np.roll(quaternions(rotation_matrices(np.asarray(fit.pose[rows], np.float64))), -1, axis=-1)
    for row in range(1, len(turns)):
        flipped = np.sum(turns[row] * turns[row - 1], axis=-1) < 0
        turns[row][flipped] *= -1.0
    shown_s, shown = [], []
    for number, (first, end) in enumerate(stretches):
        shown_s.append(fit.t_s[first])
        shown.append(1.0)
        if number + 1 < len(stretches):
            # Just after the last body: at its own time it still has to be seen.
            shown_s.append((fit.t_s[end - 1] + fit.t_s[end]) / 2)
            shown.append(0.0)
    return Keys(
        t_s=fit.t_s[rows] - fit.t_s[rows[0]],
        turns=turns,
        pelvis_m=np.asarray(fit.translation[rows] + pelvis_rest_m, np.float64),
        shown_s=np.array(shown_s) - fit.t_s[rows[0]],
        shown=np.array(shown),
    )


def _stretches(t_s: Float64Array, valid: BoolArray) -> list[tuple[int, int]]:
    """First row and end of each run of rows with a body and without a hole in time."""
    step_s = float(np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0
    hole = np.diff(t_s, prepend=t_s[0]) > max(LONGEST_HOLE_S, HOLE_STEPS * step_s)
    run = np.cumsum(np.diff(valid.astype(np.int8), prepend=0) != 0) + np.cumsum(hole)
    starts = np.flatnonzero(np.diff(run, prepend=-1))
    ends = [*starts[1:], len(t_s)]
    return [(int(first), int(end)) for first, end in zip(starts, ends, strict=True) if valid[first]]


def _rows_of(t_s: Float64Array, first: int, end: int, rate_hz: float) -> IndexArray:
    slot = np.floor((t_s[first:end] - t_s[first]) * rate_hz + 1e-6)
    return np.append(first + np.flatnonzero(np.diff(slot, prepend=-1.0)), end - 1)


def _joint_nodes(model: BodyModel, rest_m: Float32Array, keys: Keys) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    for joint, name in enumerate(JOINTS):
        parent = int(model.parents[joint])
        offset = keys.pelvis_m[0] if parent < 0 else rest_m[joint] - rest_m[parent]
        node: dict[str, Any] = {
            "name": name,
            "translation": [float(x) for x in offset],
            "rotation": [float(x) for x in keys.turns[0, joint]],
        }
        children = [int(child) for child in np.flatnonzero(model.parents == joint)]
        nodes.append(node | ({"children": children} if children else {}))
    return nodes


def _mesh(file: _File, model: BodyModel, shaped_m: Float32Array, colours: NDArray[np.uint8]) -> dict[str, Any]:
    joints, weights = skin_bytes(model.skin_weights)
    index_type = np.uint16 if len(shaped_m) < 2**16 else np.uint32
    attributes = {
        "POSITION": file.add(shaped_m, "VEC3", VERTEX_BUFFER, bounds=True),
        "NORMAL": file.add(vertex_normals(shaped_m, model.faces), "VEC3", VERTEX_BUFFER),
        "COLOR_0": file.add(linear_colours(colours), "VEC4", VERTEX_BUFFER, normalised=True),
        "JOINTS_0": file.add(joints, "VEC4", VERTEX_BUFFER),
        "WEIGHTS_0": file.add(weights, "VEC4", VERTEX_BUFFER, normalised=True),
    }
    indices = file.add(model.faces.astype(index_type).reshape(-1, 1), "SCALAR", INDEX_BUFFER)
    return {"primitives": [{"attributes": attributes, "indices": indices, "material": 0}]}


def _animation(file: _File, keys: Keys, outer: int) -> dict[str, Any]:
    times = file.add(keys.t_s.astype(np.float32)[:, None], "SCALAR", bounds=True)
    shown_at = file.add(keys.shown_s.astype(np.float32)[:, None], "SCALAR", bounds=True)
    size = np.repeat(keys.shown[:, None], 3, axis=1).astype(np.float32)
    samplers: list[dict[str, Any]] = [
        {"input": times, "output": file.add(keys.pelvis_m.astype(np.float32), "VEC3"), "interpolation": "LINEAR"},
        {"input": shown_at, "output": file.add(size, "VEC3"), "interpolation": "STEP"},
    ]
    channels: list[dict[str, Any]] = [
        {"sampler": 0, "target": {"node": 0, "path": "translation"}},
        {"sampler": 1, "target": {"node": outer, "path": "scale"}},
    ]
    for joint in range(len(JOINTS)):
        turns = np.ascontiguousarray(keys.turns[:, joint], np.float32)
        channels.append({"sampler": len(samplers), "target": {"node": joint, "path": "rotation"}})
        samplers.append({"input": times, "output": file.add(turns, "VEC4"), "interpolation": "LINEAR"})
    return {"name": "movement", "samplers": samplers, "channels": channels}


def vertex_normals(vertices: Float32Array, faces: NDArray[np.int32]) -> Float32Array:
    """`(V, 3)` unit normals, each the mean of its faces by area; straight up where a vertex has no face."""
    corners = vertices[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    summed = np.zeros((len(vertices), 3))
    for corner in range(3):
        for axis in range(3):
            summed[:, axis] += np.bincount(faces[:, corner], across[:, axis], len(vertices))
    length = np.linalg.norm(summed, axis=1, keepdims=True)
    return np.where(length > 0, summed / np.where(length > 0, length, 1.0), (0.0, 1.0, 0.0)).astype(np.float32)


def skin_bytes(weights: Float32Array) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """`(V, 4)` strongest parts of each vertex, and `(V, 4)` their shares in 255ths that sum to 255 exactly."""
    strongest = np.argsort(-weights, axis=1, kind="stable")[:, :INFLUENCES]
    share = np.take_along_axis(weights, strongest, axis=1).astype(np.float64)
    exact = 255.0 * share / share.sum(axis=1, keepdims=True)
    rounded = np.floor(exact)
    missing = (255 - rounded.sum(axis=1)).astype(int)
    place = np.argsort(np.argsort(rounded - exact, axis=1, kind="stable"), axis=1, kind="stable")
    rounded += place < missing[:, None]
    return np.where(rounded > 0, strongest, 0).astype(np.uint8), rounded.astype(np.uint8)


def linear_colours(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """sRGB to the linear light that glTF's vertex colours are in (IEC 61966-2-1); opacity stays."""
    share = colours[:, :3] / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    made = colours.copy()
    made[:, :3] = np.round(255.0 * linear)
    return made


@dataclass(slots=True)
class _File:
    """Arrays one after the other in one buffer, each aligned to four bytes."""

    binary: bytearray = field(default_factory=bytearray)
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        array: NDArray[Any],
        kind: str,
        target: int | None = None,
        *,
        normalised: bool = False,
        bounds: bool = False,
    ) -> int:
        """Append `(N, C)` and return the number of its accessor."""
        view: dict[str, Any] = {"buffer": 0, "byteOffset": len(self.binary), "byteLength": array.nbytes}
        self.views.append(view | ({"target": target} if target is not None else {}))
        self.binary += np.ascontiguousarray(array).tobytes()
        self.binary += bytes(-len(self.binary) % 4)
        accessor: dict[str, Any] = {
            "bufferView": len(self.views) - 1,
            "componentType": COMPONENT_TYPES[array.dtype.type],
            "count": len(array),
            "type": kind,
        }
        if normalised:
            accessor["normalized"] = True
        if bounds:
            accessor["min"] = [float(x) for x in array.min(axis=0)]
            accessor["max"] = [float(x) for x in array.max(axis=0)]
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def packed(self, document: dict[str, Any]) -> bytes:
        """The whole file."""
        buffers = {
            "buffers": [{"byteLength": len(self.binary)}],
            "bufferViews": self.views,
            "accessors": self.accessors,
        }
        text = json.dumps(document | buffers, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<II", len(text), JSON_CHUNK) + text
        chunks += struct.pack("<II", len(self.binary), BINARY_CHUNK) + bytes(self.binary)
        return struct.pack("<III", GLB_MAGIC, GLB_VERSION, 12 + len(chunks)) + chunks
