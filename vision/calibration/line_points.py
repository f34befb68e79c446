"""Points on bright thin lines of a picture: what the pitch's white lines look like before anybody knows where they are.

Ridges of the brightness (Steger 1998): places where the second derivative across is strongly negative, with a
sub-pixel position. Kept are those between two calm sides, as lines on grass have and grandstands do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.tracking.background import background_mask
from vision.tracking.features import spread_evenly
from vision.types import Float32Array, ImageBGR, check_shape


@dataclass(frozen=True, slots=True)
class LinePointParams:
    """Parameters; pixels are those of the reduced picture.

    Attributes:
        width: pictures are reduced to this width [px]: a line 50 m away is a pixel wide in it.
        sigma: 1σ of the smoothing [px]: of the narrowest lines looked for.
        halvings: the picture is halved so often, for lines twice and four times as wide.
        least_contrast: of a line against its sides [grey levels].
        elongation: second derivative across over that along, at least: spots are no lines.
        side: distance from the line at which its sides are looked at, in smoothing widths.
        calm: contrast over the difference of the two sides, at least: an edge between two surfaces is no line.
        clutter: contrast over the roughness around, at least.
        margin: share by which boxes of people are widened before they are left out.
        count: points kept, spread over the picture.
        grid: columns and rows over which they are spread.
    """

    width: int = 960
    sigma: float = 1.0
    halvings: int = 2
    least_contrast: float = 6.0
    elongation: float = 3.0
    side: float = 3.0
    calm: float = 1.5
    clutter: float = 1.2
    margin: float = 0.2
    count: int = 500
    grid: tuple[int, int] = (16, 9)


def find_line_points(
    image_bgr: ImageBGR, people_xyxy: Float32Array, params: LinePointParams | None = None
) -> Float32Array:
    """`(N, 3)` points on bright lines: x, y [px, image frame as recorded] and the line's direction [rad, (−π/2, π/2]].

    Args:
        image_bgr: the picture.
        people_xyxy: `(M, 4)` boxes of people [px]; socks and legs are bright lines, too.
    """
    params = params or LinePointParams()
    check_shape("people_xyxy", people_xyxy, (None, 4))
    scale = min(1.0, params.width / image_bgr.shape[1])
    grey = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY)
    if scale < 1.0:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found: list[tuple[Float32Array, Float32Array]] = []
    smaller = grey
    for halving in range(params.halvings + 1):
        share = smaller.shape[1] / image_bgr.shape[1]
        people = background_mask(smaller.shape, np.asarray(people_xyxy * share, np.float32), params.margin)
        places, strengths = _ridges(np.asarray(smaller, np.float32), people, params)
        places[:, :2] = (places[:, :2] + 0.5) * 2**halving - 0.5
        found.append((places, strengths))
        smaller = cv2.resize(smaller, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    points, strength = np.concatenate([part[0] for part in found]), np.concatenate([part[1] for part in found])
    order = np.argsort(-strength, kind="stable")
    points = _one_per_place(points[order])
    size = (grey.shape[1], grey.shape[0])
    kept: Float32Array = points[spread_evenly(points[:, :2], size, params.count, params.grid)]
    # Pixel centres lie at whole numbers in both pictures.
    kept[:, :2] = (kept[:, :2] + 0.5) / scale - 0.5
    return kept


def _ridges(
    grey: Float32Array, people: NDArray[np.uint8], params: LinePointParams
) -> tuple[Float32Array, Float32Array]:
    """Points `(N, 3)` of one width of line, and their contrast over the clutter around `(N,)`."""
    sigma = params.sigma
    smooth = np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.float32)
    xx, yy, xy = (cv2.Sobel(smooth, cv2.CV_32F, dx, dy, ksize=3) for dx, dy in ((2, 0), (0, 2), (1, 1)))
    xx, yy, xy = xx / 4, yy / 4, xy / 4
    middle, apart = (xx + yy) / 2, np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    across, along = middle - apart, middle + apart
    contrast = -across * sigma**2 * 2.5
    strong = (contrast > params.least_contrast) & (-across > params.elongation * np.abs(along)) & (people > 0)
    border = int(np.ceil(params.side * sigma)) + 2
    strong[:border] = strong[-border:] = False
    strong[:, :border] = strong[:, -border:] = False
    rows, columns = np.nonzero(strong)
    angle = 0.5 * np.arctan2(2 * xy[rows, columns], xx[rows, columns] - yy[rows, columns])
    # The eigenvector of the larger eigenvalue lies along the line: at `angle`; the normal is a right angle off.
    normal = np.column_stack([-np.sin(angle), np.cos(angle)]).astype(np.float32)
    gx, gy = (cv2.Sobel(smooth, cv2.CV_32F, dx, dy, ksize=3)[rows, columns] / 8 for dx, dy in ((1, 0), (0, 1)))
    offset = -(gx * normal[:, 0] + gy * normal[:, 1]) / across[rows, columns]
    value = contrast[rows, columns]
    place = np.column_stack([columns, rows]).astype(np.float32)
    far = params.side * sigma * normal
    left, right = (_at(smooth, place + sign * far) for sign in (1, -1))
    rough = [_roughness(grey, sigma, place + sign * 2 * far) for sign in (1, -1)]
    good = (np.abs(offset) <= 0.75) & (value > params.calm * np.abs(left - right))
    clutter = np.minimum(*rough)
    good &= value > params.clutter * clutter
    points = np.column_stack([place + offset[:, None] * normal, np.arctan2(np.sin(angle), np.cos(angle))])
    direction = points[:, 2]
    points[:, 2] = np.where(direction > np.pi / 2, direction - np.pi, direction)
    return points[good].astype(np.float32), (value / (clutter + 2.0))[good].astype(np.float32)


def _roughness(grey: Float32Array, sigma: float, xy: Float32Array) -> Float32Array:
    """Standard deviation of the brightness around each place `(N, 2)`."""
    side = 2 * int(np.ceil(2 * sigma)) + 1
    mean = _at(np.asarray(cv2.blur(grey, (side, side)), np.float32), xy)
    square = _at(np.asarray(cv2.sqrBoxFilter(grey, cv2.CV_32F, (side, side)), np.float32), xy)
    return np.asarray(np.sqrt(np.maximum(square - mean * mean, 0.0)), np.float32)


def _at(image: Float32Array, xy: Float32Array) -> Float32Array:
    place = np.round(xy).astype(np.int64)
    row = np.clip(place[:, 1], 0, image.shape[0] - 1)
    value: Float32Array = image[row, np.clip(place[:, 0], 0, image.shape[1] - 1)]
    return value


def _one_per_place(points: Float32Array) -> Float32Array:
    """The first point of each block of 3 x 3 pixels: neighbours along a line say the same."""
    block = (points[:, :2] // 3).astype(np.int64)
    _, first = np.unique(block[:, 0] * 100_003 + block[:, 1], return_index=True)
    thinned: Float32Array = points[np.sort(first)]
    return thinned
