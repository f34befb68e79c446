"""Figures as people read them: in their units, with no more digits than the measurement carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

METRIC, IMPERIAL = "metric", "imperial"
_CLOCK_FROM_S = 60.0
_MOST_DECIMALS = 2
_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit, what one of the catalogue's is in it, and the most decimals that make sense in it."""

    unit: str
    factor: float = 1.0
    decimals: int = _MOST_DECIMALS


_LONG: Mapping[str, tuple[float, str]] = MappingProxyType({"m": (1000.0, "km"), "yd": (1760.0, "mi")})
"""From so many on a length is told in the longer unit."""
_SPEEDS: Mapping[str, Scale] = MappingProxyType(
    {"m/s": Scale("m/s", 1.0, 1), "km/h": Scale("km/h", 3.6, 1), "mph": Scale("mph", 1 / 0.44704, 1)}
)
_SPEED_IN: Mapping[str, str] = MappingProxyType({METRIC: "km/h", IMPERIAL: "mph"})
"""In what speeds are told where the reader chose nothing else."""
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
_IMPERIAL: Mapping[str, Scale] = MappingProxyType(
    {
        "m": Scale("yd", 1 / 0.9144, 1),
        "m/min": Scale("yd/min", 1 / 0.9144, 0),
        "m²": Scale("yd²", 1 / 0.9144**2, 0),
        "m/s²": Scale("ft/s²", 1 / 0.3048),
    }
)
"""The factors are exact by definition (1959 agreement)."""
_SHORT = frozenset({"jump_height_m", "stride_length_m", "first_touch_displacement_m", ""})
"""Lengths of centimetres; the empty key is that of an error."""
_LENGTHS: Mapping[str, Scale] = MappingProxyType(
    {
        "jump_height_m": Scale("in", 1 / 0.0254, 1),
        "stride_length_m": Scale("ft", 1 / 0.3048, 1),
        "first_touch_displacement_m": Scale("ft", 1 / 0.3048, 1),
        "": Scale("in", 1 / 0.0254, 0),
    }
)
"""Nobody tells these in yards."""


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
    if unit == "m/s":
        return _SPEEDS[speed_unit or _SPEED_IN[units]] if key.endswith("_mps") else Scale(unit)
    if units == IMPERIAL and (other := _LENGTHS.get(key) or _IMPERIAL.get(unit)):
        return other
    if key in _SHORT and unit == "m":
        return Scale(unit)
    return _METRIC.get(unit) or Scale(unit)


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
