"""Reading a policy pack from YAML; every message says where the fault is and what is expected."""

from __future__ import annotations

import itertools
import math
import re
import sys
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Any, cast

import yaml

from apps.safety.errors import PolicyError
from apps.safety.pack import ADULT, SHAPES, Band, PolicyPack
from apps.safety.verdict import Severity

LEAP_YEAR = 2000
"""Month and day of a cut-off are checked in a year that has every day."""
PACK_KEYS = {"id", "version", "title", "extends", "season_cutoff", "youngest_group", "rules"}
RULE_KEYS = {"title", "severity", "overridable", "source", "bands"}
BAND_KEYS = {"from", "to", "severity", "overridable", "source", "title"}

ParentOf = Callable[[str], PolicyPack]
"""Finds the pack that another extends; raises `PolicyError` where there is none."""


class _StrictLoader(yaml.SafeLoader):
    """Refuses a name that is given twice: YAML itself would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        names = [key.value for key, _ in node.value]
        twins = sorted({str(name) for name in names if names.count(name) > 1})
        if twins:
            raise yaml.constructor.ConstructorError(
                None, None, f"{', '.join(twins)} is given twice in one place", node.start_mark
            )
        return super().construct_mapping(node, deep=deep)


def read_mapping(text: str, where: str) -> dict[str, object]:
    """The mapping that a YAML text holds.

    Raises:
        PolicyError: it is no YAML, or no mapping of names.
    """
    try:
        content = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f" in line {mark.line + 1}" if mark else ""
        raise PolicyError(f"{where}: not readable as YAML{line}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:  # ValueError: a day such as 2026-02-30
        raise PolicyError(f"{where}: not readable as YAML: {error}") from error
    return _mapping(content, where)


def parse_pack(content: dict[str, object], where: str, parent_of: ParentOf) -> PolicyPack:
    """Check the content of a pack; one that `extends` another takes over the rules it does not name.

    Raises:
        PolicyError: it is malformed; the message says where and what is expected.
    """
    _only(content, PACK_KEYS, where)
    parent = parent_of(_text(content, "extends", where)) if "extends" in content else None
    given = content.get("rules")
    rules = _mapping({} if parent and given is None else given, f"{where}: rules")
    _only(rules, set(SHAPES), f"{where}: rules")
    missing = SHAPES.keys() - rules.keys()
    if missing and parent is None:
        raise PolicyError(f"{where}: rules are missing: {', '.join(sorted(missing))}")
    own = {rule_id: _rule_bands(rule_id, rules[rule_id], f"{where}: {rule_id}") for rule_id in rules}
    return PolicyPack(
        id=_text(content, "id", where),
        version=_text(content, "version", where),
        title=_text(content, "title", where),
        season_cutoff=parent.season_cutoff
        if parent and "season_cutoff" not in content
        else _cutoff(content.get("season_cutoff"), where),
        youngest_group=parent.youngest_group
        if parent and "youngest_group" not in content
        else _youngest(content.get("youngest_group"), f"{where}: youngest_group"),
        bands={**(parent.bands if parent else {}), **own},
    )


def _rule_bands(rule_id: str, content: object, where: str) -> tuple[Band, ...]:
    rule = _mapping(content, where)
    _only(rule, RULE_KEYS, where)
    title = _text(rule, "title", where)
    rows = rule.get("bands")
    if not isinstance(rows, list) or not rows:
        raise PolicyError(f"{where}: bands must be a list of at least one row")
    inherited = ("severity", "overridable", "source")
    defaults: dict[str, object] = {key: rule[key] for key in inherited if key in rule} | {"title": title}
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
    if not shape.required <= names <= shape.known:
        expected = ", ".join(sorted(shape.known)) or "none"
        raise PolicyError(f"{where}: edges are {', '.join(sorted(names)) or 'none'}; expected {expected}")
    bound = _temperature if shape.by_heat else _group
    low, high = (bound(row.get(key), f"{where}: {key}") for key in ("from", "to"))
    if low > high:
        raise PolicyError(f"{where}: from is above to")
    return Band(
        rule_id=rule_id,
        title=_text(row, "title", where),
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
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= sys.float_info.max:
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


def _youngest(value: object, where: str) -> int:
    group = _group(value, where)
    if math.isinf(group):
        raise PolicyError(f"{where} must be U followed by a number, such as U7")
    return int(group)


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
