"""Detections of a scene through the tracker, and through the offline chain of tracker and linking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tests.vision.tracking.scenes import Truth
from tests.vision.tracking.scoring import Score, score
from vision.tracking.bytetrack import ByteTrackConfig, ByteTracker
from vision.tracking.kit_colour import KIT_SIZE
from vision.tracking.linking import LinkedPieces, link_tracklets
from vision.tracking.meetings import MeetingFinder
from vision.tracking.rows import TrackRows
from vision.tracking.tracklets import TrackletCollector
from vision.types import Detections, Float32Array, Tracks

# A shirt is sampled in every fifth frame, as a scan does. This noise puts half of the looks farther than 0.13 from the
# shirt (`kit_distance`), as those at players of one team in the pictures of `football_frames_gt` are.
KIT_EVERY = 5
KIT_NOISE = 0.05


@dataclass(frozen=True)
class Followed:
    """Boxes with identities, and how many frames there were."""

    rows: TrackRows
    frames: int

    def score(self, truth: Truth) -> Score:
        """Against the truth."""
        ends = np.searchsorted(self.rows.frame, np.arange(self.frames + 1))
        parts = [slice(a, b) for a, b in pairwise(ends)]
        return score(truth, [self.rows.track_id[p] for p in parts], [self.rows.xyxy[p] for p in parts])


def run_tracker(detections: Sequence[Detections], t_s: NDArray[np.float64], config: ByteTrackConfig) -> list[Tracks]:
    """The tracker's output of every frame."""
    tracker = ByteTracker(config)
    return [tracker.update(each, float(t)) for each, t in zip(detections, t_s, strict=True)]


def track_scene(truth: Truth, detections: Sequence[Detections], config: ByteTrackConfig) -> Followed:
    """Online alone."""
    return Followed(TrackRows.of(run_tracker(detections, truth.t_s, config), truth.t_s), len(truth.t_s))


def link_scene(
    truth: Truth,
    detections: Sequence[Detections],
    owners: Sequence[NDArray[np.int64]] | None,
    config: ByteTrackConfig,
    seed: int,
) -> Followed:
    """Tracked and linked, see `follow_scene`."""
    rows, pieces = follow_scene(truth, detections, owners, config, seed)
    return Followed(replace(rows, track_id=pieces.linked(rows.track_id, rows.frame)), len(truth.t_s))


def follow_scene(
    truth: Truth,
    detections: Sequence[Detections],
    owners: Sequence[NDArray[np.int64]] | None,
    config: ByteTrackConfig,
    seed: int,
) -> tuple[TrackRows, LinkedPieces]:
    """The tracker's rows and who is who; with `owners` (whose each detection is) every box has a noisy look at its
    owner's shirt.
    """
    tracks = run_tracker(detections, truth.t_s, config)
    rows = TrackRows.of(tracks, truth.t_s)
    if owners is not None:
        rows = replace(rows, kit=_kits(truth, tracks, owners, seed))
    finder = MeetingFinder()
    finder.add(rows)
    collector = TrackletCollector(meetings=finder.finish())
    collector.add(rows)
    return rows, link_tracklets(collector.finish())


def _kits(truth: Truth, tracks: Sequence[Tracks], owners: Sequence[NDArray[np.int64]], seed: int) -> Float32Array:
    """Descriptors of the two kits (and of a third for false boxes) with noise."""
    rng = np.random.default_rng(seed)
    colours = rng.random((3, KIT_SIZE)).astype(np.float32)
    parts = []
    for frame, (each, whose) in enumerate(zip(tracks, owners, strict=True)):
        kit = np.full((len(each), KIT_SIZE), np.nan, np.float32)
        if frame % KIT_EVERY == 0 and len(each):
            seen = each.detection_index >= 0
            team = [truth.team.get(int(whose[row]), 2) for row in each.detection_index[seen]]
            kit[seen] = colours[team] + rng.normal(0, KIT_NOISE, (len(team), KIT_SIZE))
        parts.append(kit)
    return np.concatenate(parts)
