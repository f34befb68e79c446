"""The rule-based reader: an instruction in English or Spanish becomes an `Intent`.

Each rule takes its phrase out of the words. What no rule takes is told back, so nothing is half understood in silence.
"""
# ruff: noqa: E501 - a pattern reads better whole

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from apps.calendar.instructions import lexicon as lex
from apps.calendar.instructions.intent import LONGEST_TEXT, MOST_DAYS, MOST_MINUTES, MOST_SWAPS, Intent, Swap
from apps.calendar.instructions.times import Clock, clock_in, date_of, days_in, minutes_in
from apps.calendar.instructions.words import END, Words

Found = dict[str, Any]
_FREE = r"(?P<text>[^.;!?\n,\x1f]{1,200}?)"
_AT = r"(?:at|to|for|by|a|a las?|las?|start(?:s|ing)? (?:at)?|begin(?:s|ning)? at|empieza a las?|empezar a las?|from|desde las?|@)"
_STOP = rf"(?:{END}|(?=\s(?:at|on|from|for|a las?|el|desde|until|hasta)\s))"
_NEXT = r"(?:next|the following|proximo|siguiente)"
_IT = rf"(?:{lex.IT}\s)?"


def parse(instruction: str, *, today: date) -> Intent:
    """Read an instruction. `today` is the local day on which it is said."""
    instruction = instruction.encode(errors="replace").decode()  # half a character of UTF-16 is none
    words, found = Words(instruction), Found()
    if words.has(lex.NOT):
        return Intent(not_understood=(" ".join(instruction.split())[:LONGEST_TEXT],))
    rules: tuple[Callable[[Words, Found], None], ...] = (
        _drills, _title, _place, _scope, _span_of_time, _shift, _length, lambda w, f: _date(w, f, today), _weekday,
        _clock, _intensity, _status,
    )  # fmt: skip
    for rule in rules:
        rule(words, found)
    left = [*found.pop("not_understood", ()), *words.left()]
    for name in ("title", "location"):
        if len(found.get(name) or "") > LONGEST_TEXT:
            left.append(found.pop(name))
    return Intent(**found, not_understood=tuple(part[:LONGEST_TEXT] for part in left))


def _drills(words: Words, found: Found) -> None:
    swaps: list[Swap] = []
    swap = rf"{lex.SWAP}\s(?:the\s|el\s|la\s)?(?!(?:it|this|lo|la)\s)(?P<old>[^.;!?\n,\x1f]{{1,120}}?)\s{lex.WITH}\s{_FREE}{END}"
    out = rf"{lex.LEAVE_OUT}\s(?:the\s|el\s|la\s)?(?:drill|exercise|ejercicio)\s{_FREE}{END}"
    while len(swaps) < MOST_SWAPS and (match := words.take(swap)):
        old, new = (words.written(match, part)[:LONGEST_TEXT] for part in ("old", "text"))
        swaps.append(Swap(old=old, new=new))
    while len(swaps) < MOST_SWAPS and (match := words.take(out)):
        swaps.append(Swap(old=words.written(match, "text")[:LONGEST_TEXT], new=None))
    found["swaps"] = tuple(swaps)


def _title(words: Words, found: Found) -> None:
    for pattern in (
        rf"{lex.RENAME}\s{_IT}(?:to|as|a|como|en)?\s?{_FREE}{END}",
        rf"(?:{lex.MOVE}\s)?(?:the\s|its\s|el\s)?{lex.TITLE}\s?(?:to|as|is|a|es|:)?\s{_FREE}{END}",
    ):
        if match := words.take(pattern):
            found["title"] = words.written(match, "text") or None
            return


def _place(words: Words, found: Found) -> None:
    day = rf"{lex.WEEKDAY}|at|in|on|to|en|a|el|from"
    named = rf"(?:(?!(?:{day})\b)[\w'’-]+\s){{0,3}}?{lex.PLACE_WORD}(?:\s[\w#'’-]+){{0,4}}?"
    for pattern in (
        rf"(?:{lex.MOVE}\s)?(?:the\s|el\s|la\s)?{lex.PLACE}\s?(?:to|is|a|al|es|en|:)?\s{_FREE}{_STOP}",
        rf"(?:{lex.MOVE}\s{_IT})?(?:to|at|in|on|a|al|en)\s(?:the\s|el\s|la\s)?(?P<text>{named}){_STOP}",
    ):
        if match := words.take(pattern):
            found["location"] = words.written(match, "text") or None
            return


