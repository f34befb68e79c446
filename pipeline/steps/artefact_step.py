"""What the steps have in common: naming a choice by its hash, and signing, skipping and finishing artefacts."""

from __future__ import annotations

import os
import socket
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from pipeline.artefacts import SCHEMA_VERSION, Array, Artefacts, Manifest, Meta, Stamp, artefacts_of
from pipeline.params import hash_of
from pipeline.plan import ArtefactName, StepName, spec_of
from pipeline.ports import WHOLE
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.timing import Span, read_stored_timebase, spans
from vision.types import ModelInfo


class ArtefactStep(ABC):
    """A step that runs once a video.

    Attributes:
        name: of the step.
        version: raise it when the code changes what comes out, so that old outputs are made again.
    """

    name: ClassVar[StepName]
    version: ClassVar[int] = 1

    def choices(self, context: StepContext) -> object:
        """What decides the output besides the inputs: parameters, models, the job's own data."""
        del context
        return ()

    def params_hash(self, context: StepContext) -> str:
        """See `Step.params_hash`: a chain of hashes that starts at the video's content."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        inputs = {
            need.value: context.video.sha256 if need is ArtefactName.VIDEO else store.manifest(need)["params_hash"]
            for need in sorted(spec_of(context.job.kind, self.name).needs)
        }
        return hash_of(SCHEMA_VERSION, self.name.value, self.version, self.choices(context), inputs)

    def is_done(self, context: StepContext, params_hash: str) -> bool:
        """See `Step.is_done`."""
        makes = spec_of(context.job.kind, self.name).makes
        store = artefacts_of(context.artefacts, context.job, context.video)
        return bool(makes) and all(store.stands(name, params_hash) for name in makes)

    def windows(self, context: StepContext) -> Sequence[int]:
        """See `Step.windows`."""
        del context
        return [WHOLE]

    @abstractmethod
    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""

    def discard(self, context: StepContext) -> None:
        """See `Step.discard`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        for name in sorted(spec_of(context.job.kind, self.name).makes):
            store.discard(name)

    def recall(self, context: StepContext) -> StepResult:
        """What was recorded when the standing output was made; for a step that is skipped."""
        made = sorted(spec_of(context.job.kind, self.name).makes)
        store = artefacts_of(context.artefacts, context.job, context.video)
        return _recorded(store.manifest(made[0])) if made else StepResult()


@dataclass(frozen=True, slots=True)
class WindowOutput:
    """What a window leaves: arrays of every series of the step, and what is recorded with them."""

    arrays: Mapping[ArtefactName, dict[str, Array]]
    result: StepResult


class WindowedStep(ArtefactStep):
    """A step that runs once a time window and leaves files for each; who finishes the last writes the index.

    Attributes:
        series: what decides whether a window is done; written after the series in `beside`.
    """

    series: ClassVar[ArtefactName]
    beside: ClassVar[tuple[ArtefactName, ...]] = ()

    @abstractmethod
    def compute(self, context: StepContext, span: Span) -> WindowOutput:
        """Do the window's work."""

    def models(self, context: StepContext) -> Sequence[ModelInfo]:
        """Models that decide the output."""
        del context
        return ()

    def facts(self, context: StepContext) -> dict[str, Any]:
        """Small things that readers need."""
        del context
        return {}

    def windows(self, context: StepContext) -> Sequence[int]:
        """See `Step.windows`."""
        return [span.window for span in _spans(context)]

    def is_done(self, context: StepContext, params_hash: str) -> bool:
        """See `Step.is_done`: this window's file stands, and the index if the other windows are there too."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        if not store.window_stands(self.series, context.key.window, params_hash):
            return False
        return store.stands(self.series, params_hash) or not self._all_stand(store, _spans(context), params_hash)

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        every = _spans(context)
        span = next(span for span in every if span.window == context.key.window)
        output = self.compute(context, span)
        stamp = stamped(
            context,
            params_hash,
            models=self.models(context),
            facts=self.facts(context),
            warnings=output.result.warnings,
        )
        context.report(1.0)
        for name in (*self.beside, self.series):
            store.write_window(name, span.window, output.arrays[name], stamp)
        if self._all_stand(store, every, params_hash):
            whole = replace(stamp, warnings=())
            for name in (*self.beside, self.series):
                store.write_manifest(name, whole, [span.entry() for span in every])
        return output.result

    def recall(self, context: StepContext) -> StepResult:
        """What was recorded when this window's standing output was made."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        return _recorded(store.window_meta(self.series, context.key.window))

    def discard(self, context: StepContext) -> None:
        """See `Step.discard`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        for name in (self.series, *self.beside):
            store.discard_window(name, context.key.window)

    def _all_stand(self, store: Artefacts, every: Sequence[Span], params_hash: str) -> bool:
        # From the end: the last windows are the last to be written, so a long film is not read again for each of them.
        return all(store.window_stands(self.series, span.window, params_hash) for span in reversed(every))


def _recorded(meta: Meta | Manifest) -> StepResult:
    return StepResult(models=[ModelInfo(**model) for model in meta["models"]], warnings=tuple(meta["warnings"]))


def stamped(
    context: StepContext,
    params_hash: str,
    *,
    models: Sequence[ModelInfo] = (),
    facts: dict[str, Any] | None = None,
    warnings: Sequence[str] = (),
) -> Stamp:
    """The signature of this step's outputs."""
    made = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "worker": f"{socket.gethostname()}:{os.getpid()}",
        "device": context.models.device,
    }
    return Stamp(params_hash, models=models, facts=facts, warnings=warnings, made=made)


def _spans(context: StepContext) -> Sequence[Span]:
    store = artefacts_of(context.artefacts, context.job, context.video)
    return spans(read_stored_timebase(store)[0], context.params.window_s)
