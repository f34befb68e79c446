"""Asking a language model what a change in words means: a worker asks, the web process waits a little for its answer.

A model that takes longer goes on reading: whoever says the same of the same event again finds its answer there. What
comes back is an `Intent` like the parser's: the same closed list of wishes, judged and shown in the same way.
"""

from __future__ import annotations

import hashlib
import json
import time
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

WAIT_S = 1.5
"""How long a request may hold its thread; after it the coach is asked to say it in other words, or again."""
READ_WITHIN_S = 30.0
"""How long a worker may still begin to read; a second request meanwhile sends no second message."""
LOOK_EVERY_S = 0.05
KEPT_S = 300
NOTHING = "nothing"
READING = "reading"


def ask_model(instruction: str, event: TrainingEvent, today: date) -> tuple[Intent, str] | None:
    """What a language model reads in the words, and its name; None where none is set, or it gave no answer in time."""
    people = {event.player_id} - {None}
    if not may_ask(event.team_id, instruction, {one for one in people if one is not None}):
        return None
    ticket = _ticket(instruction, event, today)
    if not _asked(ticket, instruction, event, today):
        return None
    found = _wait(ticket)
    return None if found is None else (Intent.model_validate(found["intent"]), str(found["model"]))


def _ticket(instruction: str, event: TrainingEvent, today: date) -> str:
    """The same for the same words about the same state of an event on the same day."""
    said = json.dumps([str(event.pk), event.updated_at.isoformat(), today.isoformat(), instruction])
    return hashlib.sha256(said.encode()).hexdigest()


def _asked(ticket: str, instruction: str, event: TrainingEvent, today: date) -> bool:
    """Whether a worker reads the words, has read them, or was asked just now."""
    try:
        if not caches["default"].add(_key(ticket), READING, timeout=READ_WITHIN_S):
            return True
        sent = messages.send_words(ticket, str(event.pk), instruction, today.isoformat(), expires_s=READ_WITHIN_S)
        if not sent:
            caches["default"].delete(_key(ticket))
    except RedisError as error:
        log.warning("calendar.redis_down", error=str(error))
        return False
    return sent


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
        if found is not None and found != READING:
            told: dict[str, Any] | None = None if found == NOTHING else json.loads(found)
            return told
        time.sleep(LOOK_EVERY_S)
    log.info("calendar.nobody_read", waited_s=WAIT_S)
    return None


def _key(ticket: str) -> str:
    return f"calendar:words:{ticket}"
