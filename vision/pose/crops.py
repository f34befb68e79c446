"""Cut people out of frames for a pose model, exact to a part of a pixel, and bring keypoints back."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import BoolArray, Float32Array, Float64Array, ImageBGR, Keypoints, check_shape

SIDE_MIN_PX = 1.0
"""A box with a shorter side holds nothing that could be recognised."""


@dataclass(frozen=True, slots=True)
class CropShape:
    """How a person's box becomes a model's input.

    Attributes:
        height: of the input [px].
        width: of the input [px].
        padding: length of the crop's side over that of the box, whichever side binds.
    """

    height: int
    width: int
    padding: float

    def regions(self, xyxy: Float32Array) -> Float64Array:
        """`(M, 4)` boxes → `(M, 4)` regions: left, top, width, height [image px] in the input's proportions."""
        boxes = xyxy.astype(np.float64)
        sides = (boxes[:, 2:] - boxes[:, :2]) * self.padding
        aspect = self.width / self.height
        width = np.maximum(sides[:, 0], sides[:, 1] * aspect)
        size = np.stack([width, width / aspect], axis=1)
        centre = (boxes[:, :2] + boxes[:, 2:]) / 2
        return np.concatenate([centre - size / 2, size], axis=1)

    def cut(self, image_bgr: ImageBGR, region: Float64Array, *, half_pixel: bool) -> ImageBGR:
        """The region as `(height, width, 3)`; black where it leaves the image.

        Args:
            image_bgr: the frame.
            region: one row of `regions`.
            half_pixel: map pixel edges on pixel edges, as resizing does; otherwise pixel centres of the corner
                pixels' coordinates, as the affine crops of the MMPose family do.
        """
        shift = 0.5 if half_pixel else 0.0
        step = region[2] / self.width
        start = region[:2] + shift * step - shift
        to_image = np.asarray([[step, 0.0, start[0]], [0.0, step, start[1]]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(image_bgr, to_image, (self.width, self.height), flags=flags), np.uint8)


def usable(xyxy: Float32Array, image_size: tuple[int, int]) -> BoolArray:
    """Which boxes are finite, have a size, and show a part of the image.

    Args:
        xyxy: `(M, 4)` [px].
        image_size: height, width [px].

    Raises:
        ShapeError: not `(M, 4)`.
    """
    check_shape("xyxy", xyxy, (None, 4))
    height, width = image_size
    boxes = np.where(np.isfinite(xyxy).all(axis=1, keepdims=True), xyxy, 0)
    sized = ((boxes[:, 2:] - boxes[:, :2]) >= SIDE_MIN_PX).all(axis=1)
    inside = (boxes[:, 0] < width) & (boxes[:, 1] < height) & (boxes[:, 2] > 0) & (boxes[:, 3] > 0)
    seen: BoolArray = sized & inside
    return seen


def keypoints_in_image(position: NDArray[np.floating], score: Float32Array, region: Float64Array) -> Keypoints:
    """Keypoints of one person.

    Args:
        position: `(K, 2)` x, y as shares of the crop's width and height.
        score: `(K,)`.
        region: the crop's region.

    Returns:
        `(K, 3)` x, y [image px], score; NaN where the score is 0 or less.
    """
    points = np.concatenate([region[:2] + position * region[2:], score[:, None]], axis=1).astype(np.float32)
    points[score <= 0] = (np.nan, np.nan, 0)
    return points
