"""Fit an image into a model's input without changing its proportions, and bring boxes back."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from vision.errors import ShapeError
from vision.types import Float32Array, ImageBGR

FILL_GREY = 114  # the border that YOLO, YOLOX and NanoDet were trained with


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How an image lies in a model's input.

    Attributes:
        image_size: height, width of the image [px].
        input_size: height, width of the model's input [px].
        resized: height, width of the image inside the input [px].
        offset: top, left of the image inside the input [px].
    """

    image_size: tuple[int, int]
    input_size: tuple[int, int]
    resized: tuple[int, int]
    offset: tuple[int, int]

    @property
    def scale(self) -> float:
        """Input pixels per image pixel."""
        return min(
            self.input_size[0] / self.image_size[0],
            self.input_size[1] / self.image_size[1],
        )

    def apply(self, image_bgr: ImageBGR) -> ImageBGR:
        """The model's input `(h, w, 3)`: the image scaled, the rest grey."""
        canvas = np.full((*self.input_size, 3), FILL_GREY, np.uint8)
        (height, width), (top, left) = self.resized, self.offset
        inside = canvas[top : top + height, left : left + width]
        if (height, width) == self.image_size:
            inside[:] = image_bgr
        else:
            inside[:] = cv2.resize(image_bgr, (width, height), interpolation=cv2.INTER_LINEAR)
        return canvas

    def to_image(self, xyxy: Float32Array) -> Float32Array:
        """`(N, 4)` boxes from input pixels to image pixels, cut at the image's border."""
        top, left = self.offset
        boxes = (xyxy - np.asarray([left, top, left, top], np.float32)) / np.float32(self.scale)
        height, width = self.image_size
        limit = np.asarray([width, height, width, height], np.float32)
        inside: Float32Array = np.clip(boxes, 0, limit).astype(np.float32, copy=False)
        return inside

    def to_input(self, xyxy: Float32Array) -> Float32Array:
        """`(N, 4)` boxes from image pixels to input pixels."""
        top, left = self.offset
        return (xyxy * np.float32(self.scale) + np.asarray([left, top, left, top], np.float32)).astype(np.float32)


def fit(image_size: tuple[int, int], input_size: tuple[int, int], *, centre: bool) -> Letterbox:
    """Place an image in a model's input.

    Args:
        image_size: height, width [px].
        input_size: height, width [px].
        centre: in the middle (YOLO), or at the top left corner (NanoDet, YOLOX).

    Raises:
        ShapeError: the image has no pixels.
    """
    if min(image_size) < 1:
        raise ShapeError(f"image: expected at least 1 x 1 pixels, got {image_size}")
    scale = min(input_size[0] / image_size[0], input_size[1] / image_size[1])
    height = min(input_size[0], max(1, round(image_size[0] * scale)))
    width = min(input_size[1], max(1, round(image_size[1] * scale)))
    # Half a pixel is rounded down, as the YOLO exporters do: the same image gives the same input.
    top = round((input_size[0] - height) / 2 - 0.1) if centre else 0
    left = round((input_size[1] - width) / 2 - 0.1) if centre else 0
    return Letterbox(image_size, input_size, (height, width), (top, left))


def tight_size(image_size: tuple[int, int], long_side: int, stride: int) -> tuple[int, int]:
    """The smallest input that holds the image scaled to `long_side`: height, width [px], multiples of `stride`.

    A 16:9 frame at 640 needs 640 x 384 instead of 640 x 640: 40 % fewer pixels to compute.
    """
    scale = long_side / max(image_size)
    height, width = (max(stride, -(-round(side * scale) // stride) * stride) for side in image_size)
    return height, width
