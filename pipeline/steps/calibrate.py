"""Step `calibrate`: does the chosen calibration fit this film?

`world` reads the calibration from the job again, because a coach may choose another one later and only `world` and what
follows it run anew.
"""

from __future__ import annotations

from typing import ClassVar

from pipeline.artefacts import artefacts_of
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.scale import job_calibration
from pipeline.steps.timing import read_stored_timebase
from vision.calibration.homography import PitchHomography
from vision.errors import CalibrationError


class CalibrateStep(ArtefactStep):
    """Writes `calibration`."""

    name: ClassVar[StepName] = StepName.CALIBRATE

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        return context.job.calibration

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`. Raises `CalibrationError` when the calibration was made on pictures of another shape."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        _, facts = read_stored_timebase(store)
        calibration = job_calibration(context.job)
        if calibration is not None:
            check_fits(calibration, (int(facts["width"]), int(facts["height"])))
        content = {"data": dict(calibration.to_dict()) if calibration is not None else None}
        warnings = calibration.warnings if calibration is not None else ()
        store.write_json(ArtefactName.CALIBRATION, content, stamped(context, params_hash, warnings=warnings))
        return StepResult(warnings=warnings)


def check_fits(calibration: PitchHomography, size: tuple[int, int]) -> None:
    """Refuse a calibration that was marked on pictures of another size."""
    if calibration.image_size != size:
        made = "x".join(map(str, calibration.image_size))
        raise CalibrationError(
            f"The calibration was made on pictures of {made} pixels, the film has {size[0]}x{size[1]}. "
            "Mark the pitch in this film, or choose a calibration made with the same camera and size."
        )


STEP = CalibrateStep()
