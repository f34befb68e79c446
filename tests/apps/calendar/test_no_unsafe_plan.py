"""Whatever coaches try without a reason: in the calendar that comes of it, every event is allowed for every player."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from apps.accounts.models import Player, Team, User
from apps.calendar.judging import judge
from apps.calendar.models import TrainingEvent
from apps.calendar.schedule import occurrences_of
from apps.calendar.selectors.cases import load_cases
from apps.calendar.services.events import Target, create_event, delete_event, fresh, update_event
from apps.calendar.services.judgement import policy_of
from apps.core.errors import DomainError, SafetyRule
from tests.factories.accounts import make_player
from tests.factories.calendar import MADRID

TRIES = 45
RELATIVE = frozenset({"week_change"})
"""A step from the week before also grows when something is taken away there, which nobody can refuse."""
FIRST = date(2027, 3, 8)
"""Weeks on both sides of the change of clocks, in one season."""


def somewhere(dice: random.Random) -> dict[str, datetime]:
    start = datetime.combine(FIRST + timedelta(days=dice.randrange(40)), datetime.min.time(), MADRID)
    start = start.replace(hour=dice.choice([8, 10, 17, 18, 21]))
    return {"start": start, "end": start + timedelta(minutes=dice.choice([30, 45, 60, 75, 90, 120]))}


def plan(dice: random.Random, team: Team, roster: list[Player]) -> dict[str, Any]:
    """Any event: often too long, too hard, too often."""
    kind = dice.choice(["training", "training", "match", "recovery"])
    fields: dict[str, Any] = {
        "team_id": team.pk, "title": kind, "event_type": kind,
        "intensity": dice.choice(["low", "moderate", "high", ""]),
        "headers": dice.choice([None, 0, 4, 12]), "head_contact": dice.choice([None, False]), **somewhere(dice),
    }  # fmt: skip
    if kind == "match":
        fields |= {"half_minutes": dice.choice([30.0, 40.0, 45.0]), "match_minutes": dice.choice([40.0, 70.0, 120.0])}
    if dice.random() < 0.3:
        fields["player_id"] = str(dice.choice(roster).pk)
    elif dice.random() < 0.3:
        fields["excused_player_ids"] = [str(dice.choice(roster).pk)]
    if dice.random() < 0.4:
        fields["rrule"] = f"FREQ={dice.choice(['WEEKLY', 'WEEKLY', 'DAILY'])};COUNT={dice.randint(2, 6)}"
    return fields


def change(dice: random.Random, user: User, roster: list[Player]) -> None:
    """Move, shorten, harden, hand over, or delete something that is there."""
    event = dice.choice(list(TrainingEvent.objects.filter(series__isnull=True)))
    days = [occurrence.day for occurrence in occurrences_of(fresh(event.pk)) if occurrence.day is not None]
    scope = dice.choice(["one", "following", "all"]) if days else "all"
    target = Target(event_id=event.pk, scope=scope, day=dice.choice(days) if days else None)
    wish = dice.random()
    if wish < 0.15:
        delete_event(user=user, target=target)
    elif wish < 0.6:
        update_event(user=user, target=target, changes=somewhere(dice))
    elif wish < 0.8:
        update_event(user=user, target=target, changes={"intensity": dice.choice(["low", "high"]), "headers": 4})
    else:
        update_event(user=user, target=target, changes={"excused_player_ids": [str(dice.choice(roster).pk)]})


@pytest.mark.parametrize("seed", range(4))
def test_no_unsafe_plan(seed: int, team: Team, coach: User, roster: list[Player]) -> None:
    dice = random.Random(seed)
    roster.append(make_player(team, first_name="Young", date_of_birth="2014-11-20"))
    kept = refused = 0
    for _ in range(TRIES):
        try:
            if dice.random() < 0.4 and TrainingEvent.objects.exists():
                change(dice, coach, roster)
            else:
                create_event(user=coach, fields=plan(dice, team, roster))
            kept += 1
        except SafetyRule:
            refused += 1
        except DomainError as error:  # a series that would not fall on its start, a date that is gone
            assert error.status in (400, 404), error
    since, until = (datetime.combine(day, datetime.min.time(), MADRID) for day in (FIRST, date(2027, 6, 1)))
    cases = load_cases(team, since, until).players
    keys = {entry.id for case in cases for entry in case.entries}
    verdict = judge(cases, keys, policy_of(team))
    told = [(found.finding.rule_id, found.finding.text) for found in verdict.refusing]
    assert [rule for rule in told if rule[0] not in RELATIVE] == []
    assert kept >= 5, "something was planned"
    assert refused >= 10, "and much was refused"
