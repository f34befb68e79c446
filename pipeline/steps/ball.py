"""Step `ball`: the ball's path, with its gaps marked."""

from __future__ import annotations

from typing import ClassVar

from pipeline.artefacts import artefacts_of, empty
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult


class BallStep(ArtefactStep):
    """Writes `ball`."""

    name: ClassVar[StepName] = StepName.BALL

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        store.write_series(ArtefactName.BALL, empty(ArtefactName.BALL), stamped(context, params_hash))
        return StepResult()


STEP = BallStep()
