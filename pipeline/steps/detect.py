"""Step `detect`: people and balls in the chosen frames of one window, with a sample of shirt colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from pipeline.artefacts import Array, artefacts_of, concatenate, empty
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import WindowedStep
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.profile import choose_profile, thorough
from pipeline.steps.timing import Span, analysed, dressed, in_batches, read_stored_timebase
from vision.tracking.kit_colour import KIT_SIZE, describe_kits
from vision.types import PEOPLE, BoolArray, Detections, Detector, ModelInfo
from vision.video.reader import Frame, VideoReader


class DetectStep(WindowedStep):
    """Writes `detections`."""

    name: ClassVar[StepName] = StepName.DETECT
    series: ClassVar[ArtefactName] = ArtefactName.DETECTIONS

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        p = context.params
        looked = [p.detector_profile, p.detect_hz, p.kit_hz, p.window_s]
        return looked, [model.sha256 for model in self.models(context)]

    def models(self, context: StepContext) -> Sequence[ModelInfo]:
        """See `WindowedStep.models`."""
        return [context.models.detector(context.params, thorough(context.params)).info]

    def compute(self, context: StepContext, span: Span) -> tuple[dict[str, Array], StepResult]:
        """See `WindowedStep.compute`."""
        timebase, _ = read_stored_timebase(artefacts_of(context.artefacts, context.job, context.video))
        mask = analysed(timebase, context.params)
        with_kits = dressed(timebase, context.params)
        total = max(1, int(mask[span.start : span.stop].sum()))
        rows: list[dict[str, Array]] = []
        done = 0
        with context.artefacts.local_video(context.video.key) as path:
            reader = VideoReader(path, timebase)
            profile = choose_profile(context, reader)
            detector = context.models.detector(context.params, profile)
            frames = reader.frames(span.start, span.stop, wanted=mask)
            for batch in in_batches(frames, context.params.batch):
                rows += _detect(detector, batch, with_kits)
                done += len(batch)
                context.report(done / total)
        arrays = concatenate(rows) if rows else empty(ArtefactName.DETECTIONS, {"kit": (KIT_SIZE,)})
        result = StepResult(models=self.models(context), frames=done, warnings=reader.report.warnings)
        return arrays, result


def _detect(detector: Detector, batch: Sequence[Frame], with_kits: BoolArray) -> Iterator[dict[str, Array]]:
    found = detector.detect([frame.image_bgr for frame in batch])
    for frame, detections in zip(batch, found, strict=True):
        yield _rows(frame, detections, with_kit=bool(with_kits[frame.index]))


def _rows(frame: Frame, detections: Detections, *, with_kit: bool) -> dict[str, Array]:
    count = len(detections)
    kit = np.full((count, KIT_SIZE), np.nan, np.float32)
    people = np.isin(detections.class_id, PEOPLE)
    if with_kit and people.any():
        kit[people] = describe_kits(frame.image_bgr, detections.xyxy[people])
    return {
        "frame": np.full(count, frame.index, np.int32),
        "t": np.full(count, frame.t_s, np.float64),
        "xyxy": detections.xyxy,
        "score": detections.score,
        "cls": detections.class_id,
        "kit": kit,
    }


STEP = DetectStep()
