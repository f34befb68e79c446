"""Figures as people read them: in their units, with no more digits than the measurement carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from apps.core.units import ERROR_INCHES, SHORT_LENGTHS, YARDS_PER_MILE, Scale, Units, read_scale

_CLOCK_FROM_S = 60.0
_MOST_DECIMALS = 2
_TENTH = 0.1
_LONG: Mapping[str, tuple[float, str]] = MappingProxyType({"m": (1000.0, "km"), "yd": (YARDS_PER_MILE, "mi")})
"""From so many on a length is told in the longer unit."""
_METRIC: Mapping[str, Scale] = MappingProxyType(
    {
        "m": Scale("m", 1.0, 1),
        "m/min": Scale("m/min", 1.0, 0),
        "m²": Scale("m²", 1.0, 0),
        "share": Scale("%", 100.0, 0),
        "°": Scale("°", 1.0, 0),
        "1/min": Scale("1/min", 1.0, 0),
        "ms": Scale("ms", 1.0, 0),
        "s": Scale("s", 1.0, 1),
        "": Scale("", 1.0, 0),
    }
)
"""With how many decimals a unit is told that stays; shares as percent."""
_ERROR = ""
"""Key of how far a place may be wrong: centimetres."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure in words: value, unit, and the ends of its 90 % interval in the same unit."""

    value: str
    unit: str
    low: str
    high: str


def scale_of(key: str, unit: str, units: str, speed_unit: str = "") -> Scale:
    """In which unit a figure is told; a load in m/s is no speed and stays.

    Args:
        units: `metric` or `imperial`.
        speed_unit: that of speeds; empty: as usual with these units.
    """
    if units == Units.IMPERIAL and key == _ERROR and unit == "m":
        return ERROR_INCHES
    scale = read_scale(key, unit, units, speed_unit)
    if scale.unit != unit or (unit == "m" and (key == _ERROR or key in SHORT_LENGTHS)) or unit == "m/s":
        return scale
    return _METRIC.get(unit, scale)


def amount(key: str, entry: Mapping[str, float | str], *, units: str, language: str, speed_unit: str = "") -> Amount:
    """A measured KPI in the reader's units and language."""
    scale = scale_of(key, str(entry["unit"]), units, speed_unit)
    value, low, high = (float(entry[name]) * scale.factor for name in ("value", "low", "high"))
    if scale.unit == "s" and value >= _CLOCK_FROM_S:
        return Amount(_clock(value), "min", _clock(low), _clock(high))
    if scale.unit in _LONG and value >= _LONG[scale.unit][0]:
        step, longer = _LONG[scale.unit]
        value, low, high, scale = value / step, low / step, high / step, Scale(longer)
    unit, decimals = scale.unit, min(scale.decimals, _decimals((high - low) / 2))
    return Amount(
        *(number(value, decimals, language), unit, number(low, decimals, language)), number(high, decimals, language)
    )


def _decimals(half: float) -> int:
    """As many as the half interval shows: 612 ± 20 has none, 7.12 ± 0.1 one, a sure 0 none."""
    return 0 if half >= 1 or half == 0 else 1 if half >= _TENTH else _MOST_DECIMALS


def number(value: float, decimals: int, language: str) -> str:
    """`1,234.5` in English, `1 234,5` in Spanish; never minus zero."""
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    if language == "es":
        text = text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    return text


def _clock(seconds: float) -> str:
    whole = round(max(seconds, 0.0))
    return f"{whole // 60}:{whole % 60:02d}"
