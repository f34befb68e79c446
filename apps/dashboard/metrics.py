"""The figures that the dashboard can follow: the catalogue's, and the load that people entered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from apps.core.errors import InvalidRequest
from apps.core.units import Scale, Units, scale_of
from apps.scan.models import SessionKPI
from vision.kpi.catalogue import CATALOGUE, CATALOGUE_VERSION

MAX_METRICS = 12
DEFAULT_KEYS = SessionKPI.COLUMNS
LOAD_KEY = "srpe_load_au"
_ZONE_FIELDS = re.compile(r"\{(zone_edges_mps|high_speed_mps|sprint_mps|repeated_sprints)\}")
_SUMS = re.compile(r"^Σ|^rows with|^efforts|^groups of|^ball events")
_OF_ONE_EVENT = frozenset({"one_touch_share", "first_touch_displacement_m", "shot_ball_speed_mps"})
BEST_KEYS = frozenset(
    {
        "max_speed_mps",
        "total_distance_m",
        "distance_per_min_m",
        "high_speed_distance_m",
        "sprint_distance_m",
        "sprint_count",
        "jump_height_m",
        "shot_ball_speed_mps",
    }
)
"""Figures of which more is a record; for the others the highest value says nothing."""


class MetricText(TypedDict):
    """What a figure is, for an answer."""

    key: str
    name: str
    unit: str
    definition: str
    group: str
    catalogue_version: str | None
    experimental: bool
    remark: str | None


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure that can be asked for.

    Attributes:
        scale: unit in which it is told, and the factor from the stored unit.
        column: has columns of its own in `SessionKPI`; else it stands in `groups`.
        by_zones: depends on the speed zones of the player's age group: comparable only within the same.
        grows_with_time: a longer film alone makes it larger.
    """

    key: str
    group: str
    name: str
    definition: str
    scale: Scale
    column: bool
    by_zones: bool
    grows_with_time: bool
    experimental: bool

    @property
    def is_load(self) -> bool:
        """Entered by people, not measured in films."""
        return self.key == LOAD_KEY

    def text(self) -> MetricText:
        """Return what the figure is."""
        return MetricText(
            key=self.key,
            name=self.name,
            unit=self.scale.unit,
            definition=self.definition,
            group=self.group,
            catalogue_version=None if self.is_load else CATALOGUE_VERSION,
            experimental=self.experimental,
            remark="Grows with the length of the film: compare sessions of similar length."
            if self.grows_with_time
            else None,
        )


def metric_of(key: str, units: Units, *, with_load: bool = True) -> Metric:
    """Find a figure.

    Raises:
        InvalidRequest: unknown; the message lists what there is.
    """
    if with_load and key == LOAD_KEY:
        return _load(units)
    entry = CATALOGUE.get(key)
    if entry is None:
        there = ", ".join([*CATALOGUE, *([LOAD_KEY] if with_load else [])])
        raise InvalidRequest(f"There is no metric '{key[:60]}'. There are: {there}.")
    sums = bool(_SUMS.match(entry.formula)) and key not in _OF_ONE_EVENT
    return Metric(
        key=key,
        group=entry.group,
        name=entry.title,
        definition=entry.definition,
        scale=scale_of(key, entry.unit, units),
        column=key in SessionKPI.COLUMNS,
        by_zones=bool(_ZONE_FIELDS.search(entry.formula)),
        grows_with_time=sums,
        experimental=entry.experimental,
    )


def metrics_of(keys: Sequence[str], units: Units) -> list[Metric]:
    """Find figures of films, each once; without a key the five that lists show.

    Raises:
        InvalidRequest: an unknown one, or too many.
    """
    wanted = list(dict.fromkeys(keys)) or list(DEFAULT_KEYS)
    if len(wanted) > MAX_METRICS:
        raise InvalidRequest(f"{len(wanted)} metrics at once; at most {MAX_METRICS}.")
    return [metric_of(key, units, with_load=False) for key in wanted]


def _load(units: Units) -> Metric:
    return Metric(
        key=LOAD_KEY,
        group="load",
        name="Session load (sRPE)",
        definition="How hard the sessions felt (0-10) times their minutes, as entered (Foster).",
        scale=scale_of(LOAD_KEY, "AU", units),
        column=False,
        by_zones=False,
        grows_with_time=False,
        experimental=False,
    )
