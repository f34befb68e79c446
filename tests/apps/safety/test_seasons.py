"""A normal season of every age group passes without a block."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from apps.safety.inputs import Calendar, Entry, Intensity
from apps.safety.policies import load_pack
from apps.safety.rules import RulesEngine
from apps.safety.verdict import Decision
from tests.apps.safety.calendars import event, match, player

FIRST_TUESDAY = date(2025, 9, 2)
WINTER_BREAK = range(16, 19)
WEEKS = 38
# Group: minutes of a session, minutes of a half (The FA, youth formats).
PLANS = {
    7: (45, 20),
    8: (45, 20),
    9: (60, 25),
    10: (60, 25),
    11: (60, 30),
    12: (60, 30),
    13: (60, 35),
    14: (60, 35),
    15: (75, 40),
    16: (75, 40),
    17: (90, 45),
    18: (90, 45),
    25: (90, 45),
}


def season(group: int) -> list[Entry]:
    """Tuesday and Thursday evening, a match on Saturday or Sunday in turn, a midweek session of U15 and older hard."""
    length, half = PLANS[group]
    entries = []
    for week in range(WEEKS):
        if week in WINTER_BREAK:
            continue
        tuesday = FIRST_TUESDAY + timedelta(weeks=week)
        evening, noon = time(18, 0), time(11, 0)
        match_day = tuesday + timedelta(days=4 + week % 2)
        hard = Intensity.HIGH if group >= 15 and week % 2 == 0 else Intensity.MODERATE
        entries += [
            event(f"{week}-tue", datetime.combine(tuesday, evening), length, intensity=Intensity.MODERATE),
            event(f"{week}-thu", datetime.combine(tuesday + timedelta(days=2), evening), length, intensity=hard),
            match(
                f"{week}-match",
                datetime.combine(match_day, noon),
                2 * half + 15,
                half_minutes=half,
                match_minutes=2 * half,
            ),
        ]
    return entries


@pytest.mark.parametrize("group", PLANS)
@pytest.mark.parametrize("pack", ["default", "academy"])
def test_no_event_of_a_normal_season_is_blocked(group: int, pack: str) -> None:
    engine = RulesEngine(load_pack(pack))
    calendar = Calendar.of(season(group))
    verdicts = [engine.evaluate(calendar, [entry], player(group)) for entry in calendar.entries]
    assert len(verdicts) == (WEEKS - len(WINTER_BREAK)) * 3
    assert [verdict.findings for verdict in verdicts if verdict.decision is not Decision.ALLOW] == []


@pytest.mark.parametrize("group", [7, 9, 11])
def test_a_tournament_day_of_children_passes(group: int) -> None:
    limits = {7: 60, 9: 90, 11: 120}
    length = limits[group] // 6
    cup = [
        match(
            str(number),
            datetime(2026, 5, 23, 9 + number),  # noqa: DTZ001 - a wall clock
            length,
            half_minutes=length / 2,
            match_minutes=length,
            tournament=True,
        )
        for number in range(7)
    ]
    assert RulesEngine().evaluate(Calendar(), cup[:6], player(group)).decision is Decision.ALLOW
    verdict = RulesEngine().evaluate(Calendar(), cup, player(group))
    assert verdict.decision is Decision.BLOCK
    assert {finding.rule_id for finding in verdict.findings} == {"match_minutes_day"}
