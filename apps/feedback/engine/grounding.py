"""Is every number of a text one of the evidence? And every quote, date, claim of change and drill?

A number that names what it measures must be that measure's; one beside a player's name must be that player's. What
cannot be told from the evidence is a problem, in words that an engine can act on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from apps.feedback.engine.brief import Brief, Person
from apps.feedback.engine.lexicon import CHANGE_DOWN, CHANGE_UP, NOT_A_CHANGE, TOPICS, UNITS
from apps.feedback.engine.numbers import Moment, Number, moments, numbers
from apps.feedback.engine.schema import Draft
from apps.feedback.engine.values import TEXT, Allowed, Values, plain, values_of
from vision.kpi.catalogue import CATALOGUE

QUOTE = re.compile(r"[“«\"]([^”»\"]+)[”»\"]")
QUOTED_WORDS = 4
"""Shorter quotes are words that somebody stresses."""
OWN_UNITS = {"speed_mps": "m/s", "rpe": "", "load_au": "AU", "minutes": "s", "monotony": "", "week_load_au": "AU"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a text that the evidence does not hold."""

    where: str
    written: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.written!r} {self.why}"


@dataclass(frozen=True, slots=True)
class Check:
    """How many numbers were found, and what is not supported."""

    checked: int
    problems: tuple[Problem, ...]

    @property
    def supported(self) -> bool:
        """Whether the text may be shown."""
        return not self.problems


def check(draft: Draft, brief: Brief) -> Check:
    """Check a whole draft against its evidence."""
    found = [check_text(text, brief, where) for where, text in texts_of(draft)]
    problems = [problem for part in found for problem in part.problems]
    problems += _structural(draft, brief)
    return Check(sum(part.checked for part in found), tuple(problems))


def check_text(text: str, brief: Brief, where: str = "text") -> Check:
    """Check one text, sentence by sentence."""
    values, checked, problems = values_of(brief), 0, []
    for sentence in sentences(text):
        told, dated = numbers(sentence, brief.language), moments(sentence)
        checked += len(told) + len(dated)
        problems += [Problem(where, number.written, why) for number in told if (why := _wrong(number, sentence, brief))]
        problems += [Problem(where, moment.written, why) for moment in dated if (why := _untimely(moment, values))]
        problems += [
            Problem(where, quote, "is quoted, but stands in no evidence") for quote in _invented(sentence, values)
        ]
        problems += [Problem(where, claim, why) for claim, why in _changes(sentence, brief)]
    return Check(checked, tuple(problems))


def sentences(text: str) -> list[str]:
    """Cut a text after full stops that end a sentence, and at line ends."""
    parts = re.split(r"(?:(?<=[.!?…])|(?<=[.!?…][\"”»)]))\s+(?=[\"“«(¿¡]?[A-ZÁÉÍÓÚÑ¿¡\d])|\n+|;\s", text)
    return [part for part in parts if part.strip()]


def texts_of(draft: Draft) -> Iterator[tuple[str, str]]:
    """Every text of a draft that people read, with where it stands."""
    yield "summary", draft.summary
    for name in ("technical", "physical", "tactical"):
        strand = getattr(draft, name)
        yield from ((f"{name}.strengths", text) for text in strand.strengths)
        yield from ((f"{name}.improvements", text) for text in strand.improvements)
    for index, advice in enumerate(draft.recommendations):
        for name in ("description", "frequency"):
            yield f"recommendations.{index}.{name}", getattr(advice, name)
        yield from ((f"recommendations.{index}.focus_points", text) for text in advice.focus_points)
    if draft.answer is not None:
        yield "answer", draft.answer.text
        yield from (("answer.quotes", f"“{quote}”") for quote in draft.answer.quotes)
    for index, cited in enumerate(draft.evidence):
        yield f"evidence.{index}", cited.quote_or_value


def _wrong(number: Number, sentence: str, brief: Brief) -> str:
    """Why a number is not supported; "" where it is."""
    fitting = [allowed for allowed in values_of(brief).numbers if allowed.fits(number)]
    if not fitting:
        return "is not in the evidence"
    topics = _topics_for(number, sentence)
    stray = bool(topics) and not any(_of_topic(allowed, topics, number, sentence) for allowed in fitting)
    if stray and not _verbatim(sentence, values_of(brief)):
        return f"is not the value of {', '.join(sorted(topics))}"
    named = _named(sentence, brief.people)
    if named and not any(allowed.player in ("", *named) for allowed in fitting):
        return "is another player's value"
    return ""


