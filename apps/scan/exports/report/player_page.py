"""One page a player: what a parent wants to know, how sure it is, and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from apps.scan.exports.report import drawings
from apps.scan.exports.report.amounts import scale_of
from apps.scan.exports.report.content import HEADLINES, UNTOLD, ZONES, Figure, Telling, language_of, words_of
from apps.scan.exports.report.drawings import Curve, Frame
from apps.scan.exports.report.layout import band, clean, foot, heading, notice
from apps.scan.exports.report.sheet import ACCENT, FOOT_MM, INK, INNER_MM, MARGIN_MM, MUTED, SUNKEN, Sheet
from apps.scan.exports.source import ExportSource

CARDS = 6
_GAP = 4.0
_CARD_MM = (INNER_MM - 2 * _GAP) / 3
_PAD = 4.0
_DRAWING_MM = 52.0
_ROW_MM = 8.6
_HALF_MM = (INNER_MM - 8.0) / 2
_ZONE_MM = INNER_MM / len(ZONES)


def player_page(sheet: Sheet, source: ExportSource, one: Telling, page: tuple[int, int]) -> None:
    """Add the page of one player."""
    words = words_of(source.reader)
    sheet.add_page()
    y = band(sheet, source, words["report"], one.name, words["no"].format(shirt=one.label) if one.label else "")
    y = _sure(sheet, y, words["sure"], one.sure)
    if one.impossible:
        y = notice(sheet, y, words["impossible"])
    if not one.figures:
        y = notice(sheet, y, words["nothing"].format(name=clean(one.name)))
    heads = [one.figures[key] for key in HEADLINES if key in one.figures][:CARDS]
    y = _cards(sheet, y, heads, words["estimated"])
    y = _drawings(sheet, y, source, one)
    y = _zones(sheet, y, source, one)
    told = {figure.key for figure in heads} | UNTOLD
    _more(sheet, y, source, [figure for key, figure in one.figures.items() if key not in told])
    foot(sheet, source, page)


def _sure(sheet: Sheet, y: float, title: str, sentences: Sequence[str]) -> float:
    text = " · ".join(sentences) + "."
    sheet.ink(INK, 8.5)
    high = sheet.height_of(INNER_MM - 2 * _PAD, text) + 10.0
    sheet.box(MARGIN_MM, y, INNER_MM, high, SUNKEN, round_mm=2.0)
    sheet.ink(INK, 8.5, bold=True)
    sheet.put(MARGIN_MM + _PAD, y + 2.4, title)
    sheet.ink(MUTED, 8.5)
    sheet.block(MARGIN_MM + _PAD, y + 7.0, INNER_MM - 2 * _PAD, text)
    return y + high + _GAP


def _cards(sheet: Sheet, y: float, figures: Sequence[Figure], estimated: str) -> float:
    for start in range(0, len(figures), 3):
        row = figures[start : start + 3]
        sheet.ink(MUTED, 7.8)
        high = 23.0 + max(sheet.height_of(_CARD_MM - 2 * _PAD, figure.definition) for figure in row)
        for place, figure in enumerate(row):
            _card(sheet, Frame(MARGIN_MM + place * (_CARD_MM + _GAP), y, _CARD_MM, high), figure, estimated)
        y += high + _GAP
    return y


def _card(sheet: Sheet, frame: Frame, figure: Figure, estimated: str) -> None:
    sheet.set_draw_color(217, 226, 222)
    sheet.set_line_width(0.25)
    sheet.rect(frame.x, frame.y, frame.width, frame.height, round_corners=True, corner_radius=2.0)
    x, width = frame.x + _PAD, frame.width - 2 * _PAD
    sheet.ink(MUTED, 8.5, bold=True)
    sheet.put(x, frame.y + 2.6, figure.title, width=width)
    sheet.ink(INK, 19, bold=True)
    long = sheet.put(x, frame.y + 6.2, figure.amount.value)
    sheet.ink(INK, 10)
    sheet.put(x + long + 1.4, frame.y + 9.9, figure.amount.unit)
    sheet.ink(INK, 8)
    long = sheet.put(x, frame.y + 15.2, figure.range)
    if figure.estimated:
        sheet.ink(ACCENT, 8, bold=True)
        sheet.put(x + (long + 2.0 if long else 0.0), frame.y + 15.2, estimated)
    sheet.ink(MUTED, 7.8)
    sheet.block(x, frame.y + 20.0, width, figure.definition)


def _drawings(sheet: Sheet, y: float, source: ExportSource, one: Telling) -> float:
    """Heat map and speed curve beside each other; either alone takes the left half."""
    words, language = words_of(source.reader), language_of(source.reader)
    scale = scale_of("max_speed_mps", "m/s", source.reader.units, source.reader.speed_unit)
    curve = Curve.of(one.series, scale.factor, one.left_out_s) if one.series else None
    heat = one.heat_map if source.pitch_m else None
    if curve is None and heat is None:
        return y
    x = MARGIN_MM
    if heat is not None and source.pitch_m is not None:
        below = heading(sheet, x, y, words["where"])
        drawings.heat_map(sheet, Frame(x, below, _HALF_MM, _DRAWING_MM), heat, source.pitch_m)
        _caption(sheet, x, below + _DRAWING_MM + 1.0, words["where.plain"].format(name=clean(one.name)))
        x += _HALF_MM + 8.0
    if curve is not None:
        below = heading(sheet, x, y, words["curve"])
        width = _HALF_MM if heat is not None else INNER_MM
        drawings.speed_curve(sheet, Frame(x, below, width, _DRAWING_MM), curve, scale.unit, language)
        text = words["curve.text"].format(seconds=f"{curve.step_s:.0f}") if curve.step_s >= 1 else words["curve.plain"]
        _caption(sheet, x, below + _DRAWING_MM + 1.0, text)
    return y + _DRAWING_MM + 13.0


def _caption(sheet: Sheet, x: float, y: float, text: str) -> None:
    sheet.ink(MUTED, 7.5)
    sheet.put(x, y, text, width=_HALF_MM)


def _zones(sheet: Sheet, y: float, source: ExportSource, one: Telling) -> float:
    """Time in each zone of speed as one bar, with its figures below."""
    if any(key not in one.figures for key in ZONES):
        return y
    seconds = [float(one.raw[key]["value"]) for key in ZONES]
    if not sum(seconds):
        return y
    words = words_of(source.reader)
    y = heading(sheet, MARGIN_MM, y, words["zones"])
    shares = [value / sum(seconds) for value in seconds]
    drawings.bar(sheet, Frame(MARGIN_MM, y, INNER_MM, 4.0), list(zip(shares, drawings.ZONE_COLOURS, strict=True)))
    for place, (key, colour) in enumerate(zip(ZONES, drawings.ZONE_COLOURS, strict=True)):
        figure, x = one.figures[key], MARGIN_MM + place * _ZONE_MM
        sheet.box(x, y + 6.6, 2.4, 2.4, colour)
        sheet.ink(MUTED, 7.5)
        ends = {0: words["zone.1"], len(ZONES) - 1: words["zone.5"]}
        sheet.put(x + 3.6, y + 5.9, f"{place + 1}" + (f" · {ends[place]}" if place in ends else ""))
        sheet.ink(INK, 9, bold=True)
        sheet.put(x + 3.6, y + 9.2, f"{figure.amount.value} {figure.amount.unit}")
        sheet.ink(MUTED, 7)
        sheet.put(x + 3.6, y + 13.4, figure.range, width=_ZONE_MM - 4.0)
    return y + 20.0


def _more(sheet: Sheet, y: float, source: ExportSource, figures: Sequence[Figure]) -> None:
    """The other figures in two columns, as many as there is room for."""
    words = words_of(source.reader)
    rows = int((FOOT_MM - y - 10.0) // _ROW_MM)
    if not figures or rows < 1:
        return
    y = heading(sheet, MARGIN_MM, y, words["more"])
    shown = figures[: 2 * rows]
    column = (len(shown) + 1) // 2
    for place, figure in enumerate(shown):
        x = MARGIN_MM + (place // column) * (_HALF_MM + 8.0)
        _row(sheet, x, y + (place % column) * _ROW_MM, figure, words["estimated"])
    if len(figures) > len(shown):
        sheet.ink(MUTED, 7.5)
        left = words["left"].format(count=len(figures) - len(shown))
        sheet.put(MARGIN_MM, FOOT_MM - 4.6, left, width=INNER_MM, align="R")


def _row(sheet: Sheet, x: float, y: float, figure: Figure, estimated: str) -> None:
    sheet.ink(INK, 8.5)
    value = f"{figure.amount.value} {figure.amount.unit}".strip()
    sheet.put(x, y, figure.title, width=_HALF_MM - 34)
    sheet.ink(INK, 8.5, bold=True)
    sheet.put(x, y, value, width=_HALF_MM, align="R")
    sheet.ink(MUTED, 7)
    told = " · ".join(part for part in (figure.range, estimated if figure.estimated else "") if part)
    sheet.put(x, y + 3.9, told, width=_HALF_MM, align="R")
    sheet.rule(x, y + _ROW_MM - 0.6, x + _HALF_MM, y + _ROW_MM - 0.6)
