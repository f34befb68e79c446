"""The ball's way through a film: the likeliest path over all candidates.

A ball is small, fast, often hidden and easily mistaken, so every candidate of every frame is kept and the path is
chosen with the whole film known: confident candidates that one flying or rolling body could have left, few changes of
velocity (kicks), few frames missed. A path may end and begin anew elsewhere (throw-in after a cut) at a price.

Source: Viterbi over candidates with their incoming velocities as state, as in Yan, Christmas & Kittler, Layered data
association using graph-theoretic formulation with applications to tennis ball tracking, PAMI 2008.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.errors import VisionError
from vision.types import BoolArray, Float32Array, Float64Array, Int32Array, check_shape


@dataclass(frozen=True, slots=True)
class BallCandidates:
    """Places where a detector sees a ball, one a row, frames ascending.

    Attributes:
        frame: `(N,)` int32 index of the video frame.
        xy: `(N, 2)` float32 centre [px].
        score: `(N,)` float32 in 0-1.
    """

    frame: Int32Array
    xy: Float32Array
    score: Float32Array

    def __post_init__(self) -> None:
        check_shape("xy", self.xy, (len(self.frame), 2))
        check_shape("score", self.score, (len(self.frame),))


@dataclass(frozen=True, slots=True)
class BallPath:
    """Where the ball is; frames without a row have no ball that could be told.

    Attributes:
        frame: `(B,)` int32, ascending, at most one row a frame.
        xy: `(B, 2)` float32 [px].
        score: `(B,)` float32; of the neighbours where interpolated.
        interpolated: `(B,)` not seen: on the line between the sightings before and after.
    """

    frame: Int32Array
    xy: Float32Array
    score: Float32Array
    interpolated: BoolArray


@dataclass(frozen=True, slots=True)
class BallParams:
    """How a ball moves and what a path costs. Costs are in the unit of the gain of one certain sighting.

    Attributes:
        fastest_mps: no ball is faster; the hardest shots reach 40 m/s.
        acceleration_mps2: usual change of velocity in flight or rolling: gravity, friction, perspective.
        position_error_m: error of a candidate's place, half a ball.
        kick_cost: most that a change of velocity costs.
        first_cost: cost of a velocity out of nothing, for the second sighting of a path.
        miss_cost: cost of each frame passed over.
        start_cost: cost of every beginning of a path.
        longest_miss_s: longest time that a path passes over [s].
        base_gain: gain of a candidate of score 0; 1 is added by score.
        still_share: a place that shows candidates in more than this share of the frames of `still_s` holds a ball that
            lies there or a mark on the ground, …
        still_s: … [s]; …
        still_grid_m: … size of a place [m].
        mark_share: it is a mark if this share of its candidates appear while the ball moves elsewhere.
        interpolate_s: gaps up to this are filled [s].
        least_seen: sightings a stretch needs.
        least_share: share of a stretch's frames that must be seen.
        candidates: best candidates of a frame that are considered.
        memory: incoming velocities kept a candidate.
    """

    fastest_mps: float = 42.0
    acceleration_mps2: float = 20.0
    position_error_m: float = 0.15
    kick_cost: float = 1.6
    first_cost: float = 0.6
    miss_cost: float = 0.12
    start_cost: float = 3.0
    longest_miss_s: float = 0.6
    base_gain: float = 0.2
    still_share: float = 0.3
    still_s: float = 20.0
    still_grid_m: float = 0.6
    mark_share: float = 0.1
    interpolate_s: float = 0.5
    least_seen: int = 5
    least_share: float = 0.35
    candidates: int = 5
    memory: int = 4


def find_ball(
    candidates: BallCandidates, frames: Int32Array, t_s: Float64Array, px_per_m: float, params: BallParams | None = None
) -> BallPath:
    """Find the ball's path.

    Args:
        candidates: of the whole film.
        frames: `(F,)` every analysed frame, ascending, with or without candidates.
        t_s: `(F,)` their times [s].
        px_per_m: usual size of a metre in the picture, such as the median height of the people's boxes over 1.75 m.
        params: how a ball moves.

    Raises:
        VisionError: a candidate lies in a frame that is not among `frames`, or `px_per_m` is not positive.
    """
    params = params or BallParams()
    check_shape("t_s", t_s, (len(frames),))
    if not px_per_m > 0:
        raise VisionError(f"the size of a metre must be positive, got {px_per_m} px", code="BAD_SCALE")
    if not np.isin(candidates.frame, frames).all():
        raise VisionError("every ball candidate must lie in an analysed frame", code="BAD_FRAME")
    row, xy, score = _best(candidates, np.searchsorted(frames, candidates.frame), params.candidates)
    xy_m = xy / px_per_m
    believed = np.arange(len(row))
    still = _still_places(row, t_s, xy_m, params)
    if (still >= 0).any():
        moving = np.flatnonzero(still < 0)
        seen = _way(row[moving], t_s, xy_m[moving], score[moving], params)
        believed = np.flatnonzero(~_marks(still, row, _stretches(row[moving][seen], t_s, params), params))
    path = believed[_way(row[believed], t_s, xy_m[believed], score[believed], params)]
    shown = _stretches(row[path], t_s, params)
    if not len(shown):
        return BallPath(np.zeros(0, np.int32), np.zeros((0, 2), np.float32), np.zeros(0, np.float32), np.zeros(0, bool))
    known = t_s[row[path]]
    values = [np.interp(t_s[shown], known, column[path]) for column in (xy[:, 0], xy[:, 1], score)]
    return BallPath(
        frame=frames[shown].astype(np.int32),
        xy=np.column_stack(values[:2]).astype(np.float32),
        score=values[2].astype(np.float32),
        interpolated=~np.isin(shown, row[path]),
    )


def _best(
    candidates: BallCandidates, row: NDArray[np.intp], most: int
) -> tuple[NDArray[np.intp], Float64Array, Float64Array]:
    """Frame row, place and score of the best finite candidates of each frame, ordered by frame."""
    good = np.isfinite(candidates.xy).all(1) & (candidates.score > 0)
    row, xy, score = row[good], candidates.xy[good].astype(np.float64), candidates.score[good].astype(np.float64)
    order = np.lexsort((-score, row))
    row, xy, score = row[order], xy[order], score[order]
    rank = np.arange(len(row)) - np.searchsorted(row, row, side="left")
    kept = rank < most
    return row[kept], xy[kept], score[kept]


def _still_places(row: NDArray[np.intp], t_s: Float64Array, xy_m: Float64Array, params: BallParams) -> NDArray[np.intp]:
    """Number of the place of each candidate, where a place shows one most of the time; -1 for the others."""
    duration = float(t_s[-1] - t_s[0]) if len(row) else 0.0
    # A film shorter than half the time that makes a place suspicious accuses nobody.
    if duration < 0.5 * params.still_s:
        return np.full(len(row), -1, np.intp)
    blocks = max(1, round(duration / params.still_s))
    block = np.minimum((t_s - t_s[0]) / duration * blocks, blocks - 1).astype(np.int64)
    frames_in = np.bincount(block)[block[row]]
    result = np.full(len(row), -1, np.intp)
    # Two grids, as a place on the border of one lies inside the other's cell.
    for grid, shift in enumerate((0.0, 0.5)):
        cell = np.floor(xy_m / params.still_grid_m + shift).astype(np.int64)
        keys = np.column_stack((block[row], cell))
        _, place, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
        place = place.ravel()
        still = (count[place] > params.still_share * frames_in) & (result < 0)
        result[still] = grid * len(row) + place[still]
    return result


def _marks(
    still: NDArray[np.intp], row: NDArray[np.intp], elsewhere: NDArray[np.intp], params: BallParams
) -> BoolArray:
    """Candidates of still places that go on while the ball moves elsewhere (in frame rows `elsewhere`)."""
    numbers, place = np.unique(still, return_inverse=True)
    away = np.bincount(place, np.isin(row, elsewhere), len(numbers))
    share = away / np.bincount(place, minlength=len(numbers))
    marks: BoolArray = (still >= 0) & (share > params.mark_share)[place]
    return marks


def _way(
    row: NDArray[np.intp], t_s: Float64Array, xy_m: Float64Array, score: Float64Array, params: BallParams
) -> NDArray[np.intp]:
    """The chosen candidates."""
    return _Viterbi(params, t_s).run(row, xy_m, params.base_gain + score)


class _Viterbi:
    """Best path over candidates; the state is a candidate and one of its few best incoming velocities."""

    def __init__(self, params: BallParams, t_s: Float64Array) -> None:
        self._params = params
        self._t_s = t_s

    def run(self, row: NDArray[np.intp], xy_m: Float64Array, gain: Float64Array) -> NDArray[np.intp]:
        """Rows of the chosen candidates, ascending."""
        count, memory = len(row), self._params.memory
        self._row, self._xy = row, xy_m
        self._value = np.full((count, memory), -np.inf)
        self._velocity = np.full((count, memory, 2), np.nan)
        # Where a state came from, as candidate * memory + slot; -1 for the very beginning.
        self._before = np.full((count, memory), -1, np.int64)
        starts = np.flatnonzero(np.diff(row, prepend=-1)).tolist()
        champion, champion_state = 0.0, -1
        reach = np.searchsorted(self._t_s[row], self._t_s[row] - self._params.longest_miss_s, side="left")
        for low, high in zip(starts, [*starts[1:], count][: len(starts)], strict=True):
            self._value[low:high, 0] = champion - self._params.start_cost
            self._before[low:high, 0] = champion_state
            self._extend(int(reach[low]), low, high)
            self._value[low:high] += gain[low:high, None]
            best = int(np.argmax(self._value[low:high]))
            if self._value[low:high].flat[best] > champion:
                champion, champion_state = float(self._value[low:high].flat[best]), low * memory + best
        return self._trace(champion_state)

    def _extend(self, old: int, low: int, high: int) -> None:
        """Continue the states of candidates `old` to `low` to the candidates of one frame, `low` to `high`."""
        params, memory = self._params, self._params.memory
        if old == low:
            return
        dt = self._t_s[self._row[low]] - self._t_s[self._row[old:low]]
        velocity = (self._xy[low:high, None] - self._xy[None, old:low]) / dt[:, None]
        missed = self._row[low] - self._row[old:low] - 1
        change = velocity[:, :, None] - self._velocity[None, old:low]
        spread = (params.acceleration_mps2 * dt) ** 2 + 6 * (params.position_error_m / dt) ** 2
        turn = np.minimum(0.5 * np.square(change).sum(-1) / spread[:, None], params.kick_cost)
        turn = np.where(np.isnan(turn), params.first_cost, turn)
        value = self._value[None, old:low] - turn - (params.miss_cost * missed)[None, :, None]
        value[np.hypot(velocity[..., 0], velocity[..., 1]) > params.fastest_mps] = -np.inf
        flat = value.reshape(high - low, -1)
        kept = min(memory - 1, flat.shape[1])
        chosen = np.argpartition(-flat, kept - 1, axis=1)[:, :kept]
        # Slot 0 is the beginning of a new path.
        slots = slice(1, 1 + kept)
        self._value[low:high, slots] = np.take_along_axis(flat, chosen, 1)
        self._before[low:high, slots] = chosen + old * memory
        # The mean with the velocity before halves the noise; after a kick the new one counts alone.
        smooth = np.where((turn < params.kick_cost) & np.isfinite(change[..., 0]), 0.5, 0.0)
        kept_velocity = (velocity[:, :, None] - smooth[..., None] * np.nan_to_num(change)).reshape(high - low, -1, 2)
        self._velocity[low:high, slots] = np.take_along_axis(kept_velocity, chosen[..., None], 1)

    def _trace(self, state: int) -> NDArray[np.intp]:
        path: list[int] = []
        while state >= 0:
            path.append(state // self._params.memory)
            state = int(self._before.flat[state])
        return np.array(path[::-1], np.intp)


def _stretches(row: NDArray[np.intp], t_s: Float64Array, params: BallParams) -> NDArray[np.intp]:
    """Frame rows in which the ball is shown, given those in which the path saw it: short gaps are filled, doubtful
    stretches left out.
    """
    shown: list[NDArray[np.intp]] = [np.zeros(0, np.intp)]
    breaks = np.flatnonzero(np.diff(t_s[row]) > params.interpolate_s) + 1
    for part in np.split(row, breaks):
        if len(part) >= params.least_seen and len(part) >= params.least_share * (part[-1] + 1 - part[0]):
            shown.append(np.arange(part[0], part[-1] + 1))
    return np.concatenate(shown)
