"""Steps that do what a script says: deterministic bytes out of the inputs' bytes, in batches, with hooks between."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.artefacts import artefacts_of
from pipeline.models import ModelPool
from pipeline.params import params_of
from pipeline.plan import QUICK_PLAN, ArtefactName, StepName, spec_of
from pipeline.ports import WHOLE, PlayerResult, Results
from pipeline.runner import Tools
from pipeline.steps.base import StepContext, StepResult
from vision.types import ModelInfo

WINDOWS = (0, 1, 2)
BATCHES = 4
MODEL = ModelInfo("scripted", "1", "0" * 64)

Hook = Callable[[StepContext, int], None]


def no_hook(context: StepContext, batch: int) -> None:
    """Do nothing."""
    del context, batch


@dataclass
class ScriptedStep:
    """One step. `runs` counts how often each window was computed in this process."""

    name: StepName
    hook: Hook = no_hook
    runs: list[int] = field(default_factory=list)

    def params_hash(self, context: StepContext) -> str:
        return hashlib.sha256(f"{self.name} {self._input(context)}".encode()).hexdigest()

    def is_done(self, context: StepContext, params_hash: str) -> bool:
        outputs = self._outputs(context)
        return bool(outputs) and all(
            context.artefacts.exists(key) and context.artefacts.read(key).startswith(params_hash.encode())
            for key in outputs
        )

    def windows(self, context: StepContext) -> Sequence[int]:
        return WINDOWS if spec_of(context.job.kind, self.name).windowed else [WHOLE]

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        self.runs.append(context.key.window)
        for batch in range(BATCHES):
            self.hook(context, batch)
            context.report(batch / BATCHES)
        content = f"{params_hash} {self.name} {context.key.window} {self._input(context)}".encode()
        for key in self._outputs(context):
            context.artefacts.write(key, content)
        if self.name is StepName.PUBLISH:
            context.jobs.save_results(context.job.job_id, results(hashlib.sha256(content).hexdigest()))
        return StepResult(models=[MODEL], frames=10, warnings=())

    def recall(self, context: StepContext) -> StepResult:
        return StepResult(models=[MODEL], frames=10)

    def discard(self, context: StepContext) -> None:
        for key in self._outputs(context):
            context.artefacts.delete(key)
        store = artefacts_of(context.artefacts, context.job, context.video)
        for name in spec_of(context.job.kind, self.name).makes:
            if context.key.window == WHOLE:
                store.discard(name)
            else:
                store.discard_window(name, context.key.window)

    def _outputs(self, context: StepContext) -> list[str]:
        store = artefacts_of(context.artefacts, context.job, context.video)
        window = None if context.key.window == WHOLE else context.key.window
        return [store.key(name, window) for name in sorted(spec_of(context.job.kind, self.name).makes)]

    def _input(self, context: StepContext) -> str:
        store = artefacts_of(context.artefacts, context.job, context.video)
        digest = hashlib.sha256(context.video.sha256.encode())
        for name in sorted(spec_of(context.job.kind, self.name).needs - {ArtefactName.VIDEO}):
            windowed = any(name in spec.makes and spec.windowed for spec in QUICK_PLAN)
            for window in WINDOWS if windowed else [None]:
                digest.update(context.artefacts.read(store.key(name, window)))
        if self.name is StepName.WORLD:
            digest.update(repr(context.job.calibration).encode())
        return digest.hexdigest()


def results(digest: str) -> Results:
    """Results whose one figure depends on every byte before it."""
    value = int(digest[:6], 16) / 1e6
    entry = {"value": value, "unit": "m/s", "low": value - 1, "high": value + 1, "n": 5, "coverage": 1.0}
    player = PlayerResult(
        track_id=1,
        player_id=None,
        grade="B",
        groups={"speed": {"max_speed_mps": entry}, "distance": {"total_distance_m": {"absent": "no metres"}}},
        quality={"digest": digest},
        series=None,
        details={},
    )
    return Results(catalogue_version="1", players=[player], events=[], tracks=[{"track_id": 1, "player_id": None}])


def scripted_steps(hook: Hook = no_hook) -> dict[StepName, ScriptedStep]:
    """All steps of the quick plan with one hook."""
    return {spec.name: ScriptedStep(spec.name, hook) for spec in QUICK_PLAN}


def scripted_tools(steps: dict[StepName, ScriptedStep]) -> Tools:
    """Tools that need no model."""
    return Tools(steps=steps.__getitem__, params=params_of, models=ModelPool(Path()), device="cpu")
