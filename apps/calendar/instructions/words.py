"""A text from which what was understood is taken away, piece by piece; what is left nobody understood."""

from __future__ import annotations

import re
from functools import lru_cache

from apps.calendar.instructions.lexicon import FILLER, VERBS
from apps.core.folding import fold

TAKEN = "\x1f"
"""Stands where something was taken, so that what stood around it does not become one phrase."""
QUOTES = "\"'“”«»„‚‘’`"
END = rf"(?=\s*(?:[.;!?\n,{TAKEN}]|$|\s(?:and|then|y|e|luego)\s(?:{VERBS})\b))"
"""Where words in free form stop: a title, a place, a drill."""


class Words:
    """The text, folded for looking and as written for quoting."""

    def __init__(self, text: str) -> None:
        self._written = " ".join(text.split())
        letters, origin = [], []
        for place, letter in enumerate(self._written):
            for part in fold(letter):
                letters.append(part)
                origin.append(place)
        self._folded = "".join(letters)
        self._origin = [*origin, len(self._written)]

    def take(self, pattern: str) -> re.Match[str] | None:
        """Find a phrase by whole words and take it away."""
        match = _compiled(pattern).search(self._folded)
        if match is not None:
            blank = TAKEN * (match.end() - match.start())
            self._folded = self._folded[: match.start()] + blank + self._folded[match.end() :]
        return match

    def has(self, pattern: str) -> bool:
        """Whether a phrase is there."""
        return _compiled(pattern).search(self._folded) is not None

    def written(self, match: re.Match[str], group: str) -> str:
        """A group of a match as it was written, without quotes around it."""
        first, last = self._origin[match.start(group)], self._origin[match.end(group)]
        return self._written[first:last].strip(f" ,:{QUOTES}")

    def left(self) -> list[str]:
        """What nobody took, without the words that say nothing."""
        rest = []
        for match in re.finditer(rf"[^{TAKEN}.;!?,\n]+", self._folded):
            if _FILLER.sub("", match[0]).strip(f" :-{QUOTES}¿¡()"):
                part = self._written[self._origin[match.start()] : self._origin[match.end()]]
                rest.append(_JOINS.sub("", part.strip()))
        return [part for part in rest if part]


_FILLER = re.compile(rf"(?<!\w)(?:{FILLER}|{VERBS})(?!\w)")
_JOINS = re.compile(r"^(?:(?:and|then|also|y|e|luego|también)\s)+|\s(?:and|then|y|e|luego)$", re.IGNORECASE)


@lru_cache(maxsize=128)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")
