"""What the steps have in common: naming a choice by its hash, and signing, skipping and finishing artefacts."""

from __future__ import annotations

import os
import socket
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

import numpy as np

from pipeline.artefacts import SCHEMA_VERSION, Array, Artefacts, Stamp, artefacts_of
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


class WindowedStep(ArtefactStep):
    """A step that runs once a time window and leaves one file each; who finishes the last writes the index."""

    series: ClassVar[ArtefactName]

    @abstractmethod
    def compute(self, context: StepContext, span: Span) -> tuple[dict[str, Array], StepResult]:
        """The window's arrays (of `series`) and what is recorded with them."""

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
        arrays, result = self.compute(context, span)
        stamp = stamped(context, params_hash, models=self.models(context), facts=self.facts(context))
        context.report(1.0)
        store.write_window(self.series, span.window, arrays, stamp)
        if self._all_stand(store, every, params_hash):
            store.write_manifest(self.series, stamp, [span.entry() for span in every])
        return result

    def discard(self, context: StepContext) -> None:
        """Remove what a cancelled unit may have left."""
        artefacts_of(context.artefacts, context.job, context.video).discard_window(self.series, context.key.window)

    def _all_stand(self, store: Artefacts, every: Sequence[Span], params_hash: str) -> bool:
        return all(store.window_stands(self.series, span.window, params_hash) for span in every)


def stamped(
    context: StepContext,
    params_hash: str,
    *,
    models: Sequence[ModelInfo] = (),
    facts: dict[str, Any] | None = None,
) -> Stamp:
    """The signature of this step's outputs."""
    made = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "worker": f"{socket.gethostname()}:{os.getpid()}",
        "device": context.models.device,
    }
    return Stamp(params_hash, models=models, facts=facts, made=made)


def _spans(context: StepContext) -> Sequence[Span]:
    store = artefacts_of(context.artefacts, context.job, context.video)
    return spans(read_stored_timebase(store)[0], context.params.window_s)


def float32(values: object) -> Array:
    """An array of the type that artefacts store."""
    return np.asarray(values, np.float32)
