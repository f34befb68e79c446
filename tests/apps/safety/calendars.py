"""Events and seasons for the safety tests, on local clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.safety.inputs import Breaks, Calendar, Entry, Growth, Intensity, Kind, Profile, Wellness
from apps.safety.rules import RulesEngine
from apps.safety.verdict import Verdict

MADRID = "Europe/Madrid"
WEDNESDAY = datetime(2026, 3, 11, 18, 0)  # noqa: DTZ001 - a wall clock; `event` adds the zone

EASY = Entry(
    id="easy",
    kind=Kind.TRAINING,
    start=datetime(2026, 3, 11, 18, 0, tzinfo=ZoneInfo(MADRID)),
    end=datetime(2026, 3, 11, 19, 0, tzinfo=ZoneInfo(MADRID)),
    time_zone=MADRID,
    team="reds",
    intensity=Intensity.MODERATE,
    headers=0,
    head_contact=False,
    conditioning=False,
    wbgt_c=15.0,
    breaks=Breaks(per_hour=4, minutes=4),
)
"""A session that says everything there is to say."""


def event(name: str, wall: datetime, minutes: float = 60, zone: str = MADRID, **facts: object) -> Entry:
    """`EASY` at another local time; `facts` replace what it says."""
    start = wall.replace(tzinfo=ZoneInfo(zone))
    end = (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
    return replace(EASY, id=name, start=start, end=end, time_zone=zone, **facts)  # type: ignore[arg-type]


def match(name: str, wall: datetime, minutes: float = 60, **facts: object) -> Entry:
    """A match of two halves of 20 minutes that the player plays in full."""
    known: dict[str, object] = {"kind": Kind.MATCH, "half_minutes": 20, "match_minutes": 40, "intensity": None, **facts}
    return event(name, wall, minutes, **known)


def later(days: float = 0, hours: float = 0) -> datetime:
    """A wall clock so much after Wednesday 18:00."""
    return WEDNESDAY + timedelta(days=days, hours=hours)


def player(group: int | None, **facts: object) -> Profile:
    """A healthy player of U-`group` who has stopped growing (None: nothing known of the age); above 18 an adult."""
    known: dict[str, object] = {
        "age_group": group,
        "growth": Growth(adult_height_percent=80.0, height_cm_per_year=5.0, leg_cm_per_year=2.0),
        "wellness": Wellness(reported_on=WEDNESDAY.date(), pain=0, fever=False),
        "concussions": (),
        **facts,
    }
    return Profile(**known)  # type: ignore[arg-type]


def verdict_on(
    proposed: Entry | list[Entry],
    calendar: list[Entry] | None = None,
    profile: Profile | None = None,
    *,
    complete_from: date | None = date(2025, 1, 1),
) -> Verdict:
    """The default pack's verdict."""
    events = proposed if isinstance(proposed, list) else [proposed]
    return RulesEngine().evaluate(Calendar.of(calendar or [], complete_from), events, profile or player(14))


def broken(verdict: Verdict) -> set[str]:
    """Ids of the rules that were broken."""
    return {finding.rule_id for finding in verdict.findings}


def unknown(verdict: Verdict) -> set[str]:
    """Ids of the rules that were not assessed, without the step from week to week, which needs a month before."""
    return {gap.rule_id for gap in verdict.not_assessed} - {"week_change"}
