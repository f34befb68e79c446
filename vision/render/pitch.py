"""A small map of the pitch in a corner of the picture, with a dot for everyone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from vision.render.palette import BLACK, WHITE, ColourBGR
from vision.types import Float64Array, ImageBGR, check_shape

_GRASS: ColourBGR = (60, 110, 60)
_MARGIN_M = 3.0
_SHARE = 0.28
"""Width of the map as a share of the picture's."""
_OPACITY = 0.8


class PitchInset:
    """Draws a map into the lower left corner.

    Args:
        lines: the pitch's lines as `(N, 2)` points [m, pitch frame] (`PitchModel.polylines`).
        picture: width, height of the pictures it goes into [px].
    """

    def __init__(self, lines: Iterable[Float64Array], picture: tuple[int, int]) -> None:
        drawn = [np.asarray(line, np.float64) for line in lines]
        corners = np.concatenate(drawn)
        self._low = corners.min(axis=0) - _MARGIN_M
        span = corners.max(axis=0) + _MARGIN_M - self._low
        self._scale = _SHARE * picture[0] / float(span[0])
        height, width = (max(2, round(float(side) * self._scale)) for side in span[::-1])
        self._map: ImageBGR = np.full((height, width, 3), _GRASS, np.uint8)
        pixels = [self.place(line).round().astype(np.int32) for line in drawn]
        cv2.polylines(self._map, pixels, isClosed=False, color=WHITE, thickness=1, lineType=cv2.LINE_AA)

    def place(self, xy_m: Float64Array) -> Float64Array:
        """`(N, 2)` metres → `(N, 2)` pixels of the map; y to the left of +x points up."""
        right, up = ((xy_m - self._low) * self._scale).T
        return np.stack([right, len(self._map) - 1 - up], axis=1)

    def draw(self, image_bgr: ImageBGR, xy_m: Float64Array, colours: Sequence[ColourBGR]) -> None:
        """Draw the map with people at `(M, 2)` [m, pitch frame]; NaN ones are left out."""
        check_shape("xy_m", xy_m, (len(colours), 2))
        canvas = self._map.copy()
        for point, colour in zip(self.place(np.asarray(xy_m, np.float64)), colours, strict=True):
            if np.isfinite(point).all():
                centre = (round(float(point[0])), round(float(point[1])))
                cv2.circle(canvas, centre, 4, BLACK, cv2.FILLED, cv2.LINE_AA)
                cv2.circle(canvas, centre, 3, colour, cv2.FILLED, cv2.LINE_AA)
        height, width = canvas.shape[:2]
        corner = image_bgr[-height:, :width]
        corner[:] = cv2.addWeighted(canvas[-len(corner) :, : corner.shape[1]], _OPACITY, corner, 1 - _OPACITY, 0)
