"""Who writes a feedback: one worker at a time, told by the row; a silent one loses it after seconds."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from types import TracebackType

import structlog
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.feedback.models import Feedback, FeedbackStatus

log = structlog.get_logger(__name__)

LEASE_S = 20.0
"""What a killed worker costs."""
RENEW_S = 5.0
MOST_ATTEMPTS = 3


class LeaseLost(Exception):
    """Another worker has it, or the feedback was deleted: nothing of this one may be kept."""


def claim(feedback_id: uuid.UUID) -> uuid.UUID | None:
    """Take a feedback that is queued, or whose worker is silent; `None` where there is nothing to take."""
    token, now = uuid.uuid4(), timezone.now()
    free = Q(status=FeedbackStatus.QUEUED) | Q(status=FeedbackStatus.RUNNING, lease_until__lt=now)
    taken = Feedback.objects.filter(free, pk=feedback_id, attempts__lt=MOST_ATTEMPTS).update(
        status=FeedbackStatus.RUNNING,
        worker=token,
        lease_until=now + timedelta(seconds=LEASE_S),
        attempts=F("attempts") + 1,
        version=F("version") + 1,
        text="",
    )
    return token if taken else None


def held(feedback_id: uuid.UUID, token: uuid.UUID, **changes: object) -> None:
    """Change the row while it is ours.

    Raises:
        LeaseLost: it is not.
    """
    rows = Feedback.objects.filter(pk=feedback_id, worker=token, status=FeedbackStatus.RUNNING)
    if not rows.update(**changes):
        raise LeaseLost(str(feedback_id))


class Heartbeat:
    """While the context is open, renews the lease; an engine in the cloud may think for a minute."""

    def __init__(self, feedback_id: uuid.UUID, token: uuid.UUID) -> None:
        self._id, self._token = feedback_id, token
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="feedback lease", daemon=True)

    def __enter__(self) -> Heartbeat:
        # Within a transaction (tests) another connection would see, and on SQLite change, nothing.
        if not transaction.get_connection().in_atomic_block:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(RENEW_S):
                held(self._id, self._token, lease_until=timezone.now() + timedelta(seconds=LEASE_S))
        except LeaseLost:
            log.info("feedback.lease_lost", feedback_id=str(self._id))
        except Exception:
            log.exception("feedback.lease_not_renewed", feedback_id=str(self._id))
        finally:
            connection.close()
