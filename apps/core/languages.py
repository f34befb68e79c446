"""In which language a request is answered, and the server's own sentences in that language.

What is sent with `Accept-Language` counts (the web app sends the language that it shows), else what the account says,
else English. Django's and REST framework's sentences come from their own catalogues. Ours are written in English where
they are raised, with the figures already in them; `sentences.es.yaml` holds each as a pattern, and what has no entry
stays English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import trans_real

HOLE = "{}"
_FILE = "sentences.{language}.yaml"
_MOST_CHARACTERS = 2_000
"""A longer text is none of these sentences."""


def asked_for(request: HttpRequest) -> str | None:
    """Return the language of `Accept-Language`; `None` where the header is missing or names none that there is."""
    header = request.headers.get("Accept-Language", "")
    ranges = trans_real.parse_accept_lang_header(header.lower())
    return next((found for found in (_known(tag) for tag, _ in ranges) if found is not None), None)


def prefer(request: HttpRequest, language: str) -> None:
    """Answer in the account's language, where the request itself names none."""
    known = _known(language)
    if known is not None and asked_for(request) is None:
        translation.activate(known)


def told(sentence: str, language: str | None = None) -> str:
    """Return one of the server's sentences in a language; as it is where it has no entry.

    Args:
        language: that of the request, unless given.
    """
    language = _known(language or translation.get_language() or "") or ""
    table = _table(language)
    if not table or len(sentence) > _MOST_CHARACTERS:
        return sentence
    if sentence in table:
        return table[sentence]
    for pattern, wanted in _patterns(language):
        found = pattern.fullmatch(sentence)
        if found is not None:
            return wanted.format(*(told(inner, language) for inner in found.groups()))
    return sentence


def sentences(language: str) -> Mapping[str, str]:
    """Return all sentences of a language: English with `{}` for what is filled in, and the translation."""
    return _table(language)


def _known(tag: str) -> str | None:
    short = tag.lower().partition("-")[0]
    return short if short in dict(settings.LANGUAGES) else None


@lru_cache(maxsize=8)
def _table(language: str) -> Mapping[str, str]:
    path = Path(__file__).with_name(_FILE.format(language=language))
    if not language or not path.exists():
        return MappingProxyType({})
    return MappingProxyType(yaml.safe_load(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=8)
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences with holes, those first that say the most themselves."""
    table = _table(language)
    holed = sorted((english for english in table if HOLE in english), key=lambda one: -len(one.replace(HOLE, "")))
    return tuple((_pattern(english), table[english]) for english in holed)


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(part) for part in english.split(HOLE)), re.DOTALL)
