"""Step `pose`: postures of the chosen people in one window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from pipeline.artefacts import Array, artefacts_of
from pipeline.params import EVERYONE
from pipeline.plan import ArtefactName, JobKind, StepName
from pipeline.steps.artefact_step import WindowedStep, WindowOutput
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.timing import Span, posed, read_stored_timebase
from vision.pose.stride import StrideParams, first_readings, put_between, too_quick
from vision.skeletons import SKELETONS
from vision.types import BoolArray, Int32Array, Keypoints, ModelInfo, PoseEstimator
from vision.video.reader import ReadReport, VideoReader


class PoseStep(WindowedStep):
    """Writes `poses`: read by the model, or put between two readings where the movement allows it (`interpolated`)."""

    name: ClassVar[StepName] = StepName.POSE
    series: ClassVar[ArtefactName] = ArtefactName.POSES
    version: ClassVar[int] = 2

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        p = context.params
        stride = StrideParams() if _strides(context) else None
        looked = [p.pose_hz, p.pose_people, p.detect_hz, p.window_s]
        return looked, [m.sha256 for m in self.models(context)], stride

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
        mask = posed(timebase, context.params, len(people))
        wanted = np.isin(tracks["track_id"], people) & ~tracks["interpolated"] & mask[tracks["frame"]]
        model = context.models.pose(context.params)
        postures = _Postures.of({name: array[wanted] for name, array in tracks.items()}, model)
        first = np.flatnonzero(mask)
        if _strides(context):
            first = first[first_readings(timebase.t_s[first])]
        with context.artefacts.local_video(context.video.key) as path:
            reader = VideoReader(path, timebase)
            for rows in postures.to_read(np.isin(postures.frame, first)):
                for done in postures.read(reader, span, rows, model):
                    context.report(done)
        result = StepResult(
            models=self.models(context), frames=postures.report.delivered, warnings=postures.report.warnings
        )
        return WindowOutput({self.series: postures.arrays()}, result)


def _strides(context: StepContext) -> bool:
    """Several cameras are brought together to millimetres in space; a curve in one picture is not that exact."""
    return context.params.pose_stride and context.job.kind is not JobKind.MULTIVIEW


@dataclass(slots=True)
class _Postures:
    """The sightings of one window whose postures are wanted, in the order of their frames.

    Attributes:
        frame, t, track_id, xyxy: of each.
        keypoints: `(N, K, 3)`, NaN and 0 until they are known.
        measured: read by the model.
        calm: may be put between others.
        report: of the film's frames.
    """

    frame: Array
    t: Array
    track_id: Array
    xyxy: Array
    keypoints: Keypoints
    measured: BoolArray
    calm: BoolArray
    report: ReadReport = field(default_factory=ReadReport)

    @classmethod
    def of(cls, rows: dict[str, Array], model: PoseEstimator) -> _Postures:
        count, unread = len(rows["frame"]), np.zeros(len(rows["frame"]), np.bool_)
        keypoints = np.full((count, len(SKELETONS[model.skeleton]), 3), np.nan, np.float32)
        keypoints[..., 2] = 0.0
        frame, t, track_id, xyxy = (rows[name] for name in ("frame", "t", "track_id", "xyxy"))
        return cls(frame, t, track_id, xyxy, keypoints, unread, unread.copy())

    def to_read(self, first: BoolArray) -> Iterator[BoolArray]:
        """Rows to read, twice: some pictures, then the others in which somebody is too quick for a curve."""
        yield first
        for rows, read, rest in self._people(~first):
            t_s, boxes = self.t[rows], self.xyxy[rows]
            quick = too_quick(t_s[read], self.keypoints[rows][read], boxes[read], t_s[rest])
            self.calm[rows[rest]] = ~quick
        yield ~first & ~self.calm

    def read(self, reader: VideoReader, span: Span, rows: BoolArray, model: PoseEstimator) -> Iterator[float]:
        """Read these rows, and tell after each picture how much of the window is done."""
        wanted = np.zeros(len(reader.timebase), np.bool_)
        wanted[self.frame[rows]] = True
        total = max(1, len(np.unique(self.frame)))
        for frame in reader.frames(span.start, span.stop, wanted=wanted):
            here = np.flatnonzero((self.frame == frame.index) & rows)
            self.keypoints[here] = model.estimate(frame.image_bgr, self.xyxy[here])
            self.measured[here] = True
            yield (self.report.delivered + reader.report.delivered) / total
        self.report.expected += reader.report.expected
        self.report.delivered += reader.report.delivered

    def arrays(self) -> dict[str, Array]:
        """The series: what was read, and what could be put between."""
        between = self.calm & ~self.measured
        for rows, read, rest in self._people(between):
            self.keypoints[rows[rest]] = put_between(self.t[rows[read]], self.keypoints[rows[read]], self.t[rows[rest]])
        between &= (self.keypoints[..., 2] > 0).any(axis=1)
        kept = self.measured | between
        columns = {name: getattr(self, name)[kept] for name in ("frame", "t", "track_id", "keypoints")}
        return {**columns, "interpolated": between[kept]}

    def _people(self, unread: BoolArray) -> Iterator[tuple[Array, BoolArray, BoolArray]]:
        """Each person with rows in `unread`: the rows, and which of them were read and which are unread."""
        for number in np.unique(self.track_id[unread]):
            rows = np.flatnonzero(self.track_id == number)
            yield rows, self.measured[rows], unread[rows]


def most_important(tracks: dict[str, Array], people: int) -> Int32Array:
    """Numbers of the `people` tracks that are longest in view and largest: the sum of their boxes' heights."""
    numbers, place = np.unique(tracks["track_id"], return_inverse=True)
    if people == EVERYONE or len(numbers) <= people:
        return np.asarray(numbers, np.int32)
    weight = np.bincount(place, weights=tracks["xyxy"][:, 3] - tracks["xyxy"][:, 1])
    order = np.argsort(-weight, kind="stable")
    return np.asarray(np.sort(numbers[order[:people]]), np.int32)


STEP = PoseStep()
