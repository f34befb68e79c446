"""Telling viewers."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from apps.live import broker


def broadcast_metrics_update(session_id: uuid.UUID | str, metrics: Mapping[str, Any]) -> int:
    """Tell every viewer of a live session what is known now; returns the state's version.

    The worker's states go the same way by its sink. Versions rise with the clock, so that a state that is told after
    another is newer for every viewer, whoever tells it.

    Raises:
        redis.exceptions.RedisError: Redis is away.
    """
    version = time.time_ns() // 1_000_000
    state = {
        "type": "metrics_update",
        "version": version,
        "metrics": dict(metrics),
        "timestamp": timezone.now().isoformat().replace("+00:00", "Z"),
    }
    broker.publish(session_id, version, json.dumps(state, separators=(",", ":")))
    return version
