"""Safety rules: a refusal with its alternative on a one-year calendar, and judging against the naive checker.

Times are processor time: all of it is one thread, and what else the machine does then counts for neither.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from apps.safety.inputs import Calendar, Entry, Intensity, Kind
from apps.safety.rules import RulesEngine
from apps.safety.rules.alternative import SearchParams
from apps.safety.verdict import Decision
from tests.apps.safety.calendars import MADRID, event, match, player
from tests.apps.safety.naive import broken_rules, local_days
from tests.bench.row import OURS, Bar, Row, compare, interleave, measure

LONGEST_MS = 20.0
WEEKS = 52
QUESTIONS = 200
PERCENTILE = 95
GROUP = 14
PACK = "default"
SEASON = datetime(2025, 9, 1)  # noqa: DTZ001 - a wall clock; `event` adds the zone
NO_SEARCH = SearchParams(days=-1)


@dataclass(frozen=True)
class Year:
    """A calendar of a year and the events asked about, each of which is refused."""

    calendar: Calendar
    asked: list[Entry]


def run(repeats: int) -> list[Row]:
    """The p95 of refusals, and the mean time of a judgement beside the naive checker's."""
    year = refused_year()
    local_days(MADRID)
    with_search, without = RulesEngine(), RulesEngine(search=NO_SEARCH)
    profile = player(GROUP)

    def refusal() -> float:
        return _percentile(lambda entry: with_search.evaluate(year.calendar, [entry], profile), year.asked)

    def ours() -> float:
        return _mean(lambda entry: without.evaluate(year.calendar, [entry], profile), year.asked)

    def naive() -> float:
        return _mean(lambda entry: broken_rules(year.calendar.entries, [entry], profile, PACK), year.asked)

    count = len(year.calendar.entries)
    refusals = [refusal() for _ in range(repeats)]
    return [
        measure(f"safety: refusal, {count} events, p95", "ms", refusals, Bar("at_most", LONGEST_MS)),
        compare(
            f"safety: judgement, {count} events",
            "ms",
            interleave(repeats, {OURS: ours, "naive checker": naive}),
            Bar("ratio_at_most", 2.0),
        ),
    ]


def refused_year() -> Year:
    """Five trainings and a match a week, and questions that the rules refuse."""
    entries = [entry for week in range(WEEKS) for entry in _week(week)]
    calendar = Calendar.of(entries, date(2024, 1, 1))
    rng, engine, profile = random.Random(1), RulesEngine(), player(GROUP)
    asked: list[Entry] = []
    while len(asked) < QUESTIONS:
        entry = _question(rng, len(asked))
        if engine.evaluate(calendar, [entry], profile).decision is not Decision.ALLOW:
            asked.append(entry)
    return Year(calendar, asked)


def _week(week: int) -> list[Entry]:
    """Three weeks in four are full, so that some questions have an alternative near and some have none."""
    full = week % 4 < 3
    monday = SEASON + timedelta(weeks=week, hours=18)
    days = range(5) if full else (1, 3)
    length = 60 if full else 45
    trainings = [event(f"{week}-{day}", monday + timedelta(days=day), length) for day in days]
    swim = [event(f"{week}-swim", monday + timedelta(days=2, hours=-10), 45, sport="swimming")] if full else []
    return [*trainings, *swim, match(f"{week}-match", monday + timedelta(days=5, hours=-7), 75, match_minutes=60)]


def _question(rng: random.Random, number: int) -> Entry:
    at = SEASON + timedelta(days=rng.randrange(14, 340), hours=rng.randrange(9, 21))
    if rng.random() < 0.3:
        return match(f"asked{number}", at, 90, match_minutes=70, half_minutes=35)
    return event(
        f"asked{number}",
        at,
        rng.choice((60, 90, 120)),
        kind=rng.choice((Kind.TRAINING, Kind.ASSESSMENT)),
        intensity=rng.choice(list(Intensity)),
        headers=rng.choice((0, 5, 20)),
    )


def _times(ask: Callable[[Entry], object], asked: list[Entry]) -> list[float]:
    times = []
    for entry in asked:
        started = time.process_time()
        ask(entry)
        times.append(1000 * (time.process_time() - started))
    return times


def _percentile(ask: Callable[[Entry], object], asked: list[Entry]) -> float:
    return float(np.percentile(_times(ask, asked), PERCENTILE))


def _mean(ask: Callable[[Entry], object], asked: list[Entry]) -> float:
    return float(np.mean(_times(ask, asked)))
