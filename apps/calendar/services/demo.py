"""A plausible, safe month for the demo's teams; made through the same gate as a coach's events."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import Membership, Role, Team, User
from apps.calendar.errors import UnsafeEvent
from apps.calendar.models import TrainingEvent
from apps.calendar.recurrence import at_wall_time
from apps.calendar.selectors.cases import age_group_number
from apps.calendar.services.drills import load_drills
from apps.calendar.services.events import create_event
from apps.core.errors import SafetyRule
from apps.safety.inputs import zone_named
from apps.safety.verdict import Severity

WEEKS = 5
STEP = "week_change"
REASON = "The league starts: from short technical sessions to full training and matches, as agreed with the parents."
TUESDAY, THURSDAY, SATURDAY = 1, 3, 5
YOUTH_UP_TO = 18


@dataclass(frozen=True, slots=True)
class Habit:
    """What a team does in a week [min]."""

    training: float
    match: float
    half: float
    player: float


YOUTH = Habit(training=60, match=75, half=35, player=50)
ADULT = Habit(training=75, match=105, half=45, player=90)


def load_calendars(teams: Iterable[Team], *, say: Callable[[str], None]) -> None:
    """Load the drills, and give each team without a plan a month of one. Loading twice changes nothing."""
    load_drills()
    for team in teams:
        owner = Membership.objects.filter(team=team, role=Role.OWNER).select_related("user").first()
        if owner is not None and not TrainingEvent.objects.filter(team=team).exists():
            _load_team(owner.user, team, say)


def _load_team(user: User, team: Team, say: Callable[[str], None]) -> None:
    for fields in _month(team):
        try:
            _plan(user, {**fields, "team_id": team.pk})
        except SafetyRule as refused:  # a season that was changed by hand: better a gap than an unsafe plan
            say(f"Left out of {team}'s plan: {fields['title']}. {' '.join(refused.details)}")


def _plan(user: User, fields: dict[str, Any]) -> None:
    """Plan an event; the step from the demo's short sessions to full ones is taken with a reason, nothing else is."""
    try:
        create_event(user=user, fields=fields)
    except UnsafeEvent as refused:
        against = {found["rule_id"] for found in refused.verdict["findings"] if found["severity"] != Severity.ADVISE}
        if against != {STEP}:
            raise
        create_event(user=user, fields=fields, reason=REASON)


def _month(team: Team) -> list[dict[str, Any]]:
    zone = zone_named(team.time_zone)
    group = age_group_number(team.age_group)
    habit = YOUTH if group is None or group <= YOUTH_UP_TO else ADULT
    tomorrow = timezone.now().astimezone(zone).date() + timedelta(days=1)
    training = _next(tomorrow, TUESDAY)
    match = _next(tomorrow, SATURDAY)

    def span(day: date, clock: time, minutes: float) -> dict[str, datetime]:
        start = at_wall_time(day, clock, zone)
        return {"start": start, "end": (start + timedelta(minutes=minutes)).astimezone(UTC)}

    weekly = f"FREQ=WEEKLY;COUNT={WEEKS}"
    plain = {"intensity": "moderate", "headers": 0, "head_contact": False, "conditioning": False}
    drills = [
        {"drill": "dynamic-warm-up", "title": "Moving warm-up", "minutes": 10},
        {"drill": "rondo-4v1", "title": "Four around one", "minutes": 15},
        {"drill": "passing-triangle", "title": "Passing triangle", "minutes": 15},
    ]
    return [
        {
            "title": "Training",
            **span(training, time(17, 30), habit.training),
            "rrule": weekly,
            "location": "Riverside, pitch 2",
            "drills": drills,
            **plain,
        },
        {
            "title": "Training: small-sided games",
            **span(_next(tomorrow, THURSDAY), time(17, 30), habit.training),
            "rrule": weekly,
            "location": "Riverside, pitch 2",
            **plain,
        },
        {
            "title": "League match",
            **span(match, time(11, 0), habit.match),
            "rrule": weekly,
            "location": "Riverside, main pitch",
            "event_type": "match",
            "half_minutes": habit.half,
            "match_minutes": habit.player,
        },
    ]


def _next(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)
