"""What every page of a report has: the band at the top and the small print at the bottom."""

from __future__ import annotations

from datetime import UTC, datetime

from apps.scan.exports.report.content import language_of, words_of
from apps.scan.exports.report.sheet import (
    ACCENT,
    ACCENT_SOFT,
    BAND_MM,
    FOOT_MM,
    INK,
    INNER_MM,
    MARGIN_MM,
    MUTED,
    ON_POND,
    ON_POND_MUTED,
    POND,
    WIDTH_MM,
    Sheet,
)
from apps.scan.exports.report.words import day_of
from apps.scan.exports.source import ExportSource
from vision.kpi.catalogue import CATALOGUE_VERSION

_LOGO_MM = 11.0


def band(sheet: Sheet, source: ExportSource, kind: str, title: str, beside: str = "") -> float:
    """Who or what the page is about, which session, when; returns where the page goes on [mm]."""
    session, words, language = source.session, words_of(source.reader), language_of(source.reader)
    sheet.box(0, 0, WIDTH_MM, BAND_MM, POND)
    right = WIDTH_MM - MARGIN_MM
    sheet.logo(right - _LOGO_MM, 7.0, _LOGO_MM)
    sheet.ink(ON_POND, 10, bold=True)
    sheet.put(right - _LOGO_MM - 42, 9.9, "Axolotl", width=40, align="R")
    sheet.ink(ON_POND_MUTED, 8.5)
    sheet.put(MARGIN_MM, 7.0, kind)
    sheet.ink(ON_POND, 21, bold=True)
    long = sheet.put(MARGIN_MM, 10.6, clean(title), width=INNER_MM - 50)
    if beside:
        sheet.ink(ON_POND_MUTED, 11)
        sheet.put(MARGIN_MM + long + 4, 14.4, beside)
    start = session.start.astimezone(source.reader.zone)
    zone = words["zone"].format(zone=source.reader.zone.key)
    when = f"{day_of(start, language)}, {start:%H:%M} ({zone})"
    what = f"{words[session.session_type]} · {session.team}"
    sheet.ink(ON_POND, 9.5)
    told = f"{session.title} · {what}" if session.title and session.title != title else what
    sheet.put(MARGIN_MM, 22.4, clean(told), width=INNER_MM)
    sheet.ink(ON_POND_MUTED, 9)
    sheet.put(MARGIN_MM, 27.6, when, width=INNER_MM)
    y = BAND_MM + 5.0
    if session.synthetic:
        y = notice(sheet, y, words["synthetic"])
    return y


def notice(sheet: Sheet, y: float, text: str) -> float:
    """Something that must not be overlooked; returns where the page goes on."""
    sheet.ink(ACCENT, 8.5, bold=True)
    high = sheet.height_of(INNER_MM - 8, text) + 4.0
    sheet.box(MARGIN_MM, y, INNER_MM, high, ACCENT_SOFT, round_mm=2.0)
    sheet.block(MARGIN_MM + 4, y + 2.0, INNER_MM - 8, text)
    return y + high + 4.0


def heading(sheet: Sheet, x: float, y: float, text: str) -> float:
    """Title of a part; returns where it goes on."""
    sheet.ink(INK, 10.5, bold=True)
    sheet.put(x, y, text)
    return y + sheet.line_mm() + 1.2


def foot(sheet: Sheet, source: ExportSource, page: tuple[int, int]) -> None:
    """What the ranges mean, what is missing, when it was made."""
    words, language = words_of(source.reader), language_of(source.reader)
    sheet.rule(MARGIN_MM, FOOT_MM, WIDTH_MM - MARGIN_MM, FOOT_MM)
    sheet.ink(MUTED, 7.5)
    text = " ".join(words[key] for key in ("ranges", "absent", "children"))
    y = FOOT_MM + 1.8 + sheet.block(MARGIN_MM, FOOT_MM + 1.8, INNER_MM, text) + 1.4
    today = day_of(datetime.now(UTC).astimezone(source.reader.zone), language)
    sheet.put(MARGIN_MM, y, words["made"].format(day=today, version=_versions(source)))
    if page[1] > 1:
        sheet.put(MARGIN_MM, y, words["page"].format(page=page[0], pages=page[1]), width=INNER_MM, align="R")


def _versions(source: ExportSource) -> str:
    """Of the definitions by which these figures were computed, which need not be today's."""
    found = {str(row["quality"].get("catalogue_version") or "") for row in source.kpis["players"]} - {""}
    return ", ".join(sorted(found)) or CATALOGUE_VERSION


def clean(text: str) -> str:
    """Text without signs that cannot be printed."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()
