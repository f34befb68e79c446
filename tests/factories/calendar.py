"""Events, proposals, drills."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.accounts.models import Player, Team
from apps.calendar.models import Drill, Recommendation, TrainingEvent

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = datetime(2027, 3, 1, 18, 0, tzinfo=MADRID)
"""Far enough ahead; the clocks change on Sunday 28 March 2027."""


def make_event(team: Team, **fields: Any) -> TrainingEvent:
    """An event as the database keeps it, past every gate."""
    start = fields.pop("start", MONDAY)
    end = fields.pop("end", start + timedelta(minutes=60))
    until = fields.pop("until", end)
    defaults = {"title": "Training", "time_zone": "Europe/Madrid", "intensity": "moderate"}
    return TrainingEvent.objects.create(team=team, start=start, end=end, until=until, **{**defaults, **fields})


def make_proposal(player: Player, **fields: Any) -> Recommendation:
    """An open proposal of the planner."""
    start = fields.pop("start", MONDAY).astimezone(UTC)
    event = {
        "title": "First touch, 45 min",
        "start": start.isoformat().replace("+00:00", "Z"),
        "end": (start + timedelta(minutes=45)).isoformat().replace("+00:00", "Z"),
        "time_zone": "Europe/Madrid",
        "event_type": "training",
        "intensity": "moderate",
        "headers": 0,
        "head_contact": False,
        "conditioning": False,
        "drills": [],
        "focus": "first_touch",
    }
    verdict = {
        "decision": "allow",
        "needs_reason": False,
        "overridable": True,
        "policy": "default@1",
        "findings": [],
        "not_assessed": [],
        "notes": [],
        "alternative": None,
    }
    defaults = {"verdict": verdict, "expires_at": timezone.now() + timedelta(days=3)}
    proposal = {"event": event, "rationale": "There is room.", "evidence": []}
    return Recommendation.objects.create(player=player, team=player.team, proposal=proposal, **{**defaults, **fields})


def make_drill(key: str = "wall-passes", **fields: Any) -> Drill:
    """A drill for everybody."""
    defaults = {
        "title": "Wall passes",
        "aim": "Clean passes.",
        "focus": ["passing"],
        "youngest": 8,
        "oldest": 99,
        "minutes": 10,
        "setup": "A wall.",
        "steps": ["Pass."],
        "intensity": "low",
        "load": "Ten minutes.",
    }
    return Drill.objects.create(key=key, **{**defaults, **fields})
