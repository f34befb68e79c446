"""Finding every number of a text: digits, number words, units, ranges, clock times and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from apps.feedback.engine.lexicon import (
    FOOTBALL,
    MONTHS,
    OWN_ITEMS,
    TIMES_A_WEEK_ES,
    UNITS,
    WEEKDAYS,
    WORDS_EN,
    WORDS_ES,
)

_MONTH = "|".join(MONTHS)
_DATE = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s(?:de|of))?\s(?P<m1>{_MONTH})(?:(?:,|\sde)?\s(?P<y1>\d{{4}}))?\b"
    rf"|\b(?P<m2>{_MONTH})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<y2>\d{{4}}))?\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b(?P<day>{'|'.join(WEEKDAYS)})s?\b", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?P<m>\d{1,3}):(?P<s>[0-5]\d)\b(?!:)")
_GROUP = re.compile(r"\bU-?(?P<n>\d{1,2})\b")
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_AFTER = re.compile(rf"\s?(?P<unit>{_UNIT})(?![\w²/])", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w.,])(?P<sign>[-−+])?(?P<number>\d[\d.,]*\d|\d)(?:st|nd|rd|th)?(?![\d])")
_NOUN = re.compile(r"[\s-]*((?:[^\W\d][\w-]*)(?:\s[^\W\d][\w-]*){0,2})")
_JOIN = re.compile(r"^\s?(?:–|-|—|to|and|or|a|y|e|o|hasta|,)\s?$", re.IGNORECASE)
_SHARE = re.compile(r"\b(?:half|a\sthird|a\squarter|three\squarters|two\sthirds)\s(?:of|the|as)\b", re.IGNORECASE)
_SHARE_ES = re.compile(r"\b(?:la\smitad|un\stercio|un\scuarto|tres\scuartos|dos\stercios)\sde\b", re.IGNORECASE)
_PITCH = re.compile(
    r"\s?(?:the\s|of\sthe\s|of\sa\s|del?\s|la\s|el\s)*(?:pitch|field|way|turn|speed|pace|campo|giro)\b", re.IGNORECASE
)
_SHARES = {
    "half": 0.5, "third": 1 / 3, "quarter": 0.25, "quarters": 0.75, "thirds": 2 / 3,
    "mitad": 0.5, "tercio": 1 / 3, "cuarto": 0.25, "cuartos": 0.75, "tercios": 2 / 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a text writes it.

    Attributes:
        value: in `unit` (the unit in which values are compared; "" where none is written).
        step: half of it is the rounding error of the written form, in `unit`.
        start, end: where it stands.
        written: as it stands, with its unit.
        noun: up to three words after it, in small letters.
        factor: from the written unit to `unit`.
    """

    value: float
    step: float
    start: int
    end: int
    written: str
    unit: str = ""
    noun: str = ""
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a day of the week, or a clock time in the film, as a text writes it."""

    kind: str
    value: date | int | tuple[int, int]
    start: int
    end: int
    written: str


def moments(text: str) -> list[Moment]:
    """Return dates, weekdays and times in the film."""
    found: list[Moment] = []
    for match in _DATE.finditer(text):
        value = _date_of(match)
        kind = "date" if isinstance(value, date) else "day_of_year"
        found.append(Moment(kind, value, match.start(), match.end(), match[0]))
    for match in _WEEKDAY.finditer(text):
        found.append(Moment("weekday", WEEKDAYS[match["day"].lower()], match.start(), match.end(), match[0]))
    for match in _CLOCK.finditer(text):
        found.append(Moment("film", int(match["m"]) * 60 + int(match["s"]), match.start(), match.end(), match[0]))
    for match in _GROUP.finditer(text):
        found.append(Moment("age_group", int(match["n"]), match.start(), match.end(), match[0]))
    return found


def _date_of(match: re.Match[str]) -> date | tuple[int, int]:
    if match["iso"]:
        try:
            return date.fromisoformat(match["iso"])
        except ValueError:
            return (0, 0)
    day, month = int(match["d1"] or match["d2"]), MONTHS[(match["m1"] or match["m2"]).lower()]
    year = match["y1"] or match["y2"]
    if year is None:
        return (month, day)
    try:
        return date(int(year), month, day)
    except ValueError:
        return (0, 0)


def numbers(text: str, language: str) -> list[Number]:
    """Return every number that a reader would take for a figure, without dates, times and football's own."""
    taken = _masked(text)
    found = [*_digits(taken, language), *_words(taken, language), *_shares(taken, language)]
    found.sort(key=lambda number: number.start)
    return _with_shared_units(taken, found)


