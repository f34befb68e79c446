"""What a live session saw, kept piece by piece while it runs: memory stays flat, and a crash loses a second.

A piece is five seconds of one camera, one file. The piece at work is part of the checkpoint; a finished one is written
before the checkpoint that no longer has it, so whoever takes over writes it again rather than misses it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from pipeline.ports import ArtefactStore
from vision.live import Placed
from vision.types import CLASS_BALL, NO_TRACK

Rows = dict[str, np.ndarray[Any, Any]]
PIECE_S = 5.0
"""Length of a piece [s]."""
COLUMNS: Mapping[str, tuple[tuple[int, ...], str]] = {
    "frame.t": ((), "float64"),
    "frame.way": ((), "float32"),
    "frame.size": ((2,), "int32"),
    "tracks.frame": ((), "int32"),
    "tracks.track_id": ((), "int32"),
    "tracks.xyxy": ((4,), "float32"),
    "tracks.detected": ((4,), "float32"),
    "tracks.score": ((), "float32"),
    "tracks.cls": ((), "int16"),
    "tracks.interpolated": ((), "bool"),
    "tracks.kit": ((-1,), "float32"),
    "poses.frame": ((), "int32"),
    "poses.track_id": ((), "int32"),
    "poses.keypoints": ((-1, 3), "float32"),
    "balls.frame": ((), "int32"),
    "balls.xyxy": ((4,), "float32"),
    "balls.score": ((), "float32"),
    "world.frame": ((), "int32"),
    "world.track_id": ((), "int32"),
    "world.xy": ((2,), "float32"),
    "world.sigma": ((), "float32"),
}
"""Arrays of a piece: shape after the first axis (-1: the model's) and type. `…frame` counts the camera's frames that
were looked at; pixels are those of its first frame, whose width and height are `frame.size`; `frame.way`:
`vision.live.Sight.camera_way`."""


def piece_prefix(session_id: str, artefact_id: str) -> str:
    """Where a camera's pieces lie."""
    return f"sessions/{session_id}/{artefact_id}/live"


@dataclass(slots=True)
class CameraRecording:
    """One camera's pieces.

    Attributes:
        frames: frames recorded so far.
        size: width, height of the first frame [px]; None before it.
    """

    store: ArtefactStore
    prefix: str
    frames: int = 0
    size: tuple[int, int] | None = None
    piece: int = -1
    _parts: dict[str, list[np.ndarray[Any, Any]]] = field(default_factory=dict)

    def add(self, placed: Placed) -> None:
        """Record one frame."""
        sight = placed.sight
        number = int(sight.t_s // PIECE_S)
        if number != self.piece:
            self.flush()
            self.piece = number
        self.size = self.size or sight.size
        rows = _rows(placed, self.frames, self.size[0] / sight.size[0])
        rows["frame.size"] = np.array([self.size], np.int32)
        for column, values in rows.items():
            self._parts.setdefault(column, []).append(values)
        self.frames += 1

    def flush(self) -> None:
        """Write the piece at work, if there is anything in it."""
        if self._parts:
            file = io.BytesIO()
            np.savez_compressed(file, allow_pickle=False, **self.rows())
            self.store.write(f"{self.prefix}/{self.piece:06d}.npz", file.getvalue())
        self._parts = {}

    def rows(self) -> Rows:
        """The piece at work."""
        return {column: _join(column, parts) for column, parts in self._parts.items()}

    def resume(self, head: Mapping[str, Any], rows: Rows) -> None:
        """Continue from a checkpoint's `frames`, `size`, `piece` and the rows of the piece at work."""
        self.frames, self.piece = int(head["frames"]), int(head["piece"])
        self.size = (int(head["size"][0]), int(head["size"][1])) if head["size"] else None
        self._parts = {column: [values] for column, values in _with_detected(rows).items()}
        for key in list(self.store.list(self.prefix)):  # of a worker whose checkpoints were lost
            if int(PurePosixPath(key).stem) > self.piece:
                self.store.delete(key)

    def head(self) -> dict[str, Any]:
        """What a checkpoint keeps beside `rows`."""
        return {"frames": self.frames, "piece": self.piece, "size": self.size}


def read_pieces(store: ArtefactStore, prefix: str) -> Iterator[Rows]:
    """The pieces of a camera in order, one in memory at a time, every column there."""
    for key in store.list(prefix):
        with np.load(io.BytesIO(store.read(key)), allow_pickle=False) as archive:
            yield _with_detected({column: archive[column] for column in archive.files})


def _with_detected(rows: Rows) -> Rows:
    """Rows with the detector's boxes: NaN where a recording is older than that column."""
    if "tracks.detected" in rows or "tracks.xyxy" not in rows:
        return rows
    return {**rows, "tracks.detected": np.full_like(rows["tracks.xyxy"], np.nan)}


def join_rows(pieces: list[Rows]) -> Rows:
    """Pieces one behind the other."""
    return {column: _join(column, [piece[column] for piece in pieces if column in piece]) for column in COLUMNS}


def _join(column: str, parts: list[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """Rows of one column; a part without rows may have an open side of another length (no posture in a frame)."""
    filled = [part for part in parts if len(part)] or parts[:1]
    if filled:
        return np.concatenate(filled)
    shape, kind = COLUMNS[column]
    return np.zeros((0, *(0 if side < 0 else side for side in shape)), kind)


def _rows(placed: Placed, frame: int, zoom: float) -> Rows:
    """One frame as rows. `zoom`: pixels of the first frame per pixel of this one."""
    sight = placed.sight
    known = np.flatnonzero(placed.number != NO_TRACK)
    posed = [row for row in sorted(sight.keypoints) if placed.number[row] != NO_TRACK]
    points = np.array([sight.keypoints[row] for row in posed] or np.zeros((0, 0, 3)), np.float32)
    balls = sight.balls.of_classes((CLASS_BALL,))
    tracks = sight.tracks
    boxes = np.full_like(tracks.xyxy, np.nan) if tracks.detected is None else tracks.detected
    rows: dict[str, Any] = {
        "frame.t": [sight.t_s],
        "frame.way": [sight.camera_way],
        "tracks.frame": np.full(len(known), frame),
        "tracks.track_id": placed.number[known],
        "tracks.xyxy": tracks.xyxy[known] * zoom,
        "tracks.detected": boxes[known] * zoom,
        "tracks.score": tracks.score[known],
        "tracks.cls": tracks.class_id[known],
        "tracks.interpolated": ~sight.seen[known],
        "tracks.kit": sight.kit[known],
        "poses.frame": np.full(len(posed), frame),
        "poses.track_id": placed.number[posed] if posed else [],
        "poses.keypoints": points * np.array([zoom, zoom, 1.0]),
        "balls.frame": np.full(len(balls), frame),
        "balls.xyxy": balls.xyxy * zoom,
        "balls.score": balls.score,
        "world.frame": np.full(len(placed.world_number), frame),
        "world.track_id": placed.world_number,
        "world.xy": placed.xy_m,
        "world.sigma": placed.sigma_m,
    }
    return {column: np.asarray(values, COLUMNS[column][1]) for column, values in rows.items()}
