"""Messages to the workers, and to open sockets. A lost one is mended: by the clock, or by the next."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from celery import current_app
from channels.layers import get_channel_layer
from django.core.serializers.json import DjangoJSONEncoder
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from apps.feedback.events import STATE_MESSAGE, group_of

log = structlog.get_logger(__name__)

WRITE = "apps.feedback.tasks.write_feedback"
RECONCILE = "apps.feedback.tasks.reconcile"
QUEUE = "default"
SEND_TIMEOUT_S = 2.0
_RETRY = {"max_retries": 1, "interval_start": 0.1, "interval_step": 0.1, "interval_max": 0.2}


def ring(feedback_id: UUID) -> None:
    """Have a feedback written."""
    try:
        current_app.send_task(WRITE, args=[str(feedback_id)], queue=QUEUE, ignore_result=True, retry_policy=_RETRY)
    except (KombuError, RedisError, OSError) as error:
        log.warning("feedback.message_not_sent", feedback_id=str(feedback_id), error=str(error))


def announce(feedback_id: UUID, state: dict[str, Any]) -> None:
    """Bring a new state to every open socket of the feedback."""
    plain = json.loads(json.dumps(state, cls=DjangoJSONEncoder))
    _tell(feedback_id, {"type": STATE_MESSAGE, "state": plain})


def announce_access(feedback_id: UUID) -> None:
    """Have every open socket of the feedback look again whether it may stay."""
    _tell(feedback_id, {"type": "access.changed"})


def _tell(feedback_id: UUID, message: dict[str, Any]) -> None:
    try:
        async_to_sync(_send)(group_of(str(feedback_id)), message)
    except (RedisError, OSError, TimeoutError) as error:
        # The state stands in the database; the page asks for it when nothing comes.
        log.warning("feedback.not_announced", feedback_id=str(feedback_id), error=str(error))


async def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        await asyncio.wait_for(layer.group_send(group, message), SEND_TIMEOUT_S)
