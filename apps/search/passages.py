"""Cutting a text into passages that the model reads whole.

MiniLM sees 256 tokens and knows nothing of the rest. A passage holds whole sentences, and begins with the last one of
the passage before it, so that a thought on a border is found from both sides.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from apps.core.folding import fold

MAX_WORDS = 110
"""Words of a passage: with the title before it some 180 tokens of English, never more than 256 but in odd texts."""
OVERLAP_WORDS = 30
"""A last sentence longer than this is not repeated."""
SHOWN_CHARACTERS = 600
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)]*(?=\s)|\n|$)", re.DOTALL)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text, in characters, `end` excluded."""

    start: int
    end: int


def spans_of(text: str) -> list[Span]:
    """Return the passages of a text in order; together they hold all of it, but for white space."""
    found: list[Span] = []
    held: list[tuple[Span, int]] = []
    for span in _pieces(text):
        words = len(text[span.start : span.end].split())
        if held and sum(count for _, count in held) + words > MAX_WORDS:
            found.append(_around(held))
            last = held[-1]
            repeats = last[1] <= OVERLAP_WORDS and last[1] + words <= MAX_WORDS and len(held) > 1
            held = [last] if repeats else []
        held.append((span, words))
    if held:
        found.append(_around(held))
    return found


def best_span(text: str, words: Collection[str]) -> Span:
    """Return the passage that has the most of some folded words; the first where none has any."""
    spans = spans_of(text) or [Span(0, len(text))]
    wanted = {word[:_STEM] for word in words}

    def had(span: Span) -> int:
        there = {word[:_STEM] for word in _WORD.findall(fold(text[span.start : span.end]))}
        return len(wanted & there)

    return max(spans, key=lambda span: (had(span), -span.start))


_STEM = 5
"""Letters by which words are compared here: enough to choose a passage, whatever the ending."""


def shown(text: str, span: Span) -> str:
    """Return a passage as it is shown: on one line, cut at a word where it is very long."""
    line = " ".join(text[span.start : span.end].split())
    if len(line) <= SHOWN_CHARACTERS:
        return line
    return f"{line[:SHOWN_CHARACTERS].rsplit(' ', 1)[0]}…"


def _around(held: list[tuple[Span, int]]) -> Span:
    return Span(held[0][0].start, held[-1][0].end)


def _pieces(text: str) -> list[Span]:
    """Sentences; one longer than a passage in parts of whole words."""
    pieces: list[Span] = []
    for found in _SENTENCE.finditer(text):
        start, end = found.span()
        end = start + len(text[start:end].rstrip())
        marks = list(re.finditer(r"\S+", text[start:end]))
        for first in range(0, len(marks), MAX_WORDS):
            part = marks[first : first + MAX_WORDS]
            pieces.append(Span(start + part[0].start(), start + part[-1].end()))
    return pieces
