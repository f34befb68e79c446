"""The camera's motion from picture to picture, out of what `background` recorded, for `ByteTracker`'s `H_prev_curr`.

A picture's row says where its background was in a keyframe; the keyframe's own row says where it was in an earlier one.
Two pictures that reach the same keyframe by such links are joined over it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import cv2
import numpy as np

from vision.tracking.background import NO_KEYFRAME, is_possible_map
from vision.types import Float32Array, Float64Array, check_shape


@dataclass(frozen=True, slots=True)
class RecordedMotionParams:
    """Parameters.

    Attributes:
        least_points: correspondences a map needs; eight numbers take four.
        links: keyframes followed from one picture: more than two were only needed across a lost stretch.
        remembered: pictures kept for links: a keyframe lasts seconds, that is tens of pictures.
    """

    least_points: int = 8
    links: int = 4
    remembered: int = 400


class RecordedMotion:
    """Joins the rows of one film; give it every picture in order, also those without a background."""

    def __init__(self, size: tuple[int, int], params: RecordedMotionParams | None = None) -> None:
        """Start a film of pictures of `size` (width, height) [px]."""
        self._size = size
        self._params = params or RecordedMotionParams()
        self._links: OrderedDict[int, tuple[int, Float64Array]] = OrderedDict()
        self._last: int | None = None

    def step(self, frame: int, keyframe: int, points: Float32Array) -> Float64Array | None:
        """Take the next picture.

        Args:
            frame: its index.
            keyframe: index of the frame that shows the same background, `NO_KEYFRAME` for none.
            points: `(K, 4)` x, y here and x, y in the keyframe [px]; rows of NaN do not count.

        Returns:
            `(3, 3)` map of this picture's pixels to the last one's; None for the first and where no link is known.
        """
        check_shape("points", points, (None, 4))
        last, self._last = self._last, frame
        link = self._link(frame, keyframe, points)
        if link is not None:
            self._links[frame] = (keyframe, link)
            if len(self._links) > self._params.remembered:
                self._links.popitem(last=False)
        if last is None:
            return None
        before, here = self._reached(last), self._reached(frame)
        common = next((key for key in here if key in before), None)
        if common is None:
            return None
        moved: Float64Array = np.linalg.inv(before[common]) @ here[common]
        moved /= moved[2, 2]
        return moved if is_possible_map(moved, self._size) else None

    def _link(self, frame: int, keyframe: int, points: Float32Array) -> Float64Array | None:
        """Map of a picture to its keyframe."""
        if keyframe in (NO_KEYFRAME, frame):
            return None
        known = points[np.isfinite(points).all(axis=1)].astype(np.float64)
        if len(known) < self._params.least_points:
            return None
        # The recorded points agree already: a least-squares fit, no search among them.
        matrix, _ = cv2.findHomography(known[:, :2], known[:, 2:], 0)
        if matrix is None or not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < np.finfo(float).eps:
            return None
        return np.asarray(matrix, np.float64)

    def _reached(self, frame: int) -> dict[int, Float64Array]:
        """Frames that a picture is linked to (itself first), and its maps to them."""
        found: dict[int, Float64Array] = {frame: np.eye(3)}
        matrix: Float64Array = np.eye(3)
        for _ in range(self._params.links):
            if frame not in self._links:
                break
            frame, link = self._links[frame]
            matrix = link @ matrix
            found[frame] = matrix
        return found
