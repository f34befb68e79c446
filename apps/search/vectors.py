"""Directions of texts: how they are stored, and which are near a question.

A team's passages are one matrix that a process keeps while the index says the same. What is kept is bounded: the parts
asked for longest ago go first, and of a part larger than the bound only the newest passages are searched by meaning
(their words are found all the same).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from apps.core import versions
from apps.search.models import Passage
from apps.search.parts import PART, SHARED

Vectors: TypeAlias = NDArray[np.float32]
"""`(N, 384)`, each of unit length."""
Vector: TypeAlias = NDArray[np.float32]
"""`(384,)` of unit length."""

DIMENSIONS = 384
MODEL = "all-MiniLM-L6-v2-int8"
MAX_PASSAGES = 20_000
"""Of one part; 31 MB. A season of a busy team has some 2,000 sessions."""
MAX_KEPT = 60_000
"""Of all parts that a process keeps; 92 MB."""


@dataclass(frozen=True, slots=True)
class Part:
    """The passages of a team, or those for all teams.

    Attributes:
        passages: ids, one a row of `matrix`.
        asked: whether a row was made of how coaches ask for its entry.
        entries: ids, each once, ascending.
        places: of each row, the place of its entry in `entries`.
    """

    passages: NDArray[np.int64]
    asked: NDArray[np.bool_]
    entries: NDArray[np.int64]
    places: NDArray[np.intp]
    matrix: Vectors

    def __len__(self) -> int:
        return len(self.passages)


@dataclass(frozen=True, slots=True)
class Meant:
    """How near an entry is to a question: cosines in [-1, 1].

    Attributes:
        text: of its nearest passage, `passage_id`.
        asked: of the nearest way to ask for it; where nobody wrote down any, that of the text.
    """

    entry_id: int
    text: float
    asked: float
    passage_id: int


class Parts:
    """The parts that this process keeps, by team and version."""

    def __init__(self, max_kept: int = MAX_KEPT) -> None:
        self._max_kept = max_kept
        self._kept: OrderedDict[str, tuple[str, Part]] = OrderedDict()
        self._lock = Lock()

    def get(self, team_id: UUID | None) -> Part:
        """Return a part as it is now: the kept one where the index still says the same, else read anew."""
        name = str(team_id or SHARED)
        version = versions.current(PART, name)
        with self._lock:
            held = self._kept.get(name)
            if held is not None and version is not None and held[0] == version:
                self._kept.move_to_end(name)
                return held[1]
        part = read_part(team_id)
        if version is not None:
            self._keep(name, version, part)
        return part

    def passages(self) -> int:
        """Return how many passages are kept."""
        return sum(len(part) for _, part in self._kept.values())

    def _keep(self, name: str, version: str, part: Part) -> None:
        with self._lock:
            self._kept[name] = (version, part)
            self._kept.move_to_end(name)
            while self.passages() > self._max_kept and len(self._kept) > 1:
                self._kept.popitem(last=False)


parts = Parts()


def pack(vector: Vector) -> bytes:
    """Return a direction as it is stored: float16, little endian; its cosines are right to three digits."""
    return vector.astype("<f2").tobytes()


def unpack(stored: Sequence[bytes]) -> Vectors:
    """Return stored directions, of unit length again."""
    matrix = np.frombuffer(b"".join(stored), "<f2").reshape(-1, DIMENSIONS).astype(np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(lengths, 1e-12), np.float32)


def read_part(team_id: UUID | None) -> Part:
    """Read the newest `MAX_PASSAGES` passages that are up to date."""
    rows = Passage.objects.current().filter(model=MODEL)
    rows = rows.filter(entry__team_id=team_id) if team_id else rows.filter(entry__team_id__isnull=True)
    found = list(rows.order_by("-id").values_list("id", "entry_id", "asked", "embedding")[:MAX_PASSAGES])
    whole = [row for row in found if len(row[3]) == DIMENSIONS * 2]
    entries, places = np.unique(np.array([row[1] for row in whole], np.int64), return_inverse=True)
    return Part(
        np.array([row[0] for row in whole], np.int64),
        np.array([row[2] for row in whole], np.bool_),
        entries,
        places,
        unpack([bytes(row[3]) for row in whole]),
    )


def meant(part: Part, question: Vector, allowed: NDArray[np.int64], least: float) -> list[Meant]:
    """Return the entries that have to do with a question.

    Args:
        allowed: ids of the entries that may be found.
        least: cosine below which a passage has nothing to do with the question.
    """
    cosines = part.matrix @ question
    text = _best(part, np.flatnonzero(~part.asked), cosines)
    asked = _best(part, np.flatnonzero(part.asked), cosines)
    found = []
    for place in np.flatnonzero(np.isin(part.entries, allowed) & (text >= 0)):
        by_text = float(cosines[text[place]])
        by_asked = float(cosines[asked[place]]) if asked[place] >= 0 else by_text
        if max(by_text, by_asked) >= least:
            found.append(Meant(int(part.entries[place]), by_text, by_asked, int(part.passages[text[place]])))
    return found


def _best(part: Part, rows: NDArray[np.intp], cosines: NDArray[np.float32]) -> NDArray[np.intp]:
    """The nearest of some rows for each entry; -1 where it has none of them."""
    best = np.full(len(part.entries), -1, np.intp)
    ascending = rows[np.argsort(cosines[rows], kind="stable")]
    best[part.places[ascending]] = ascending  # of several, the last that is written stays: the nearest
    return best
