"""The drawings of a report, all as vectors: heat map, average places, speed curve, zones, bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from apps.scan.exports.report.amounts import number
from apps.scan.exports.report.sheet import ACCENT, INK, MUTED, TEAL, WHITE, Colour, Sheet

GRASS: Colour = (238, 245, 240)
CHALK: Colour = (168, 192, 180)
_FAINT = 0.04
"""Cells below this share of the fullest are grass."""
_SHADES = 12
_POINTS = 360
"""Points of a curve: more than two a millimetre nobody sees."""
CURVE_COLOUR = TEAL


@dataclass(frozen=True, slots=True)
class Frame:
    """A place on the paper [mm]."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Pitch:
    """A pitch on the paper: metres from the centre spot → millimetres, its left side up."""

    centre: tuple[float, float]
    scale: float

    @classmethod
    def draw(cls, sheet: Sheet, frame: Frame, size_m: tuple[float, float]) -> Pitch:
        """Outline, halfway line and centre spot, as large as the frame allows; other lines are not known for all."""
        length, width = size_m
        scale = min(frame.width / length, frame.height / width)
        pitch = cls((frame.x + frame.width / 2, frame.y + frame.height / 2), scale)
        left, top = pitch.at(-length / 2, width / 2)
        sheet.box(left, top, length * scale, width * scale, GRASS)
        return pitch

    def lines(self, sheet: Sheet, size_m: tuple[float, float]) -> None:
        """The chalk, above what was drawn on the grass."""
        length, width = size_m
        left, top = self.at(-length / 2, width / 2)
        sheet.set_draw_color(*CHALK)
        sheet.set_line_width(0.3)
        sheet.rect(left, top, length * self.scale, width * self.scale)
        sheet.line(*self.at(0, width / 2), *self.at(0, -width / 2))
        sheet.set_fill_color(*CHALK)
        sheet.circle(*self.at(0, 0), 0.6, style="F")

    def at(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Millimetres of a place."""
        return self.centre[0] + x_m * self.scale, self.centre[1] - y_m * self.scale


def heat_map(sheet: Sheet, frame: Frame, heat: Mapping[str, Any], size_m: tuple[float, float]) -> None:
    """Time spent, the darker the longer; what lies outside the pitch is drawn too, as it was measured."""
    pitch = Pitch.draw(sheet, frame, size_m)
    seconds: Sequence[Sequence[float]] = heat["seconds"]
    xs, ys = heat["x_edges_m"], heat["y_edges_m"]
    fullest = max((value for row in seconds for value in row), default=0.0)
    for row, values in enumerate(seconds):
        for first, end, shade in _runs(values, fullest):
            left, top = pitch.at(xs[first], ys[row + 1])
            right, bottom = pitch.at(xs[end], ys[row])
            # A hair more, so that no white shows between two cells.
            sheet.box(left, top, right - left + 0.03, bottom - top + 0.03, _mixed(GRASS, ACCENT, shade))
    pitch.lines(sheet, size_m)


def _runs(values: Sequence[float], fullest: float) -> list[tuple[int, int, float]]:
    """Neighbouring cells of one shade: `[first, end, shade]`."""
    shades = [0 if value < _FAINT * fullest else ceil(value / fullest * _SHADES) for value in values] if fullest else []
    runs: list[tuple[int, int, float]] = []
    start = 0
    for place in range(1, len(shades) + 1):
        if place == len(shades) or shades[place] != shades[start]:
            if shades[start]:
                runs.append((start, place, shades[start] / _SHADES))
            start = place
    return runs


def _mixed(pale: Colour, full: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(pale, full, strict=True))
    return red, green, blue


def average_places(
    sheet: Sheet, frame: Frame, places: Sequence[tuple[str, float, float]], size_m: tuple[float, float]
) -> None:
    """A dot with its label for each `(label, x, y)` [m]."""
    pitch = Pitch.draw(sheet, frame, size_m)
    pitch.lines(sheet, size_m)
    for label, x_m, y_m in places:
        x, y = pitch.at(x_m, y_m)
        sheet.set_fill_color(*TEAL)
        sheet.set_draw_color(*WHITE)
        sheet.set_line_width(0.4)
        sheet.circle(x, y, 2.6, style="FD")
        sheet.ink(WHITE, 7, bold=True)
        sheet.put(x - 2.6, y - sheet.line_mm() / 2, label, width=5.2, align="C")


@dataclass(frozen=True, slots=True)
class Curve:
    """Speed over time, thinned to what paper can show.

    Attributes:
        points: `(t_s, speed in the reader's unit)`; `None` where the player was not in view.
        step_s: each point is the fastest moment of this long; 0 where every value is drawn.
    """

    points: Sequence[tuple[float, float | None]]
    step_s: float

    @classmethod
    def of(cls, series: Mapping[str, Any], factor: float, left_out: Sequence[tuple[float, float]]) -> Curve | None:
        """The curve without the stretches that cannot be; `None` where nothing is left."""
        rows = [
            (t_s, None if value is None or any(a <= t_s <= b for a, b in left_out) else value * factor)
            for t_s, value in zip(series["t_s"], series["speed_mps"], strict=True)
        ]
        if sum(value is not None for _, value in rows) < 2:
            return None
        size = ceil(len(rows) / _POINTS)
        parts = [rows[start : start + size] for start in range(0, len(rows), size)]
        points = [(part[0][0], max((value for _, value in part if value is not None), default=None)) for part in parts]
        return cls(points, 0.0 if size == 1 else size * (rows[1][0] - rows[0][0]))


def speed_curve(sheet: Sheet, frame: Frame, curve: Curve, unit: str, language: str) -> None:
    """The curve with its axes: speed in `unit`, minutes of film."""
    first, last = curve.points[0][0], curve.points[-1][0]
    highest = max(value for _, value in curve.points if value is not None)
    step = next(step for step in (1, 2, 5, 10, 20, 50) if highest / step <= 5 or step == 50)
    top = step * max(1, ceil(highest / step))
    left, bottom = frame.x + 8.0, frame.y + frame.height - 5.0
    width, height = frame.width - 8.0, frame.height - 9.0
    sheet.ink(MUTED, 7)
    sheet.put(frame.x, frame.y - 0.5, unit)
    for value in range(0, top + 1, step):
        y = bottom - value / top * height
        sheet.rule(left, y, left + width, y)
        sheet.put(frame.x, y - sheet.line_mm() / 2, number(value, 0, language), width=6.5, align="R")
    for moment in _ticks(first, last):
        x = left + (moment - first) / max(last - first, 1e-9) * width
        sheet.put(x - 8, bottom + 1.0, f"{int(moment) // 60}:{int(moment) % 60:02d}", width=16, align="C")
    _stroke(sheet, [
        None if value is None
        else (left + (t_s - first) / max(last - first, 1e-9) * width, bottom - value / top * height)
        for t_s, value in curve.points
    ])  # fmt: skip


def _ticks(first: float, last: float) -> list[float]:
    steps = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
    step = next((step for step in steps if (last - first) / step <= 5), steps[-1])
    return [float(moment) for moment in range(ceil(first / step) * step, int(last) + 1, step)]


def _stroke(sheet: Sheet, places: Sequence[tuple[float, float] | None]) -> None:
    sheet.set_draw_color(*CURVE_COLOUR)
    sheet.set_line_width(0.35)
    part: list[tuple[float, float]] = []
    for place in [*places, None]:
        if place is not None:
            part.append(place)
            continue
        if len(part) > 1:
            sheet.polyline(part)
        part = []


def bar(sheet: Sheet, frame: Frame, shares: Sequence[tuple[float, Colour]]) -> None:
    """Shares of a whole, side by side."""
    x = frame.x
    for share, colour in shares:
        sheet.box(x, frame.y, frame.width * share, frame.height, colour)
        x += frame.width * share


ZONE_COLOURS: Sequence[Colour] = ((206, 222, 219), (150, 194, 190), (79, 154, 150), (226, 126, 164), ACCENT)


def range_bar(sheet: Sheet, frame: Frame, shares: tuple[float, float, float]) -> None:
    """Value, low and high as shares of the width: a bar with its range as a line."""
    value, low, high = (max(0.0, min(1.0, share)) for share in shares)
    middle = frame.y + frame.height / 2
    sheet.box(frame.x, frame.y, frame.width * value, frame.height, (150, 194, 190), round_mm=0.0)
    sheet.rule(frame.x + frame.width * low, middle, frame.x + frame.width * high, middle, INK, 0.35)
    for share in (low, high):
        x = frame.x + frame.width * share
        sheet.rule(x, middle - 0.8, x, middle + 0.8, INK, 0.35)
