"""What the steps over all cameras have in common: the rig, the clocks, and everybody's keypoints by one clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.artefacts import SCHEMA_VERSION, Artefacts, artefacts_of
from pipeline.errors import PipelineError
from pipeline.params import hash_of
from pipeline.plan import ArtefactName, spec_of
from pipeline.ports import JobRecord
from pipeline.steps.artefact_step import ArtefactStep
from pipeline.steps.base import StepContext
from pipeline.steps.timing import analysed, read_stored_timebase
from vision.multiview.cameras import CameraRig
from vision.multiview.resample import keypoints_at
from vision.skeletons import SKELETONS, Skeleton
from vision.types import Float32Array, Float64Array, Int32Array

RIG = "rig"
"""Kind of a calibration that has several cameras."""
GAP_PICTURES = 2.5
"""Keypoints are joined over up to this many pictures' distance."""
_OF_EACH_CAMERA = frozenset({ArtefactName.TIMEBASE, ArtefactName.TRACKS, ArtefactName.POSES})


class JointStep(ArtefactStep):
    """A step that runs once for all cameras and leaves its artefacts with the first."""

    def params_hash(self, context: StepContext) -> str:
        """See `Step.params_hash`: of every camera's inputs."""
        inputs = {}
        for need in sorted(spec_of(context.job.kind, self.name).needs):
            videos = context.job.videos if need in _OF_EACH_CAMERA else context.job.videos[:1]
            for video in videos:
                store = artefacts_of(context.artefacts, context.job, video)
                inputs[f"{need.value}@{video.camera}"] = store.manifest(need)["params_hash"]
        return hash_of(SCHEMA_VERSION, self.name.value, self.version, self.choices(context), inputs)


@dataclass(frozen=True, slots=True)
class CameraFilm:
    """One camera's film beside the others.

    Attributes:
        camera: place in the rig.
        offset_s: how far its clock is ahead of the first camera's [s].
        interval_s: between two pictures with postures, usually [s].
    """

    name: str
    camera: int
    store: Artefacts
    offset_s: float
    interval_s: float

    def keypoints(self, wanted_s: Float64Array) -> Iterator[tuple[int, Float32Array]]:
        """Every track and its keypoints `(N, K, 3)` at times of the first camera's clock `(N,)` [s]."""
        if not len(wanted_s):
            return
        gap_s = GAP_PICTURES * self.interval_s
        here = wanted_s + self.offset_s
        rows = self.store.read_range(ArtefactName.POSES, float(here[0]) - gap_s, float(here[-1]) + gap_s)
        for track in np.unique(rows["track_id"]).tolist():
            mine = rows["track_id"] == track
            yield track, keypoints_at(rows["t"][mine], rows["keypoints"][mine], here, max_gap_s=gap_s)


@dataclass(frozen=True, slots=True)
class JointFilm:
    """All cameras' films that can be used together, by the first camera's clock.

    Attributes:
        frames, t_s: analysed frames of the first camera and their times [s].
    """

    rig: CameraRig
    cameras: tuple[CameraFilm, ...]
    skeleton: Skeleton
    frames: Int32Array
    t_s: Float64Array

    @classmethod
    def read(cls, context: StepContext, offsets_s: Mapping[str, float]) -> JointFilm:
        """The cameras that have an offset."""
        used = [video for video in context.job.videos if video.camera in offsets_s]
        rig = rig_of(context.job, [video.camera for video in used])
        cameras = []
        for place, video in enumerate(used):
            store = artefacts_of(context.artefacts, context.job, video)
            interval_s = pose_interval_s(store)
            cameras.append(CameraFilm(video.camera, place, store, offsets_s[video.camera], interval_s))
        first = artefacts_of(context.artefacts, context.job, context.video)
        timebase, _ = read_stored_timebase(first)
        frames = np.flatnonzero(analysed(timebase, context.params)).astype(np.int32)
        name = str(first.manifest(ArtefactName.POSES)["facts"]["skeleton"])
        return cls(rig, tuple(cameras), SKELETONS[name], frames, timebase.t_s[frames])


def rig_of(job: JobRecord, names: list[str] | None = None) -> CameraRig:
    """The calibrated cameras of a job's films, in the films' order.

    Raises:
        PipelineError: `NOT_CALIBRATED`, the job has no rig, or a film's camera is not in it.
        CameraError: a camera cannot be one.
    """
    data: Mapping[str, Any] = job.calibration or {}
    if data.get("kind") != RIG:
        raise PipelineError("Several cameras need a calibration that says where each stands.", code="NOT_CALIBRATED")
    cameras = data["cameras"]
    wanted = names if names is not None else [video.camera for video in job.videos]
    missing = [name for name in wanted if name not in cameras]
    if missing:
        raise PipelineError(
            f"The calibration has no camera {', '.join(missing)}; it has {', '.join(cameras)}.", code="NOT_CALIBRATED"
        )
    return CameraRig.from_params({name: cameras[name] for name in wanted})


def pose_interval_s(store: Artefacts) -> float:
    """Usual time between two pictures in which postures were read [s]; infinite where there are not two."""
    steps = []
    for _, rows in store.iter_windows(ArtefactName.POSES):
        steps.append(np.diff(np.unique(rows["t"])))
    every = np.concatenate([np.zeros(0), *steps])
    return float(np.median(every)) if len(every) else float("inf")


def unusable(message: str, code: str = "CAMERAS_DISAGREE") -> PipelineError:
    """Films that cannot be brought together; another try would not help."""
    return PipelineError(message, code=code)
