"""Speed, distance, zone and load of everybody on the pitch while the session runs, frame by frame.

Causal with a stated delay: speed is the slope, half a second ago, of a parabola through the last 1.2 s of positions,
and its 1σ comes from the same fit. Scripted players (`tests/vision/kpi/test_live_kpis.py`): RMSE at 10 Hz 0.10-0.20 m/s
with 0.1 m of position noise and 0.19-0.27 with 0.2 m, by speed band; distance within 2 %. No Kalman filter of the same
delay did better, and a window needs no guess of how players accelerate.

A gap longer than half a second is never bridged: what happened in it adds no distance. A place that nobody could have
run to is passed over; if the track stays there, it starts anew from there, marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from vision.kpi.policy import ZonePolicy
from vision.kpi.smoothing import SmoothingParams
from vision.types import BoolArray, Float64Array, IndexArray, Int32Array, check_shape

_DEGREE = 2
_HANKEL = np.add.outer(np.arange(_DEGREE + 1), np.arange(_DEGREE + 1))
_TOTALS = ("distance_m", "load", "seen_s", "measured_s", "load_s")
# Rows of what is known of each player: times [s] at which the present stretch began, of the last position, since which
# positions are impossible, until which the player is marked, and for which distance was last counted; the speed and its
# error [m/s]; how much more than their errors the positions scatter (χ²).
_BEGAN, _LAST, _ODD, _MARKED, _COUNTED, _SPEED, _SIGMA, _MISFIT = range(8)
_UNKNOWN = np.array([*[-np.inf] * 5, np.nan, np.nan, 1.0])


@dataclass(frozen=True, slots=True)
class LiveKPIParams:
    """Numbers of the live figures.

    Attributes:
        window_s, lag_s: positions that speed is fitted to, and how long ago the speed was [s].
        load_window_s, load_lag_s: the same for changes of speed, whose noise falls with the window's 2.5th power.
        min_side_s: positions reach at least this far before and after the time told [s].
        min_rows: positions needed.
        max_step_hz: frames that come faster are passed over, so that the memory has a bound [Hz].
        jump_sigmas, jump_m: how far beyond what a player can run a position may lie: sigmas of both, and metres.
        jump_s: positions that persist this long at an impossible place begin a new stretch [s].
        marked_s: how long a player stays marked after an impossible figure [s].
        min_share: distance and load are told if at least this share of the time seen could be measured.
        forget_s: the positions of a player not seen for so long are forgotten; the totals are not [s].
        totals_kept: totals of players who are gone: the oldest go first.
        smoothing: limits shared with the scan's figures: gaps, noise, dead band.
    """

    window_s: float = 1.2
    lag_s: float = 0.5
    load_window_s: float = 2.0
    load_lag_s: float = 1.0
    min_side_s: float = 0.25
    min_rows: int = 5
    max_step_hz: float = 32.0
    jump_sigmas: float = 4.0
    jump_m: float = 0.5
    jump_s: float = 0.4
    marked_s: float = 1.0
    min_share: float = 0.5
    forget_s: float = 10.0
    totals_kept: int = 2000
    smoothing: SmoothingParams = field(default_factory=SmoothingParams)

    @property
    def rows(self) -> int:
        """Frames that must be remembered."""
        return int(self.load_window_s * self.max_step_hz) + 1


class LiveFigures(NamedTuple):
    """Figures of `(M,)` players, NaN (zone 0) where they cannot be told.

    Attributes:
        speed_mps, speed_sigma_mps: `LiveKPIParams.lag_s` ago, with 1σ [m/s].
        distance_m: since the start [m]; of the time in which it could be measured.
        zone: 1-5 by the player's policy.
        load: sum of the changes of speed since the start [m/s]: the catalogue's `movement_load`.
        implausible: beyond what a human can do, now or a moment ago.
    """

    speed_mps: Float64Array
    speed_sigma_mps: Float64Array
    distance_m: Float64Array
    zone: Int32Array
    load: Float64Array
    implausible: BoolArray


class _Fit(NamedTuple):
    """`(N, 2)` velocity and acceleration, `(N,)` their 1σ per axis; NaN where the positions do not allow it."""

    velocity: Float64Array
    velocity_sigma: Float64Array
    acceleration: Float64Array
    acceleration_sigma: Float64Array


class LiveKPIs:
    """Figures of all players of one session; give it the positions of each frame in order."""

    def __init__(self, policy: ZonePolicy | None = None, params: LiveKPIParams | None = None) -> None:
        self.params = params or LiveKPIParams()
        self._policy = policy or ZonePolicy()
        self._policies: dict[int, ZonePolicy] = {}
        self._gone: dict[int, Float64Array] = {}
        self._t = np.full(self.params.rows, -np.inf)
        self._told_s = -np.inf
        self._resize(np.zeros(0, np.int64), np.zeros(0, np.intp))

    def use_policies(self, policies: Mapping[int, ZonePolicy]) -> None:
        """Zones of players whose group is known, by number."""
        self._policies = dict(policies)
        self._edges = self._edges_of(self._ids)

    def update(self, t_s: float, track_id: Int32Array, xy_m: Float64Array, sigma_m: Float64Array) -> LiveFigures:
        """Take in one frame and tell the figures of its players.

        Args:
            t_s: when it was filmed [s], later than the last.
            track_id: `(M,)` who is in it, each once.
            xy_m: `(M, 2)` where [m]; NaN where that cannot be told.
            sigma_m: `(M,)` 1σ per axis [m].
        """
        check_shape("xy_m", xy_m, (len(track_id), 2))
        if t_s - self._t[-1] >= 1.0 / self.params.max_step_hz:
            self._admit(track_id, t_s)
            self._put(t_s, track_id, xy_m, sigma_m)
            self._measure(t_s)
        return self.figures(track_id)

    def figures(self, track_id: Int32Array) -> LiveFigures:
        """The latest figures of `(M,)` players; all NaN for those not known."""
        place = self._places(track_id)
        known = place >= 0
        at = np.where(known, place, 0)
        if not len(self._ids):
            none = np.full(len(track_id), np.nan)
            return LiveFigures(none, none, none, np.zeros(len(none), np.int32), none, np.zeros(len(none), bool))
        speed, sigma = (np.where(known, values[at], np.nan) for values in (self._each[_SPEED], self._each[_SIGMA]))
        totals = self._totals[at]
        share = self.params.min_share * np.maximum(totals[:, 2], 1e-9)
        zone = 1 + (speed[:, None] >= self._edges[at]).sum(axis=1)
        return LiveFigures(
            speed_mps=speed,
            speed_sigma_mps=sigma,
            distance_m=np.where(known & (totals[:, 3] >= share), totals[:, 0], np.nan),
            zone=np.where(np.isfinite(speed), zone, 0).astype(np.int32),
            load=np.where(known & (totals[:, 4] >= share), totals[:, 1], np.nan),
            implausible=known & (self._each[_MARKED, at] >= self._t[-1]),
        )

    def totals(self, track_id: int) -> dict[str, float]:
        """`distance_m`, `load`, `seen_s`, `measured_s`, `load_s` of one player, in view or gone; zeros if unknown."""
        place = int(self._places(np.array([track_id]))[0])
        found = self._totals[place] if place >= 0 else self._gone.get(track_id, np.zeros(len(_TOTALS)))
        return dict(zip(_TOTALS, found.tolist(), strict=True))

    def state(self) -> dict[str, Float64Array]:
        """All that is remembered, as plain arrays."""
        gone = list(self._gone)
        return {
            "t": self._t.copy(),
            "told": np.array([self._told_s]),
            "ids": self._ids.astype(np.float64),
            "xy": self._xy.copy(),
            "position_sigma": self._position_sigma.copy(),
            "each": self._each.copy(),
            "totals": self._totals.copy(),
            "gone_ids": np.array(gone, np.float64),
            "gone": np.stack([self._gone[each] for each in gone]) if gone else np.zeros((0, len(_TOTALS))),
        }

    def restore(self, state: Mapping[str, Float64Array]) -> None:
        """Continue where `state` was taken.

        Raises:
            ShapeError: it was taken with other parameters.
        """
        check_shape("t", state["t"], (self.params.rows,))
        ids = state["ids"].astype(np.int64)
        check_shape("xy", state["xy"], (self.params.rows, len(ids), 2))
        self._resize(ids, np.full(len(ids), -1))
        self._t, self._told_s = np.array(state["t"], np.float64), float(state["told"][0])
        self._xy = np.array(state["xy"], np.float64)
        self._position_sigma = np.array(state["position_sigma"], np.float64)
        self._each = np.array(state["each"], np.float64)
        self._totals = np.array(state["totals"], np.float64)
        self._gone = dict(zip(state["gone_ids"].astype(int).tolist(), np.array(state["gone"], np.float64), strict=True))

    def _resize(self, ids: IndexArray, kept: IndexArray) -> None:
        """Make room for `ids`; `kept`: the place each had before, -1 for a new one."""
        rows, count, old = self.params.rows, len(ids), kept >= 0
        xy, sigma = np.full((rows, count, 2), np.nan), np.ones((rows, count))
        each, totals = np.repeat(_UNKNOWN[:, None], count, axis=1), np.zeros((count, len(_TOTALS)))
        if old.any():
            at = kept[old]
            xy[:, old], sigma[:, old] = self._xy[:, at], self._position_sigma[:, at]
            each[:, old], totals[old] = self._each[:, at], self._totals[at]
        self._ids = np.asarray(ids, np.int64)
        self._xy, self._position_sigma, self._each, self._totals = xy, sigma, each, totals
        self._edges = self._edges_of(self._ids)
        self._place = {int(number): index for index, number in enumerate(self._ids)}

    def _edges_of(self, ids: IndexArray) -> Float64Array:
        edges = [self._policies.get(int(number), self._policy).zone_edges_mps for number in ids]
        return np.array(edges, np.float64).reshape(len(ids), len(self._policy.zone_edges_mps))

    def _places(self, track_id: Int32Array) -> IndexArray:
        return np.array([self._place.get(int(number), -1) for number in track_id], np.intp)

    def _admit(self, track_id: Int32Array, t_s: float) -> None:
        """Let newcomers in, and forget the positions of those long gone."""
        new = [int(number) for number in track_id if int(number) not in self._place]
        away = self._each[_LAST] < t_s - self.params.forget_s
        if not new and not away.any():
            return
        for index in np.flatnonzero(away):
            self._gone[int(self._ids[index])] = self._totals[index].copy()
        for number in list(self._gone)[: max(0, len(self._gone) - self.params.totals_kept)]:
            if number not in self._policies:
                del self._gone[number]
        stay = np.flatnonzero(~away)
        self._resize(np.append(self._ids[stay], new).astype(np.int64), np.append(stay, np.full(len(new), -1)))
        self._each[_LAST, len(stay) :] = t_s
        for place, number in enumerate(new, start=len(stay)):
            self._totals[place] = self._gone.pop(number, np.zeros(len(_TOTALS)))

    def _put(self, t_s: float, track_id: Int32Array, xy_m: Float64Array, sigma_m: Float64Array) -> None:
        """Append the frame's positions, but for impossible ones."""
        params = self.params
        place = self._places(track_id)
        there = np.isfinite(xy_m).all(axis=1) & np.isfinite(sigma_m)
        place, xy, sigma = place[there], xy_m[there], np.maximum(sigma_m[there], 1e-3)
        self._t = np.append(self._t[1:], t_s)
        self._xy = np.roll(self._xy, -1, axis=0)
        self._position_sigma = np.roll(self._position_sigma, -1, axis=0)
        self._xy[-1], self._position_sigma[-1] = np.nan, 1.0
        gap = t_s - self._each[_LAST, place] > params.smoothing.max_gap_s
        fresh = gap | ~np.isfinite(self._each[_BEGAN, place])
        reach = self._policy.implausible_mps * (t_s - self._each[_LAST, place])
        reach += params.jump_m + params.jump_sigmas * np.sqrt(2.0) * sigma
        with np.errstate(invalid="ignore"):
            odd = ~fresh & (np.linalg.norm(xy - self._last_xy(place), axis=1) > reach)
        since = np.where(odd, np.where(np.isfinite(self._each[_ODD, place]), self._each[_ODD, place], t_s), -np.inf)
        settled = odd & (t_s - since >= params.jump_s)
        self._each[_ODD, place] = np.where(settled, -np.inf, since)
        self._each[_MARKED, place[odd]] = t_s + params.marked_s
        self._each[_BEGAN, place[fresh | settled]] = t_s
        taken = ~odd | settled
        self._xy[-1, place[taken]], self._position_sigma[-1, place[taken]] = xy[taken], sigma[taken]
        self._each[_LAST, place[taken]] = t_s

    def _last_xy(self, place: IndexArray) -> Float64Array:
        """`(M, 2)` newest position of each; NaN where there is none in memory."""
        own = self._xy[:, place]
        there = np.isfinite(own[..., 0])
        row = np.where(there.any(axis=0), len(own) - 1 - there[::-1].argmax(axis=0), len(own) - 1)
        newest: Float64Array = own[row, np.arange(len(place))]
        return newest

    def _measure(self, t_s: float) -> None:
        """Speeds of `lag_s` ago, and what was added to the totals since the last time told."""
        params, smoothing = self.params, self.params.smoothing
        step = min(t_s - self._told_s, smoothing.max_gap_s)
        self._told_s = t_s
        if not len(self._ids):
            return
        seen = self._each[_LAST] >= t_s - smoothing.max_gap_s
        fit = self._fit(t_s - params.lag_s, t_s - params.window_s, learn=True)
        speed = np.sqrt((fit.velocity**2).sum(axis=1))
        usable = seen & (fit.velocity_sigma <= smoothing.max_speed_noise_mps)
        odd = usable & (speed > self._policy.implausible_mps)
        self._each[_MARKED, odd] = t_s + params.marked_s
        self._each[_SPEED] = np.where(usable, speed, np.nan)
        self._each[_SIGMA] = np.where(usable, fit.velocity_sigma, np.nan)
        counted = usable & ~odd
        band = np.maximum(smoothing.dead_band_sigmas * fit.velocity_sigma, self._policy.dead_band_mps)
        step_each = self._since_counted(t_s, step, counted)
        self._totals[:, 0] += np.where(counted & (speed >= band), speed * step_each, 0.0)
        self._totals[:, 2] += np.where(seen & (t_s - self._each[_BEGAN] > params.lag_s + params.min_side_s), step, 0.0)
        self._totals[:, 3] += np.where(counted, step_each, 0.0)
        self._add_load(t_s, step, seen)

    def _since_counted(self, t_s: float, step: float, counted: BoolArray) -> Float64Array:
        """`(N,)` time [s] that this frame's speed stands for: also the moments before for which it came too late, as
        long as the player was never lost for longer than a gap may be."""
        waited = t_s - self._each[_COUNTED]
        whole = (self._each[_COUNTED] >= self._each[_BEGAN]) & (waited <= self.params.smoothing.max_gap_s + 1e-6)
        self._each[_COUNTED] = np.where(counted, t_s, self._each[_COUNTED])
        each: Float64Array = np.where(whole, waited, step)
        return each

    def _add_load(self, t_s: float, step: float, seen: BoolArray) -> None:
        params = self.params
        fit = self._fit(t_s - params.load_lag_s, t_s - params.load_window_s)
        speed = np.sqrt((fit.velocity**2).sum(axis=1))
        with np.errstate(invalid="ignore", divide="ignore"):
            along = (fit.velocity * fit.acceleration).sum(axis=1) / speed
            usable = seen & (fit.acceleration_sigma <= params.smoothing.target_steady_noise_mps2)
            change = np.sqrt(np.maximum(along**2 - fit.acceleration_sigma**2, 0.0))
        self._totals[:, 1] += np.where(usable & (speed > self._policy.moving_mps), change, 0.0) * step
        self._totals[:, 4] += np.where(usable, step, 0.0)

    def _fit(self, at_s: float, from_s: float, *, learn: bool = False) -> _Fit:
        """Parabola through each player's positions since `from_s`, weighted by their errors, at `at_s`.

        Where the positions scatter more than their errors say, the result's error grows with the scatter (reduced χ²,
        a slow mean over fits; `learn`: this fit counts).
        """
        params = self.params
        first = int(np.searchsorted(self._t, from_s - 1e-6))
        u = self._t[first:] - at_s
        xy = self._xy[first:]
        good = np.isfinite(xy[..., 0]) & (self._t[first:, None] >= self._each[_BEGAN])
        rows = good.sum(axis=0)
        side = params.min_side_s
        able = (rows >= params.min_rows) & (good & (u <= -side)[:, None]).any(axis=0)
        able &= (good & (u >= side)[:, None]).any(axis=0)
        weight = np.where(good, self._position_sigma[first:] ** -2, 0.0)
        power = u[:, None] ** np.arange(2 * _DEGREE + 1)
        normal = (weight.T @ power)[:, _HANKEL]
        normal[~able] = np.eye(_DEGREE + 1)
        # Both axes of all players are columns of one matrix: three small products instead of sums over players.
        terms, count = power[:, : _DEGREE + 1], len(rows)
        weighted = (weight[..., None] * np.where(good[..., None], xy, 0.0)).reshape(len(u), -1)
        moments = (terms.T @ weighted).reshape(_DEGREE + 1, count, 2).transpose(1, 0, 2)
        inverse = np.linalg.inv(normal)
        factor = inverse @ moments
        if learn:
            curve = terms @ factor.transpose(1, 0, 2).reshape(_DEGREE + 1, -1)
            self._learn_misfit(able, rows, weight, curve.reshape(len(u), count, 2) - xy)
        spread = np.sqrt(np.diagonal(inverse, axis1=1, axis2=2) * np.maximum(self._each[_MISFIT], 1.0)[:, None])
        factor[~able], spread[~able] = np.nan, np.inf
        return _Fit(factor[:, 1], spread[:, 1], 2.0 * factor[:, 2], 2.0 * spread[:, 2])

    def _learn_misfit(self, able: BoolArray, rows: IndexArray, weight: Float64Array, left: Float64Array) -> None:
        scatter = (weight * np.nan_to_num((left**2).sum(axis=2))).sum(axis=0)
        reduced = scatter / np.maximum(2.0 * (rows - _DEGREE - 1), 1.0)
        self._each[_MISFIT] = np.where(able, 0.95 * self._each[_MISFIT] + 0.05 * reduced, self._each[_MISFIT])
