"""In which language a request is answered, and the server's own sentences in that language.

What is sent with `Accept-Language` counts (the web app sends the language that it shows), else what the account says,
else English. Django's and REST framework's sentences come from their own catalogues. Ours are written in English where
they are raised, with the figures already in them; `sentences*.es.yaml` hold each as a pattern, and what has no entry
stays English. What is filled in is told too: days, decimals, lists and sentences with an entry of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import trans_real

HOLE = "{}"
_FILES = "sentences*.{language}.yaml"
_MOST_CHARACTERS = 2_000
"""A longer text is none of these sentences."""
_MOST_DEEP = 6
"""So deep sentences are filled into one another; deeper is no sentence of ours."""

WORDED = frozenset(
    {"absent", "best_absent", "asymmetries_absent", "heat_map_absent", "grade_reason", "reason", "reasons", "message",
     "messages", "missing", "name_withheld", "warnings", "remark", "remarks", "rationale", "estimate_basis", "label",
     "labels", "flags", "slope_method", "slope_source"}
)  # fmt: skip
"""Under these names answers hold sentences of ours: strings, or lists of them."""
WORDED_BESIDE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "text": frozenset({"rule_id", "changes", "distinguishable", "direction", "threshold", "value", "estimate_ms"}),
        "title": frozenset({"rule_id"}),
        "source": frozenset({"rule_id"}),
        "notes": frozenset({"not_assessed", "findings", "source"}),
        "description": frozenset({"estimate_basis"}),
        "name": frozenset({"estimate_basis", "definition"}),
        "definition": frozenset({"catalogue_version"}),
        "device": frozenset({"user_agent"}),
        "not_assessed": frozenset({"value", "low"}),
    }
)
"""Under these names people write too; they are ours only in an object that has one of the names given."""
LISTED = frozenset({"notes"})
"""Ours as a list only: as one text people wrote it."""
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = re.compile(rf"(?:({'|'.join(_WEEKDAYS)}) )?(\d{{1,2}}) ({'|'.join(_MONTHS)})(?: (\d{{4}}))?")
_PARTS_OF_A_DAY = ("weekday", "day", "month", "year")
_DECIMAL = re.compile(r"[±+-]?\d+\.\d+")
_NEXT_SENTENCE = re.compile(r"(?<=[.?!]) (?=[A-Z0-9“])")


def asked_for(request: HttpRequest) -> str | None:
    """Return the language of `Accept-Language`; `None` where the header is missing or names none that there is."""
    return spoken(request.headers.get("Accept-Language", ""))


def spoken(header: str) -> str | None:
    """Return the first language of an `Accept-Language` that there is."""
    ranges = trans_real.parse_accept_lang_header(header.lower())
    return next((found for found in (_known(tag) for tag, _ in ranges) if found is not None), None)


def prefer(request: HttpRequest, language: str) -> None:
    """Answer in the account's language, where the request itself names none."""
    known = _known(language)
    if known is not None and asked_for(request) is None:
        translation.activate(known)


def told(sentence: str, language: str | None = None) -> str:
    """Return the server's words in a language, one sentence or several; as they are where they have no entry.

    Args:
        sentence: in English, with its figures.
        language: that of the request, unless given.
    """
    language = _known(language or translation.get_language() or "") or ""
    if not _table(language) or len(sentence) > _MOST_CHARACTERS:
        return sentence
    whole = _matched(sentence, language, 0)
    if whole is not None:
        return whole
    listed = [_matched(part, language, 1) for part in sentence.split(", ")]
    if all(listed):
        return ", ".join(part for part in listed if part)
    parts = _NEXT_SENTENCE.split(sentence)
    return " ".join(_matched(part, language, 0) or part for part in parts) if len(parts) > 1 else sentence


def told_all(body: Any, language: str | None = None) -> Any:
    """Return an answer with the server's own words in a language: what stands under `WORDED` and `WORDED_BESIDE`.

    What people wrote, and all that has no entry, stays as it is; so does the answer itself in English.
    """
    language = _known(language or translation.get_language() or "") or ""
    return _walked(body, language) if _table(language) else body


def sentences(language: str) -> Mapping[str, str]:
    """Return all sentences of a language: English with `{}` for what is filled in, and the translation."""
    return _table(language)


def _known(tag: str) -> str | None:
    short = tag.lower().partition("-")[0]
    return short if short in dict(settings.LANGUAGES) else None


def _walked(body: Any, language: str) -> Any:
    if isinstance(body, Mapping):
        return {name: _under(name, value, body, language) for name, value in body.items()}
    if isinstance(body, (list, tuple)) and body and isinstance(body[0], Mapping):
        return [_walked(one, language) for one in body]
    return body


def _under(name: Any, value: Any, beside: Mapping[Any, Any], language: str) -> Any:
    if name in LISTED and isinstance(value, str):
        return value
    is_ours = name in WORDED or not WORDED_BESIDE.get(name, frozenset()).isdisjoint(beside)
    if is_ours and isinstance(value, str):
        return told(value, language)
    if is_ours and isinstance(value, (list, tuple)):
        return [told(one, language) if isinstance(one, str) else _walked(one, language) for one in value]
    return _walked(value, language)


def _matched(sentence: str, language: str, depth: int) -> str | None:
    """A sentence that has an entry; `None` for any other."""
    table = _table(language)
    if sentence in table:
        return table[sentence]
    for pattern, wanted in _patterns(language):
        found = pattern.fullmatch(sentence)
        if found is not None:
            spoken_so = wanted.format(*(_filled(inner, language, depth + 1) for inner in found.groups()))
            return spoken_so[:1].upper() + spoken_so[1:] if depth == 0 and sentence[0].isupper() else spoken_so
    return None


def _filled(inner: str, language: str, depth: int) -> str:
    """What is filled into a sentence: a day, a number, a sentence of its own, a list, or a name that stays."""
    if day := _DAY.fullmatch(inner):
        return _day(day, language)
    if _DECIMAL.fullmatch(inner):
        return inner.replace(".", _table(language).get("the decimal point", "."))
    if depth > _MOST_DEEP:
        return inner
    whole = _matched(inner, language, depth)
    if whole is not None or ", " not in inner:
        return inner if whole is None else whole
    return ", ".join(_filled(part, language, depth + 1) for part in inner.split(", "))


def _day(found: re.Match[str], language: str) -> str:
    table = _table(language)
    form = " ".join(f"{name} {{}}" for name, part in zip(_PARTS_OF_A_DAY, found.groups(), strict=True) if part)
    return table[form].format(*(table.get(part, part) for part in found.groups() if part))


@lru_cache(maxsize=8)
def _table(language: str) -> Mapping[str, str]:
    if not language:
        return MappingProxyType({})
    found: dict[str, str] = {}
    for path in sorted(Path(__file__).parent.glob(_FILES.format(language=language))):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return MappingProxyType(found)


@lru_cache(maxsize=8)
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences with holes, those first that say the most themselves."""
    table = _table(language)
    holed = sorted((english for english in table if HOLE in english), key=lambda one: -len(one.replace(HOLE, "")))
    return tuple((_pattern(english), table[english]) for english in holed)


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(part) for part in english.split(HOLE)), re.DOTALL)
