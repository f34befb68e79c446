"""Step `track`: who is who from frame to frame, in order over the whole film."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from pipeline.artefacts import Array, artefacts_of, concatenate, empty
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.timing import analysed, read_stored_timebase
from vision.tracking.bytetrack import ByteTracker
from vision.tracking.kit_colour import KIT_SIZE
from vision.tracking.linking import TRACKLET_CONFIG
from vision.types import Detections, Tracks


class TrackStep(ArtefactStep):
    """Writes `tracks`, one window in memory at a time."""

    name: ClassVar[StepName] = StepName.TRACK

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        del context
        return TRACKLET_CONFIG

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        timebase, _ = read_stored_timebase(store)
        looked = np.flatnonzero(analysed(timebase, context.params))
        stamp = stamped(context, params_hash)
        tracker = ByteTracker(TRACKLET_CONFIG)
        entries = store.manifest(ArtefactName.DETECTIONS)["windows"]
        for number, (entry, rows) in enumerate(store.iter_windows(ArtefactName.DETECTIONS)):
            frames = looked[(looked >= entry["start"]) & (looked < entry["stop"])]
            parts = list(_follow(tracker, rows, frames, timebase.t_s))
            arrays = concatenate(parts) if parts else empty(ArtefactName.TRACKS, {"kit": (KIT_SIZE,)})
            store.write_window(ArtefactName.TRACKS, entry["window"], arrays, stamp)
            context.report((number + 1) / len(entries))
        store.write_manifest(ArtefactName.TRACKS, stamp, entries)
        return StepResult(frames=len(looked))


def _follow(tracker: ByteTracker, rows: dict[str, Array], frames: Array, t_s: Array) -> Iterator[dict[str, Array]]:
    starts = np.searchsorted(rows["frame"], frames, side="left")
    stops = np.searchsorted(rows["frame"], frames, side="right")
    for frame, start, stop in zip(frames, starts, stops, strict=True):
        part = slice(int(start), int(stop))
        found = Detections(rows["xyxy"][part], rows["score"][part], rows["cls"][part])
        time = float(t_s[frame])
        yield _rows(int(frame), time, tracker.update(found, time), rows["kit"][part])


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
        "score": tracks.score,
        "cls": tracks.class_id,
        "interpolated": predicted,
        "kit": worn,
    }


STEP = TrackStep()
