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
        still_share: a place that shows candidates in more than this share of the frames of `still_s` is suspected to be
            a mark on the ground …
        still_s: … [s] …
        still_gain: … and its candidates gain only this share: a ball that lies is still found, one that moves wins.
        still_grid_m: size of a place [m].
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
    still_share: float = 0.5
    still_s: float = 20.0
    still_gain: float = 0.4
    still_grid_m: float = 0.4
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
    row, place, score = _best(candidates, np.searchsorted(frames, candidates.frame), params.candidates)
    xy_m = place / px_per_m
    gain = (params.base_gain + score) * _still_factor(row, t_s, xy_m, params)
    path = _Viterbi(params, t_s).run(row, xy_m, gain)
    return _filled(frames, t_s, row[path], place[path], score[path], params)


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


def _still_factor(row: NDArray[np.intp], t_s: Float64Array, xy_m: Float64Array, params: BallParams) -> Float64Array:
    """`still_gain` for candidates at places that show one most of the time, 1 for the others."""
    if not len(row):
        return np.zeros(0)
    block = np.floor((t_s[row] - t_s[0]) / params.still_s).astype(np.int64)
    frames_in = np.bincount(np.floor((t_s - t_s[0]) / params.still_s).astype(np.int64))
    cell = np.rint(xy_m / params.still_grid_m).astype(np.int64)
    _, place, count = np.unique(np.column_stack((block, cell)), axis=0, return_inverse=True, return_counts=True)
    # A clip shorter than the time that makes a place suspicious accuses nobody.
    long_enough = frames_in[block] >= 0.5 * params.still_s / max(float(np.median(np.diff(t_s))), 1e-6)
    still = (count[place.ravel()] > params.still_share * frames_in[block]) & long_enough
    return np.where(still, params.still_gain, 1.0)


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
        for low, high in zip(starts, [*starts[1:], count], strict=True):
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
        spread = (params.acceleration_mps2 * dt) ** 2 + 4 * (params.position_error_m / dt) ** 2
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
        self._velocity[low:high, slots] = np.take_along_axis(velocity, (chosen // memory)[..., None], 1)

    def _trace(self, state: int) -> NDArray[np.intp]:
        path: list[int] = []
        while state >= 0:
            path.append(state // self._params.memory)
            state = int(self._before.flat[state])
        return np.array(path[::-1], np.intp)


def _filled(
    frames: Int32Array,
    t_s: Float64Array,
    row: NDArray[np.intp],
    xy: Float64Array,
    score: Float64Array,
    params: BallParams,
) -> BallPath:
    """The path with short gaps filled and doubtful stretches left out."""
    if not len(row):
        return BallPath(np.zeros(0, np.int32), np.zeros((0, 2), np.float32), np.zeros(0, np.float32), np.zeros(0, bool))
    rows: list[NDArray[np.intp]] = []
    breaks = np.flatnonzero(np.diff(t_s[row]) > params.interpolate_s) + 1
    for part in np.split(np.arange(len(row)), breaks):
        covered = np.arange(row[part[0]], row[part[-1]] + 1)
        if len(part) >= params.least_seen and len(part) >= params.least_share * len(covered):
            rows.append(covered)
    shown = np.concatenate(rows) if rows else np.zeros(0, np.intp)
    known = t_s[row]
    values = [np.interp(t_s[shown], known, column).astype(np.float32) for column in (xy[:, 0], xy[:, 1], score)]
    return BallPath(
        frame=frames[shown].astype(np.int32),
        xy=np.column_stack(values[:2]),
        score=values[2],
        interpolated=~np.isin(shown, row),
    )
