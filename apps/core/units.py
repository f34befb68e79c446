"""In which units people read figures, and what one of the catalogue's is in them: the one place with factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

YARD_M = 0.9144
FOOT_M = 0.3048
INCH_M = 0.0254
MILE_PER_HOUR_MPS = 0.44704
"""Exact by definition (international yard, 1959)."""
KMH_PER_MPS = 3.6
YARDS_PER_MILE = 1760.0
MOST_DECIMALS = 2
SPEED_KEYS = "_mps"
"""How the keys of speeds end; a load in m/s is no speed."""


class Units(StrEnum):
    """What figures are told in."""

    METRIC = "metric"
    IMPERIAL = "imperial"


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit, what one of ours is in it, and the most decimals that make sense in it."""

    unit: str
    factor: float = 1.0
    decimals: int = MOST_DECIMALS


_SPEEDS: Mapping[str, Scale] = MappingProxyType(
    {
        "m/s": Scale("m/s", 1.0, 1),
        "km/h": Scale("km/h", KMH_PER_MPS, 1),
        "mph": Scale("mph", 1 / MILE_PER_HOUR_MPS, 1),
    }
)
_USUAL_SPEED: Mapping[str, str] = MappingProxyType({Units.METRIC: "km/h", Units.IMPERIAL: "mph"})
_IMPERIAL: Mapping[str, Scale] = MappingProxyType(
    {
        "m/s": _SPEEDS["mph"],
        "m": Scale("yd", 1 / YARD_M, 1),
        "m/min": Scale("yd/min", 1 / YARD_M, 0),
        "m²": Scale("yd²", 1 / YARD_M**2, 0),
        "m/s²": Scale("ft/s²", 1 / FOOT_M),
    }
)
"""Unit of the catalogue → what it becomes; others (s, °, AU, W/kg, counts) are the same everywhere."""
_IMPERIAL_OF: Mapping[str, Scale] = MappingProxyType(
    {
        "jump_height_m": Scale("in", 1 / INCH_M, 1),
        "stride_length_m": Scale("ft", 1 / FOOT_M, 1),
        "first_touch_displacement_m": Scale("ft", 1 / FOOT_M, 1),
    }
)
"""Lengths that nobody tells in yards."""
SHORT_LENGTHS = frozenset(_IMPERIAL_OF)
ERROR_INCHES = Scale("in", 1 / INCH_M, 0)
"""How far a place on the pitch may be wrong."""


def scale_of(key: str, unit: str, units: str) -> Scale:
    """Return in which unit a figure of the catalogue is told, and the factor to it; metric ones stay as they are."""
    if units == Units.METRIC or (unit == "m/s" and not key.endswith(SPEED_KEYS)):
        return Scale(unit)
    return _IMPERIAL_OF.get(key) or _IMPERIAL.get(unit) or Scale(unit)


def speed_scale(units: str, speed_unit: str) -> Scale:
    """Return how a reader is told speeds; `speed_unit` empty: as usual with their units."""
    return _SPEEDS[speed_unit or _USUAL_SPEED[units]]


def read_scale(key: str, unit: str, units: str, speed_unit: str) -> Scale:
    """Return how a reader is told a figure: as `scale_of`, and speeds in the unit that they chose."""
    if unit == "m/s" and key.endswith(SPEED_KEYS):
        return speed_scale(units, speed_unit)
    return scale_of(key, unit, units)
