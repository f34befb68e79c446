"""Which articles and drills answer a question, learned from how coaches ask for each and what belongs together.

Kernel ridge regression (Saunders et al. 1998): every line of `asked.yaml` is an example, and the closeness of its text
to all others (`phrasings.relations`) is what it answers. A question's answers are then those of the lines it is like,
in meaning (the model's cosine) and in words. Nothing but these two files is learned from; it takes half a second, once
for each version of the library in a process.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from apps.search import full_text, phrasings
from apps.search.models import IndexEntry
from apps.search.vectors import Part, Vector, Vectors

STEM = 5
"""Letters by which words are compared: the same in every language and database."""


@dataclass(frozen=True, slots=True)
class Learning:
    """Chosen on the questions of the split `tuned`, on a broad plateau.

    Attributes:
        sharpness: how quickly a line counts less the further it is in meaning: e^(sharpness (cosine − 1)).
        words: how much the same words count beside the meaning.
        ridge: how little single lines are believed.
    """

    sharpness: float = 2.0
    words: float = 0.2
    ridge: float = 0.2


class Lines:
    """The words of the lines: which line has which, weighed by how rare they are, of unit length."""

    def __init__(self, lines: Sequence[str]) -> None:
        told = [stems(line) for line in lines]
        common = Counter(stem for line in told for stem in line)
        self._rarity = {stem: math.log((1 + len(lines)) / count) for stem, count in common.items()}
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for row, line in enumerate(told):
            for stem, weight in self._weights(line).items():
                found[stem].append((row, weight))
        self._count = len(lines)
        self._rows = {stem: np.array([row for row, _ in pairs]) for stem, pairs in found.items()}
        self._weighed = {stem: np.array([weight for _, weight in pairs], np.float32) for stem, pairs in found.items()}

    def likeness(self, question: str) -> NDArray[np.float32]:
        """Return how like the words of each line are: cosines in [0, 1], `(lines,)`."""
        like = np.zeros(self._count, np.float32)
        for stem, weight in self._weights(stems(question)).items():
            like[self._rows[stem]] += weight * self._weighed[stem]
        return like

    def likenesses(self) -> Vectors:
        """Return the same between all lines, `(lines, lines)`."""
        like = np.zeros((self._count, self._count), np.float32)
        for stem, rows in self._rows.items():
            like[np.ix_(rows, rows)] += np.outer(self._weighed[stem], self._weighed[stem])
        return like

    def _weights(self, line: Sequence[str]) -> Mapping[str, float]:
        known = {stem: self._rarity[stem] for stem in line if stem in self._rarity}
        length = math.sqrt(sum(weight * weight for weight in known.values()))
        return {stem: weight / length for stem, weight in known.items()} if length else {}


@dataclass(frozen=True, slots=True)
class Answers:
    """What was learned.

    Attributes:
        entries: `(entries,)` ids of what can be answered with.
        meanings: `(lines, 384)`.
        weights: `(lines, entries)`.
    """

    entries: NDArray[np.int64]
    meanings: Vectors
    lines: Lines
    weights: Vectors
    learning: Learning

    def to(self, question: str, direction: Vector) -> Mapping[int, float]:
        """Return how well each entry answers a question: about 1 where it is what was asked for, about 0 where not."""
        like = np.exp(self.learning.sharpness * (self.meanings @ direction - 1.0))
        like += self.learning.words * self.lines.likeness(question)
        return dict(zip(self.entries.tolist(), (like @ self.weights).tolist(), strict=True))


def stems(text: str) -> list[str]:
    """Return the beginnings of the words that say something, each once."""
    return list(dict.fromkeys(word[:STEM] for word in full_text.words_of(text)))


def learn(part: Part, learning: Learning | None = None) -> Answers | None:
    """Learn from the lines that are in the index; `None` where there are none yet."""
    learning = learning or Learning()
    names = {row.pk: row for row in IndexEntry.objects.filter(pk__in=part.entries.tolist()).defer("text", "folded")}
    rows, owners, lines = _lines_of(part, names)
    if not lines:
        return None
    entries = np.unique(np.array(owners, np.int64))
    meanings = part.matrix[rows]
    told = Lines(lines)
    kernel = np.exp(learning.sharpness * (meanings @ meanings.T - 1.0))
    kernel += learning.words * told.likenesses()
    kernel[np.diag_indices_from(kernel)] += learning.ridge
    answered = _closeness(entries, names)[np.searchsorted(entries, owners)]
    return Answers(entries, meanings, told, np.linalg.solve(kernel, answered), learning)


class Learned:
    """What this process has learned last, by the part it was learned from."""

    def __init__(self) -> None:
        self._held: tuple[Part, Answers | None] | None = None
        self._lock = Lock()

    def of(self, part: Part) -> Answers | None:
        """Return what a part teaches; the same part is learned from once."""
        with self._lock:
            if self._held is None or self._held[0] is not part:
                self._held = (part, learn(part))
            return self._held[1]


learned = Learned()


def _lines_of(part: Part, names: Mapping[int, IndexEntry]) -> tuple[list[int], list[int], list[str]]:
    """Rows, entries and texts of the lines; those of an entry whose lines have changed since are left out."""
    rows = np.flatnonzero(part.asked)
    owners = part.entries[part.places[rows]]
    order = np.lexsort((part.passages[rows], owners))
    rows, owners = rows[order], owners[order]
    bounds = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(rows)]
    found: tuple[list[int], list[int], list[str]] = ([], [], [])
    for first, after in pairwise(bounds):
        name = names.get(int(owners[first])) if first < after else None
        lines = phrasings.asked_for(name.kind, name.object_id) if name is not None else ()
        if name is not None and len(lines) == after - first:
            found[0].extend(rows[first:after].tolist())
            found[1].extend([name.pk] * len(lines))
            found[2].extend(lines)
    return found


def _closeness(entries: NDArray[np.int64], names: Mapping[int, IndexEntry]) -> Vectors:
    """How closely entries belong to each other, `(entries, entries)`; each to itself by 1."""
    places = {names[key].object_id: place for place, key in enumerate(entries.tolist())}
    closeness = np.eye(len(entries), dtype=np.float32)
    for one, place in places.items():
        for other, link in phrasings.relations().get(one, {}).items():
            if other in places:
                closeness[place, places[other]] = link
    return closeness
