"""How the ball moves in the picture: its velocity before and after every moment, in the size of the people near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from vision.events.scene import BALL_RADIUS_M, BallTrack, Person
from vision.signals import segments
from vision.types import BoolArray, Float64Array, IndexArray

GRAVITY_MPS2 = 9.80665
MAD_TO_SIGMA = 1.4826
THIRD_DIFFERENCE = float(np.sqrt(20.0))
"""1σ of a third difference of white noise over that of the noise: √(1 + 9 + 9 + 1)."""


@dataclass(frozen=True, slots=True)
class BallMotionParams:
    """How velocities are measured [proposal unless said].

    Attributes:
        window_s: straight line before and after a moment [s]: the project's touch rule looks at 0.2 s.
        least_rows: of a line.
        least_noise_px: no detector places a ball better [px].
        usual_px_per_m: where nobody is in the picture [px].
        height_window_s: a body's height in the picture is the median over this [s]: strides and crouches go out.
        airborne_s: length of the look at free flight [s]: shorter ones do not stand out of the noise.
        free_m: flight is looked for where nobody's feet are nearer [m]: beside feet the path bends by touches …
        free_s: … so the beginning and end of a flight that was seen are taken to be this much longer [s].
        airborne_g: share of gravity with which the path must fall across its direction.
        airborne_sigmas: … and it must be so many sigmas above 0.
        least_sideways: share of the motion across the picture below which that cannot be seen.
        slows_mps2: a ball on the ground slows down by at most so much: sliding on dry grass, 0.4 g, and half as much
            again [m/s²].
        fastest_mps: on the ground nothing is faster; the place is then no place on the ground [m/s].
    """

    window_s: float = 0.16
    least_rows: int = 3
    least_noise_px: float = 0.5
    usual_px_per_m: float = 50.0
    height_window_s: float = 2.0
    airborne_s: float = 0.4
    free_m: float = 1.0
    free_s: float = 0.2
    airborne_g: float = 0.45
    airborne_sigmas: float = 3.0
    least_sideways: float = 0.5
    slows_mps2: float = 6.0
    fastest_mps: float = 42.0


@dataclass(frozen=True, slots=True)
class BallMotion:
    """The ball's motion at each of its rows; NaN where its path is too short for it.

    Attributes:
        ball: whose rows these are.
        px_per_m: `(B,)` size of a metre where the ball is [px].
        before, after: `(B, 2)` velocity of the line that ends here and of the one that begins here [m/s, picture].
        change_mps: `(B,)` size of their difference; on the ground, where the pitch is marked and the ball on it.
        picture_mps: `(B,)` size of their difference in the picture.
        noise_mps: `(B,)` 1σ of the latter by the ball's noise.
        airborne: `(B,)` in free flight, so that its place on the ground is not known.
        stretch: `(B,)` number of the unbroken path each row belongs to.
        reach_rows: rows of a line.
    """

    ball: BallTrack
    px_per_m: Float64Array
    before: Float64Array
    after: Float64Array
    change_mps: Float64Array
    picture_mps: Float64Array
    noise_mps: Float64Array
    airborne: BoolArray
    stretch: NDArray[np.int64]
    reach_rows: int

    @property
    def ground_m(self) -> Float64Array | None:
        """`(B, 2)` places on the ground [m], NaN in flight; `None` without a marked pitch."""
        if self.ball.xy_m is None:
            return None
        return np.where(self.airborne[:, None], np.nan, self.ball.xy_m)


def body_px_per_m(person: Person, params: BallMotionParams) -> Float64Array:
    """`(n,)` size of a metre at a person [px], from the box's height: smoothed, as nobody grows while running."""
    tall = (person.xyxy[:, 3] - person.xyxy[:, 1]) / person.height_m
    if len(tall) < 3:
        return np.asarray(tall)
    step = float(np.median(np.diff(person.t_s)))
    size = 2 * (round(params.height_window_s / max(step, 1e-3)) // 2) + 1
    return np.asarray(median_filter(tall, size=min(size, 2 * len(tall) - 1), mode="nearest"), np.float64)


def ball_px_per_m(ball: BallTrack, people: Sequence[Person], params: BallMotionParams | None = None) -> Float64Array:
    """`(B,)` size of a metre at the ball [px]: that of the person nearest to it in the picture."""
    return _beside(ball, people, params or BallMotionParams())[0]


def _beside(ball: BallTrack, people: Sequence[Person], params: BallMotionParams) -> tuple[Float64Array, Float64Array]:
    """Size of a metre at the ball [px], and the distance to the nearest feet in the picture [m]."""
    best = np.full(len(ball), np.inf)
    size = np.full(len(ball), np.nan)
    sizes = [np.zeros(0)]
    for person in people:
        if not len(person.t_s):
            continue
        own = body_px_per_m(person, params)
        sizes.append(own)
        row, near = person.rows_at(ball.t_s, params.height_window_s / 2)
        feet = np.column_stack([(person.xyxy[row, 0] + person.xyxy[row, 2]) / 2, person.xyxy[row, 3]])
        distance = np.where(near, np.linalg.norm(feet - ball.xy, axis=1), np.inf)
        closer = distance < best
        best[closer], size[closer] = distance[closer], own[row[closer]]
    every = np.concatenate(sizes)
    usual = float(np.median(every)) if len(every) else params.usual_px_per_m
    px_per_m = np.maximum(np.where(np.isfinite(size), size, usual), 1.0)
    return px_per_m, best / px_per_m


def ball_ground_points(ball: BallTrack, px_per_m: Float64Array) -> Float64Array:
    """`(B, 2)` points [px] at which a ball on the ground touches it: a radius below its centre."""
    return ball.xy + np.column_stack([np.zeros(len(ball)), BALL_RADIUS_M * px_per_m])


def ball_motion(ball: BallTrack, people: Sequence[Person], params: BallMotionParams | None = None) -> BallMotion:
    """Measure how the ball moves."""
    params = params or BallMotionParams()
    count = len(ball)
    px_per_m, gap_m = _beside(ball, people, params)
    step = float(np.median(np.diff(ball.t_s))) if count > 1 else 1.0
    rows = max(params.least_rows, round(params.window_s / step) + 1)
    stretch = np.cumsum(np.diff(ball.t_s, prepend=ball.t_s[:1]) > 1.5 * step).astype(np.int64)
    before, after = np.full((count, 2), np.nan), np.full((count, 2), np.nan)
    ground = np.full(count, np.nan)
    airborne = np.zeros(count, bool)
    noise_px = _noise_px(ball, stretch, params)
    for part in (np.flatnonzero(stretch == number) for number in np.unique(stretch)):
        if len(part) >= rows:
            slope = _slopes(ball.xy[part], rows, step)
            before[part[rows - 1 :]], after[part[: len(part) - rows + 1]] = slope, slope
            ground[part] = _ground_change(ball, part, rows, step)
        for run in segments(gap_m[part] > params.free_m):
            free = part[run]
            flying = _in_flight(ball.xy[free], px_per_m[free], step, noise_px, params)
            flying |= _bends_on_ground(ball, free, step, params)
            airborne[free] = flying
    airborne = _widened(airborne, stretch, round(params.free_s / step))
    before, after = before / px_per_m[:, None], after / px_per_m[:, None]
    airborne |= _too_fast(ball, params)
    picture = np.linalg.norm(after - before, axis=1)
    slope_noise = noise_px / (step * np.sqrt(rows * (rows**2 - 1) / 12))
    return BallMotion(
        ball=ball,
        px_per_m=px_per_m,
        before=before,
        after=after,
        change_mps=np.where(np.isfinite(ground) & ~airborne, ground, picture),
        picture_mps=picture,
        noise_mps=np.sqrt(2.0) * slope_noise / px_per_m,
        airborne=airborne,
        stretch=stretch,
        reach_rows=rows,
    )


def _slopes(xy: Float64Array, rows: int, step: float) -> Float64Array:
    """`(n - rows + 1, 2)` slopes of the straight lines through `rows` neighbours."""
    place = np.arange(rows) - (rows - 1) / 2
    kernel = place / (np.square(place).sum() * step)
    windows = np.lib.stride_tricks.sliding_window_view(xy, rows, axis=0)
    return np.asarray(windows @ kernel)


def _ground_change(ball: BallTrack, part: IndexArray, rows: int, step: float) -> Float64Array:
    """Change of velocity on the ground at the rows of a stretch [m/s]; NaN where it is not known."""
    change = np.full(len(part), np.nan)
    if ball.xy_m is not None and len(part) >= 2 * rows - 1:
        slope = _slopes(ball.xy_m[part], rows, step)
        change[rows - 1 : len(part) - rows + 1] = np.linalg.norm(slope[rows - 1 :] - slope[: 1 - rows], axis=1)
    return change


def _noise_px(ball: BallTrack, stretch: NDArray[np.int64], params: BallMotionParams) -> float:
    """1σ of the ball's place [px], from third differences: in them a thrown or rolling ball cancels out."""
    if len(ball) < 4:
        return params.least_noise_px
    third = np.diff(ball.xy, 3, axis=0)
    good = (stretch[3:] == stretch[:-3]) & ~np.convolve(ball.interpolated, np.ones(4), "valid").astype(bool)
    if good.sum() < 8:
        return max(params.least_noise_px, 2.0)
    sigma = float(np.median(np.abs(third[good]))) * MAD_TO_SIGMA / THIRD_DIFFERENCE
    return max(params.least_noise_px, sigma)


def _in_flight(
    xy: Float64Array, px_per_m: Float64Array, step: float, noise_px: float, params: BallMotionParams
) -> BoolArray:
    """Rows within some look in which the path bends downwards as only a body in free flight does.

    A ball that rolls straight on goes along a straight line in the picture too, however it slows down, so what counts
    is the fall across the path. Straight towards or away from the camera that cannot be told, and is not.
    """
    rows = round(params.airborne_s / step) + 1
    flying = np.zeros(len(xy), bool)
    if len(xy) < rows or rows < 4:
        return flying
    place = (np.arange(rows) - (rows - 1) / 2) * step
    square = place**2 - np.mean(place**2)
    power = float(np.square(square).sum())
    windows = np.lib.stride_tricks.sliding_window_view(xy, rows, axis=0)  # (W, 2, rows)
    speed = windows @ (place / np.square(place).sum())
    # Second derivative = 2 × the quadratic's leading coefficient; image y points down, as gravity does.
    bend = windows @ (2 * square / power)
    length = np.maximum(np.linalg.norm(speed, axis=1), 1e-9)
    sideways = np.abs(speed[:, 0]) / length
    fall = (bend[:, 1] * speed[:, 0] - bend[:, 0] * speed[:, 1]) * np.sign(speed[:, 0]) / length
    weight = params.airborne_g * GRAVITY_MPS2 * px_per_m[(rows - 1) // 2 : (rows - 1) // 2 + len(fall)]
    falls = (fall > weight * sideways) & (fall > params.airborne_sigmas * 2 * noise_px / np.sqrt(power))
    falls &= (sideways >= params.least_sideways) & (_residual(windows[:, 1], place, square, power) < 3 * noise_px)
    for part in segments(falls):
        flying[part.start : part.stop + rows - 1] = True
    return flying


def _residual(
    windows: NDArray[np.floating], place: NDArray[np.floating], square: NDArray[np.floating], power: float
) -> Float64Array:
    """RMS of what a parabola leaves of each window [px]: a kick leaves a corner."""
    centred = windows - windows.mean(axis=1, keepdims=True)
    left = centred - np.outer(centred @ place / np.square(place).sum(), place)
    left = left - np.outer(centred @ square / power, square)
    return np.asarray(np.sqrt(np.square(left).mean(axis=1)))


def _bends_on_ground(ball: BallTrack, part: IndexArray, step: float, params: BallMotionParams) -> BoolArray:
    """Rows of a stretch whose places on the ground change their velocity as no rolling ball does.

    A ball in the air is seen too far away by its height over the slope of the view; gravity so becomes a large
    acceleration on the ground, most of all along the view, where the picture itself does not tell.
    """
    rows = round(params.airborne_s / step) + 1
    flying = np.zeros(len(part), bool)
    if ball.xy_m is None or len(part) < rows or rows < 4:
        return flying
    place = (np.arange(rows) - (rows - 1) / 2) * step
    square = place**2 - np.mean(place**2)
    power = float(np.square(square).sum())
    windows = np.lib.stride_tricks.sliding_window_view(ball.xy_m[part], rows, axis=0)
    bend = windows @ (2 * square / power)
    left = [_residual(windows[:, axis], place, square, power) for axis in (0, 1)]
    noise = np.hypot(*left)
    with np.errstate(invalid="ignore"):
        falls = np.linalg.norm(bend, axis=1) > params.slows_mps2 + params.airborne_sigmas * 2 * noise / np.sqrt(power)
    for run in segments(falls):
        flying[run.start : run.stop + rows - 1] = True
    return flying


def _widened(airborne: BoolArray, stretch: IndexArray, rows: int) -> BoolArray:
    """Flights made longer at both ends, within their unbroken path."""
    wide = airborne.copy()
    for run in segments(airborne):
        reach = slice(max(0, run.start - rows), run.stop + rows)
        wide[reach] |= stretch[reach] == stretch[run.start]
    return wide


def _too_fast(ball: BallTrack, params: BallMotionParams) -> BoolArray:
    """Rows whose place on the ground would need an impossible speed: the ball was not on the ground."""
    if ball.xy_m is None or len(ball) < 2:
        return np.zeros(len(ball), bool)
    speed = np.linalg.norm(np.diff(ball.xy_m, axis=0), axis=1) / np.maximum(np.diff(ball.t_s), 1e-6)
    with np.errstate(invalid="ignore"):
        over = speed > params.fastest_mps
    beyond = np.asarray(~np.isfinite(ball.xy_m).all(axis=1))
    return np.asarray(beyond | np.append(over, False) | np.append(False, over))
