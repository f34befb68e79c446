"""What an engine is told: the evidence, and nothing else. Plain frozen data, without a database behind it.

Everything textual in it (names, notes, questions, passages) is data to be spoken of, never an instruction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Literal

from apps.core.units import Scale, Units, read_scale

Language = Literal["en", "es"]
AgeBand = Literal["child", "youth", "adult"]
"""child: U13 and younger, or age unknown; youth: U14 to U18."""


class Kind(StrEnum):
    """How much is asked for."""

    COMPREHENSIVE = "comprehensive"
    QUICK = "quick"
    SPECIFIC = "specific"


class FactKind(StrEnum):
    """Where a fact comes from."""

    KPI = "kpi"
    LOAD = "load"
    EVENT = "event"
    TARGET = "target"
    LIVE = "live"
    PLAN = "plan"


@dataclass(frozen=True, slots=True)
class Fact:
    """One number that may be spoken of.

    Attributes:
        ref: names it among all evidence, for example `kpi:812:max_speed_mps`.
        key: KPI key of the catalogue, or our own (`rpe`, `load_au`, `monotony` …).
        group: speed, distance, technical, physical, load, plan.
        title: two or three English words; engines translate by `key`.
        value: in `unit`; `low` and `high` bound its 90 % interval where it has one.
        grade: A to D; "" where it has none (entered by people, or counted).
        coverage: share of the session in which it could be measured [0–1].
        version: of the definition; values of different versions are never compared.
        t_s: second of the film where it happened.
        player: `Person.ref` of whom it is about, "" for the team.
        note: what must be said with it ("a hint only: …").
    """

    ref: str
    kind: FactKind
    key: str
    group: str
    title: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    grade: str = ""
    coverage: float | None = None
    version: str = ""
    day: date | None = None
    t_s: float | None = None
    player: str = ""
    experimental: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """What was asked for, or usually is there, and is not assessed; `reason` says why, in plain English."""

    key: str
    group: str
    title: str
    reason: str
    player: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """A fact beside the mean of earlier sessions of the same version and grade.

    Attributes:
        now: `Fact.ref` of this session's value.
        before: mean of the earlier values; `sessions` of them since the day `since`.
        change: this session's value less `before`; spoken of only where `direction` is not "steady".
        direction: "steady" wherever the earlier mean lies within this value's own interval.
    """

    ref: str
    now: str
    key: str
    before: float
    change: float
    unit: str
    sessions: int
    since: date
    direction: Literal["up", "down", "steady"]
    player: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved text: an article, or an earlier feedback or session. Data, whoever wrote it."""

    ref: str
    kind: Literal["knowledge", "feedback", "session"]
    title: str
    text: str
    score: float = 0.0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What the staff wrote: a target ("Target: …"), or a remark. Names of others are already taken out."""

    ref: str
    text: str
    target: bool = False


@dataclass(frozen=True, slots=True)
class DrillOption:
    """A drill of the library that suits the age, the place and the safety rules; engines choose among these only.

    Attributes:
        key: in the library.
        areas: focus areas that it trains.
        minutes: its usual length; `times_per_week` how often it may be asked for.
        language: of the texts.
    """

    key: str
    title: str
    aim: str
    areas: tuple[str, ...]
    minutes: int
    setup: str = ""
    steps: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()
    intensity: str = "moderate"
    players_min: int = 1
    times_per_week: int = 1
    language: str = "en"

    @property
    def ref(self) -> str:
        """Names it among all evidence."""
        return f"drill:{self.key}"


@dataclass(frozen=True, slots=True)
class Person:
    """A player.

    Attributes:
        ref: `player:<id>`.
        name: as a coach calls them in a text; a provider in the cloud gets a token instead.
        age_years: on the day of the session; `None` where nobody entered a date of birth.
    """

    ref: str
    name: str
    age_years: int | None = None
    position: str = ""


@dataclass(frozen=True, slots=True)
class NextTraining:
    """The next training in the team's calendar."""

    day: date
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """All that an engine may use.

    Attributes:
        age_group: "U9" … "U18", "adult", or "" where unknown (then the strictest filters apply).
        person: whom it is about; `None` for the whole team, with `people` being those who were measured.
        session_type: training, match, analysis, live; `title` is data.
        facts, trends, missing, notes, passages, drills: the evidence.
        focus: focus areas asked for.
        caution: why recommendations are held back (pain, fever …), in the words of the safety rules.
        retrieval: "hybrid", "keyword", "azure" or "none".
        units, speed_unit: in which the text tells figures (`apps.core.units`); `facts` and `trends` stay in SI.
    """

    kind: Kind
    language: Language
    team: str
    age_group: str
    age_band: AgeBand
    session_ref: str
    session_type: str
    title: str
    day: date
    person: Person | None = None
    people: tuple[Person, ...] = ()
    facts: tuple[Fact, ...] = ()
    trends: tuple[Trend, ...] = ()
    missing: tuple[Missing, ...] = ()
    notes: tuple[Note, ...] = ()
    passages: tuple[Passage, ...] = ()
    drills: tuple[DrillOption, ...] = ()
    focus: tuple[str, ...] = ()
    question: str = ""
    next_training: NextTraining | None = None
    caution: tuple[str, ...] = ()
    retrieval: str = "none"
    synthetic: bool = False
    units: str = Units.METRIC.value
    speed_unit: str = ""

    def with_retrieved(self, passages: tuple[Passage, ...], drills: tuple[DrillOption, ...], how: str) -> Brief:
        """Return the brief with what retrieval found."""
        return replace(self, passages=passages, drills=drills, retrieval=how)

    def fact(self, ref: str) -> Fact | None:
        """Return a fact by its name."""
        return next((fact for fact in self.facts if fact.ref == ref), None)

    def scale(self, key: str, unit: str) -> Scale:
        """Return how a figure is told to whoever asked."""
        return read_scale(key, unit, self.units, self.speed_unit)

    def refs(self) -> frozenset[str]:
        """Return the names of all evidence: what a text may cite."""
        parts = (self.facts, self.trends, self.notes, self.passages, self.drills)
        return frozenset(part.ref for group in parts for part in group)
