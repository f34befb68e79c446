"""Asking a language model what a change in words means: a worker asks, the web process waits a little for its answer.

What comes back is an `Intent` like the parser's: the same closed list of wishes, judged and shown in the same way.
"""

from __future__ import annotations

import json
import time
import uuid
from datetime import date
from typing import Any

import structlog
from django.core.cache import caches
from redis.exceptions import RedisError

from apps.calendar import messages
from apps.calendar.instructions.intent import Intent
from apps.calendar.models import TrainingEvent
from apps.feedback.services.forms import fill, may_ask
from apps.safety.inputs import zone_named

log = structlog.get_logger(__name__)

WAIT_S = 8.0
"""Longer than most answers of a model; after it the coach is asked to say it in other words."""
LOOK_EVERY_S = 0.05
KEPT_S = 60
NOTHING = "nothing"


def ask_model(instruction: str, event: TrainingEvent, today: date) -> tuple[Intent, str] | None:
    """What a language model reads in the words, and its name; None where none is set, or it gave no answer in time."""
    people = {event.player_id} - {None}
    if not may_ask(event.team_id, instruction, {one for one in people if one is not None}):
        return None
    ticket = uuid.uuid4().hex
    if not messages.send_words(ticket, str(event.pk), instruction, today.isoformat(), expires_s=WAIT_S):
        return None
    found = _wait(ticket)
    return None if found is None else (Intent.model_validate(found["intent"]), str(found["model"]))


def read_here(ticket: str, event_id: str, instruction: str, today: str) -> None:
    """Ask the model (in a worker) and lay its answer down for whoever waits."""
    event = TrainingEvent.objects.filter(pk=event_id).select_related("team").first()
    filled = None
    if event is not None:
        data = {"event": _told(event), "today": today, "words": instruction}
        filled = fill(team_id=event.team_id, form="modify", data=data, shape=Intent)
    answer = (
        NOTHING if filled is None else json.dumps({"intent": filled[0].model_dump(mode="json"), "model": filled[1]})
    )
    caches["default"].set(_key(ticket), answer, timeout=KEPT_S)


def _told(event: TrainingEvent) -> dict[str, Any]:
    """What a reader of words needs to know of the event; not where it is, nor for whom."""
    zone = zone_named(event.time_zone)
    start, end = event.start.astimezone(zone), event.end.astimezone(zone)
    return {
        "title": event.title,
        "starts": f"{start:%A %Y-%m-%d %H:%M}",
        "ends": f"{end:%A %Y-%m-%d %H:%M}",
        "repeats": event.is_series,
        "drills": [str(part["title"]) for part in event.drills],
    }


def _wait(ticket: str) -> dict[str, Any] | None:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        try:
            found = caches["default"].get(_key(ticket))
        except RedisError as error:
            log.warning("calendar.redis_down", error=str(error))
            return None
        if found is not None:
            told: dict[str, Any] | None = None if found == NOTHING else json.loads(found)
            return told
        time.sleep(LOOK_EVERY_S)
    log.info("calendar.nobody_read", waited_s=WAIT_S)
    return None


def _key(ticket: str) -> str:
    return f"calendar:words:{ticket}"
