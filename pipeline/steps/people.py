"""Everybody's rows over a film, collected window by window: what events and KPIs are computed from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.artefacts import Array, Artefacts
from pipeline.links import Links
from pipeline.plan import ArtefactName
from vision.types import BoolArray, Float32Array, Float64Array, Int32Array


@dataclass(slots=True)
class PersonRows:
    """One person's rows over a film, collected window by window.

    Attributes:
        seen: analysed frames (by place among them) in which a box was found.
        boxes: their boxes.
        placed, xy, sigma: places of rows with metres, and the metres.
        pose_t_s, keypoints: times and postures.
        measured: which of them were read, not put between others.
    """

    seen: list[Array] = field(default_factory=list)
    boxes: list[Array] = field(default_factory=list)
    placed: list[Array] = field(default_factory=list)
    xy: list[Array] = field(default_factory=list)
    sigma: list[Array] = field(default_factory=list)
    pose_t_s: list[Array] = field(default_factory=list)
    keypoints: list[Array] = field(default_factory=list)
    measured: list[Array] = field(default_factory=list)

    def poses(self) -> tuple[Float64Array, Float32Array] | None:
        """Times and keypoints, or `None`."""
        if not self.pose_t_s:
            return None
        return np.concatenate(self.pose_t_s), np.concatenate(self.keypoints)

    def poses_measured(self) -> BoolArray | None:
        """Which of `poses` were read, or `None`."""
        return np.concatenate(self.measured) if self.measured else None


def collect(store: Artefacts, links: Links, frames: Int32Array) -> dict[int, PersonRows]:
    """Everybody's rows, linked number → rows; `frames` are the analysed frames."""
    people = {track["track_id"]: PersonRows() for track in links.tracks}
    for entry, tracks in store.iter_windows(ArtefactName.TRACKS):
        linked = links.linked(tracks["track_id"], tracks["frame"])
        for number, rows in _by_person(np.where(tracks["interpolated"], -1, linked)):
            people[number].seen.append(np.searchsorted(frames, tracks["frame"][rows]).astype(np.int32))
            people[number].boxes.append(tracks["xyxy"][rows])
        world = store.read_window(ArtefactName.WORLD, entry["window"])
        for number, rows in _by_person(world["track_id"]):
            people[number].placed.append(np.searchsorted(frames, world["frame"][rows]).astype(np.int32))
            people[number].xy.append(world["xy"][rows])
            people[number].sigma.append(world["sigma"][rows])
        poses = store.read_window(ArtefactName.POSES, entry["window"])
        for number, rows in _by_person(links.linked(poses["track_id"], poses["frame"])):
            people[number].pose_t_s.append(poses["t"][rows])
            people[number].keypoints.append(poses["keypoints"][rows])
            people[number].measured.append(~poses["interpolated"][rows])
    return people


def _by_person(linked: Int32Array) -> list[tuple[int, Array]]:
    return [(int(number), np.flatnonzero(linked == number)) for number in np.unique(linked[linked >= 0])]
