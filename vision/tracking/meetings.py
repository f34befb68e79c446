"""Where tracks could have changed players: somebody is lost, or comes, where somebody else stands.

Two players one behind the other are boxed as one. The track that goes on may then show either of them, so it is cut
there, and `linking` weighs anew who is who.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vision.tracking.rows import TrackRows
from vision.types import Float64Array, Int32Array


@dataclass(frozen=True, slots=True)
class MeetingParams:
    """What counts as a meeting.

    Attributes:
        shared: two meet whose boxes share this much of the smaller one.
        pause_s: who is not seen for longer may come back as somebody else [s]; two frames of 10 Hz.
        apart_s: shorter pieces than this are not cut off [s]; they would tell nothing of how they move. Nor do tracks
            that live for less cut others: they are second boxes.
        double_s: a track that begins and ends within one other's boxes and lives no longer [s] is a second box of that
            person or a leg of one who is hidden: nobody's way.
    """

    shared: float = 0.2
    pause_s: float = 0.1
    apart_s: float = 0.4
    double_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Meetings:
    """What meetings say about tracks.

    Attributes:
        cuts: track → frames, rising, from which on it is to be judged anew.
        doubles: tracks that are second boxes of others.
    """

    cuts: Mapping[int, Sequence[int]] = field(default_factory=dict)
    doubles: Collection[int] = ()


@dataclass(slots=True)
class _Last:
    """The last row of a track, and who stood there."""

    frame: int
    t_s: float
    beside: list[int]


class MeetingFinder:
    """Reads the windows of a film in order; `finish` says where tracks are to be cut."""

    def __init__(self, params: MeetingParams | None = None) -> None:
        self._params = params or MeetingParams()
        self._last: dict[int, _Last] = {}
        self._since_s: dict[int, float] = {}
        self._lived_s: dict[int, float] = {}
        self._begun: dict[int, list[int]] = {}
        self._marks: dict[int, list[tuple[int, float, int]]] = {}
        self._first_frame: int | None = None
        self._end_s = -np.inf

    def add(self, rows: TrackRows) -> None:
        """Take the next window; its frames come after those of the windows before."""
        if not len(rows.frame):
            return
        window = _Window.of(rows)
        if self._first_frame is None:
            self._first_frame = int(rows.frame.min())
        starts = np.flatnonzero(np.diff(window.track_id, prepend=window.track_id[0] - 1))
        for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(rows.frame)], strict=True):
            self._take(window, start, stop)
        self._end_s = max(self._end_s, float(rows.t_s.max()))

    def finish(self) -> Meetings:
        """The meetings of the film."""
        lost = {n: last for n, last in self._last.items() if last.t_s < self._end_s - self._params.pause_s}
        doubles = frozenset(number for number, last in lost.items() if self._is_double(number, last))
        for number, last in lost.items():
            self._lost(number, last)
        self._last.clear()
        single = [number for number in sorted(self._marks) if number not in doubles]
        return Meetings({number: kept for number in single if (kept := self._apart(number, doubles))}, doubles)

    def _is_double(self, number: int, last: _Last) -> bool:
        inside = set(self._begun[number]) & set(last.beside)
        return self._lived_s[number] <= self._params.double_s and any(
            self._lived_s[other] > self._lived_s[number] for other in inside
        )

    def _take(self, window: _Window, start: int, stop: int) -> None:
        """Rows of one track: where they begin, and where they pause."""
        number = int(window.track_id[start])
        last = self._last.get(number)
        self._since_s.setdefault(number, float(window.t_s[start]))
        if last is None:
            came = window.frame[start] != self._first_frame
            self._begun[number] = window.beside(start, self._params.shared) if came else []
            self._mark(self._begun[number], window, start)
        elif window.t_s[start] - last.t_s > self._params.pause_s:
            self._returned(last, window, start)
        for row in (start + 1 + np.flatnonzero(np.diff(window.t_s[start:stop]) > self._params.pause_s)).tolist():
            self._returned(self._seen(window, row - 1), window, row)
        self._last[number] = self._seen(window, stop - 1)
        self._lived_s[number] = float(window.t_s[stop - 1]) - self._since_s[number]

    def _seen(self, window: _Window, row: int) -> _Last:
        return _Last(int(window.frame[row]), float(window.t_s[row]), window.beside(row, self._params.shared))

    def _returned(self, last: _Last, window: _Window, row: int) -> None:
        """Somebody comes again after a pause, perhaps as somebody else."""
        self._lost(int(window.track_id[row]), last)
        here = window.beside(row, self._params.shared)
        self._mark(here, window, row)
        if here or last.beside:
            self._mark([int(window.track_id[row])], window, row)

    def _lost(self, number: int, last: _Last) -> None:
        for other in last.beside:
            self._marks.setdefault(other, []).append((last.frame + 1, last.t_s, number))

    def _mark(self, numbers: list[int], window: _Window, row: int) -> None:
        mark = (int(window.frame[row]), float(window.t_s[row]), int(window.track_id[row]))
        for number in numbers:
            self._marks.setdefault(number, []).append(mark)

    def _apart(self, number: int, doubles: Collection[int]) -> list[int]:
        kept, since_s = [], self._since_s[number]
        for frame, t_s, cause in sorted(self._marks[number]):
            known = cause not in doubles and self._lived_s[cause] >= self._params.apart_s
            if known and t_s - since_s >= self._params.apart_s:
                kept.append(frame)
                since_s = t_s
        return kept


@dataclass(frozen=True, slots=True)
class _Window:
    """Rows ordered by track, then frame; `by_frame` are their places ordered by frame."""

    frame: Int32Array
    t_s: Float64Array
    track_id: Int32Array
    xyxy: Float64Array
    by_frame: NDArray[np.intp]
    frames: Int32Array

    @classmethod
    def of(cls, rows: TrackRows) -> _Window:
        order = np.lexsort((rows.frame, rows.track_id))
        frame = rows.frame[order]
        by_frame = np.argsort(frame, kind="stable")
        boxes = rows.xyxy[order].astype(np.float64)
        return cls(frame, rows.t_s[order], rows.track_id[order], boxes, by_frame, frame[by_frame])

    def beside(self, row: int, shared: float) -> list[int]:
        """Tracks whose boxes share so much with that of `row`, in its frame."""
        low, high = np.searchsorted(self.frames, [self.frame[row], self.frame[row] + 1])
        there = self.by_frame[low:high]
        box, others = self.xyxy[row], self.xyxy[there]
        inter = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
        area = np.minimum(np.prod(box[2:] - box[:2]), np.prod(others[:, 2:] - others[:, :2], axis=1))
        met = (np.maximum(inter, 0.0).prod(axis=1) > shared * area) & (there != row)
        return [int(number) for number in self.track_id[there[met]]]
