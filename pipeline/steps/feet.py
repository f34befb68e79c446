"""Where tracked people touch the ground: mid-ankle where the pose shows it, else the detector's own box, moved by the
usual offset; the tracker's filtered box where the detector's is not kept (older scans).

The usual offset is that of the whole track, so that a player neither jumps when the ankles come into view nor when a
new time window begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.artefacts import Array
from vision.calibration.ground_point import GroundPointParams, ground_points
from vision.geometry import box_foot_points, measured_boxes
from vision.types import Float32Array, Float64Array, Int32Array, Keypoints

_FRAMES = 1 << 32
"""Larger than any frame index: track and frame make one sortable number."""


@dataclass(frozen=True, slots=True)
class FootOffsets:
    """Usual place of the mid-ankle from the box's bottom middle, as a share of the box height.

    Attributes:
        of_track: linked track number → `(2,)`.
        typical: of everybody in the film; for people whose ankles were never seen.
    """

    of_track: Mapping[int, Float64Array]
    typical: Float64Array

    def of(self, tracks: Int32Array) -> Float64Array:
        """`(N, 2)` offsets of these tracks."""
        numbers, place = np.unique(tracks, return_inverse=True)
        known = [self.of_track.get(int(number), self.typical) for number in numbers]
        return np.array(known).reshape(-1, 2)[place]


def boxes_of(tracks: Mapping[str, Array]) -> Float32Array:
    """`(N, 4)` boxes of rows of `tracks` on which places are measured."""
    return measured_boxes(tracks["xyxy"], tracks["detected"])


def match_poses(tracks: Mapping[str, Array], poses: Mapping[str, Array]) -> Keypoints | None:
    """Keypoints `(N, K, 3)` of each row of `tracks`, NaN and score 0 where there is none; `None` without any pose."""
    if not len(poses["frame"]):
        return None
    wanted = tracks["track_id"].astype(np.int64) * _FRAMES + tracks["frame"]
    there = poses["track_id"].astype(np.int64) * _FRAMES + poses["frame"]
    order = np.argsort(there)
    place = np.minimum(np.searchsorted(there[order], wanted), len(there) - 1)
    found = there[order][place] == wanted
    keypoints: Keypoints = poses["keypoints"][order[place]].copy()
    keypoints[~found, :, :2] = np.nan
    keypoints[~found, :, 2] = 0.0
    return keypoints


def usual_offsets(windows: Iterable[tuple[Int32Array, Array, Keypoints | None]]) -> FootOffsets:
    """Offsets of every track over a film, from windows of linked numbers `(N,)`, boxes `(N, 4)` and keypoints."""
    collected: dict[int, list[Float64Array]] = {}
    for linked, xyxy, keypoints in windows:
        offsets, seen = _offsets(xyxy, keypoints)
        for number in np.unique(linked[seen]):
            collected.setdefault(int(number), []).append(offsets[seen & (linked == number)])
    medians = {number: np.median(np.concatenate(parts), axis=0) for number, parts in collected.items()}
    typical = np.median(list(medians.values()), axis=0) if medians else np.zeros(2)
    return FootOffsets(medians, typical)


def foot_points(
    linked: Int32Array, xyxy: Array, keypoints: Keypoints | None, usual: FootOffsets
) -> tuple[Float64Array, Float64Array]:
    """`(N, 2)` foot points [px] and `(N,)` their 1σ per axis [px]."""
    params = GroundPointParams()
    offsets, seen = _offsets(xyxy, keypoints)
    height = _heights(xyxy)
    share = np.where(seen[:, None], offsets, usual.of(linked))
    points = box_foot_points(xyxy) + share * height[:, None]
    return points, np.where(seen, params.ankle_sigma, params.box_sigma) * height


def _offsets(xyxy: Array, keypoints: Keypoints | None) -> tuple[Float64Array, Array]:
    """Where each row's mid-ankle is, `(N, 2)` as a share of the box height, and whether it was seen."""
    if keypoints is None:
        return np.zeros((len(xyxy), 2)), np.zeros(len(xyxy), np.bool_)
    params = GroundPointParams()
    points, sigma = ground_points(xyxy, keypoints, params)
    height = _heights(xyxy)
    offsets = (points - box_foot_points(xyxy)) / height[:, None]
    return offsets, sigma < (params.ankle_sigma + params.box_sigma) / 2 * height


def _heights(xyxy: Array) -> Float64Array:
    return np.maximum((xyxy[:, 3] - xyxy[:, 1]).astype(np.float64), 1.0)
