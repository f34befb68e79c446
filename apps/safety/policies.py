"""Policy packs: versioned YAML with every edge, severity and source of the safety rules."""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

import yaml

from apps.safety.errors import PolicyError
from apps.safety.verdict import Severity

POLICY_FOLDER = Path(__file__).parents[2] / "fixtures" / "policies"
DEFAULT_PACK = "default"
ADULT = math.inf
"""Upper age group of a band that includes adults."""
LEAP_YEAR = 2000
"""Month and day of a cut-off are checked in a year that has every day."""
PACK_KEYS = {"id", "version", "title", "extends", "season_cutoff", "youngest_group", "rules"}
RULE_KEYS = {"title", "severity", "overridable", "source", "bands"}
BAND_KEYS = {"from", "to", "severity", "overridable", "source"}


@dataclass(frozen=True, slots=True)
class Shape:
    """Which edges a band of a rule has, and whether bands are chosen by age group or by heat (WBGT)."""

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    by_heat: bool = False


def _shape(*required: str, optional: tuple[str, ...] = (), by_heat: bool = False) -> Shape:
    return Shape(frozenset(required), frozenset(optional), by_heat)


SHAPES: Mapping[str, Shape] = {
    "pain": _shape("score", "valid_days"),
    "fever": _shape("valid_days"),
    "concussion_rest": _shape("hours"),
    "concussion_contact": _shape("symptom_free_days"),
    "concussion_competition": _shape("day"),
    "heat_cancel": _shape("wbgt_c"),
    "heat_duration": _shape("minutes", by_heat=True),
    "heat_conditioning": _shape(by_heat=True),
    "heat_breaks": _shape("breaks_per_hour", "break_minutes", by_heat=True),
    "half_length": _shape("minutes"),
    "match_minutes_day": _shape("minutes", "tournament_minutes"),
    "heading": _shape("headers", optional=("sessions_per_week", "sessions_per_month")),
    "session_minutes": _shape("minutes"),
    "week_minutes": _shape("minutes", "window_days"),
    "weekly_hours": _shape("hours_per_year_of_age", "window_days"),
    "sessions_per_day": _shape("sessions"),
    "recovery_next_match": _shape("hours"),
    "recovery_high_intensity": _shape("hours"),
    "recovery_between": _shape("hours"),
    "overnight": _shape("hours"),
    "rest_day_minimum": _shape("days", "window_days"),
    "rest_days": _shape("days", "window_days"),
    "football_days": _shape("days", "window_days"),
    "one_sport_months": _shape("months", "window_months"),
    "one_team_per_season": _shape("teams"),
    "growth_volume": _shape("adult_height_from", "adult_height_to", "height_cm_per_year", "leg_cm_per_year"),
    "growth_advice": _shape("adult_height_from", "adult_height_to", "height_cm_per_year", "leg_cm_per_year"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A rule for an age group (inclusive at both ends) or for a range of WBGT (from ≤ x < to)."""

    rule_id: str
    low: float
    high: float
    edges: Mapping[str, float] = field(hash=False)
    severity: Severity
    overridable: bool
    source: str

    def __getitem__(self, edge: str) -> float:
        return self.edges[edge]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPack:
    """One validated pack.

    Attributes:
        season_cutoff: (month, day); a player's U-group is set by the age at its newest return.
        youngest_group: what an unknown age counts as.
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

    @property
    def strictness(self) -> tuple[float, float]:
        """Training minutes a week and a session of the youngest; less is stricter."""
        rules = ("week_minutes", "session_minutes")
        weekly, single = (self.band_for_group(rule, self.youngest_group) for rule in rules)
        return (weekly["minutes"] if weekly else math.inf, single["minutes"] if single else math.inf)


def read_pack(path: Path) -> PolicyPack:
    """Read and check one policy file; a file that `extends` another takes over the rules it does not name.

    Raises:
        PolicyError: the file is missing or malformed; the message says where and what is expected.
    """
    return _build(_merged(path, seen=()), path.name)


def load_pack(pack_id: str = DEFAULT_PACK) -> PolicyPack:
    """A pack of `fixtures/policies/` by its id.

    Raises:
        PolicyError: there is no such pack, or it is malformed.
    """
    packs = load_packs()
    if pack_id not in packs:
        raise PolicyError(f"no policy pack {pack_id!r}; there are {', '.join(sorted(packs))}")
    return packs[pack_id]


@functools.cache
def load_packs(folder: Path = POLICY_FOLDER) -> Mapping[str, PolicyPack]:
    """All packs of a folder by id.

    Raises:
        PolicyError: one is malformed, or two have the same id.
    """
    packs: dict[str, PolicyPack] = {}
    for path in sorted(folder.glob("*.yaml")):
        pack = read_pack(path)
        if pack.id in packs:
            raise PolicyError(f"{path.name}: the id {pack.id!r} is taken by another file")
        packs[pack.id] = pack
    return packs


def strictest_pack(*candidates: PolicyPack) -> PolicyPack:
    """The strictest of the given packs and those that come with the project: for players of unknown age."""
    return min((*candidates, *load_packs().values()), key=lambda pack: (pack.strictness, pack.id))


def _read_mapping(path: Path) -> dict[str, object]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PolicyError(f"{path.name}: no such policy file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path.name}: not readable as YAML: {error}") from error
    return _mapping(content, path.name)


def _merged(path: Path, seen: tuple[str, ...]) -> dict[str, object]:
    if path.name in seen:
        raise PolicyError(f"{path.name}: extends itself by way of {' → '.join(seen)}")
    own = _read_mapping(path)
    _only(own, PACK_KEYS, path.name)
    if "extends" not in own:
        return own
    parent_id = _text(own, "extends", path.name)
    parent = _merged(path.with_name(f"{parent_id}.yaml"), (*seen, path.name))
    rules = {**_mapping(parent.get("rules"), path.name), **_mapping(own.get("rules") or {}, f"{path.name}: rules")}
    return {**parent, **own, "rules": rules}


def _build(content: dict[str, object], where: str) -> PolicyPack:
    rules = _mapping(content.get("rules"), f"{where}: rules")
    missing = SHAPES.keys() - rules.keys()
    if missing:
        raise PolicyError(f"{where}: rules are missing: {', '.join(sorted(missing))}")
    _only(rules, set(SHAPES), f"{where}: rules")
    youngest = _group(content.get("youngest_group"), f"{where}: youngest_group")
    if math.isinf(youngest):
        raise PolicyError(f"{where}: youngest_group must be U followed by a number, such as U7")
    return PolicyPack(
        id=_text(content, "id", where),
        version=_text(content, "version", where),
        title=_text(content, "title", where),
        season_cutoff=_cutoff(content.get("season_cutoff"), where),
        youngest_group=int(youngest),
        bands={rule_id: _rule_bands(rule_id, rules[rule_id], f"{where}: {rule_id}") for rule_id in SHAPES},
    )


def _rule_bands(rule_id: str, content: object, where: str) -> tuple[Band, ...]:
    rule = _mapping(content, where)
    _only(rule, RULE_KEYS, where)
    _text(rule, "title", where)
    rows = rule.get("bands")
    if not isinstance(rows, list) or not rows:
        raise PolicyError(f"{where}: bands must be a list of at least one row")
    defaults: dict[str, object] = {key: rule[key] for key in ("severity", "overridable", "source") if key in rule}
    bands = tuple(
        _band(rule_id, {**defaults, **_mapping(row, f"{where}, band {number}")}, f"{where}, band {number}")
        for number, row in enumerate(rows, 1)
    )
    for before, after in itertools.pairwise(bands):
        overlap = after.low < before.high if SHAPES[rule_id].by_heat else after.low <= before.high
        if overlap:
            raise PolicyError(f"{where}: bands overlap or are not in ascending order at {after.low:g}")
    return bands


def _band(rule_id: str, row: dict[str, object], where: str) -> Band:
    shape = SHAPES[rule_id]
    names = row.keys() - BAND_KEYS
    if not shape.required <= names <= shape.required | shape.optional:
        expected = ", ".join(sorted(shape.required | shape.optional)) or "none"
        raise PolicyError(f"{where}: edges are {', '.join(sorted(names)) or 'none'}; expected {expected}")
    bound = _temperature if shape.by_heat else _group
    low, high = (bound(row.get(key), f"{where}: {key}") for key in ("from", "to"))
    if low > high:
        raise PolicyError(f"{where}: from is above to")
    return Band(
        rule_id=rule_id,
        low=low,
        high=high,
        edges={name: _number(row[name], f"{where}: {name}") for name in names},
        severity=_severity(row.get("severity"), where),
        overridable=_flag(row.get("overridable"), f"{where}: overridable"),
        source=_text(row, "source", where),
    )


def _mapping(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise PolicyError(f"{where}: expected a mapping of names, got {type(value).__name__}")
    return cast("dict[str, object]", value)


def _only(content: Mapping[str, object], allowed: set[str], where: str) -> None:
    unknown = content.keys() - allowed
    if unknown:
        raise PolicyError(f"{where}: unknown {', '.join(sorted(unknown))}; known are {', '.join(sorted(allowed))}")


def _text(content: Mapping[str, object], key: str, where: str) -> str:
    value = content.get(key)
    if not isinstance(value, str) or not value.strip():
        raise PolicyError(f"{where}: {key} must be a text in quotes")
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise PolicyError(f"{where}: expected a number of 0 or more, got {value!r}")
    return float(value)


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise PolicyError(f"{where}: expected true or false, got {value!r}")
    return value


def _severity(value: object, where: str) -> Severity:
    if not isinstance(value, str) or value not in {severity.value for severity in Severity}:
        raise PolicyError(f"{where}: severity must be advise, warn or block, got {value!r}")
    return Severity(value)


def _group(value: object, where: str) -> float:
    if value == "adult":
        return ADULT
    match = re.fullmatch(r"U(\d{1,2})", value) if isinstance(value, str) else None
    if match is None:
        raise PolicyError(f"{where}: expected an age group such as U12, or adult; got {value!r}")
    return float(match[1])


def _temperature(value: object, where: str) -> float:
    return math.inf if value == "any" else _number(value, where)


def _cutoff(value: object, where: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d\d)-(\d\d)", value) if isinstance(value, str) else None
    try:
        if match is None:
            raise ValueError
        cutoff = date(LEAP_YEAR, int(match[1]), int(match[2]))
        cutoff.replace(year=LEAP_YEAR + 1)
    except ValueError:
        raise PolicyError(f"{where}: season_cutoff must be MM-DD, such as 08-31; got {value!r}") from None
    return cutoff.month, cutoff.day
