"""Pictures of a pitch between grandstands, with players, as a known camera records them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.calibration.camera import PinholeCamera
from vision.calibration.pitch_model import PitchModel
from vision.types import Float32Array, Float64Array, ImageBGR

Texture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SceneParams:
    """What the place looks like.

    Attributes:
        px_per_m: of the ground's texture.
        margin_m: ground beside the pitch; there the stands begin.
        stand_m: height of the stands.
        line_m: width of the white lines.
        stripe_m: width of the mown stripes; 0: none.
        grass: contrast of the grass [grey levels]; 0: a painted floor.
        seats: contrast of the stands; 0: a bare wall.
        with_lines: the pitch is marked.
        noise: 1σ of the camera's noise [grey levels].
        player_m: height of a player.
    """

    px_per_m: float = 12.0
    margin_m: float = 6.0
    stand_m: float = 12.0
    line_m: float = 0.12
    stripe_m: float = 5.5
    grass: float = 14.0
    seats: float = 60.0
    with_lines: bool = True
    noise: float = 2.0
    player_m: float = 1.8


@dataclass(frozen=True, slots=True)
class _Rays:
    """Where the pixels of a picture look: `place` `(H, W, 2)` and `footprint` on a texture [px of it], `seen`."""

    place: Float32Array
    seen: NDArray[np.bool_]
    footprint: Float32Array


class PitchScene:
    """A place that can be filmed."""

    def __init__(self, pitch: PitchModel, rng: np.random.Generator, params: SceneParams | None = None) -> None:
        self.params = params or SceneParams()
        self._rng = rng
        self._half = np.array([pitch.length_m, pitch.width_m]) / 2 + self.params.margin_m
        self._ground = _levels(self._draw_ground(pitch))
        self._stand = _levels(self._draw_stand())

    def picture(self, camera: PinholeCamera, players_m: Float64Array | None = None) -> tuple[ImageBGR, Float32Array]:
        """What the camera records, and the boxes `(M, 4)` [px] of the players `(P, 2)` [m] that are in it."""
        width, height = camera.image_size
        ray = self._directions(camera)
        image = np.full((height, width, 3), 200, np.uint8)
        for rays, texture in ((self._on_stand(camera, ray), self._stand), (self._on_ground(camera, ray), self._ground)):
            image[rays.seen] = _sample(texture, rays)[rays.seen]
        boxes = self._draw_players(image, camera, players_m if players_m is not None else np.zeros((0, 2)))
        noisy = image + self._rng.normal(0.0, self.params.noise, image.shape)
        return np.clip(noisy, 0, 255).astype(np.uint8), boxes

    def _directions(self, camera: PinholeCamera) -> Float64Array:
        """`(H, W, 3)` viewing rays in the world."""
        width, height = camera.image_size
        columns, rows = np.meshgrid(np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64))
        ideal = camera.lens.undistort(np.column_stack([columns.ravel(), rows.ravel()]))
        local = np.column_stack([(ideal - np.array([width, height]) / 2) / camera.focal_px, np.ones(len(ideal))])
        return (local @ camera.rotation).reshape(height, width, 3)

    def _on_ground(self, camera: PinholeCamera, ray: Float64Array) -> _Rays:
        with np.errstate(divide="ignore", invalid="ignore"):
            far = -camera.position_m[2] / ray[..., 2]
            xy = camera.position_m[:2] + far[..., None] * ray[..., :2]
            seen = (far > 0) & (np.abs(xy) < self._half).all(axis=-1)
            slant = np.abs(ray[..., 2]) / np.linalg.norm(ray, axis=-1)
            footprint = far / camera.focal_px * self.params.px_per_m / np.sqrt(slant)
        return _Rays(((xy + self._half) * self.params.px_per_m).astype(np.float32), seen, footprint.astype(np.float32))

    def _on_stand(self, camera: PinholeCamera, ray: Float64Array) -> _Rays:
        """The stands are walls around the ground; the camera is not in their way."""
        best = np.full(ray.shape[:2], np.inf)
        along = np.zeros(ray.shape[:2])
        with np.errstate(divide="ignore", invalid="ignore"):
            for axis, sign, start in ((1, 1.0, 0.0), (0, 1.0, 300.0), (0, -1.0, 600.0)):
                far = (sign * self._half[axis] - camera.position_m[axis]) / ray[..., axis]
                other = camera.position_m[1 - axis] + far * ray[..., 1 - axis]
                nearer = (far > 0) & (far < best) & (np.abs(other) <= self._half[1 - axis])
                best = np.where(nearer, far, best)
                along = np.where(nearer, start + other + self._half[1 - axis], along)
            high = camera.position_m[2] + best * ray[..., 2]
            seen = np.isfinite(best) & (high >= 0) & (high < self.params.stand_m)
        scale = self.params.px_per_m / 2
        place = np.stack([along * scale % self._stand[0].shape[1], (self.params.stand_m - high) * scale], axis=-1)
        footprint = np.where(seen, best, 1.0) / camera.focal_px * scale
        return _Rays(np.nan_to_num(place, posinf=0, neginf=0).astype(np.float32), seen, footprint.astype(np.float32))

    def _draw_ground(self, pitch: PitchModel) -> Texture:
        params = self.params
        width, height = (int(side) for side in np.ceil(2 * self._half * params.px_per_m))
        grass = np.zeros((height, width), np.float32)
        for cell in (2, 7, 30):
            grass += params.grass / 2 * smooth_noise(self._rng, (height, width), cell)
        if params.stripe_m:
            stripe = np.floor(np.arange(width) / params.px_per_m / params.stripe_m) % 2
            grass += 12.0 * stripe.astype(np.float32)
        ground = np.stack([50 + 0.5 * grass, 110 + grass, 60 + 0.6 * grass], axis=-1)
        if params.with_lines:
            paint = np.zeros((height, width), np.uint8)
            for line in pitch.polylines(0.25).values():
                shifted = np.round((line + self._half) * params.px_per_m * 16).astype(np.int32)
                thick = round(params.line_m * params.px_per_m)
                cv2.polylines(
                    paint, [shifted], isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA, shift=4
                )
            share = (paint / 255.0 * 0.85)[..., None]
            ground = ground * (1 - share) + 235.0 * share
        return np.asarray(np.clip(ground, 0, 255), np.uint8)

    def _draw_stand(self) -> Texture:
        params = self.params
        shape = (int(params.stand_m * params.px_per_m / 2) + 1, 4096)
        seats = 110 + params.seats * (smooth_noise(self._rng, shape, 4) + 0.7 * smooth_noise(self._rng, shape, 24))
        tint = 1 + 0.2 * smooth_noise(self._rng, shape, 90)
        return np.asarray(np.clip(np.stack([seats, seats * tint, seats / tint], axis=-1), 0, 255), np.uint8)

    def _draw_players(self, image: ImageBGR, camera: PinholeCamera, players_m: Float64Array) -> Float32Array:
        zeros = np.zeros((len(players_m), 1))
        feet = camera.project(np.hstack([players_m, zeros]))
        heads = camera.project(np.hstack([players_m, zeros + self.params.player_m]))
        half = np.abs(feet[:, 1] - heads[:, 1]) * 0.18
        boxes = np.column_stack([feet[:, 0] - half, heads[:, 1], feet[:, 0] + half, feet[:, 1]])
        away = np.linalg.norm(players_m - camera.position_m[:2], axis=1)
        for player in np.argsort(-away):
            if np.isfinite(boxes[player]).all():
                _draw_player(image, boxes[player], int(player))
        width, height = camera.image_size
        with np.errstate(invalid="ignore"):
            inside = (boxes[:, 0] < width) & (boxes[:, 2] > 0) & (boxes[:, 1] < height) & (boxes[:, 3] > 0)
        return boxes[inside].astype(np.float32)


SHIRTS = ((40, 40, 200), (220, 220, 220))


def _draw_player(image: ImageBGR, box: Float64Array, number: int) -> None:
    left, top, right, bottom = (round(float(edge)) for edge in box)
    waist = (top + bottom) // 2
    cv2.rectangle(image, (left, waist), (right, bottom), (30, 30, 30), -1)
    cv2.rectangle(image, (left, top + (waist - top) // 4), (right, waist), SHIRTS[number % 2], -1)
    middle = ((left + right) // 2, top + (waist - top) // 8)
    cv2.circle(image, middle, max(1, (waist - top) // 6), (130, 160, 200), -1)


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], cell: int) -> Float32Array:
    """Smooth noise of about unit size."""
    small = rng.standard_normal((shape[0] // cell + 2, shape[1] // cell + 2)).astype(np.float32)
    return np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)


def _levels(texture: Texture) -> list[Texture]:
    """The texture blurred for footprints of 1, 2, 4, 8 px: without it far lines would flicker."""
    blurred = [np.asarray(cv2.GaussianBlur(texture, (0, 0), 0.5 * 2**level), np.uint8) for level in (1, 2, 3)]
    return [texture, *blurred]


def _sample(levels: list[Texture], rays: _Rays) -> ImageBGR:
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = np.nan_to_num(np.log2(np.maximum(rays.footprint, 1e-6)), nan=0.0)
    level = np.clip(np.round(wanted), 0, len(levels) - 1).astype(np.int64)
    place = np.where(rays.seen[..., None], rays.place, 0).astype(np.float32)
    image = np.zeros((*rays.seen.shape, 3), np.uint8)
    for number in np.unique(level[rays.seen]):
        own = level == number
        image[own] = cv2.remap(levels[number], place[..., 0], place[..., 1], cv2.INTER_LINEAR)[own]
    return image
