"""What a policy pack is: the rules with their edges, which way each edge is stricter, and the bands of a pack."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from apps.safety.verdict import Severity

ADULT = math.inf
"""Upper age group of a band that includes adults."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which edges a band of a rule has.

    Attributes:
        less: edges that are stricter the lower they are (minutes played).
        more: edges that are stricter the higher they are (hours of rest).
        optional: those of `less` that a band may leave out, which means no limit.
        by_heat: bands are chosen by heat (WBGT) instead of by age group.
    """

    less: frozenset[str]
    more: frozenset[str]
    optional: frozenset[str]
    by_heat: bool

    @property
    def known(self) -> frozenset[str]:
        """All edges."""
        return self.less | self.more

    @property
    def required(self) -> frozenset[str]:
        """Edges that no band may leave out."""
        return self.known - self.optional

    def stricter(self, edge: str, first: float, second: float) -> float:
        """The stricter of two values of an edge."""
        return min(first, second) if edge in self.less else max(first, second)


def _shape(*less: str, more: tuple[str, ...] = (), optional: tuple[str, ...] = (), by_heat: bool = False) -> Shape:
    return Shape(frozenset((*less, *optional)), frozenset(more), frozenset(optional), by_heat)


SHAPES: Mapping[str, Shape] = {
    "pain": _shape("score", "valid_days"),
    "fever": _shape("valid_days"),
    "concussion_rest": _shape(more=("hours",)),
    "concussion_contact": _shape(more=("symptom_free_days",)),
    "concussion_competition": _shape(more=("day",)),
    "heat_cancel": _shape("wbgt_c"),
    "heat_duration": _shape("minutes", by_heat=True),
    "heat_conditioning": _shape(by_heat=True),
    "heat_breaks": _shape(more=("breaks_per_hour", "break_minutes"), by_heat=True),
    "half_length": _shape("minutes"),
    "match_minutes_day": _shape("minutes", "tournament_minutes"),
    "heading": _shape("headers", optional=("sessions_per_week", "sessions_per_month")),
    "session_minutes": _shape("minutes"),
    "week_minutes": _shape("minutes", more=("window_days",)),
    "weekly_hours": _shape("hours_per_year_of_age", more=("window_days",)),
    "week_change": _shape("percent", "weeks"),
    "sessions_per_day": _shape("sessions"),
    "recovery_next_match": _shape(more=("hours",)),
    "recovery_high_intensity": _shape(more=("hours",)),
    "recovery_between": _shape(more=("hours",)),
    "overnight": _shape(more=("hours",)),
    "rest_day_minimum": _shape("window_days", more=("days",)),
    "rest_days": _shape("window_days", more=("days",)),
    "football_days": _shape("days", more=("window_days",)),
    "one_sport_months": _shape("months", more=("window_months",)),
    "one_team_per_season": _shape("teams"),
    "growth_volume": _shape("adult_height_from", "height_cm_per_year", "leg_cm_per_year", more=("adult_height_to",)),
    "growth_advice": _shape("adult_height_from", "height_cm_per_year", "leg_cm_per_year", more=("adult_height_to",)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A rule for an age group (inclusive at both ends) or for a range of WBGT (from ≤ x < to)."""

    rule_id: str
    title: str
    low: float
    high: float
    edges: Mapping[str, float] = field(hash=False)
    severity: Severity
    overridable: bool
    source: str

    def __getitem__(self, edge: str) -> float:
        return self.edges[edge]

    @property
    def is_hard(self) -> bool:
        """Whether it blocks and nobody may override it."""
        return self.severity is Severity.BLOCK and not self.overridable


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPack:
    """One validated pack.

    Attributes:
        season_cutoff: (month, day); a player's U-group is set by the age at its newest return.
        youngest_group: whose rows an unknown age has, and everybody younger.
        bands: by rule id, ascending; a group or temperature outside all bands is not limited by that rule.
    """

    id: str
    version: str
    title: str
    season_cutoff: tuple[int, int]
    youngest_group: int
    bands: Mapping[str, tuple[Band, ...]] = field(hash=False)

    @property
    def name(self) -> str:
        """Id and version, as stored with a verdict."""
        return f"{self.id}@{self.version}"

    def band_for_group(self, rule_id: str, group: float) -> Band | None:
        """The band of an age group; a group younger than every band of a rule that has one counts as its youngest."""
        bands = self.bands[rule_id]
        group = max(group, self.youngest_group)
        return next((band for band in bands if band.low <= group <= band.high), None)

    def band_for_heat(self, rule_id: str, wbgt_c: float) -> Band | None:
        """The band of a temperature."""
        return next((band for band in self.bands[rule_id] if band.low <= wbgt_c < band.high), None)

    def season_start(self, day: date) -> date:
        """The newest cut-off on or before a day."""
        month, cut = self.season_cutoff
        this_year = (day.month, day.day) >= (month, cut)
        return date(day.year if this_year else day.year - 1, month, cut)
