"""Celery tasks. Each takes ids, may run twice, at once or never; the row decides.

What writes is loaded when the first text is to be written: this module is imported by every worker.
"""

from __future__ import annotations

import uuid

import structlog
from celery import shared_task

from apps.feedback import messages

log = structlog.get_logger(__name__)


@shared_task(name=messages.WRITE, ignore_result=True)
def write_feedback(feedback_id: str) -> None:
    """Write a feedback, if it is there to be written."""
    from apps.feedback.services.writing import write

    with structlog.contextvars.bound_contextvars(feedback_id=feedback_id):
        write(uuid.UUID(feedback_id))


@shared_task(name=messages.RECONCILE, ignore_result=True)
def reconcile() -> None:
    """Ring for what was lost."""
    from apps.feedback.services.writing import reconcile as mend

    mended = mend()
    if mended:
        log.info("feedback.reconciled", rows=mended)
