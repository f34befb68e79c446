"""Rendered films of moving cameras, taken through the whole chain, and what came out beside the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from vision.calibration.camera import PinholeCamera
from vision.calibration.homography import PitchHomography
from vision.calibration.line_points import find_line_points
from vision.calibration.moving import FilmView, Lost, MovingCamera, PathRow
from vision.calibration.pitch_model import PitchModel
from vision.synthetic.camera_work import CameraWork
from vision.synthetic.pitch_scene import PitchScene, SceneParams
from vision.tracking.background import BackgroundTracker

RATE_HZ = 12.5
Spoil = Callable[[int, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass
class Film:
    """A film to be made.

    `spoil` may change a picture and its boxes; `cameras` replaces the camera work from a frame on.
    """

    work: CameraWork = field(default_factory=CameraWork)
    seconds: float = 6.0
    scene: SceneParams = field(default_factory=SceneParams)
    pitch: PitchModel = field(default_factory=PitchModel)
    players: int = 14
    seed: int = 0
    anchor_s: float = 2.0
    click_px: float = 0.5
    use_lines: bool = True
    lens: bool = False
    stride: int = 1
    spoil: Spoil | None = None

    def times(self) -> np.ndarray:
        return np.arange(0.0, self.seconds, 1 / RATE_HZ)


@dataclass
class Outcome:
    """Errors `(F, M)` [m] and their stated 1σ, NaN where nothing was given; why frames were lost."""

    t_s: np.ndarray
    error_m: np.ndarray
    sigma_m: np.ndarray
    lost: list[Lost | None]
    moving: MovingCamera
    anchored: bool

    @property
    def given(self) -> np.ndarray:
        """Frames with a camera."""
        return np.array([reason is None for reason in self.lost])

    def covered(self, radius: float) -> float:
        """Share of positions within `radius` stated σ (per axis; two axes) of the truth."""
        known = np.isfinite(self.error_m) & np.isfinite(self.sigma_m)
        return float((self.error_m[known] < radius * self.sigma_m[known]).mean())


def marks_of(camera: PinholeCamera, pitch: PitchModel, rng: np.random.Generator, click_px: float):
    """What a coach could click in this picture."""
    places = np.array(list(pitch.marks().values()))
    seen = camera.project_ground(places)
    inside = camera.inside(seen)
    return seen[inside] + rng.normal(0, click_px, (int(inside.sum()), 2)), places[inside]


def run(film: Film) -> Outcome:
    """Render, follow, mark, chain, measure."""
    rng = np.random.default_rng(film.seed)
    scene = PitchScene(film.pitch, rng, film.scene)
    t_s = film.times()
    cameras = film.work.cameras(t_s, rng)
    half = np.array([film.pitch.length_m, film.pitch.width_m]) / 2 - 2
    start, pace = rng.uniform(-half, half, (film.players, 2)), rng.normal(0, 2.0, (film.players, 2))
    tracker, rows, views = BackgroundTracker(), {}, {}
    for index, (time, camera) in enumerate(zip(t_s, cameras, strict=True)):
        if index % film.stride:
            continue
        picture, boxes = scene.picture(camera, start + pace * time)
        if film.spoil is not None:
            picture, boxes = film.spoil(index, picture, boxes)
        look = tracker.update(index, float(time), picture, boxes)
        rows[index] = PathRow(index, float(time), look.keyframe, look.points)
        for view in look.views:
            lines = find_line_points(view.image_bgr, view.people)
            views[view.index] = FilmView(view.features, lines if film.use_lines else lines[:0])
    anchor = int(np.argmin(np.abs(t_s - film.anchor_s)))
    image, places = marks_of(cameras[anchor], film.pitch, rng, film.click_px)
    size = film.work.image_size
    marked = PitchHomography.fit(image, places, image_size=size, estimate_lens=film.lens)
    keys = {row.frame: row for row in rows.values() if row.frame in views or _is_key(row.frame, rows)}
    moving = MovingCamera(marked, film.pitch, keys, views.get)
    before = max(key for key in rows if key <= anchor)
    around = [rows[key] for key in sorted({before, min((k for k in rows if k >= anchor), default=before)})]
    anchored = moving.anchor(float(t_s[anchor]), around)
    return _measured(film, moving, rows, cameras, t_s, anchored=anchored)


def _is_key(frame: int, rows: dict[int, PathRow]) -> bool:
    return any(row.keyframe == frame for row in rows.values())


def _measured(film: Film, moving: MovingCamera, rows, cameras: Sequence[PinholeCamera], t_s, *, anchored) -> Outcome:
    grid = film.pitch.grid(6.0)
    errors, sigmas = (np.full((len(rows), len(grid)), np.nan) for _ in range(2))
    lost: list[Lost | None] = []
    for number, (index, row) in enumerate(rows.items()):
        state = moving.camera_at(row) if anchored else Lost.SCENE
        if isinstance(state, Lost):
            lost.append(state)
            continue
        homography = state.homography()
        lost.append(None if homography is not None else Lost.SKY)
        if homography is None:
            continue
        pixels = cameras[index].project_ground(grid)
        seen = cameras[index].inside(pixels)
        found, sigma = homography.to_pitch(pixels[seen])
        errors[number, seen] = np.linalg.norm(found - grid[seen], axis=1)
        sigmas[number, seen] = sigma
    return Outcome(t_s[list(rows)], errors, sigmas, lost, moving, anchored)
