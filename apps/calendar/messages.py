"""Messages to the workers."""

from __future__ import annotations

import structlog
from celery import current_app
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

READ_WORDS = "apps.calendar.tasks.read_words"
QUEUE = "default"
_RETRY = {"max_retries": 0}


def send_words(ticket: str, event_id: str, instruction: str, today: str, *, expires_s: float) -> bool:
    """Ask a worker to read words; whether the message is on its way."""
    try:
        current_app.send_task(
            READ_WORDS,
            args=[ticket, event_id, instruction, today],
            queue=QUEUE,
            ignore_result=True,
            expires=expires_s,
            retry_policy=_RETRY,
        )
    except (KombuError, RedisError, OSError) as error:
        log.warning("calendar.message_not_sent", error=str(error))
        return False
    return True