def _scope(words: Words, found: Found) -> None:
    for scope, pattern in (("one", lex.ONE), ("following", lex.FOLLOWING), ("all", lex.ALL)):
        if words.take(pattern):
            found["scope"] = scope
            return


def _span_of_time(words: Words, found: Found) -> None:
    """From when to when, or until when."""
    spans = (
        rf"(?:from|between|de|desde las?|entre las?)\s(?:las?\s)?(?P<a>{lex.CLOCK})\s(?:to|until|and|till|a|hasta|y)\s(?:las?\s)?(?P<b>{lex.CLOCK})",
        r"(?P<a>\d{1,2}[:.]\d{2})\s?(?:-|–|to|a)\s?(?P<b>\d{1,2}[:.]\d{2})",
    )
    for pattern in spans:
        if match := words.take(pattern):
            _set_clock(found, "start", clock_in(match["a"]), words.written(match, "a"))
            _set_clock(found, "end", clock_in(match["b"]), words.written(match, "b"))
            return
    until = rf"(?:until|till|(?:to )?end(?:s|ing)?(?: {lex.IT})? (?:at|by)|finish(?:es|ing)? (?:at|by)|hasta|termina(?:r)? a|acaba(?:r)? a)\s(?:las?\s)?(?P<b>{lex.CLOCK})"
    if match := words.take(until):
        _set_clock(found, "end", clock_in(match["b"]), words.written(match, "b"))


def _shift(words: Words, found: Found) -> None:
    """Earlier or later by so much."""
    for amount, field, read in ((lex.SPAN, "days_later", days_in), (lex.LENGTH, "minutes_later", minutes_in)):
        for pattern, sign in (
            (rf"(?P<n>{amount})\s{lex.LATER}", 1),
            (rf"(?P<n>{amount})\s{lex.EARLIER}", -1),
            (rf"(?:later|earlier)\sby\s(?P<n>{amount})", 1),
            (rf"{lex.PUT_OFF}\s{_IT}(?:back\s)?(?:by\s|for\s|en\s)?(?P<n>{amount})", 1),
            (rf"{lex.BRING_FORWARD}\s{_IT}(?:forward\s)?(?:by\s|en\s)?(?P<n>{amount})", -1),
        ):
            if match := words.take(pattern):
                backwards = -1 if match[0].startswith("earlier") else sign
                _set_amount(found, field, backwards * (read(match["n"]) or 0), words.written(match, "n"))
                break


def _length(words: Words, found: Found) -> None:
    for pattern, field, sign in (
        (rf"(?:{lex.SHORTEN}|{lex.LENGTHEN})\s{_IT}(?:to|a|hasta)\s(?P<n>{lex.LENGTH})", "minutes", 1),
        (rf"{lex.SHORTEN}\s{_IT}(?:by\s|en\s)?(?P<n>{lex.LENGTH})", "minutes_longer", -1),
        (rf"{lex.LENGTHEN}\s{_IT}(?:by\s|en\s)?(?P<n>{lex.LENGTH})", "minutes_longer", 1),
        (rf"(?P<n>{lex.LENGTH})\s(?:longer|mas largo|mas)", "minutes_longer", 1),
        (rf"(?P<n>{lex.LENGTH})\s(?:shorter|mas corto|menos)", "minutes_longer", -1),
        (rf"(?:(?:make|last|for|lasting|to|of|que dure|dure|durante|haz(?:lo)?|de|a)\s{_IT})*(?P<n>{lex.LENGTH})(?:\slong)?", "minutes", 1),
    ):  # fmt: skip
        if match := words.take(pattern):
            _set_amount(found, field, sign * (minutes_in(match["n"]) or 0), words.written(match, "n"))
            return


