"""Metric figures in the units of a pitch marked in yards; the factors are exact by definition (1959 agreement)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

YARD_M = 0.9144
FOOT_M = 0.3048
INCH_M = 0.0254
MILE_PER_HOUR_MPS = 0.44704


class Units(StrEnum):
    """What figures are told in."""

    METRIC = "metric"
    IMPERIAL = "imperial"


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit, and what one of ours is in it."""

    unit: str
    factor: float = 1.0


_IMPERIAL = {
    "m/s": Scale("mph", 1 / MILE_PER_HOUR_MPS),
    "m": Scale("yd", 1 / YARD_M),
    "m/min": Scale("yd/min", 1 / YARD_M),
    "m²": Scale("yd²", 1 / YARD_M**2),
    "m/s²": Scale("ft/s²", 1 / FOOT_M),
}
"""Unit of the catalogue → what it becomes; others (s, °, AU, W/kg, counts) are the same everywhere."""

_IMPERIAL_OF = {
    "jump_height_m": Scale("in", 1 / INCH_M),
    "stride_length_m": Scale("ft", 1 / FOOT_M),
    "first_touch_displacement_m": Scale("ft", 1 / FOOT_M),
}
"""Lengths that nobody tells in yards."""


def scale_of(key: str, unit: str, units: Units) -> Scale:
    """Return in which unit a figure is told, and the factor to it."""
    if units is Units.METRIC:
        return Scale(unit)
    return _IMPERIAL_OF.get(key) or _IMPERIAL.get(unit) or Scale(unit)
