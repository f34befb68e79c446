"""Step `track`: who is who from frame to frame, in order over the whole film, whatever the camera does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import numpy as np

from pipeline.artefacts import Array, Artefacts, artefacts_of, concatenate, empty
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.camera import CameraParams, camera_moves
from pipeline.steps.moving import path_windows, was_followed
from pipeline.steps.timing import analysed, read_stored_timebase
from vision.tracking.bytetrack import ByteTracker
from vision.tracking.kit_colour import KIT_SIZE
from vision.tracking.linking import TRACKLET_CONFIG
from vision.tracking.recorded_motion import RecordedMotion, RecordedMotionParams
from vision.types import Detections, Float64Array, Tracks

UNSTEADY = CameraParams(moved=0.001)
"""A hand that shakes by 2 px in 1920 makes a tracker lose far players; metres only suffer from 15 times as much."""


class TrackStep(ArtefactStep):
    """Writes `tracks`, one window in memory at a time."""

    name: ClassVar[StepName] = StepName.TRACK
    version: ClassVar[int] = 2

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        del context
        return TRACKLET_CONFIG, UNSTEADY, RecordedMotionParams()

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        timebase, facts = read_stored_timebase(store)
        looked = np.flatnonzero(analysed(timebase, context.params))
        stamp = stamped(context, params_hash)
        tracker = ByteTracker(TRACKLET_CONFIG)
        motions = _motions(store, (int(facts["width"]), int(facts["height"])))
        entries = store.manifest(ArtefactName.DETECTIONS)["windows"]
        for number, (entry, rows) in enumerate(store.iter_windows(ArtefactName.DETECTIONS)):
            frames = looked[(looked >= entry["start"]) & (looked < entry["stop"])]
            parts = list(_follow(tracker, rows, [(int(k), float(timebase.t_s[k])) for k in frames], motions))
            arrays = concatenate(parts) if parts else empty(ArtefactName.TRACKS, {"kit": (KIT_SIZE,)})
            store.write_window(ArtefactName.TRACKS, entry["window"], arrays, stamp)
            context.report((number + 1) / len(entries))
        store.write_manifest(ArtefactName.TRACKS, stamp, entries)
        return StepResult(frames=len(looked))


def _motions(store: Artefacts, size: tuple[int, int]) -> dict[int, Float64Array]:
    """Frame → map of its pixels to those of the analysed frame before; empty where the camera stands still."""
    if not was_followed(store) or not camera_moves(store, UNSTEADY):
        return {}
    recorded, found = RecordedMotion(size), {}
    for _, rows in path_windows(store):
        for row in rows.values():
            moved = recorded.step(row.frame, row.keyframe, row.points)
            if moved is not None:
                found[row.frame] = moved
    return found


def _follow(
    tracker: ByteTracker,
    rows: dict[str, Array],
    frames: Sequence[tuple[int, float]],
    motions: Mapping[int, Float64Array],
) -> Iterator[dict[str, Array]]:
    numbers = [number for number, _ in frames]
    starts = np.searchsorted(rows["frame"], numbers, side="left")
    stops = np.searchsorted(rows["frame"], numbers, side="right")
    for (frame, t_s), start, stop in zip(frames, starts, stops, strict=True):
        part = slice(int(start), int(stop))
        found = Detections(rows["xyxy"][part], rows["score"][part], rows["cls"][part])
        yield _rows(frame, t_s, tracker.update(found, t_s, motions.get(frame)), rows["kit"][part])


def _rows(frame: int, t_s: float, tracks: Tracks, kit: Array) -> dict[str, Array]:
    count = len(tracks)
    predicted = tracks.detection_index < 0
    worn = np.full((count, kit.shape[1]), np.nan, np.float32)
    worn[~predicted] = kit[tracks.detection_index[~predicted]]
    return {
        "frame": np.full(count, frame, np.int32),
        "t": np.full(count, t_s, np.float64),
        "track_id": tracks.track_id,
        "xyxy": tracks.xyxy,
        "detected": np.full((count, 4), np.nan, np.float32) if tracks.detected is None else tracks.detected,
        "score": tracks.score,
        "cls": tracks.class_id,
        "interpolated": predicted,
        "kit": worn,
    }


STEP = TrackStep()
