"""Errors of the pipeline: each knows whether trying again can help and what to tell a coach."""

from __future__ import annotations


class PipelineError(Exception):
    """Base of every expected failure of a step or of the engine.

    Attributes:
        code: stable upper-case code, stored with the job.
        message: a sentence a coach understands.
        retryable: whether another attempt can succeed without anyone changing anything.
    """

    code = "PROCESSING_ERROR"
    retryable = False

    def __init__(self, message: str, *, code: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.retryable = self.retryable if retryable is None else retryable


class ArtefactError(PipelineError):
    """An artefact is missing, damaged or of another schema version; the message says which step to run again."""

    code = "ARTEFACT_ERROR"


class PlanError(PipelineError):
    """A plan asks for something no earlier step makes."""

    code = "IMPOSSIBLE_PLAN"


class JobCancelled(PipelineError):
    """The job was cancelled while the step worked."""

    code = "CANCELLED"


class LeaseLost(PipelineError):
    """Another worker took the step over; this one must leave without publishing."""

    code = "LEASE_LOST"


def worker_lost(step: str, attempts: int) -> PipelineError:
    """What a job fails with when its workers die again and again at the same step."""
    return PipelineError(
        f"The computer that analyses stopped {attempts} times at step '{step}', most likely for want of memory. "
        "Press retry, or choose the fast preset; if it stops again, tell whoever runs this server.",
        code="WORKER_LOST",
    )