def _verbatim(sentence: str, values: Values) -> bool:
    """Whether a whole sentence stands in the evidence, as the steps of a drill do."""
    said = plain(sentence)
    return any(said in text for text in values.texts)


def _topics_for(number: Number, sentence: str) -> set[str]:
    """Keys that the sentence names and that are in the number's unit; of counts those whose noun follows, if any."""
    named = {key for key, pattern in _patterns().items() if pattern.search(sentence) and _unit_of(key) == number.unit}
    if not number.unit:
        noun = {key for key in named if number.noun and _patterns()[key].search(number.noun)}
        return noun
    return named


def _of_topic(allowed: Allowed, topics: set[str], number: Number, sentence: str) -> bool:
    if allowed.key in topics or allowed.key in ("drill", "coverage", "film"):
        return True
    return allowed.key == TEXT and any(
        match.start() <= number.start < match.end() for match in QUOTE.finditer(sentence)
    )


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    return {key: re.compile(pattern, re.IGNORECASE) for key, pattern in TOPICS.items()}


def _unit_of(key: str) -> str:
    if key in OWN_UNITS:
        return OWN_UNITS[key]
    unit = CATALOGUE[key].unit
    return unit if unit in ("", "share") else UNITS.get(unit.lower(), (unit, 1.0))[0]


def _named(sentence: str, people: Sequence[Person]) -> set[str]:
    return {person.ref for person in people if re.search(rf"(?<!\w){re.escape(person.name)}(?!\w)", sentence)}


def _untimely(moment: Moment, values: Values) -> str:
    """Why a date, weekday or time is not supported; "" where it is."""
    if moment.kind == "date":
        known = moment.value in values.days
    elif moment.kind == "day_of_year":
        known = moment.value in {(day.month, day.day) for day in values.days}
    elif moment.kind == "weekday":
        known = moment.value in {day.weekday() for day in values.days} | values.weekdays
    elif moment.kind == "film":
        known = moment.value in values.film_s
    else:
        known = moment.value in values.groups
    return "" if known else "is not in the evidence"


def _invented(sentence: str, values: Values) -> Iterator[str]:
    for match in QUOTE.finditer(sentence):
        quote = plain(match[1])
        if len(quote.split()) >= QUOTED_WORDS and not any(quote in text for text in values.texts):
            yield match[1]


def _changes(sentence: str, brief: Brief) -> Iterator[tuple[str, str]]:
    """Claims of change of what was measured, without a trend beyond its interval."""
    told = re.sub(NOT_A_CHANGE, " ", QUOTE.sub(" ", sentence), flags=re.IGNORECASE)
    topics = {key for key, pattern in _patterns().items() if pattern.search(sentence)}
    for pattern, direction in ((CHANGE_UP, "up"), (CHANGE_DOWN, "down")):
        match = re.search(pattern, told, re.IGNORECASE)
        if match and topics and not _has_trend(brief, topics, direction, _named(sentence, brief.people)):
            yield match[0], "claims a change that the evidence does not show beyond its interval"


def _has_trend(brief: Brief, topics: set[str], direction: str, named: set[str]) -> bool:
    return any(
        trend.direction == direction and trend.key in topics and (not named or trend.player in ("", *named))
        for trend in brief.trends
    )


def _structural(draft: Draft, brief: Brief) -> Iterator[Problem]:
    drills, refs = {drill.key: drill for drill in brief.drills}, brief.refs()
    for index, advice in enumerate(draft.recommendations):
        where, drill = f"recommendations.{index}", drills.get(advice.drill_key)
        if drill is None:
            yield Problem(where, advice.drill_key, "is no drill of the evidence")
        elif advice.duration_min != drill.minutes:
            yield Problem(where, f"{advice.duration_min} min", f"is not the drill's length of {drill.minutes} min")
        elif advice.drill != drill.title:
            yield Problem(where, advice.drill, f"is not the drill's title, {drill.title}")
    for index, cited in enumerate(draft.evidence):
        if cited.ref not in refs:
            yield Problem(f"evidence.{index}", cited.ref, "is no evidence")
