"""One page a session, for the coach: everybody in a table, where they were on average, who ran how far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.scan.exports.report import drawings
from apps.scan.exports.report.content import HEADLINES, Figure, Telling, language_of, share, words_of
from apps.scan.exports.report.drawings import Frame
from apps.scan.exports.report.layout import band, clean, foot, heading, notice
from apps.scan.exports.report.sheet import FOOT_MM, INK, INNER_MM, LINE, MARGIN_MM, MUTED, SUNKEN, Sheet
from apps.scan.exports.report.words import title_of
from apps.scan.exports.source import ExportSource

FIGURES = 4
_ROW_MM = 8.4
_HEAD_MM = 10.0
_DRAWING_MM = 52.0
_BAR_MM = 6.0
_DRAWN_UP_TO = 14
"""With more people the table needs the page."""
_HALF_MM = (INNER_MM - 8.0) / 2
_PLACE, _NAME, _GRADE, _VIEW = 0.0, 8.0, 52.0, 70.0
"""Where the columns begin [mm]; the figures share the rest."""
_FIRST_FIGURE = 86.0
_X, _Y = "mean_position_x_m", "mean_position_y_m"


@dataclass(frozen=True, slots=True)
class _Row:
    """A person with the number of their row."""

    label: str
    one: Telling


def session_page(sheet: Sheet, source: ExportSource, everybody: Sequence[Telling], page: tuple[int, int]) -> None:
    """Add the page of the whole session."""
    words = words_of(source.reader)
    sheet.add_page()
    y = band(sheet, source, words["session"], str(source.session))
    y = _facts(sheet, y, source, everybody)
    told = [one for one in everybody if one.figures]
    told.sort(key=lambda one: (not one.named, -one.coverage if not one.named else 0.0))
    if any(one.impossible for one in everybody):
        y = notice(sheet, y, words["impossible"])
    if not told:
        notice(sheet, y, words["none.session"])
        foot(sheet, source, page)
        return
    rows = [_Row(str(place), one) for place, one in enumerate(told, 1)]
    room = int((FOOT_MM - y - _HEAD_MM - 6.0) // _ROW_MM)
    if len(rows) <= _DRAWN_UP_TO:
        y = _drawings(sheet, y, source, rows)
        room = int((FOOT_MM - y - _HEAD_MM - 6.0) // _ROW_MM)
    _table(sheet, y, source, rows[:room])
    sheet.ink(MUTED, 7.5)
    if any(figure.estimated for row in rows for figure in row.one.figures.values()):
        sheet.put(MARGIN_MM, FOOT_MM - 4.6, words["almost"])
    if len(rows) > room:
        rest = words["rest"].format(count=len(rows) - room)
        sheet.put(MARGIN_MM, FOOT_MM - 4.6, rest, width=INNER_MM, align="R")
    foot(sheet, source, page)


def _facts(sheet: Sheet, y: float, source: ExportSource, everybody: Sequence[Telling]) -> float:
    words = words_of(source.reader)
    named = sum(one.named for one in everybody)
    told = [words["people"].format(named=named)]
    if named < len(everybody):
        told.append(words["others"].format(unnamed=len(everybody) - named))
    video = source.results["video"] if source.results else None
    if video and video["duration_s"]:
        seconds = round(video["duration_s"])
        told.insert(0, words["length"].format(length=f"{seconds // 60}:{seconds % 60:02d} min"))
    best = max((one for one in everybody if one.grade), key=lambda one: one.coverage, default=None)
    # Grade and time in view are each one's own; where metres come from and how exact places are hold for all.
    told += best.sure[2:] if best else ()
    text = " · ".join(told) + "."
    text = text[0].upper() + text[1:]
    sheet.ink(MUTED, 8.5)
    high = sheet.height_of(INNER_MM - 8, text) + 5.0
    sheet.box(MARGIN_MM, y, INNER_MM, high, SUNKEN, round_mm=2.0)
    sheet.block(MARGIN_MM + 4, y + 2.5, INNER_MM - 8, text)
    return y + high + 5.0


def _drawings(sheet: Sheet, y: float, source: ExportSource, rows: Sequence[_Row]) -> float:
    words = words_of(source.reader)
    placed = [
        (row.label, float(row.one.raw[_X]["value"]), float(row.one.raw[_Y]["value"]))
        for row in rows
        if _X in row.one.raw and _Y in row.one.raw
    ]
    ran = [row for row in rows if "total_distance_m" in row.one.figures]
    x, drawn = MARGIN_MM, False
    if placed and source.pitch_m:
        below = heading(sheet, x, y, words["average"])
        drawings.average_places(sheet, Frame(x, below, _HALF_MM, _DRAWING_MM), placed, source.pitch_m)
        _caption(sheet, x, below + _DRAWING_MM + 1.0, words["average.text"])
        x, drawn = x + _HALF_MM + 8.0, True
    if ran:
        below = heading(sheet, x, y, words["distances"])
        width = _HALF_MM if drawn else INNER_MM
        high = _DRAWING_MM if drawn else min(_DRAWING_MM, len(ran) * _BAR_MM)
        _bars(sheet, Frame(x, below, width, high), ran)
        _caption(sheet, x, below + high + 1.0, words["distances.text"])
        return y + high + 17.0
    return y + _DRAWING_MM + 17.0 if drawn else y


def _bars(sheet: Sheet, frame: Frame, rows: Sequence[_Row]) -> None:
    entries = [row.one.raw["total_distance_m"] for row in rows]
    longest = max(entry["high"] for entry in entries) or 1.0
    step = min(_BAR_MM, frame.height / len(rows))
    for place, (row, entry) in enumerate(zip(rows, entries, strict=True)):
        y = frame.y + place * step
        sheet.ink(INK, 7.5)
        sheet.put(frame.x, y + (step - sheet.line_mm()) / 2, clean(row.one.name), width=26)
        shares = (entry["value"] / longest, entry["low"] / longest, entry["high"] / longest)
        drawings.range_bar(sheet, Frame(frame.x + 28, y + 0.9, frame.width - 46, step - 1.8), shares)
        told = row.one.figures["total_distance_m"].amount
        sheet.ink(INK, 7.5, bold=True)
        sheet.put(frame.x, y + (step - sheet.line_mm()) / 2, f"{told.value} {told.unit}", width=frame.width, align="R")


def _caption(sheet: Sheet, x: float, y: float, text: str) -> None:
    sheet.ink(MUTED, 7.5)
    sheet.block(x, y, _HALF_MM, text)


def _table(sheet: Sheet, y: float, source: ExportSource, rows: Sequence[_Row]) -> None:
    words, language = words_of(source.reader), language_of(source.reader)
    keys = [key for key in HEADLINES if any(key in row.one.figures for row in rows)][:FIGURES]
    width = (INNER_MM - _FIRST_FIGURE) / max(len(keys), 1)
    sheet.ink(MUTED, 7.5, bold=True)
    for x, text in ((_NAME, words["player"]), (_GRADE, words["measured"]), (_VIEW, words["seen"])):
        sheet.put(MARGIN_MM + x, y + 8.4 - sheet.line_mm(), text)
    for place, key in enumerate(keys):
        x = MARGIN_MM + _FIRST_FIGURE + place * width
        title, above = title_of(key, language), sheet.height_of(width - 2, title_of(key, language))
        sheet.block(x + 2, y + 8.4 - above, width - 2, title)
    y += _HEAD_MM
    sheet.rule(MARGIN_MM, y - 0.6, MARGIN_MM + INNER_MM, y - 0.6, MUTED, 0.3)
    for place, row in enumerate(rows):
        top = y + place * _ROW_MM
        _person(sheet, top, row, language)
        for at, key in enumerate(keys):
            if key in row.one.figures:
                x = MARGIN_MM + _FIRST_FIGURE + at * width + 2
                _cell(sheet, x, top, width - 2, row.one.figures[key])
        sheet.rule(MARGIN_MM, top + _ROW_MM - 0.6, MARGIN_MM + INNER_MM, top + _ROW_MM - 0.6, LINE)


def _person(sheet: Sheet, y: float, row: _Row, language: str) -> None:
    sheet.ink(MUTED, 8.5)
    sheet.put(MARGIN_MM + _PLACE, y + 1.4, row.label)
    sheet.ink(INK, 8.5, bold=row.one.named)
    name = f"{clean(row.one.name)} ({row.one.label})" if row.one.label else clean(row.one.name)
    sheet.put(MARGIN_MM + _NAME, y + 1.4, name, width=_GRADE - _NAME - 2)
    sheet.ink(INK, 8.5)
    sheet.put(MARGIN_MM + _GRADE, y + 1.4, row.one.grade or "–")
    sheet.put(MARGIN_MM + _VIEW, y + 1.4, share(row.one.coverage, language))


def _cell(sheet: Sheet, x: float, y: float, width: float, figure: Figure) -> None:
    sheet.ink(INK, 8.5, bold=True)
    almost = "≈ " if figure.estimated else ""
    sheet.put(x, y, almost + f"{figure.amount.value} {figure.amount.unit}".strip())
    sheet.ink(MUTED, 6.5)
    sheet.put(x, y + 3.8, figure.range, width=width)
