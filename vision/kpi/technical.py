"""Technical KPIs: what a player did with the ball, from the events of the film."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from vision.events.find import Coverage
from vision.kpi.catalogue import CATALOGUE, keys_of
from vision.kpi.sampling import CountParams, Interval, count_interval, mean_interval, share_interval, sum_interval
from vision.kpi.track import PlayerEvents
from vision.kpi.values import KPIEntry, KPIGroup, KPIValue

NO_EVENTS = "Not measured: events with the ball were not looked for."
NO_BALL = "Not measured: the ball was not tracked in this film."
NO_FIRST_TOUCH = "The player was not seen to receive the ball and keep it."
NO_POSSESSION = "The player was not seen with the ball."
NONE_PASSED = "The player was not seen to pass."
NO_SHOT = "The player was not seen to shoot along the ground; a ball in the air has no speed that one camera can tell."
NO_DRIBBLE = "The player was not seen to run with the ball."
NONE_ROLLED = "No pass along the ground was seen from its start."


@dataclass(frozen=True, slots=True)
class TechnicalParams:
    """Numbers of the figures.

    Attributes:
        counts: how found counts relate to true ones.
        one_touch_s: a possession of one touch that lasts longer had a touch that was missed [s].
        time_share: 1σ of the time on the ball, as a share, measured on scripted games.
        way_share: 1σ of the way of a dribble, likewise.
        place_sigma_m: 1σ of the ball's place on the ground [m].
        speed_sigma_mps: 1σ of its speed after a kick [m/s].
    """

    counts: CountParams = field(default_factory=CountParams)
    one_touch_s: float = 0.5
    time_share: float = 0.1
    way_share: float = 0.1
    place_sigma_m: float = 0.15
    speed_sigma_mps: float = 0.6


Figure: TypeAlias = tuple[float, Interval, int]
"""Value, 90 % interval, how many events stand behind it."""


def technical_group(
    found: PlayerEvents | None, *, ball_tracked: bool, params: TechnicalParams | None = None
) -> KPIGroup:
    """Every technical KPI, absent with its reason where it could not be measured."""
    params = params or TechnicalParams()
    if found is None or found.coverage is None:
        return _all_absent(NO_EVENTS if ball_tracked else NO_BALL)
    absent = found.coverage.absent
    if "touches" in absent:
        return _all_absent(absent["touches"])
    told = {key: compute(found, params) for key, compute in _FIGURES.items()}
    entries: KPIGroup = {}
    for key in keys_of("technical"):
        reason = next((absent[need] for need in _NEEDS.get(key, ()) if need in absent), None)
        entries[key] = {"absent": reason} if reason else _entry(key, told[key], found.coverage)
    return entries


def _all_absent(reason: str) -> KPIGroup:
    return {key: {"absent": reason} for key in keys_of("technical")}


def _entry(key: str, figure: Figure | str, coverage: Coverage) -> KPIEntry:
    if isinstance(figure, str):
        return {"absent": figure}
    value, (low, high), n = figure
    return KPIValue(
        value=value, unit=CATALOGUE[key].unit, low=low, high=high, n=n, coverage=min(1.0, coverage.ball_share)
    )


def _counted(found: PlayerEvents, kind: str, count: int, params: TechnicalParams, *, unsure: int = 0) -> Figure:
    """A count; `unsure` more may belong to it."""
    share = found.coverage.ball_share if found.coverage is not None else 1.0
    low, high = count_interval(count, kind, rate_hz=found.rate_hz, ball_share=share, params=params.counts)
    return float(count), (low, high + unsure), count


def _touches(found: PlayerEvents, params: TechnicalParams) -> Figure:
    return _counted(found, "touch", len(found.of("touch")), params)


def _by_foot(foot: str) -> Callable[[PlayerEvents, TechnicalParams], Figure]:
    def count(found: PlayerEvents, params: TechnicalParams) -> Figure:
        feet = [event.data["foot"] for event in found.of("touch")]
        return _counted(found, "touch", feet.count(foot), params, unsure=feet.count("unknown"))

    return count


def _possessions(found: PlayerEvents, params: TechnicalParams) -> Figure:
    return _counted(found, "possession", len(found.of("possession")), params)


def _turned(name: str) -> Callable[[PlayerEvents, TechnicalParams], Figure]:
    def count(found: PlayerEvents, params: TechnicalParams) -> Figure:
        return _counted(
            found, "turnover", sum(event.data.get(name) is True for event in found.of("possession")), params
        )

    return count


def _time_on_ball(found: PlayerEvents, params: TechnicalParams) -> Figure | str:
    lengths = [event.t1_s - event.t0_s for event in found.of("possession")]
    return (sum(lengths), sum_interval(lengths, params.time_share), len(lengths)) if lengths else NO_POSSESSION


def _one_touch(found: PlayerEvents, params: TechnicalParams) -> Figure | str:
    possessions = found.of("possession")
    if not possessions:
        return NO_POSSESSION
    short = [
        event for event in possessions if event.data["touches"] == 1 and event.t1_s - event.t0_s <= params.one_touch_s
    ]
    return len(short) / len(possessions), share_interval(len(short), len(possessions)), len(possessions)


def _passes(found: PlayerEvents, params: TechnicalParams) -> Figure:
    return _counted(found, "pass", len(found.of("pass")), params)


def _completed(found: PlayerEvents, params: TechnicalParams) -> Figure:
    return _counted(found, "pass", sum(event.data["completed"] is True for event in found.of("pass")), params)


def _mean(kind: str, name: str, reason: str, sigma: str) -> Callable[[PlayerEvents, TechnicalParams], Figure | str]:
    def mean(found: PlayerEvents, params: TechnicalParams) -> Figure | str:
        values = found.figures(kind, name)
        if not values:
            return reason
        return float(np.mean(values)), mean_interval(values, getattr(params, sigma)), len(values)

    return mean


def _fastest_shot(found: PlayerEvents, params: TechnicalParams) -> Figure | str:
    speeds = found.figures("shot", "ball_speed_mps")
    if not speeds:
        return NO_SHOT
    return max(speeds), mean_interval([max(speeds)], params.speed_sigma_mps), len(speeds)


def _dribbled(found: PlayerEvents, params: TechnicalParams) -> Figure | str:
    ways = found.figures("dribble", "distance_m")
    return (sum(ways), sum_interval(ways, params.way_share), len(ways)) if ways else NO_DRIBBLE


def _dribbling_speed(found: PlayerEvents, params: TechnicalParams) -> Figure | str:
    runs = [event for event in found.of("dribble") if event.data["distance_m"] is not None]
    if not runs:
        return NO_DRIBBLE
    lasted = sum(event.t1_s - event.t0_s for event in runs)
    speed = sum(float(event.data["distance_m"] or 0.0) for event in runs) / lasted
    each = [float(event.data["speed_mps"] or 0.0) for event in runs]
    low, high = mean_interval(each, params.way_share * speed)
    return speed, (min(low, speed), max(high, speed)), len(runs)


_FIGURES: Mapping[str, Callable[[PlayerEvents, TechnicalParams], Figure | str]] = {
    "touches": _touches,
    "touches_left": _by_foot("left"),
    "touches_right": _by_foot("right"),
    "time_on_ball_s": _time_on_ball,
    "possessions": _possessions,
    "regains": _turned("won"),
    "lost_balls": _turned("lost"),
    "passes_attempted": _passes,
    "passes_completed": _completed,
    "pass_length_m": _mean("pass", "length_m", NONE_PASSED, "place_sigma_m"),
    "pass_ball_speed_mps": _mean("pass", "ball_speed_mps", NONE_ROLLED, "speed_sigma_mps"),
    "one_touch_share": _one_touch,
    "dribble_distance_m": _dribbled,
    "dribble_speed_mps": _dribbling_speed,
    "first_touch_displacement_m": _mean("possession", "first_touch_m", NO_FIRST_TOUCH, "place_sigma_m"),
    "shot_ball_speed_mps": _fastest_shot,
}
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "regains": ("turnovers",),
    "lost_balls": ("turnovers",),
    "passes_attempted": ("passes",),
    "passes_completed": ("passes",),
    "pass_length_m": ("passes",),
    "pass_ball_speed_mps": ("passes", "ball_metres"),
    "dribble_distance_m": ("places",),
    "dribble_speed_mps": ("places",),
    "first_touch_displacement_m": ("ball_metres",),
    "shot_ball_speed_mps": ("shots",),
}
"""Key → what of `Coverage.absent` forbids it."""
