"""How far the others are: the nearest team-mate and the ball, looked at together on one clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vision.events.passes import TEAMS
from vision.events.scene import BallTrack, Scene
from vision.kpi.catalogue import CATALOGUE
from vision.kpi.intervals import Z90
from vision.kpi.values import KPIEntry, KPIValue
from vision.types import BoolArray, Float64Array, check_shape

NEAREST, BALL = "nearest_teammate_m", "ball_distance_m"
NO_TEAM = "Not measured: the teams cannot be told apart, so who is a team-mate is not known."
NO_MATES = "Not measured: no team-mate was seen in this film."
MATES_AWAY = "Not measured: team-mates were out of the picture too often, so the nearest may not have been in it."
NO_BALL_PLACE = "Not measured: the ball's place on the ground is not known."
BALL_AWAY = "Not measured: the ball was in the air or out of sight too often to say how far it was."
BALL_DOUBTFUL = "Not measured: what was followed as the ball may be something else."


@dataclass(frozen=True, slots=True)
class CompanyParams:
    """When distances to others are told [proposal].

    Attributes:
        look_s: positions within such a stretch are averaged [s]: noise falls, nobody runs far.
        min_share: share of a player's looks in which the others were to be seen.
        mates_in_view: of the most team-mates ever in view together, so many must be in a look that counts: with one of
            ten missing the nearest is missing in one look of ten.
        usual_percentile: of the number of team-mates in view, taken as "all": single looks may hold a mix-up.
        min_looks: fewer tell nothing typical: 4 s.
        min_ball_score: median score of the ball's sightings, as for touches (`CoverageParams`).
        ball_sigma_m: 1σ of the ball's place on the ground [m], as for passes (`TechnicalParams`).
    """

    look_s: float = 0.4
    min_share: float = 0.6
    mates_in_view: float = 0.8
    usual_percentile: float = 90.0
    min_looks: int = 10
    min_ball_score: float = 0.4
    ball_sigma_m: float = 0.15


@dataclass(frozen=True, slots=True)
class Typical:
    """A median distance [m], in how many looks it was seen, and what share of the player's looks that is."""

    metres: float
    looks: int
    share: float


@dataclass(frozen=True, slots=True)
class Company:
    """What is known of one player's distance to others: figures by KPI key, or the reason why there is none."""

    figures: Mapping[str, Typical] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Places:
    """Everybody's and the ball's places, averaged in looks.

    Attributes:
        xy_m: `(L, P, 2)` [m, pitch frame], NaN: not seen in that look.
        teams: of the `P` people; `a` and `b` are the two sides.
        ball_m: `(L, 2)` on the ground, NaN: not seen or in the air; `None`: never known.
    """

    xy_m: Float64Array
    teams: Sequence[str]
    ball_m: Float64Array | None = None

    def __post_init__(self) -> None:
        check_shape("xy_m", self.xy_m, (None, len(self.teams), 2))


def company_of_scene(
    scene: Scene, in_flight_s: Sequence[tuple[float, float]] = (), params: CompanyParams | None = None
) -> dict[int, Company]:
    """Everybody's company in a film, track → company.

    Args:
        in_flight_s: when the ball flew (`FilmEvents.in_flight_s`).
    """
    params = params or CompanyParams()
    if not len(scene.t_s) or not scene.people:
        return {}
    start, looks = float(scene.t_s[0]), int((scene.t_s[-1] - scene.t_s[0]) / params.look_s) + 1
    xy = np.full((looks, len(scene.people), 2), np.nan)
    for place, person in enumerate(scene.people):
        if person.xy_m is not None:
            xy[:, place] = averaged(person.t_s - start, person.xy_m, looks, params.look_s)
    ball, reason = _ball_on_ground(scene.ball, in_flight_s, params)
    ball_m = None if ball is None else averaged(scene.ball.t_s - start, ball, looks, params.look_s)
    places = Places(xy, [person.team for person in scene.people], ball_m)
    numbers = [person.track_id for person in scene.people]
    return dict(zip(numbers, find_company(places, params, no_ball=reason), strict=True))


def company_of_side(t_s: Float64Array, xy_m: Float64Array, params: CompanyParams | None = None) -> list[Company]:
    """Company of each of one side's players, whose places `(N, P, 2)` at `(N,)` times are known all along [m]."""
    params = params or CompanyParams()
    since, looks = t_s - t_s[0], int((t_s[-1] - t_s[0]) / params.look_s) + 1
    people = range(xy_m.shape[1])
    places = np.stack([averaged(since, xy_m[:, one], looks, params.look_s) for one in people], axis=1)
    return find_company(Places(places, [TEAMS[0]] * len(people)), params)


