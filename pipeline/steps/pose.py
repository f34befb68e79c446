"""Step `pose`: postures of the chosen people in one window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from pipeline.artefacts import Array, artefacts_of, concatenate, empty
from pipeline.params import EVERYONE
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import WindowedStep, WindowOutput
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.timing import Span, posed, read_stored_timebase
from vision.types import Int32Array, Keypoints, ModelInfo
from vision.video.reader import Frame, VideoReader


class PoseStep(WindowedStep):
    """Writes `poses`."""

    name: ClassVar[StepName] = StepName.POSE
    series: ClassVar[ArtefactName] = ArtefactName.POSES

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        p = context.params
        return [p.pose_hz, p.pose_people, p.detect_hz, p.window_s], [m.sha256 for m in self.models(context)]

    def models(self, context: StepContext) -> Sequence[ModelInfo]:
        """See `WindowedStep.models`."""
        return [context.models.pose(context.params).info]

    def facts(self, context: StepContext) -> dict[str, Any]:
        """The skeleton, by which readers know the joints."""
        return {"skeleton": context.models.pose(context.params).skeleton}

    def compute(self, context: StepContext, span: Span) -> WindowOutput:
        """See `WindowedStep.compute`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        timebase, _ = read_stored_timebase(store)
        tracks = store.read_window(ArtefactName.TRACKS, span.window)
        people = most_important(tracks, context.params.pose_people)
        wanted = np.isin(tracks["track_id"], people)
        mask = posed(timebase, context.params, len(people))
        mask &= np.isin(np.arange(len(timebase)), tracks["frame"][wanted & ~tracks["interpolated"]])
        total = max(1, int(mask[span.start : span.stop].sum()))
        parts: list[dict[str, Array]] = []
        with context.artefacts.local_video(context.video.key) as path:
            reader = VideoReader(path, timebase)
            for frame in reader.frames(span.start, span.stop, wanted=mask):
                parts.append(self._read(context, frame, tracks, wanted))
                context.report(len(parts) / total)
        arrays = concatenate(parts) if parts else empty(ArtefactName.POSES, {"keypoints": (0, 3)})
        result = StepResult(models=self.models(context), frames=len(parts), warnings=reader.report.warnings)
        return WindowOutput({self.series: arrays}, result)

    def _read(self, context: StepContext, frame: Frame, tracks: dict[str, Array], wanted: Array) -> dict[str, Array]:
        here = np.flatnonzero((tracks["frame"] == frame.index) & wanted & ~tracks["interpolated"])
        model = context.models.pose(context.params)
        keypoints: Keypoints = model.estimate(frame.image_bgr, tracks["xyxy"][here])
        return {
            "frame": np.full(len(here), frame.index, np.int32),
            "t": np.full(len(here), frame.t_s, np.float64),
            "track_id": tracks["track_id"][here],
            "keypoints": keypoints,
        }


def most_important(tracks: dict[str, Array], people: int) -> Int32Array:
    """Numbers of the `people` tracks that are longest in view and largest: the sum of their boxes' heights."""
    numbers, place = np.unique(tracks["track_id"], return_inverse=True)
    if people == EVERYONE or len(numbers) <= people:
        return np.asarray(numbers, np.int32)
    weight = np.bincount(place, weights=tracks["xyxy"][:, 3] - tracks["xyxy"][:, 1])
    order = np.argsort(-weight, kind="stable")
    return np.asarray(np.sort(numbers[order[:people]]), np.int32)


STEP = PoseStep()
