"""Step `sync`: how far every camera's clock is ahead of the first one's."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from pipeline.artefacts import Artefacts, artefacts_of
from pipeline.params import OFFSETS, TIMESTAMPS
from pipeline.plan import ArtefactName, StepName
from pipeline.rigs import size_refusal
from pipeline.steps.artefact_step import stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.joint import JointStep, rig_of, unusable
from pipeline.steps.timing import read_stored_timebase
from vision.multiview.sync import SyncError, SyncParams, correlation_at, crowd_speed, synchronise
from vision.types import Float64Array

CONTRADICTION_S = 0.1
"""Given clocks that the movement contradicts by more are refused [s]: who runs at 5 m/s is half a metre off."""
CONTRADICTION = 0.3
"""… if the movements agree better by so much, as a correlation: a stride later steps agree nearly as well."""
MIN_POSES = 10
"""A camera with people in fewer pictures shows nobody worth the name."""


class SyncStep(JointStep):
    """Writes `sync`: the offsets of the cameras that can be used, and why others cannot."""

    name: ClassVar[StepName] = StepName.SYNC

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        params = context.params
        given = params.sync, dict(params.clock_offsets_s), CONTRADICTION_S, CONTRADICTION
        return given, SyncParams(), MIN_POSES, context.job.calibration

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        job = context.job
        rig_of(job)
        for video in job.videos:
            _check_size(context, video.camera, artefacts_of(context.artefacts, job, video))
        speeds = {video.camera: _movement(artefacts_of(context.artefacts, job, video)) for video in job.videos}
        empty = [name for name, (t_s, _) in speeds.items() if len(t_s) < MIN_POSES]
        used = [name for name in speeds if name not in empty]
        if len(used) < 2:
            raise unusable(
                f"Two cameras or more must show people; {', '.join(empty)} shows nobody. "
                "Was the lens covered, or is it another film?",
                "NOT_ENOUGH_CAMERAS",
            )
        if context.key.camera in empty:
            raise unusable(f"Camera {context.key.camera} is the one that is shown, but it shows nobody.")
        offsets = self._offsets(context, {name: speeds[name] for name in used})
        warnings = tuple(f"Camera {name} shows nobody and was left out." for name in empty)
        content = {"method": context.params.sync, "offsets_s": offsets, "left_out": empty}
        store = artefacts_of(context.artefacts, job, context.video)
        store.write_json(ArtefactName.SYNC, content, stamped(context, params_hash, warnings=warnings))
        return StepResult(warnings=warnings)

    @staticmethod
    def _offsets(context: StepContext, speeds: dict[str, tuple[Float64Array, Float64Array]]) -> dict[str, float]:
        if context.params.sync in (TIMESTAMPS, OFFSETS):
            given = context.params.clock_offsets_s if context.params.sync == OFFSETS else {}
            first = given.get(context.key.camera, 0.0)
            offsets = {name: float(given.get(name, 0.0)) - first for name in speeds}
            _check_clocks(speeds, offsets, context.key.camera)
            return offsets
        try:
            found = synchronise(speeds)
        except SyncError as error:
            raise unusable(
                f"{error.message[:1].upper()}{error.message[1:]}. Film a jump or a clap that all cameras see, or enter "
                "the cameras' offsets.",
                "NOT_SYNCHRONISED",
            ) from error
        return {name: seconds - found[context.key.camera] for name, seconds in found.items()}


def _check_clocks(speeds: dict[str, tuple[Float64Array, Float64Array]], offsets: dict[str, float], first: str) -> None:
    """Refuse given clocks where what moves tells others and speaks against these; else they are believed."""
    try:
        found = synchronise(speeds)
    except SyncError:
        return
    for name, offset in offsets.items():
        seconds = found[name] - found[first]
        if abs(seconds - offset) <= CONTRADICTION_S:
            continue
        agrees, given = (correlation_at(speeds[first], speeds[name], each) for each in (seconds, offset))
        if given <= agrees - CONTRADICTION:
            raise unusable(
                f"The clocks are not as given: by what moves in the films, camera {name} is {seconds:+.2f} s against "
                f"{first}, not {offset:+.2f} s. Let the clocks be matched by the movement, or enter these offsets.",
                "NOT_SYNCHRONISED",
            )


def _movement(store: Artefacts) -> tuple[Float64Array, Float64Array]:
    """Times [s] and mean vertical speed of everybody in one camera."""
    parts = []
    for _, rows in store.iter_windows(ArtefactName.POSES):
        people = [rows["track_id"] == track for track in np.unique(rows["track_id"])]
        parts.append(crowd_speed([(rows["t"][mine], rows["keypoints"][mine]) for mine in people]))
    times, speeds = zip(*parts, strict=True) if parts else ((), ())
    return np.concatenate([np.zeros(0), *times]), np.concatenate([np.zeros(0), *speeds])


def _check_size(context: StepContext, camera: str, store: Artefacts) -> None:
    calibrated = (context.job.calibration or {})["cameras"][camera].get("size")
    _, facts = read_stored_timebase(store)
    refusal = size_refusal(camera, calibrated, (int(facts["width"]), int(facts["height"])))
    if refusal:
        raise unusable(refusal, "CALIBRATION_SIZE")


STEP = SyncStep()
