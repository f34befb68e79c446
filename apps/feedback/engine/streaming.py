"""An answer's text while its JSON is still being written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from apps.feedback.engine.coach import Tell

STRANDS = ("technical", "physical", "tactical")
_OPEN_TOKEN = re.compile(r"\[[A-Z_]*$")


class Streamed:
    """Tells the readable text of a growing answer: whole sentences, names put back, nothing twice.

    Args:
        tell: is told the whole text so far.
        restore: puts names back.
        may_show: whether a sentence may be seen before the whole answer is checked.
    """

    def __init__(self, tell: Tell, *, restore: Callable[[str], str], may_show: Callable[[str], bool]) -> None:
        self._tell = tell
        self._restore = restore
        self._may_show = may_show
        self._told = ""

    def take(self, so_far: Mapping[str, Any]) -> None:
        """Take the answer as far as it is there."""
        parts = list(_texts(so_far))
        if parts:
            parts[-1] = finished(parts[-1])
        shown = [self._restore(part) for part in parts if part and self._may_show(part)]
        text = "\n".join(shown)
        if text != self._told and len(text) > len(self._told):
            self._told = text
            self._tell(text)


def finished(text: str) -> str:
    """Return the sentences of a text that are surely whole: the last one may still go on."""
    text = _OPEN_TOKEN.sub("", text)
    ends = [match.end() for match in re.finditer(r"[.!?…](?=\s)", text)]
    return text[: ends[-1]] if ends else ""


def _texts(so_far: Mapping[str, Any]) -> Iterator[str]:
    """The texts in the order in which they are written."""
    yield from _strings([so_far.get("summary")])
    for strand in STRANDS:
        part = so_far.get(strand)
        if isinstance(part, Mapping):
            yield from _strings(part.get("strengths"))
            yield from _strings(part.get("improvements"))
    for advice in so_far.get("recommendations") or []:
        if isinstance(advice, Mapping):
            yield from _strings([advice.get("description")])
    answer = so_far.get("answer")
    if isinstance(answer, Mapping):
        yield from _strings([answer.get("text")])


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (item for item in value if isinstance(item, str) and item)
