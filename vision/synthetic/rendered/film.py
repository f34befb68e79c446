"""The film: 7v7 on a small pitch, one fixed camera with a lens, H.264, and beside it everything that is true in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.body.model import BodyModel
from vision.calibration.camera import PinholeCamera
from vision.calibration.pitch_model import PITCH_FORMATS, PitchModel
from vision.synthetic.ball_flight import RADIUS_M
from vision.synthetic.rendered.cast import cast_of
from vision.synthetic.rendered.figure import Figure
from vision.synthetic.rendered.gait import walk_the_way
from vision.synthetic.rendered.game import Game, GameParams, play_sevens
from vision.synthetic.rendered.ground import empty_place
from vision.synthetic.rendered.painter import FigurePainter, Patch, visible_shares
from vision.types import Float32Array, Float64Array, ImageBGR
from vision.video.writer import VideoWriter

FORMAT = "7v7"
SEED = 1
"""Of the seeds 0-11 the one in which nobody comes nearer to another than 1.4 m."""
NOISE = 1.2
"""1σ of the camera's noise [grey levels]."""
NOISES = 6
RENDERERS = 2
"""Frames rendered at once; the arithmetic leaves the interpreter's lock."""
TRUTH_VERSION = 1


def side_camera() -> PinholeCamera:
    """On a mast behind the halfway line: nearly the whole pitch in a 1080p picture of a phone's main camera."""
    return PinholeCamera.look_at(
        (0.0, -34.0, 18.0), (0.0, -1.5, 0.0), image_size=(1920, 1080), focal_px=1290.0, k1=-0.08
    )


@dataclass(frozen=True, slots=True)
class FilmParams:
    """What is filmed.

    Attributes:
        game: how it is played; its length and frame rate are the film's.
        seed: of everything random.
    """

    game: GameParams = field(default_factory=GameParams)
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class FilmTruth:
    """Everything that is true in the film; `(P, F)` people by frames.

    Attributes:
        game: ways, speeds, teams, ball.
        xyxy: `(P, F, 4)` box of the whole figure [px], also where it is hidden.
        visible: `(P, F)` share of the figure that can be seen.
        joints_m: `(P, F, 24, 3)` joints of the body model [m].
        heights_m: `(P,)`.
        camera, pitch: who films what.
    """

    game: Game
    xyxy: Float64Array
    visible: Float64Array
    joints_m: Float32Array
    heights_m: tuple[float, ...]
    camera: PinholeCamera
    pitch: PitchModel

    def marks_px(self) -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
        """Pitch marks in the picture: name → pixel, metres."""
        marks = self.pitch.marks()
        pixels = self.camera.project_ground(np.array(list(marks.values())))
        inside = self.camera.inside(pixels)
        return {
            name: ((float(pixel[0]), float(pixel[1])), place)
            for (name, place), pixel, seen in zip(marks.items(), pixels, inside, strict=True)
            if seen
        }


class GameFilm:
    """A film that can be rendered frame by frame."""

    def __init__(self, model: BodyModel, params: FilmParams | None = None) -> None:
        self.params = params or FilmParams()
        self.camera, self.pitch = side_camera(), PITCH_FORMATS[FORMAT]
        self.game = play_sevens(self.params.seed, self.params.game)
        self.figures: list[Figure] = cast_of(model, self.game, self.params.seed)
        self._painter = FigurePainter(self.camera)
        self._transforms = [self._lead(number) for number in range(len(self.figures))]
        self._place = empty_place(self.camera, self.pitch, self.params.seed)
        self._noises = _noises(self.camera.image_size, self.params.seed)
        shape = (len(self.figures), len(self.game.t_s))
        self._boxes, self._visible = np.zeros((*shape, 4)), np.zeros(shape)

    def __len__(self) -> int:
        return len(self.game.t_s)

    def _lead(self, number: int) -> Float32Array:
        game, figure = self.game, self.figures[number]
        way = game.xy_m[number], game.speed_mps[number], game.heading_rad[number]
        motion = walk_the_way(figure.measures, *way, self.params.game.rate_hz)
        return figure.transforms(motion.pose, motion.translation)

    def frame(self, index: int) -> ImageBGR:
        """Render one frame; its boxes and who hides whom become known with it."""
        image = self._place.copy()
        for figure, moves in zip(self.figures, self._transforms, strict=True):
            self._painter.cast_shadow(image, figure, moves[index])
        patches = [
            (self._painter.patch(figure, moves[index]), number)
            for number, (figure, moves) in enumerate(zip(self.figures, self._transforms, strict=True))
        ]
        patches.sort(key=lambda entry: -entry[0].depth_m)
        ball = self.game.ball_m[index]
        ball_depth = float((ball - self.camera.position_m) @ self.camera.rotation[2])
        drawn = False
        for patch, _ in patches:
            if not drawn and patch.depth_m < ball_depth:
                self._draw_ball(image, ball, ball_depth)
                drawn = True
            self._painter.lay(image, patch)
        if not drawn:
            self._draw_ball(image, ball, ball_depth)
        self._note(index, patches)
        return np.asarray(cv2.add(image, self._noises[index % NOISES], dtype=cv2.CV_8U), np.uint8)

    def truth(self) -> FilmTruth:
        """What is true in the frames rendered so far; boxes of others are 0."""
        heights = tuple(figure.height_m for figure in self.figures)
        joints = np.stack([figure.joints(moves) for figure, moves in zip(self.figures, self._transforms, strict=True)])
        return FilmTruth(self.game, self._boxes, self._visible, joints, heights, self.camera, self.pitch)

    def _note(self, index: int, patches: list[tuple[Patch, int]]) -> None:
        shares = visible_shares([patch for patch, _ in patches], self.camera.image_size)
        for (patch, number), share in zip(patches, shares, strict=True):
            self._boxes[number, index], self._visible[number, index] = patch.xyxy, share

    def _draw_ball(self, image: ImageBGR, ball: Float64Array, depth: float) -> None:
        centre, below = self.camera.project(np.stack([ball, [ball[0], ball[1], 0.0]]))
        size = RADIUS_M * self.camera.focal_px / depth
        shadow = np.round((below + np.array([0.6 * size, 0.0])) * 16).astype(int)
        _disc(image, shadow, (1.1 * size, 0.5 * size), (30, 62, 34))
        _disc(image, np.round(centre * 16).astype(int), (size, size), (236, 240, 240))
        lower = np.round((centre + np.array([0.25 * size, 0.45 * size])) * 16).astype(int)
        _disc(image, lower, (0.5 * size, 0.35 * size), (170, 176, 176))


