"""Times, lengths and dates in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

from apps.calendar.instructions import lexicon

_HOUR = re.compile(rf"(?P<hour>\d{{1,2}}|{'|'.join(lexicon.NUMBERS)})(?:[:.h](?P<minute>\d{{2}}))?")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; `vague` where it may be morning or evening."""

    at: time
    vague: bool = False


MOST = 1e9
"""Above all that anybody means, and below what a sum of minutes could not hold."""


def number_in(text: str) -> float | None:
    """A number in digits or words."""
    found = re.match(r"\d+(?:[.,]\d+)?", text)
    if found:
        return min(float(found[0].replace(",", ".")), MOST)
    word = re.match(r"[a-z]+", text)
    return lexicon.NUMBERS.get(word[0]) if word else None


def minutes_in(text: str) -> int | None:
    """The minutes of a length: "an hour and a half", "75 min", "media hora"."""
    if "quarter" in text or "cuarto" in text:
        return 15
    if text in ("half an hour", "media hora"):
        return 30
    half = 30 if re.search(r"and a half|y media", text) else 0
    total = 0.0
    for found in re.finditer(
        rf"(?P<n>{lexicon.NUMBER})\s?-?\s?(?P<unit>hour|hora|hr|h|min)(?:s|utes?|utos?)?(?!\w)", text
    ):
        total += (number_in(found["n"]) or 0) * lexicon.UNIT_MINUTES[found["unit"]]
    return round(total) + half or None


def days_in(text: str) -> int | None:
    """The days of a span: "a week", "dos días"."""
    found = re.match(rf"(?P<n>{lexicon.NUMBER})\s(?P<unit>day|week|dia|semana)", text)
    return None if found is None else round((number_in(found["n"]) or 0) * lexicon.UNIT_DAYS[found["unit"]])


def clock_in(text: str) -> Clock | None:
    """A time of day: "18:30", "6pm", "half past six", "las siete y media"."""
    found = _HOUR.search(re.sub(r"(?:half|quarter) (?:past|to)", "", text))
    if found is None:
        return None
    hour, minute = int(number_in(found["hour"]) or 0), int(found["minute"] or 0) + _part_of_hour(text)
    if re.search(r"p\.?m|afternoon|evening|tarde|noche", text) and hour < 12:
        hour += 12
    elif re.search(r"a\.?m\b|a\.m|morning|manana", text):
        hour %= 12
        return _clock(hour, minute, vague=False)
    vague = 1 <= hour <= 12 and not re.search(r"p\.?m|afternoon|evening|tarde|noche|^0\d", text)
    return _clock(hour, minute, vague=vague)


def _part_of_hour(text: str) -> int:
    if re.search(r"half past|y media", text):
        return 30
    if re.search(r"quarter past|y cuarto", text):
        return 15
    return -15 if re.search(r"quarter to|menos cuarto", text) else 0


def _clock(hour: int, minute: int, *, vague: bool) -> Clock | None:
    if minute < 0:
        hour, minute = hour - 1, minute + 60
    if not (0 <= hour <= 23 and 0 <= minute <= 59):
        return None
    return Clock(time(hour, minute), vague=vague)


def date_of(day: int, month: int, year: int | None, today: date) -> date | None:
    """A date; without a year the next such day."""
    try:
        if year is not None:
            return date(year, month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year >= today else date(today.year + 1, month, day)
    except ValueError:
        return None
