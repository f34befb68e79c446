"""Where heads may be at any instant of a film, by what its scan found: for hiding them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from pipeline.artefacts import Array, Artefacts
from pipeline.plan import ArtefactName
from vision.render.faces import CoverParams, cover_boxes, cover_people, grown, joined
from vision.skeletons import SKELETONS
from vision.types import PEOPLE, BoolArray, Float32Array


@dataclass(frozen=True, slots=True)
class HeadParams:
    """How what was seen at some instants covers all.

    Attributes:
        cover: how much of a person is hidden at an instant at which they were seen.
        bridge_s: between two looks at a person at most so far apart everything on the way is hidden [s]. A longer gap
            may hide half the pitch, and its ends are held all the same.
        hold_s: so long before the first and after the last look at a person their place stays hidden [s]: trackers
            need a few pictures to be sure, and lose people a few pictures before they are gone.
        growth_hz: meanwhile it grows by its own size so many times a second [1/s]: a sprinting child's head moves
            three times its width in 0.1 s, but a lost one stands or is hidden by others.
        stray_s: somebody who was found but not followed is hidden so long before and after [s].
        same_iou: a found box that overlaps a followed one so much is that person.
    """

    cover: CoverParams = field(default_factory=CoverParams)
    bridge_s: float = 2.0
    hold_s: float = 0.6
    growth_hz: float = 1.5
    stray_s: float = 0.25
    same_iou: float = 0.6


@dataclass(frozen=True, slots=True)
class _Followed:
    """One person: when they were seen, and what is hidden then `(N, 2, 4)`."""

    t_s: Array
    cover: Float32Array


@dataclass(frozen=True, slots=True)
class Heads:
    """What is to be hidden in a stretch of film.

    Attributes:
        people: everybody who was followed.
        looked_s: instants that were looked at [s], growing.
        stray_s, stray: when somebody was found whom nobody followed, and what is hidden then `(M, 4)`.
    """

    people: list[_Followed]
    looked_s: Array
    stray_s: Array
    stray: Float32Array
    params: HeadParams = field(default_factory=HeadParams)

    @classmethod
    def read(cls, store: Artefacts, t0_s: float, t1_s: float, params: HeadParams = HeadParams()) -> Heads:
        """What a scan found around a stretch of its film."""
        around = (t0_s - params.bridge_s, t1_s + params.bridge_s)
        tracks = store.read_range(ArtefactName.TRACKS, *around)
        poses = store.read_range(ArtefactName.POSES, *around)
        found = store.read_range(ArtefactName.DETECTIONS, *around)
        skeleton = SKELETONS[cast(str, store.manifest(ArtefactName.POSES)["facts"]["skeleton"])]
        keypoints = _keypoints_of(tracks, poses, len(skeleton))
        cover = cover_people(tracks["xyxy"], keypoints, skeleton, params.cover)
        people = []
        for number in np.unique(tracks["track_id"]):
            own = np.flatnonzero(tracks["track_id"] == number)
            own = own[np.argsort(tracks["t"][own], kind="stable")]
            people.append(_Followed(tracks["t"][own], cover[own]))
        stray = np.isin(found["cls"], PEOPLE) & ~_followed(found, tracks, params.same_iou)
        boxes = cover_boxes(found["xyxy"][stray], params.cover)
        return cls(people, np.unique(found["t"]), found["t"][stray], boxes, params)

    def at(self, t_s: float) -> Float32Array:
        """`(N, 4)` parts of the picture at `t_s` that may show a head [px]."""
        parts = [part for person in self.people for part in self._of(person, t_s)]
        parts.append(self._strays(t_s))
        return np.concatenate(parts)

    def _of(self, person: _Followed, t_s: float) -> Iterator[Float32Array]:
        times, p = person.t_s, self.params
        after = int(np.searchsorted(times, t_s - 1e-6))
        seen = after < len(times) and abs(times[after] - t_s) <= 1e-6
        if seen:
            yield person.cover[after]
        elif 0 < after < len(times) and times[after] - times[after - 1] <= p.bridge_s:
            yield joined(person.cover[after - 1], person.cover[after])
        else:
            if after > 0 and t_s - times[after - 1] <= p.hold_s:
                yield grown(person.cover[after - 1], p.growth_hz * float(t_s - times[after - 1]))
            if after < len(times) and times[after] - t_s <= p.hold_s:
                yield grown(person.cover[after], p.growth_hz * float(times[after] - t_s))

    def _strays(self, t_s: float) -> Float32Array:
        """Of the looks around this instant, at least the last before and the first after it."""
        looked = self.looked_s
        if not len(looked):
            return self.stray[:0]
        before = max(int(np.searchsorted(looked, t_s + 1e-6)) - 1, 0)
        after = min(int(np.searchsorted(looked, t_s - 1e-6)), len(looked) - 1)
        low = min(float(looked[before]), t_s - self.params.stray_s)
        high = max(float(looked[after]), t_s + self.params.stray_s)
        return self.stray[(self.stray_s >= low - 1e-6) & (self.stray_s <= high + 1e-6)]


def _keypoints_of(tracks: Mapping[str, Array], poses: Mapping[str, Array], joints: int) -> Float32Array:
    """Each followed box's posture; NaN and 0 where none was read."""
    keypoints = np.full((len(tracks["frame"]), joints, 3), np.nan, np.float32)
    keypoints[..., 2] = 0.0
    if not len(poses["frame"]) or not len(keypoints):
        return keypoints
    ours = _key(tracks)
    order = np.argsort(ours, kind="stable")
    theirs = _key(poses)
    place = np.minimum(np.searchsorted(ours[order], theirs), len(order) - 1)
    row = order[place]
    same = ours[row] == theirs
    keypoints[row[same]] = poses["keypoints"][same]
    return keypoints


def _key(rows: Mapping[str, Array]) -> Array:
    return (rows["frame"].astype(np.int64) << 32) + rows["track_id"]


def _followed(found: Mapping[str, Array], tracks: Mapping[str, Array], same_iou: float) -> BoolArray:
    """Which found boxes `(N,)` are of somebody who is followed."""
    followed = np.zeros(len(found["frame"]), np.bool_)
    frames, starts = np.unique(found["frame"], return_index=True)
    stops = np.append(starts[1:], len(followed))
    order = np.argsort(tracks["frame"], kind="stable")
    sorted_frames = tracks["frame"][order]
    for frame, start, stop in zip(frames, starts, stops, strict=True):
        low, high = np.searchsorted(sorted_frames, [frame, frame + 1])
        boxes = tracks["xyxy"][order[low:high]]
        if len(boxes):
            followed[start:stop] = _iou(found["xyxy"][start:stop], boxes).max(axis=1) >= same_iou
    return followed


def _iou(a: Float32Array, b: Float32Array) -> Float32Array:
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    common = np.prod(np.maximum(high - low, 0), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (a, b)]
    return cast(Float32Array, common / np.maximum(areas[0][:, None] + areas[1][None] - common, 1e-6))
