"""Figures into a picture: points with a depth buffer, light, shadows on the grass, edges smoothed."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.calibration.camera import PinholeCamera
from vision.synthetic.rendered.figure import Figure
from vision.types import Float32Array, Float64Array, ImageBGR

FINER = 2
"""Figures are drawn so many times finer than the picture and averaged: smooth edges."""
MARGIN_PX = 3
POINTS_PER_PX2 = 3.0
"""Points for a figure of height h: this times h², which covers it with splats of two fine pixels."""
DEPTH_STEP_M = 0.002
SHADOW_POINTS = 1500
SHADOW = 0.45
"""Share of the light that a shadow takes."""


@dataclass(frozen=True, slots=True)
class Light:
    """Sun and sky.

    Attributes:
        sun: direction to the sun, world.
        sky: share of the light that comes from everywhere; more from above.
    """

    sun: tuple[float, float, float] = (-0.45, -0.5, 0.75)
    sky: float = 0.55

    @property
    def unit(self) -> Float64Array:
        """Direction to the sun of length 1."""
        sun = np.asarray(self.sun, np.float64)
        return np.asarray(sun / np.linalg.norm(sun))

    def on(self, normals: Float32Array) -> Float32Array:
        """Brightness of `(3, N)` surfaces, about 1 in the sun."""
        sunny = np.clip(self.unit.astype(np.float32) @ normals, 0.0, 1.0)
        above = 0.5 + 0.5 * normals[2]
        return np.asarray(self.sky * (0.55 + 0.45 * above) + (1.15 - self.sky) * sunny, np.float32)


@dataclass(frozen=True, slots=True)
class Patch:
    """One figure as it will be laid over the picture.

    Attributes:
        left, top: of its corner [px].
        colour: `(H, W, 3)` already multiplied by `cover`.
        cover: `(H, W)` 0-1.
        depth_m: of the body, for who hides whom.
        xyxy: box of the figure [px], as far as it would reach without the picture's edge.
    """

    left: int
    top: int
    colour: Float32Array
    cover: Float32Array
    depth_m: float
    xyxy: Float64Array


class FigurePainter:
    """Draws figures for one fixed camera."""

    def __init__(self, camera: PinholeCamera, light: Light | None = None) -> None:
        self.camera = camera
        self.light = light or Light()

    def patch(self, figure: Figure, transforms: Float32Array) -> Patch:
        """Draw a figure posed by `(24, 3, 4)` transforms."""
        root = transforms[0, :, :3] @ figure.measures.joints[0] + transforms[0, :, 3]
        depth = float(self.camera.rotation[2] @ (root - self.camera.position_m))
        tall = self.camera.focal_px * figure.height_m / depth
        count = int(np.clip(POINTS_PER_PX2 * tall**2, 3000, figure.points.shape[1]))
        points, normals = figure.posed(transforms, count)
        toward = self.camera.position_m.astype(np.float32)[:, None] - points
        facing = np.flatnonzero((normals * toward).sum(axis=0) > 0)
        x, y, away = self._project(points)
        low = np.array([x.min(), y.min()], np.float64)
        high = np.array([x.max(), y.max()], np.float64)
        corner = np.floor(low).astype(int) - MARGIN_PX
        size = np.ceil(high).astype(int) + MARGIN_PX - corner
        bright = figure.colours[:count][facing] * self.light.on(normals[:, facing])[:, None]
        spacing = float(np.sqrt(figure.area_m2 / count)) * self.camera.focal_px / depth * FINER
        places = ((x[facing] - corner[0]) * FINER, (y[facing] - corner[1]) * FINER)
        shape = (int(size[1]) * FINER, int(size[0]) * FINER)
        fine = _splat(places, away[facing], bright, shape, splat=int(np.clip(np.ceil(1.6 * spacing), 2, 4)))
        mean = np.asarray(cv2.resize(fine, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA), np.float32)
        box = np.concatenate([low, high])
        return Patch(int(corner[0]), int(corner[1]), mean[..., :3], mean[..., 3], depth, box)

    def cast_shadow(self, image: ImageBGR, figure: Figure, transforms: Float32Array) -> None:
        """Darken the ground where a figure stands in the sun's way."""
        points, _ = figure.posed(transforms, SHADOW_POINTS)
        sun = self.light.unit.astype(np.float32)
        ground = points - sun[:, None] * (points[2] / sun[2])
        x, y, _ = self._project(ground)
        _darken(image, np.stack([x, y], axis=1))

    def _project(self, points: Float32Array) -> tuple[Float32Array, Float32Array, Float32Array]:
        """As `PinholeCamera.project`, of `(3, N)` points, in single precision; and how far ahead they are [m]."""
        camera = self.camera
        turn = camera.rotation.astype(np.float32)
        u, v, ahead = turn @ points - (turn @ camera.position_m.astype(np.float32))[:, None]
        u, v = u / ahead, v / ahead
        reach = camera.focal_px * (1.0 + camera.k1 * (u * u + v * v))
        width, height = camera.image_size
        return width / 2 + reach * u, height / 2 + reach * v, ahead

    def lay(self, image: ImageBGR, patch: Patch) -> None:
        """Lay a patch over the picture."""
        rows, columns, part = _overlap(image, patch)
        if not part:
            return
        below = image[rows, columns].astype(np.float32)
        colour, cover = patch.colour[part], patch.cover[part]
        image[rows, columns] = np.clip(below * (1.0 - cover[..., None]) + colour, 0, 255).astype(np.uint8)


