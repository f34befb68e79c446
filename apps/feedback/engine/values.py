"""Everything that a text may say in numbers, collected from a brief."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from apps.feedback.engine.brief import Brief, DrillOption, Fact, Trend
from apps.feedback.engine.lexicon import UNITS
from apps.feedback.engine.numbers import Moment, Number, moments, numbers

LARGEST_ERROR = 0.05
"""A rounded form further from the value than this says another thing ("5 m/s" for 5.4)."""
NEXT_TO_NOTHING = 0.005
"""An error below it is no other figure, however small the value."""
SAME = 1e-6
TEXT = "text"
"""Key of numbers that stand in passages, notes, drills and reasons: as they stand there or not at all."""
RPE_TOP = 10.0


@dataclass(frozen=True, slots=True)
class Allowed:
    """A number that may be said.

    Attributes:
        value: in `unit`, as `Number` has it.
        key: KPI key, or `TEXT`; `player` as in `Fact`.
    """

    value: float
    unit: str
    key: str
    player: str = ""

    def fits(self, number: Number) -> bool:
        """Whether the number is this one, exactly or rightly rounded."""
        if number.unit != self.unit:
            return False
        error = abs(abs(number.value) - abs(self.value))
        if error <= SAME * max(1.0, abs(self.value)):
            return True
        if self.key == TEXT or error > number.step / 2 * (1 + SAME):
            return False
        return error <= max(LARGEST_ERROR * abs(self.value), NEXT_TO_NOTHING)


@dataclass(frozen=True, slots=True)
class Values:
    """What a brief allows.

    Attributes:
        numbers: see `Allowed`.
        days: dates that may be named; their weekdays with them.
        film_s: seconds of the film that may be named.
        groups: n of the U-n that may be named.
        weekdays: those that stand in texts.
        texts: what may be quoted, in one form of spaces and small letters.
        trends: for claims of change.
    """

    numbers: tuple[Allowed, ...]
    days: frozenset[date]
    film_s: frozenset[int]
    groups: frozenset[int]
    weekdays: frozenset[int]
    texts: tuple[str, ...]
    trends: tuple[Trend, ...]


def canonical(value: float, unit: str) -> tuple[float, str]:
    """A value of the tables in the unit in which values are compared."""
    name, factor = UNITS.get(unit.lower(), (unit, 1.0))
    if unit == "share":
        return value, "share"
    return (value, "") if unit in ("", "of 10") else (value * factor, name)


@lru_cache(maxsize=32)
def values_of(brief: Brief) -> Values:
    """Return what may be said."""
    texts = list(_texts(brief))
    told = [moment for text in texts for moment in moments(text)]
    days = {brief.day, *(trend.since for trend in brief.trends), *(fact.day for fact in brief.facts if fact.day)}
    if brief.next_training is not None:
        days.add(brief.next_training.day)
    seconds = {second for fact in brief.facts if fact.t_s is not None for second in (int(fact.t_s), round(fact.t_s))}
    groups = {int(digits) for digits in re.findall(r"\d+", brief.age_group)}
    return Values(
        numbers=tuple(dict.fromkeys([*_measured(brief), *_planned(brief), *_in_texts(texts)])),
        days=frozenset(days | {value for value in _values(told, "date") if isinstance(value, date)}),
        film_s=frozenset(seconds),
        groups=frozenset(groups | {value for value in _values(told, "age_group") if isinstance(value, int)}),
        weekdays=frozenset(value for value in _values(told, "weekday") if isinstance(value, int)),
        texts=tuple(map(plain, [*texts, brief.question])),
        trends=brief.trends,
    )


def plain(text: str) -> str:
    """One form of spaces, quotes and letters, for comparing quotes."""
    return " ".join(re.sub(r"[“”\"«»‘’']", "", text).lower().split()).rstrip(".…")


def _values(found: list[Moment], kind: str) -> Iterator[object]:
    return (moment.value for moment in found if moment.kind == kind)


def _measured(brief: Brief) -> Iterator[Allowed]:
    for fact in brief.facts:
        yield from _of_fact(fact)
    for trend in brief.trends:
        for value in (trend.before, trend.change):
            yield Allowed(*canonical(value, trend.unit), trend.key, trend.player)
        yield Allowed(float(trend.sessions), "", "sessions", trend.player)
    for person in (brief.person, *brief.people):
        if person is not None and person.age_years is not None:
            yield Allowed(float(person.age_years), "", "age", person.ref)
    if brief.people:
        yield Allowed(float(len(brief.people)), "", "players")


def _of_fact(fact: Fact) -> Iterator[Allowed]:
    told = [fact.value]
    if fact.low is not None and fact.high is not None:
        told += [fact.low, fact.high, (fact.high - fact.low) / 2]
    for value in told:
        yield Allowed(*canonical(value, fact.unit), fact.key, fact.player)
    if fact.coverage is not None:
        yield Allowed(fact.coverage, "share", "coverage", fact.player)
    if fact.unit == "of 10":
        yield Allowed(RPE_TOP, "", fact.key, fact.player)
    if fact.t_s is not None:
        yield Allowed(fact.t_s, "s", "film", fact.player)


def _planned(brief: Brief) -> Iterator[Allowed]:
    for drill in brief.drills:
        yield Allowed(drill.minutes * 60.0, "s", "drill")
        yield Allowed(float(drill.times_per_week), "", "times")
    if brief.next_training is not None and brief.next_training.minutes is not None:
        yield Allowed(brief.next_training.minutes * 60.0, "s", "drill")


def _in_texts(texts: list[str]) -> Iterator[Allowed]:
    for text in texts:
        for language in ("en", "es"):
            for number in numbers(text, language):
                yield Allowed(number.value, number.unit, TEXT)


def _texts(brief: Brief) -> Iterator[str]:
    yield from (passage.text for passage in brief.passages)
    yield from (passage.title for passage in brief.passages)
    yield from (note.text for note in brief.notes)
    yield from (missing.reason for missing in brief.missing)
    yield from (fact.note for fact in brief.facts if fact.note)
    yield from brief.caution
    for drill in brief.drills:
        yield from _of_drill(drill)


def _of_drill(drill: DrillOption) -> Iterator[str]:
    yield from (drill.title, drill.aim, drill.setup, *drill.steps, *drill.safety)