def _date(words: Words, found: Found, today: date) -> None:
    to = r"(?:(?:to|on|for|a|al|el|para el)\s(?:the\s|dia\s)?)?"
    spoken = ((r"the day after tomorrow|pasado manana", 2), (r"tomorrow|(?<!la )manana", 1), (r"today|hoy", 0))
    if match := words.take(rf"{to}(?P<all>(?P<y>\d{{4}})-(?P<m>\d{{2}})-(?P<d>\d{{2}}))"):
        _set(
            found, "day", date_of(int(match["d"]), int(match["m"]), int(match["y"]), today), words.written(match, "all")
        )
        return
    for pattern in (
        rf"{to}(?:{lex.WEEKDAY},?\s)?(?:the\s)?(?P<all>(?P<d>\d{{1,2}})(?:st|nd|rd|th|º)?\s(?:of\s|de\s)?(?P<m>{lex.MONTH})(?:,?\s(?:de\s|del\s)?(?P<y>\d{{4}}))?)",
        rf"{to}(?:{lex.WEEKDAY},?\s)?(?P<all>(?P<m>{lex.MONTH})\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<y>\d{{4}}))?)",
    ):
        if match := words.take(pattern):
            year = int(match["y"]) if match["y"] else None
            _set(
                found, "day", date_of(int(match["d"]), lex.MONTHS[match["m"]], year, today), words.written(match, "all")
            )
            return
    for pattern, days in spoken:
        if words.take(rf"{to}(?:{pattern})"):
            found["day"] = today + timedelta(days=days)
            return


def _weekday(words: Words, found: Found) -> None:
    words.take(
        rf"(?:from|instead of|del?|en vez del?|en lugar del?)\s(?:the\s|el\s)?{lex.WEEKDAY}s?(?=\s(?:to|a|al)\s)"
    )
    pattern = (
        rf"(?:(?:to|on|for|a|al|el|para el|de)\s)?(?:the\s|el\s|los\s)?(?:this\s|este\s|coming\s)?(?P<next>{_NEXT}\s)?(?P<day>{lex.WEEKDAY})s?"
        r"(?P<later>\s(?:next week|of next week|de la (?:proxima semana|semana que viene)|que viene|siguiente|proximo))?"
    )
    if match := words.take(pattern):
        found["weekday"] = lex.WEEKDAYS[match["day"]]
        found["next_week"] = bool(match["next"] or match["later"])
    elif words.take(r"(?:(?:to|for|a|para)\s)?(?:next week|la (?:proxima semana|semana que viene))"):
        found["days_later"] = 7


def _clock(words: Words, found: Found) -> None:
    if "start" in found:
        return
    bare = rf"(?=half|quarter){lex.CLOCK}|\d{{1,2}}(?::\d{{2}}|\s?(?:am|pm))(?:\s?(?:am|pm))?"
    chosen = r"\((?P<c>\d{2}:\d{2})\)"  # as an answer to our question names it
    spoken = rf"{_AT}\s(?P<c>{lex.CLOCK})"
    for pattern in (chosen, spoken, rf"(?P<c>{bare})"):
        if match := words.take(pattern):
            if pattern == chosen:
                words.take(spoken)
            _set_clock(found, "start", clock_in(match["c"]), words.written(match, "c"))
            return


def _set_clock(found: Found, name: str, clock: Clock | None, written: str) -> None:
    _set(found, name, clock and clock.at, written)
    if clock is not None:
        found["start_is_vague"] = found.get("start_is_vague", False) or clock.vague


def _set_amount(found: Found, name: str, amount: int, written: str) -> None:
    """Keep days or minutes; 0 changes nothing, and so many that nobody can mean them were not understood."""
    most = MOST_DAYS if name == "days_later" else MOST_MINUTES
    if amount:
        _set(found, name, amount if abs(amount) <= most else None, written)


def _set(found: Found, name: str, value: object, written: str) -> None:
    """Keep what was read; of what is no time or date (25:70, 31 February) nothing was understood."""
    if value is None:
        found["not_understood"] = (*found.get("not_understood", ()), written)
    else:
        found[name] = value


def _intensity(words: Words, found: Found) -> None:
    for level, pattern in lex.INTENSITY.items():
        with_word = rf"(?:(?:at|with|con|a|de)\s)?{pattern}[\s-]{lex.INTENSITY_WORD}|{lex.INTENSITY_WORD}\s?(?:to|a|:|is)?\s?{pattern}"
        made = rf"(?:make|keep|haz(?:lo)?|que sea)\s{_IT}(?:mas\s)?{pattern}"
        if words.take(with_word) or words.take(made):
            found["intensity"] = level
            return


def _status(words: Words, found: Found) -> None:
    if words.take(rf"{lex.REINSTATE}(?:\s{lex.IT})?"):
        found["status"] = "planned"
    elif words.take(rf"{lex.CANCEL}(?:\s{lex.IT})?"):
        found["status"] = "cancelled"
    elif words.take(rf"{lex.DELETE}(?:\s{lex.IT})?"):
        found["deletes"] = True
