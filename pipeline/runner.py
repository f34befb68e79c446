"""One unit of work from claim to record, and the fan-in after it.

claim → skip if the output stands → run → publish (by the step) → record → whoever finishes the last row of a step opens
the next. Everything here may happen twice, at once or never; the job store decides, messages only ring.
"""

from __future__ import annotations

import errno
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from pipeline.errors import JobCancelled, LeaseLost, PipelineError
from pipeline.heartbeat import Heartbeat, Timing
from pipeline.liveness import is_dead
from pipeline.plan import Queue, StepName, StepSpec, next_step, route_of, spec_of
from pipeline.ports import (
    WHOLE,
    Claim,
    ClaimOutcome,
    JobOverview,
    JobRecord,
    JobStatus,
    Lease,
    Ports,
    StepKey,
    StepSummary,
    VideoRecord,
)
from pipeline.room import WaitingForRoom
from vision.errors import VisionError

if TYPE_CHECKING:
    from pipeline.models import ModelPool
    from pipeline.params import ScanParams
    from pipeline.steps.base import Step, StepContext, StepResult

log = logging.getLogger(__name__)


class Bell(Protocol):
    """Publishes messages that say "there may be work"; the only thing the runner needs of a broker."""

    def ring(self, spec: StepSpec, keys: Sequence[StepKey]) -> bool:
        """Publish one message a key; False when the broker did not take them (reconcile rings later)."""
        ...

    def depth(self, queue: Queue) -> int:
        """Messages waiting in a queue."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What the steps work with, built once a process.

    Attributes:
        steps: the step of a name (`pipeline.steps.registry.get`).
        params: the parameters of a job (preset and overrides).
        device: what the models run on, as recorded with each step.
    """

    steps: Callable[[StepName], Step]
    params: Callable[[JobRecord], ScanParams]
    models: ModelPool
    device: str = "cpu"


Translate = Callable[[Exception, StepKey], PipelineError]


