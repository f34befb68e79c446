"""A scripted game as a scan would see it: boxes, postures, a ball with noise, misses and gaps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from vision.calibration.camera import PinholeCamera
from vision.events.ball_motion import ball_ground_points, ball_px_per_m
from vision.events.scene import BallTrack, Goals, Person, Scene
from vision.synthetic.ball_play import Play
from vision.synthetic.bodies import PoseFaults, film_body
from vision.types import Float64Array


@dataclass(frozen=True, slots=True)
class PlayFaults:
    """Faults of the scan of a game.

    Attributes:
        rate_hz: analysed frames a second.
        ball_px: 1σ of the ball's centre per axis [px].
        ball_score: of its sightings.
        ball_misses: share of frames in which the ball is not found.
        ball_gaps_per_min: longer losses a minute …
        ball_gap_s: … of this length [s].
        fill_s: gaps up to this are filled by a straight line, as `vision.tracking.ball` does [s].
        place_m: 1σ per axis of the players' places [m].
        person_misses: share of boxes that are missed.
        pose: of postures and boxes.
        marked: the pitch is marked.
    """

    rate_hz: float = 25.0
    ball_px: float = 1.0
    ball_score: float = 0.6
    ball_misses: float = 0.1
    ball_gaps_per_min: float = 2.0
    ball_gap_s: tuple[float, float] = (0.6, 1.5)
    fill_s: float = 0.5
    place_m: float = 0.1
    person_misses: float = 0.03
    pose: PoseFaults = field(default_factory=PoseFaults)
    marked: bool = True


def side_camera(*, image_size: tuple[int, int] = (1920, 1080)) -> PinholeCamera:
    """On a stand behind the touchline, 9 m up, the whole of a small-sided game in view; people 75-150 px tall."""
    return PinholeCamera.look_at(
        (0.0, -25.0, 9.0), (0.0, -1.0, 0.0), image_size=image_size, focal_px=0.75 * image_size[0]
    )


def film_play(play: Play, camera: PinholeCamera, rng: np.random.Generator, faults: PlayFaults | None = None) -> Scene:
    """What a scan makes of the game."""
    faults = faults or PlayFaults()
    t_s = np.arange(int(play.duration_s * faults.rate_hz)) / faults.rate_hz
    bodies, places = play.bodies(t_s), play.places(t_s)
    people = []
    for player in range(play.count):
        box, keypoints = film_body(bodies[player], camera, rng, faults.pose)
        seen = np.flatnonzero(rng.random(len(t_s)) >= faults.person_misses)
        placed = places[player] + rng.normal(0.0, faults.place_m, (len(t_s), 2))
        people.append(
            Person(
                track_id=player + 1,
                team=play.team(player),
                t_s=t_s[seen],
                xyxy=box[seen],
                xy_m=placed[seen] if faults.marked else None,
                pose_t_s=t_s[seen],
                keypoints=keypoints[seen],
            )
        )
    ball = _ball(play, camera, t_s, rng, faults)
    if faults.marked:
        ball = _on_ground(ball, camera, people)
    goals = Goals(play.params.goal_x_m, 7.32) if faults.marked else None
    return Scene(t_s, ball, people, goals)


def _ball(
    play: Play, camera: PinholeCamera, t_s: Float64Array, rng: np.random.Generator, faults: PlayFaults
) -> BallTrack:
    pixels = camera.project(np.nan_to_num(play.ball(t_s)))
    there = np.isfinite(play.ball(t_s)[:, 0]) & camera.inside(pixels)
    seen = there & (rng.random(len(t_s)) >= faults.ball_misses)
    for start in rng.uniform(0.0, t_s[-1], rng.poisson(faults.ball_gaps_per_min * t_s[-1] / 60.0)):
        seen &= (t_s < start) | (t_s >= start + rng.uniform(*faults.ball_gap_s))
    rows = np.flatnonzero(seen)
    if not len(rows):
        return BallTrack.none()
    noisy = pixels + rng.normal(0.0, faults.ball_px, pixels.shape)
    shown = np.zeros(len(t_s), bool)
    for first, last in pairwise(rows):
        if t_s[last] - t_s[first] <= faults.fill_s:
            shown[first : last + 1] = True
    shown[rows] = True
    kept = np.flatnonzero(shown)
    filled = np.column_stack([np.interp(t_s[kept], t_s[rows], noisy[rows, axis]) for axis in (0, 1)])
    return BallTrack(t_s[kept], filled, ~seen[kept], score=np.full(len(kept), faults.ball_score))


def _on_ground(ball: BallTrack, camera: PinholeCamera, people: list[Person]) -> BallTrack:
    """The same ball with its places on the ground, as a right calibration gives them."""
    points = ball_ground_points(ball, ball_px_per_m(ball, people))
    return replace(ball, xy_m=ground_of(points, camera))


def ground_of(points: Float64Array, camera: PinholeCamera) -> Float64Array:
    """`(N, 2)` pixels of a camera without lens faults → where their rays meet the ground [m]."""
    centre = np.asarray(camera.image_size) / 2
    local = np.column_stack([(points - centre) / camera.focal_px, np.ones(len(points))])
    ray = local @ camera.rotation
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(ray[:, 2] < 0, -camera.position_m[2] / ray[:, 2], np.nan)
    return np.asarray(camera.position_m[:2] + reach[:, None] * ray[:, :2])
