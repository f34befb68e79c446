"""What a finished scan leaves in the artefact store: two people and a ball over 60 seconds at 10 Hz."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.artefacts import Artefacts, Stamp, WindowEntry
from pipeline.links import LinkedTrack, Links, Piece
from pipeline.plan import ArtefactName
from pipeline.ports import installed
from vision.types import ModelInfo

HZ = 10
WINDOW_S = 20.0
WINDOWS = 3
MODEL = ModelInfo("nanodet", "1.0", "ab" * 32)
HOME, AWAY = 7, 9
"""Linked numbers. The tracker called the first 1, then (from half a minute on) 3; the second 2. Its 4 is nobody."""


def store_of(session_id: object, video_id: object) -> Artefacts:
    """The artefacts of a film in the installed store."""
    return Artefacts(installed().artefacts, f"sessions/{session_id}/{video_id}")


def linked_track(track_id: int, **fields: Any) -> LinkedTrack:
    """A person who is there all the time."""
    values: dict[str, Any] = {
        "track_id": track_id,
        "player_id": None,
        "auto": False,
        "team": "a",
        "color": "#aa0000",
        "start_s": 0.0,
        "end_s": 59.9,
        "frames": 600,
        "coverage": 1.0,
        "corrected": False,
    }
    return LinkedTrack(**{**values, **fields})  # type: ignore[typeddict-item]


def write_scan(store: Artefacts, *, in_space: bool = False) -> None:
    """Tracks, poses, links, world and ball; with `in_space` also the joints that several cameras give."""
    stamp = Stamp("hash", models=[MODEL])
    entries = [
        WindowEntry(window=n, start=n * 200, stop=(n + 1) * 200, t0=n * WINDOW_S, t1=(n + 1) * WINDOW_S - 1 / HZ)
        for n in range(WINDOWS)
    ]
    for entry in entries:
        frame = np.arange(entry["start"], entry["stop"], dtype=np.int32)
        for name, arrays in _window(frame).items():
            store.write_window(name, entry["window"], arrays, stamp)
        if in_space:
            store.write_window(ArtefactName.POINTS3D, entry["window"], _joints(frame), stamp)
    store.write_manifest(ArtefactName.TRACKS, stamp, entries)
    store.write_manifest(ArtefactName.POSES, Stamp("hash", models=[MODEL], facts={"skeleton": "coco17"}), entries)
    facts = {"scale_source": "pitch_homography", "scale": None}
    if in_space:
        store.write_manifest(ArtefactName.POINTS3D, stamp, entries)
    store.write_manifest(ArtefactName.WORLD, Stamp("hash", facts=facts), entries)
    pieces = [Piece(1, 0, 299, HOME), Piece(3, 300, 599, HOME), Piece(2, 0, 599, AWAY)]
    tracks = [linked_track(HOME), linked_track(AWAY, team="b", color=None)]
    people = [Piece(1, 0, 599, HOME), Piece(2, 0, 599, AWAY)] if in_space else []
    store.write_json(ArtefactName.LINKS, Links(tracks, pieces, people).content(), stamp)
    _write_ball(store, stamp)


def _window(frame: np.ndarray) -> dict[ArtefactName, dict[str, np.ndarray]]:
    """Three boxes a frame: two people and something that belongs to nobody."""
    count = len(frame)
    frames = np.repeat(frame, 3)
    first = np.where(frame < 300, 1, 3)
    raw = np.stack([first, np.full(count, 2), np.full(count, 4)], axis=1).ravel().astype(np.int32)
    linked = np.tile(np.array([HOME, AWAY], np.int32), count)
    t = frames / HZ
    box = np.stack([frames, raw, frames + 10.123, raw + 20.987], axis=1).astype(np.float32)
    keypoints = np.tile(np.array([1.25, np.nan, 0.12345], np.float32), (3 * count, 17, 1))
    return {
        ArtefactName.TRACKS: {
            "frame": frames,
            "t": t,
            "track_id": raw,
            "xyxy": box,
            "detected": box,
            "score": np.full(3 * count, 0.87654, np.float32),
            "cls": np.zeros(3 * count, np.int16),
            "interpolated": frames % 2 == 1,
            "kit": np.full((3 * count, 4), np.nan, np.float32),
        },
        ArtefactName.POSES: {
            "frame": frames,
            "t": t,
            "track_id": raw,
            "keypoints": keypoints,
            "interpolated": frames % 2 == 1,
        },
        ArtefactName.WORLD: {
            "frame": np.repeat(frame, 2),
            "t": np.repeat(frame, 2) / HZ,
            "track_id": linked,
            "xy": np.full((2 * count, 2), 1.23456, np.float32),
            "sigma": np.full(2 * count, 0.04321, np.float32),
        },
    }


def _joints(frame: np.ndarray) -> dict[str, np.ndarray]:
    """Person 1's joint k is at (k, frame / 100, 1.5) m, person 2's 1 m higher; the last joint is never seen."""
    number = np.repeat(np.array([1, 2], np.int32), len(frame))
    frames = np.tile(frame, 2)
    xyz = np.zeros((2 * len(frame), 17, 3), np.float32)
    xyz[:, :, 0] = np.arange(17)
    xyz[:, :, 1] = frames[:, None] / 100
    xyz[:, :, 2] = 0.5 + number[:, None]
    xyz[:, -1] = np.nan
    known = np.ones((len(xyz), 17), np.float32)
    return {
        "frame": frames,
        "t": frames / HZ,
        "track_id": number,
        "xyz": xyz,
        "sigma": 0.01 * known,
        "reprojection_error": 2.0 * known,
        "cameras_used": np.full((len(xyz), 17), 3, np.uint8),
    }


def _write_ball(store: Artefacts, stamp: Stamp) -> None:
    frame = np.arange(0, 600, 10, dtype=np.int32)
    arrays = {
        "frame": frame,
        "t": frame / HZ,
        "xy": np.full((60, 2), 5.55, np.float32),
        "score": np.full(60, 0.5, np.float32),
        "interpolated": np.zeros(60, bool),
    }
    store.write_series(ArtefactName.BALL, arrays, stamp)