def _disc(image: ImageBGR, centre: NDArray[np.int_], radii: tuple[float, float], colour: tuple[int, int, int]) -> None:
    axes = (max(1, round(radii[0] * 16)), max(1, round(radii[1] * 16)))
    middle = (int(centre[0]), int(centre[1]))
    outline = cv2.ellipse2Poly((0, 0), axes, 0, 0, 360, 15) + np.array(middle)
    cv2.fillPoly(image, [outline.astype(np.int32)], colour, cv2.LINE_AA, 4)


def _noises(size: tuple[int, int], seed: int) -> list[NDArray[np.int8]]:
    rng = np.random.default_rng(seed)
    shape = (size[1], size[0], 3)
    return [np.round(NOISE * rng.standard_normal(shape, np.float32)).astype(np.int8) for _ in range(NOISES)]


def render_film(film: GameFilm, path: Path, on_progress: Callable[[float], None] | None = None) -> FilmTruth:
    """Write the film to `path` (MP4) and its truth beside it (`.json` and `.npz`); the same input, the same pixels."""
    rate = Fraction(film.params.game.rate_hz).limit_denominator(1001)
    with VideoWriter(path, film.camera.image_size, rate) as writer:
        for index, image in enumerate(_in_order(film)):
            writer.write(image, float(film.game.t_s[index]))
            if on_progress is not None:
                on_progress((index + 1) / len(film))
    truth = film.truth()
    write_truth(truth, path)
    return truth


def _in_order(film: GameFilm) -> Iterator[ImageBGR]:
    """All frames, a few of them rendered ahead."""
    with ThreadPoolExecutor(RENDERERS) as pool:
        waiting = []
        for index in range(len(film)):
            waiting.append(pool.submit(partial(film.frame, index)))
            if len(waiting) > 2 * RENDERERS:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def write_truth(truth: FilmTruth, film: Path) -> None:
    """Write `<film>.truth.npz` (arrays) and `<film>.truth.json` (who, camera, pitch, marks)."""
    game, camera = truth.game, truth.camera
    np.savez_compressed(
        film.with_suffix(".truth.npz"),
        t_s=game.t_s,
        xy_m=game.xy_m.astype(np.float32),
        speed_mps=game.speed_mps.astype(np.float32),
        distance_m=game.distance_m.astype(np.float32),
        heading_rad=game.heading_rad.astype(np.float32),
        ball_m=game.ball_m.astype(np.float32),
        holder=game.holder,
        xyxy=truth.xyxy.astype(np.float32),
        visible=truth.visible.astype(np.float32),
        joints_m=truth.joints_m,
    )
    words = {
        "version": TRUTH_VERSION,
        "players": [
            {"number": number, "team": team, "keeper": keeper, "height_m": round(height, 3)}
            for number, (team, keeper, height) in enumerate(zip(game.teams, game.keepers, truth.heights_m, strict=True))
        ],
        "camera": {
            "image_size": list(camera.image_size),
            "focal_px": camera.focal_px,
            "k1": camera.k1,
            "rotation": camera.rotation.tolist(),
            "position_m": camera.position_m.tolist(),
        },
        "pitch": asdict(truth.pitch),
        "marks": [
            {"name": name, "image": list(pixel), "pitch": list(place)}
            for name, (pixel, place) in truth.marks_px().items()
        ],
    }
    text = json.dumps(words, indent=1)
    film.with_suffix(".truth.json").write_text(text + "\n", encoding="utf-8")
