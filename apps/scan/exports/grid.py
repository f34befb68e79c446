"""Places on the pitch at even times: what formats with a whole number of frames a second are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from apps.scan.exports.source import Rows

_BRIDGED = 1.6
"""Between two rows at most this many steps apart a place is interpolated; a longer gap stays one."""


@dataclass(slots=True)
class EvenGrid:
    """Interpolates people's rows, window by window, to the times `n / rate_hz`.

    A film of 29.97 pictures a second is told at 30: each place is taken at that very time, not moved to it.

    Attributes:
        people: linked numbers in the order of the columns.
        step_s: time between two analysed pictures.
    """

    people: Sequence[int]
    rate_hz: int
    step_s: float
    _next: int = 0
    _last: dict[int, tuple[float, NDArray[np.float64]]] = field(default_factory=dict)

    def add(self, rows: Rows) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Frame number and places `(len(people), 2)` [m], NaN: not seen, of every frame that these rows complete."""
        if not len(rows["t"]):
            return
        until = int(np.floor(rows["t"].max() * self.rate_hz + 1e-6)) + 1
        numbers = np.arange(self._next, max(until, self._next))
        places = np.stack([self._of(person, rows, numbers / self.rate_hz) for person in self.people], axis=1)
        self._next = max(until, self._next)
        yield from zip(numbers.tolist(), places, strict=True)

    def _of(self, person: int, rows: Rows, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        mine = (rows["track_id"] == person) & np.isfinite(rows["xy"][:, 0])
        known, xy = rows["t"][mine].astype(np.float64), rows["xy"][mine].astype(np.float64)
        order = np.argsort(known, kind="stable")
        known, xy = known[order], xy[order]
        if person in self._last:
            before, place = self._last[person]
            known, xy = np.append(before, known), np.concatenate([place[None], xy])
        if not len(known):
            return np.full((len(t_s), 2), np.nan)
        self._last[person] = (float(known[-1]), xy[-1])
        return _between(known, xy, t_s, _BRIDGED * self.step_s)


def _between(
    known: NDArray[np.float64], xy: NDArray[np.float64], t_s: NDArray[np.float64], longest_s: float
) -> NDArray[np.float64]:
    after = np.searchsorted(known, t_s - 1e-6)
    right, left = np.minimum(after, len(known) - 1), np.maximum(after - 1, 0)
    hit = (after < len(known)) & (np.abs(known[right] - t_s) <= 1e-3)
    inside = (after > 0) & (after < len(known)) & (known[right] - known[left] <= longest_s)
    place = np.stack([np.interp(t_s, known, xy[:, axis]) for axis in (0, 1)], axis=1)
    place[~(hit | inside)] = np.nan
    return place