def visible_shares(patches: list[Patch], image_size: tuple[int, int]) -> Float64Array:
    """Share of each patch that is in the picture and not hidden by nearer ones; patches come from far to near."""
    width, height = image_size
    seen: NDArray[np.float32] = np.ones((height, width), np.float32)
    shares = np.zeros(len(patches))
    for index in range(len(patches) - 1, -1, -1):
        patch = patches[index]
        rows, columns, part = _overlap(seen, patch)
        whole = float(patch.cover.sum())
        if part and whole > 0:
            shares[index] = float((seen[rows, columns] * patch.cover[part]).sum()) / whole
            seen[rows, columns] *= 1.0 - patch.cover[part]
    return shares


def _splat(
    places: tuple[Float32Array, Float32Array],
    depth: Float32Array,
    colours: Float32Array,
    shape: tuple[int, int],
    *,
    splat: int,
) -> Float32Array:
    """`(H, W, 4)`: at each pixel the nearest point's colour and 1, else zeros."""
    steps = np.round((depth - depth.min()) / DEPTH_STEP_M).astype(np.uint16)
    order = np.argsort(steps, kind="stable")[::-1]  # from far to near: numpy keeps the last of equal places
    back = (splat - 1) // 2
    index = (places[1].astype(np.int32) - back) * shape[1] + places[0].astype(np.int32) - back
    offsets = np.array([dy * shape[1] + dx for dy in range(splat) for dx in range(splat)], np.int32)
    owner = np.full(shape[0] * shape[1], -1, np.int32)
    # The margin is wider than a splat, so no place lies outside.
    owner[(index[order][:, None] + offsets).ravel()] = np.repeat(order.astype(np.int32), len(offsets))
    fine = np.zeros((len(owner), 4), np.float32)
    drawn = np.flatnonzero(owner >= 0)
    fine[drawn, :3] = colours[owner[drawn]]
    fine[drawn, 3] = 1.0
    return fine.reshape(*shape, 4)


def _darken(image: ImageBGR, pixels: Float32Array) -> None:
    low = np.maximum(np.floor(pixels.min(axis=0)).astype(int) - 4, 0)
    high = np.minimum(np.ceil(pixels.max(axis=0)).astype(int) + 5, [image.shape[1], image.shape[0]])
    if (high - low < 2).any():
        return
    mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.float32)
    column, row = (pixels - low).astype(np.int64).T
    inside = (column >= 0) & (row >= 0) & (column < mask.shape[1]) & (row < mask.shape[0])
    mask[row[inside], column[inside]] = 1.0
    mask = cv2.GaussianBlur(cv2.dilate(mask, np.ones((2, 3), np.uint8)), (0, 0), 1.0)
    part = image[low[1] : high[1], low[0] : high[0]]
    part[:] = (part * (1.0 - SHADOW * mask[..., None])).astype(np.uint8)


def _overlap(image: NDArray[np.generic], patch: Patch) -> tuple[slice, slice, tuple[slice, slice] | None]:
    """Rows and columns of the picture under a patch, and the part of the patch that is in the picture."""
    height, width = patch.cover.shape
    top, left = max(patch.top, 0), max(patch.left, 0)
    bottom, right = min(patch.top + height, image.shape[0]), min(patch.left + width, image.shape[1])
    if bottom <= top or right <= left:
        return slice(0), slice(0), None
    part = (slice(top - patch.top, bottom - patch.top), slice(left - patch.left, right - patch.left))
    return slice(top, bottom), slice(left, right), part
