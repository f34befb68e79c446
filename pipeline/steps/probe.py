"""Step `probe`: is the film readable, what is in it, when is each frame shown."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from pipeline.artefacts import Array, artefacts_of
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult


class ProbeStep(ArtefactStep):
    """Writes the timebase, with the probe's findings as its facts."""

    name: ClassVar[StepName] = StepName.PROBE

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`. Raises `VideoError` for a file that cannot be analysed."""
        from vision.video.probe import ALLOWED_FORMATS, probe
        from vision.video.timebase import read_timebase

        with context.artefacts.local_video(context.video.key) as path:
            found = probe(path, formats=ALLOWED_FORMATS)
            context.report(0.5)
            timebase = read_timebase(path)
        facts: dict[str, Any] = {
            **found.to_json(),
            "declared_s": timebase.declared_s,
            "start_s": timebase.start_s,
        }
        arrays: dict[str, Array] = {
            "frame": np.arange(len(timebase), dtype=np.int32),
            "t": timebase.t_s,
            "pts": timebase.pts,
            "keyframe": timebase.keyframe,
        }
        store = artefacts_of(context.artefacts, context.job, context.video)
        store.write_series(
            ArtefactName.TIMEBASE, arrays, stamped(context, params_hash, facts=facts, warnings=found.warnings)
        )
        return StepResult(frames=len(timebase), warnings=found.warnings)


STEP = ProbeStep()
