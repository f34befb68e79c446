"""What the rules engine judges: events, the calendar they stand in, and the player."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apps.safety.errors import SafetyInputError

FOOTBALL = "football"
LONGEST_EVENT = timedelta(hours=24)
OLDEST_AGE_YEARS = 120
"""Above it an age is a typing error."""
YOUNGEST_AGE = 4
"""Of the youngest children in clubs (U5) [years]; an unknown age counts as it."""
TOP_OF_PAIN_SCALE = 10


class Kind(StrEnum):
    """What an event is."""

    TRAINING = "training"
    MATCH = "match"
    RECOVERY = "recovery"
    ASSESSMENT = "assessment"


class Intensity(StrEnum):
    """How hard an event is meant to be."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaks:
    """Planned pauses for shade and water: `per_hour` pauses of `minutes` each."""

    per_hour: float
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One organised event, past or planned. `None` means nobody has said, never zero.

    Attributes:
        id: unique in a calendar; a proposed event with the id of a calendar entry replaces it.
        start: aware; the clock of the rules is that of `time_zone`.
        end: aware, after `start`, at most 24 h later.
        time_zone: IANA name, such as `Europe/Madrid`.
        tournament: matches of one tournament (or festival), which has its own daily minutes.
        match_minutes: what this player plays; None: somewhere between 0 and the whole event.
        half_minutes: length of a half.
        headers: headers planned for one player.
        head_contact: heading, tackling or collisions are part of it.
        conditioning: running for fitness is part of it.
        wbgt_c: expected wet-bulb globe temperature [°C].
    """

    id: str
    kind: Kind
    start: datetime
    end: datetime
    time_zone: str
    sport: str = FOOTBALL
    team: str | None = None
    intensity: Intensity | None = None
    tournament: bool = False
    match_minutes: float | None = None
    half_minutes: float | None = None
    headers: int | None = None
    head_contact: bool | None = None
    conditioning: bool | None = None
    wbgt_c: float | None = None
    breaks: Breaks | None = None

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            if getattr(self, name).utcoffset() is None:
                raise SafetyInputError(f"event {self.id}: {name} has no time zone; give an aware date and time")
        if not timedelta(0) < self.end.astimezone(UTC) - self.start.astimezone(UTC) <= LONGEST_EVENT:
            raise SafetyInputError(f"event {self.id}: it must end after it starts and last at most 24 hours")
        zone_named(self.time_zone)
        for name in ("match_minutes", "half_minutes", "headers"):
            number = getattr(self, name)
            if number is not None and not (math.isfinite(number) and number >= 0):
                raise SafetyInputError(f"event {self.id}: {name} must be 0 or more, got {number}")
        if self.wbgt_c is not None and not math.isfinite(self.wbgt_c):
            raise SafetyInputError(f"event {self.id}: wbgt_c must be a number of degrees, got {self.wbgt_c}")

    @property
    def is_match(self) -> bool:
        """Whether it is a football match."""
        return self.kind is Kind.MATCH and self.sport == FOOTBALL


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name.

    Raises:
        SafetyInputError: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SafetyInputError(f"unknown time zone {name!r}; a name such as Europe/Madrid is needed") from error


@dataclass(frozen=True, slots=True)
class Calendar:
    """All organised events of one player, in any order.

    `complete_from` is the first day from which nothing is missing (None: unknown). Rules that look further back than
    that are not assessed, unless what is there already breaks them.
    """

    entries: tuple[Entry, ...] = ()
    complete_from: date | None = None

    @classmethod
    def of(cls, entries: Iterable[Entry], complete_from: date | None = None) -> Calendar:
        """A calendar of any iterable of entries."""
        return cls(tuple(entries), complete_from)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concussion:
    """A (suspected) concussion. `symptom_free_since` None: symptoms last, or nobody said they ended."""

    injured_at: datetime
    symptom_free_since: date | None = None

    def __post_init__(self) -> None:
        if self.injured_at.utcoffset() is None:
            raise SafetyInputError("concussion: injured_at has no time zone; give an aware date and time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How fast a player grows: percent of predicted adult height, height and leg-length velocity [cm/year]."""

    adult_height_percent: float | None = None
    height_cm_per_year: float | None = None
    leg_cm_per_year: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wellness:
    """A wellness report: pain 0–10, fever, and the day it was given."""

    reported_on: date
    pain: int | None = None
    fever: bool | None = None

    def __post_init__(self) -> None:
        if self.pain is not None and not 0 <= self.pain <= TOP_OF_PAIN_SCALE:
            raise SafetyInputError(f"wellness: pain is 0 to 10, got {self.pain}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a player; everything may be missing.

    `age_group` is the n of U-n (the team's). Where several ages are known, the youngest group counts.
    `wellness` is the newest report, or several: of pain and of fever the newest that says something counts.
    `concussions` None means that nobody asked; an empty tuple that there were none.
    """

    date_of_birth: date | None = None
    age_years: int | None = None
    age_group: int | None = None
    growth: Growth | None = None
    wellness: Wellness | tuple[Wellness, ...] | None = None
    concussions: tuple[Concussion, ...] | None = None

    def __post_init__(self) -> None:
        for name in ("age_years", "age_group"):
            number = getattr(self, name)
            if number is not None and not 0 <= number <= OLDEST_AGE_YEARS:
                raise SafetyInputError(f"profile: {name} must be 0 to {OLDEST_AGE_YEARS}, got {number}")

    @property
    def age_known(self) -> bool:
        """Whether anything tells the age."""
        return any(fact is not None for fact in (self.date_of_birth, self.age_years, self.age_group))

    def newest_report(self, fact: Literal["pain", "fever"]) -> Wellness | None:
        """The newest wellness report that says something of a fact; of the same day the worse one."""
        given = self.wellness if isinstance(self.wellness, tuple) else (self.wellness,)
        told = [report for report in given if report is not None and getattr(report, fact) is not None]
        return max(told, key=lambda report: (report.reported_on, getattr(report, fact)), default=None)

    def age_on(self, day: date) -> int | None:
        """Age in whole years on a day; of a group alone, its youngest.

        Raises:
            SafetyInputError: the player was born after that day.
        """
        if self.date_of_birth is not None:
            return years_between(self.date_of_birth, day)
        known = [self.age_years, None if self.age_group is None else self.age_group - 1]
        return min((age for age in known if age is not None), default=None)

    def group_on(self, day: date, season_start: date) -> int | None:
        """The n of U-n: one more than the age at the season's cut-off; the youngest where several are known.

        A bare age of n may belong to U-n or U-(n+1), by its birthday; it counts as U-n.
        """
        groups = [self.age_group]
        if self.date_of_birth is not None:
            groups.append(years_between(self.date_of_birth, min(day, season_start)) + 1)
        elif self.age_years is not None:
            groups.append(self.age_years)
        return min((group for group in groups if group is not None), default=None)


def years_between(born: date, day: date) -> int:
    """Whole years from a birthday to a day (a 29 February is celebrated on 1 March).

    Raises:
        SafetyInputError: the day is before the birth.
    """
    if day < born:
        raise SafetyInputError(f"date of birth {born} is after {day}; check the profile")
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
