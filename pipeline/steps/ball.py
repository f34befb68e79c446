"""Step `ball`: the ball's path through the film, with its gaps marked."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from pipeline.artefacts import Array, Artefacts, artefacts_of
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.timing import analysed, read_stored_timebase
from vision.tracking.ball import BallCandidates, BallParams, find_ball
from vision.types import CLASS_BALL, PEOPLE

_PERSON_M = 1.75
"""Usual height of the people in the picture [m]: gives the rough size of a metre that the ball's motion needs."""
_UNKNOWN_PX_PER_M = 50.0
"""Where no people are: a metre of a pitch that fills half of a 1080-row picture [px]."""


class BallStep(ArtefactStep):
    """Writes `ball`."""

    name: ClassVar[StepName] = StepName.BALL

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        del context
        return BallParams()

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        timebase, _ = read_stored_timebase(store)
        frames = np.flatnonzero(analysed(timebase, context.params)).astype(np.int32)
        candidates, px_per_m = _candidates(store)
        context.report(0.3)
        path = find_ball(candidates, frames, timebase.t_s[frames], px_per_m, BallParams())
        arrays: dict[str, Array] = {
            "frame": path.frame,
            "t": timebase.t_s[path.frame],
            "xy": path.xy,
            "score": path.score,
            "interpolated": path.interpolated,
        }
        store.write_series(ArtefactName.BALL, arrays, stamped(context, params_hash))
        return StepResult(frames=len(path.frame))


def _candidates(store: Artefacts) -> tuple[BallCandidates, float]:
    """Every ball that the detector saw, and the size of a metre in the picture [px]."""
    frame: list[Array] = [np.zeros(0, np.int32)]
    xy: list[Array] = [np.zeros((0, 2), np.float32)]
    score: list[Array] = [np.zeros(0, np.float32)]
    heights: list[float] = []
    for _, rows in store.iter_windows(ArtefactName.DETECTIONS):
        balls = rows["cls"] == CLASS_BALL
        frame.append(rows["frame"][balls])
        xy.append((rows["xyxy"][balls, :2] + rows["xyxy"][balls, 2:]) / 2)
        score.append(rows["score"][balls])
        people = rows["xyxy"][np.isin(rows["cls"], PEOPLE)]
        if len(people):
            heights.append(float(np.median(people[:, 3] - people[:, 1])))
    size = float(np.median(heights)) / _PERSON_M if heights else _UNKNOWN_PX_PER_M
    return BallCandidates(np.concatenate(frame), np.concatenate(xy), np.concatenate(score)), max(size, 1.0)


STEP = BallStep()