@dataclass(frozen=True, slots=True)
class Runner:
    """Works on steps with the installed ports.

    Attributes:
        worker: who works, for the records (host and process).
        translate: turns any exception of a step into what the job records.
    """

    ports: Ports
    tools: Tools
    bell: Bell
    worker: str = ""
    timing: Timing = field(default_factory=Timing)
    translate: Translate = field(default_factory=lambda: as_pipeline_error)

    def run(self, key: StepKey) -> ClaimOutcome:
        """Work on one unit if it may be worked on now; harmless when called twice, at once or too late."""
        claim = self.ports.jobs.claim(
            key,
            worker=self.worker,
            device=self.tools.device,
            lease_s=self.timing.lease_s,
            max_attempts=self.timing.max_attempts,
        )
        if claim.outcome is ClaimOutcome.CLAIMED:
            self._work(key, claim)
        elif claim.outcome is ClaimOutcome.DONE:
            self._after(key.job_id, key.step)
        elif claim.outcome is ClaimOutcome.STOPPED:
            log.info("step %s is not to be worked on: its job stopped or stands elsewhere", key)
        return claim.outcome

    def continue_job(self, job_id: str) -> None:
        """Open the job's current step if need be and ring for what waits; start, resume and repair are all this."""
        step = self.ports.jobs.current_step(job_id)
        if step is not None:
            self._open(job_id, step)

    def reconcile(self) -> int:
        """Ring for lost messages and dead workers, wake stalled jobs; answers how many were mended."""
        for key in self.ports.jobs.bury(is_dead):
            log.warning("the worker of step %s is dead", key)
        due = set(self.ports.jobs.due(rung_before_s=self.timing.ring_again_s))
        lost = set(self.ports.jobs.due(rung_before_s=self.timing.ring_lost_s)) - due
        silent = {step: self.bell.depth(route_of(step).queue) == 0 for step in {key.step for key in lost}}
        due |= {key for key in lost if silent[key.step]}
        for step in sorted({key.step for key in due}):
            self._ring(step, sorted((key for key in due if key.step == step), key=lambda key: (key.job_id, key.window)))
        stalled = self.ports.jobs.stalled()
        for job_id in stalled:
            self.continue_job(job_id)
        return len(due) + len(stalled)

    def _ring(self, step: StepName, keys: Sequence[StepKey]) -> None:
        if keys and self.bell.ring(route_of(step), keys):
            self.ports.jobs.rang(keys)

    def _open(self, job_id: str, step: StepName) -> None:
        jobs = self.ports.jobs
        job = jobs.load(job_id)
        for video in job.videos[:1] if spec_of(job.kind, step).joint else job.videos:
            try:
                windows = self._windows(job, step, video)
            except Exception as error:  # noqa: BLE001 — whatever it is, the job must say so and not hang
                self._fail_opening(StepKey(job_id, step, WHOLE, video.camera), error)
                return
            jobs.open_step(job_id, step, windows, video.camera)
        self.ports.progress.job_changed(job_id)
        waiting = jobs.waiting(job_id, step)
        self._ring(step, waiting)
        if not waiting:
            self._after(job_id, step)

    def _windows(self, job: JobRecord, step: StepName, video: VideoRecord) -> Sequence[int]:
        context = self._context(job, StepKey(job.job_id, step, WHOLE, video.camera), lambda _fraction: None)
        windows = self.tools.steps(step).windows(context) if spec_of(job.kind, step).windowed else [WHOLE]
        if not windows:
            raise PipelineError("The film has no frames to look at; it must be longer.", code="TOO_SHORT")
        return windows

    def _fail_opening(self, key: StepKey, error: Exception) -> None:
        self.ports.jobs.open_step(key.job_id, key.step, [key.window], key.camera)
        claim = self.ports.jobs.claim(
            key, worker=self.worker, device="", lease_s=self.timing.lease_s, max_attempts=self.timing.max_attempts
        )
        if claim.outcome is ClaimOutcome.CLAIMED:
            self._fail(key, claim, error)

    def _context(self, job: JobRecord, key: StepKey, report: Callable[[float], None]) -> StepContext:
        from pipeline.steps.base import StepContext

        return StepContext(
            job=job,
            key=key,
            params=self.tools.params(job),
            jobs=self.ports.jobs,
            artefacts=self.ports.artefacts,
            models=self.tools.models,
            report=report,
        )

    def _work(self, key: StepKey, claim: Claim) -> None:
        log.info("step %s starts, attempt %d", key, claim.attempt)
        job: JobRecord | None = None
        try:
            with Heartbeat(self.ports, key, claim.token, self.timing) as heartbeat:
                heartbeat.report(0.0)
                job = self.ports.jobs.load(key.job_id)
                summary = self._compute(job, key, heartbeat)
        except JobCancelled:
            self._clear(key, claim)
        except LeaseLost:
            log.warning("step %s was taken over by another worker; leaving without a trace", key)
            self._clear_deleted(key, job)
        except Exception as error:  # noqa: BLE001 — the one place where failure is written down
            self._fail(key, claim, error)
            self._clear_deleted(key, job)
        else:
            if self.ports.jobs.finish(key, claim.token, summary):
                log.info("step %s is done, %.1f s", key, summary["compute_s"])
                self._after(key.job_id, key.step)
            else:
                self._clear_deleted(key, job)

    def _compute(self, job: JobRecord, key: StepKey, heartbeat: Heartbeat) -> StepSummary:
        context = self._context(job, key, heartbeat.report)
        room = WaitingForRoom(context.artefacts, heartbeat.check, self.timing.room_s)
        context = replace(context, artefacts=room)
        step = self.tools.steps(key.step)
        params_hash = step.params_hash(context)
        began = time.monotonic()
        if step.is_done(context, params_hash):
            log.info("step %s: the output stands already", key)
            return _summary(params_hash, step.recall(context), self.tools.device, 0.0)
        result = step.run(context, params_hash)
        return _summary(params_hash, result, self.tools.device, time.monotonic() - began)

    def _after(self, job_id: str, step: StepName) -> None:
        jobs = self.ports.jobs
        if jobs.unfinished(job_id, step):
            return
        following = next_step(jobs.load(job_id).kind, step)
        if following is None:
            if jobs.complete(job_id):
                self.ports.progress.job_changed(job_id)
        elif jobs.advance(job_id, step):
            self._open(job_id, following.name)

    def _fail(self, key: StepKey, claim: Claim, error: Exception) -> None:
        failure = self.translate(error, key)
        log.error("step %s failed (%s), attempt %d", key, failure.code, claim.attempt, exc_info=error)
        again = self.ports.jobs.release(key, claim.token, failure, max_attempts=self.timing.max_attempts)
        if not again:
            self.ports.progress.job_changed(key.job_id)

    def _clear(self, key: StepKey, claim: Claim) -> None:
        """Remove what a cancelled unit left, unless somebody opened the job again in the meantime."""
        log.info("step %s stops: the job was cancelled", key)
        if self.ports.jobs.renew(key, claim.token, lease_s=self.timing.lease_s) is not Lease.CANCELLED:
            return
        job = self.ports.jobs.load(key.job_id)
        self.tools.steps(key.step).discard(self._context(job, key, lambda _fraction: None))

    def _clear_deleted(self, key: StepKey, job: JobRecord | None) -> None:
        """Remove what was written after somebody deleted the session with all its files."""
        try:
            self.ports.jobs.load(key.job_id)
        except PipelineError as error:
            if error.code == "NOT_FOUND" and job is not None:
                self.tools.steps(key.step).discard(self._context(job, key, lambda _fraction: None))


