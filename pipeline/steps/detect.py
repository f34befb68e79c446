"""Step `detect`: people and balls in the chosen frames of one window, with a sample of shirt colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.artefacts import Array, artefacts_of, concatenate, empty
from pipeline.params import ScanParams
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import WindowedStep, WindowOutput
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.camera import CameraParams, CameraWatch
from pipeline.steps.camera_path import PathParams, PathRecorder
from pipeline.steps.profile import choose_profile, thorough
from pipeline.steps.timing import Span, analysed, in_batches, read_stored_timebase, thinned
from vision.tracking.kit_colour import KIT_SIZE, describe_kits
from vision.types import PEOPLE, BoolArray, Detections, Detector, ModelInfo
from vision.video.reader import Frame, VideoReader
from vision.video.timebase import Timebase


class DetectStep(WindowedStep):
    """Writes `detections`, how steady the camera was (`camera`), and how it moved (`camera_path`, `camera_views`)."""

    name: ClassVar[StepName] = StepName.DETECT
    version: ClassVar[int] = 2
    series: ClassVar[ArtefactName] = ArtefactName.DETECTIONS
    beside: ClassVar[tuple[ArtefactName, ...]] = (
        ArtefactName.CAMERA,
        ArtefactName.CAMERA_PATH,
        ArtefactName.CAMERA_VIEWS,
    )

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        p = context.params
        looked = [p.detector_profile, p.detect_hz, p.kit_hz, p.window_s]
        return looked, CameraParams(), PathParams(), [model.sha256 for model in self.models(context)]

    def models(self, context: StepContext) -> Sequence[ModelInfo]:
        """See `WindowedStep.models`."""
        return [context.models.detector(context.params, thorough(context.params)).info]

    def compute(self, context: StepContext, span: Span) -> WindowOutput:
        """See `WindowedStep.compute`."""
        timebase, _ = read_stored_timebase(artefacts_of(context.artefacts, context.job, context.video))
        looks = _Looks.of(timebase, context.params)
        total = max(1, int(looks.people[span.start : span.stop].sum()))
        rows: list[dict[str, Array]] = []
        done = 0
        with context.artefacts.local_video(context.video.key) as path:
            reader = VideoReader(path, timebase)
            detector = context.models.detector(context.params, choose_profile(context, reader))
            before = _before(reader, detector, looks, span)
            watch, way = CameraWatch(before), PathRecorder(before)
            for batch in in_batches(reader.frames(span.start, span.stop, wanted=looks.people), context.params.batch):
                found = detector.detect([frame.image_bgr for frame in batch])
                for frame, detections in zip(batch, found, strict=True):
                    rows.append(_rows(frame, detections, with_kit=bool(looks.kits[frame.index])))
                    way.look(frame, detections)
                    if looks.camera[frame.index]:
                        watch.look(frame, detections)
                done += len(batch)
                context.report(done / total)
        arrays = concatenate(rows) if rows else empty(ArtefactName.DETECTIONS, {"kit": (KIT_SIZE,)})
        result = StepResult(models=self.models(context), frames=done, warnings=reader.report.warnings)
        return WindowOutput(
            {ArtefactName.DETECTIONS: arrays, ArtefactName.CAMERA: watch.arrays(), **way.arrays()}, result
        )


@dataclass(frozen=True, slots=True)
class _Looks:
    """Which frames are looked at for what: masks over the film's frames."""

    people: BoolArray
    kits: BoolArray
    camera: BoolArray

    @classmethod
    def of(cls, timebase: Timebase, params: ScanParams) -> _Looks:
        people = analysed(timebase, params)
        camera = thinned(timebase, people, CameraParams().sample_hz)
        return cls(people, thinned(timebase, people, params.kit_hz), camera)


def _before(reader: VideoReader, detector: Detector, looks: _Looks, span: Span) -> tuple[Frame, Detections] | None:
    """The last picture before the window in which the camera was watched: windows chain up over the film."""
    earlier = np.flatnonzero(looks.camera[: span.start])
    if not len(earlier):
        return None
    frame = next(reader.frames(int(earlier[-1]), span.start, wanted=looks.camera), None)
    return None if frame is None else (frame, detector.detect([frame.image_bgr])[0])


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
