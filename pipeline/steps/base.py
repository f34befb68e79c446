"""What every step is: a function of a context that reads artefacts, computes, and publishes artefacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from pipeline.ports import ArtefactStore, JobRecord, JobStore, StepKey, VideoRecord
from vision.types import ModelInfo

if TYPE_CHECKING:
    from pipeline.models import ModelPool
    from pipeline.params import ScanParams


@dataclass(frozen=True, slots=True)
class StepContext:
    """Everything a step may touch.

    Attributes:
        report: call between batches with the fraction done (0-1); raises `JobCancelled` or `LeaseLost` when the
            step must stop. The runner throttles what leaves the process.
        models: builds detectors and pose models once per worker process, on first use.
    """

    job: JobRecord
    key: StepKey
    params: ScanParams
    jobs: JobStore
    artefacts: ArtefactStore
    models: ModelPool
    report: Callable[[float], None]

    @property
    def video(self) -> VideoRecord:
        """The video of this step's camera."""
        return next(video for video in self.job.videos if video.camera == self.key.camera)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What the runner records with a finished step."""

    models: Sequence[ModelInfo] = ()
    frames: int = 0
    warnings: Sequence[str] = field(default_factory=tuple)


class Step(Protocol):
    """One step module's `STEP`."""

    def params_hash(self, context: StepContext) -> str:
        """Hash of all that decides the output: parameters, models' hashes, schema version, inputs' hashes."""
        ...

    def is_done(self, context: StepContext, params_hash: str) -> bool:
        """Whether the published output was made with the same hash."""
        ...

    def windows(self, context: StepContext) -> Sequence[int]:
        """Numbers of the windows this step fans out to; `[WHOLE]` for an unwindowed step."""
        ...

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """Compute and publish (manifest last). Safe to run twice and at the same time as itself."""
        ...

    def recall(self, context: StepContext) -> StepResult:
        """What was recorded when the standing output was made; asked after `is_done` answered True."""
        ...

    def discard(self, context: StepContext) -> None:
        """Remove what a cancelled run may have left of this unit."""
        ...