def _masked(text: str) -> str:
    """The text with what is no figure blanked, letter by letter, so that places stay."""
    spans = [(moment.start, moment.end) for moment in moments(text)]
    for pattern in (*FOOTBALL, *OWN_ITEMS):
        spans += [match.span() for match in re.finditer(pattern, text, re.IGNORECASE)]
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def _digits(text: str, language: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(text):
        value, step = _parsed(match["number"], language)
        sign = -1.0 if match["sign"] in ("-", "−") and not text[: match.start()].rstrip()[-1:].isdigit() else 1.0
        yield _with_unit(text, match, sign * value, step)


def _parsed(written: str, language: str) -> tuple[float, float]:
    """Value and step of digits; three of them after a comma (in Spanish: a point) are thousands."""
    groups = "," if language == "en" else "."
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(groups)}\d{{3}})+(?:[.,]\d+)?", written):
        written = written.replace(groups, "")
    whole, _, decimals = written.replace(",", ".").partition(".")
    if "." in decimals:  # 1.2.3 is a version or a mistake: no figure has it
        return float("nan"), 0.0
    return float(f"{whole}.{decimals or 0}"), _step(whole, decimals)


def _step(whole: str, decimals: str) -> float:
    """How fine the written form is; a whole number ending in zeros may have been rounded to two digits or more."""
    if decimals:
        return float(10.0 ** -len(decimals))
    zeros = len(whole) - len(whole.rstrip("0"))
    return float(10.0 ** max(0, min(zeros, len(whole) - 2)))


def _words(text: str, language: str) -> Iterator[Number]:
    words = WORDS_EN if language == "en" else WORDS_ES
    if language == "es":
        for written, value in TIMES_A_WEEK_ES.items():
            for match in re.finditer(rf"\b{written}\b", text, re.IGNORECASE):
                yield Number(value, 1.0, match.start(), match.end(), match[0], "", "vez")
    for match in _word_pattern(language).finditer(text):
        parts = [part for part in re.split(r"[\s-]+", match[0].lower()) if part not in ("and", "y")]
        yield _with_unit(text, match, _sum_of([words[part] for part in parts]), 1.0)


@lru_cache(maxsize=2)
def _word_pattern(language: str) -> re.Pattern[str]:
    """One word, a ten with its unit ("thirty-one", "treinta y uno"), or those with hundreds and thousands."""
    words = WORDS_EN if language == "en" else WORDS_ES
    tens = "|".join(word for word, value in words.items() if value in range(20, 100, 10))
    ones = "|".join(word for word, value in words.items() if value in range(1, 10))
    every = "|".join(sorted(words, key=len, reverse=True))
    joint = r"[\s-]" if language == "en" else r"\sy\s"
    small = rf"(?:(?:{tens}){joint}(?:{ones})|(?:{every}))"
    many = "hundred|thousand" if language == "en" else "cien|ciento|mil"
    linked = rf"(?:\s(?:{many}))*(?:\s(?:and\s)?{small})?" if language == "en" else rf"(?:\s(?:{many}))?"
    return re.compile(rf"\b{small}(?:\s(?:{many}){linked})?\b", re.IGNORECASE)


def _sum_of(parts: list[float]) -> float:
    total, current = 0.0, 0.0
    for part in parts:
        if part in (100, 1000):
            current = max(current, 1.0) * part
            if part == 1000:
                total, current = total + current, 0.0
        else:
            current += part
    return total + current


def _shares(text: str, language: str) -> Iterator[Number]:
    for match in (_SHARE if language == "en" else _SHARE_ES).finditer(text):
        if _PITCH.match(text, match.end()):
            continue
        name = next(part for part in reversed(match[0].lower().split()) if part in _SHARES)
        yield Number(_SHARES[name], 0.1, match.start(), match.end(), match[0], "share")


def _with_unit(text: str, match: re.Match[str], value: float, step: float) -> Number:
    end = match.end()
    unit = _AFTER.match(text, end)
    noun = _NOUN.match(text, unit.end() if unit else end)
    plain = Number(value, step, match.start(), end, match[0], "", noun[1].lower() if noun else "")
    return plain if unit is None else _in_unit(plain, text, unit.end(), unit["unit"])


def _in_unit(number: Number, text: str, end: int, written: str) -> Number:
    name, factor = UNITS[written.lower()]
    return replace(
        number,
        value=number.value * factor,
        step=number.step * factor,
        end=end,
        written=text[number.start : end],
        unit=name,
        factor=factor,
    )


def _with_shared_units(text: str, found: list[Number]) -> list[Number]:
    """In "6.9–7.4 m/s" and "6.9 and 7.4 m/s" both numbers have the unit, in "2 to 3 sprints" both the noun."""
    for index in range(len(found) - 2, -1, -1):
        here, after = found[index], found[index + 1]
        if here.unit or not _JOIN.match(text[here.end : after.start]):
            continue
        value, step = here.value * after.factor, here.step * after.factor
        found[index] = replace(here, value=value, step=step, unit=after.unit, factor=after.factor, noun=after.noun)
    return found