class LocalBell:
    """A bell for one process: what it was told to ring for waits in a list."""

    def __init__(self) -> None:
        self.keys: deque[StepKey] = deque()

    def ring(self, spec: StepSpec, keys: Sequence[StepKey]) -> bool:
        """Remember the keys in order."""
        del spec
        self.keys.extend(keys)
        return True

    def depth(self, queue: Queue) -> int:
        """How many keys wait, whichever the queue."""
        del queue
        return len(self.keys)


def run_to_end(ports: Ports, tools: Tools, job_id: str) -> JobOverview:
    """Run a whole job in this process, one try a step; answers how it ended (`manage.py scan`, tests)."""
    bell = LocalBell()
    runner = Runner(ports, tools, bell, worker="local", timing=Timing(max_attempts=1))
    runner.continue_job(job_id)
    while bell.keys:
        runner.run(bell.keys.popleft())
    overview = ports.jobs.overview(job_id)
    if overview.status in (JobStatus.QUEUED, JobStatus.RUNNING):
        raise PipelineError(f"The job stopped at step '{overview.step}' without an end.", code="STALLED")
    return overview


def as_pipeline_error(error: Exception, key: StepKey) -> PipelineError:
    """What a coach is told and whether another try can help; the original stays as the cause for staff."""
    failure = _known(error) or PipelineError(
        f"Something went wrong at '{route_of(key.step).label}'. Press retry; if it fails again, tell whoever runs this "
        "server: the details are kept for them.",
        code="SERVER_ERROR",
        retryable=True,
    )
    if failure is not error:
        failure.__cause__ = error
    return failure


def _known(error: Exception) -> PipelineError | None:
    if isinstance(error, PipelineError):
        return error
    if isinstance(error, VisionError):
        return PipelineError(error.message, code=error.code)
    if isinstance(error, MemoryError):
        return PipelineError(
            "This film needs more memory than the computer has free. Choose the fast preset, or free memory and retry.",
            code="OUT_OF_MEMORY",
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return PipelineError(
            "The server's disk is full. Ask whoever runs it to make room, then press retry.", code="DISK_FULL"
        )
    return None


def _summary(params_hash: str, result: StepResult, device: str, compute_s: float) -> StepSummary:
    return StepSummary(
        params_hash=params_hash,
        models=[{"key": info.key, "version": info.version, "sha256": info.sha256} for info in result.models],
        device=device,
        frames=result.frames,
        compute_s=compute_s,
        warnings=list(result.warnings),
    )