def averaged(since_s: Float64Array, xy_m: Float64Array, looks: int, look_s: float) -> Float64Array:
    """`(looks, 2)` means of `(N, 2)` rows at `(N,)` times since the start; NaN where a look has none."""
    known = np.isfinite(xy_m[:, 0])
    # A hair more: 0.8 s is the third look of 0.4 s, also where binary fractions end just below it.
    look = np.clip(((since_s[known] + 1e-9) / look_s).astype(np.int64), 0, looks - 1)
    count = np.bincount(look, minlength=looks)
    sums = [np.bincount(look, xy_m[known, axis], minlength=looks) for axis in (0, 1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Float64Array = np.stack(sums, axis=1) / count[:, None]
    return means


def find_company(places: Places, params: CompanyParams, *, no_ball: str = NO_BALL_PLACE) -> list[Company]:
    """Company of each of the people, in their order; `no_ball`: why there is no ball, where there is none."""
    return [_company(places, number, params, no_ball) for number in range(len(places.teams))]


def _company(places: Places, number: int, params: CompanyParams, no_ball: str) -> Company:
    own = places.xy_m[:, number]
    here = np.isfinite(own[:, 0])
    figures: dict[str, Typical] = {}
    absent: dict[str, str] = {}
    for key, found in (
        (NEAREST, _nearest(places, number, here, params)),
        (BALL, no_ball if places.ball_m is None else _typical(_apart(places.ball_m, own), here, params, BALL_AWAY)),
    ):
        if isinstance(found, str):
            absent[key] = found
        else:
            figures[key] = found
    return Company(figures, absent)


def _nearest(places: Places, number: int, here: BoolArray, params: CompanyParams) -> Typical | str:
    team = places.teams[number]
    if team not in TEAMS:
        return NO_TEAM
    mates = [place for place, other in enumerate(places.teams) if other == team and place != number]
    apart = np.stack([_apart(places.xy_m[:, mate], places.xy_m[:, number]) for mate in mates]) if mates else None
    if apart is None or not here.any() or not np.isfinite(apart).any():
        return NO_MATES
    in_view = np.isfinite(apart).sum(axis=0)
    usual = float(np.percentile(np.isfinite(places.xy_m[:, mates, 0]).sum(axis=1), params.usual_percentile))
    enough = here & (in_view >= max(1.0, params.mates_in_view * usual))
    nearest = np.where(np.isfinite(apart), apart, np.inf).min(axis=0)
    return _typical(np.where(enough, nearest, np.nan), here, params, MATES_AWAY)


def _apart(first: Float64Array, second: Float64Array) -> Float64Array:
    return np.asarray(np.hypot(first[:, 0] - second[:, 0], first[:, 1] - second[:, 1]))


def _typical(apart: Float64Array, here: BoolArray, params: CompanyParams, reason: str) -> Typical | str:
    known = apart[here & np.isfinite(apart)]
    share = len(known) / max(int(here.sum()), 1)
    if len(known) < params.min_looks or share < params.min_share:
        return reason
    return Typical(float(np.median(known)), len(known), share)


def _ball_on_ground(
    ball: BallTrack, in_flight_s: Sequence[tuple[float, float]], params: CompanyParams
) -> tuple[Float64Array | None, str]:
    """The ball's places with NaN where it flew or was not seen, or the reason why they are not told."""
    if ball.xy_m is None or not len(ball):
        return None, NO_BALL_PLACE
    seen = ~ball.interpolated
    if ball.score is not None and seen.any() and float(np.median(ball.score[seen])) < params.min_ball_score:
        return None, BALL_DOUBTFUL
    for start, end in in_flight_s:
        seen &= ~((ball.t_s >= start) & (ball.t_s <= end))
    return np.where(seen[:, None], ball.xy_m, np.nan), ""


def company_entries(
    company: Company, scale_sigma: float, place_sigma_m: float, params: CompanyParams | None = None
) -> dict[str, KPIEntry]:
    """The two KPIs with their intervals: the scale's error, and that of both ends as if it stayed all the time.

    Args:
        scale_sigma: 1σ of lengths, as a share.
        place_sigma_m: 1σ of a player's place [m].
    """
    params = params or CompanyParams()
    entries: dict[str, KPIEntry] = {key: {"absent": reason} for key, reason in company.absent.items()}
    other = {NEAREST: place_sigma_m, BALL: params.ball_sigma_m}
    for key, found in company.figures.items():
        half = Z90 * float(np.sqrt((scale_sigma * found.metres) ** 2 + place_sigma_m**2 + other[key] ** 2))
        entries[key] = KPIValue(
            value=found.metres,
            unit=CATALOGUE[key].unit,
            low=max(0.0, found.metres - half),
            high=found.metres + half,
            n=found.looks,
            coverage=found.share,
        )
    return entries
