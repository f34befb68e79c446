"""Does the camera stand still? Metres from one calibration hold only while it does."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from vision.types import Float32Array, Float64Array, ImageBGR, check_shape

_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


@dataclass(frozen=True, slots=True)
class SteadinessParams:
    """Parameters.

    Attributes:
        width_px: pictures are compared at this width: fine enough for a thousandth of it, and quick.
        features: corners looked for.
        inlier_px: corners that move with the background fit within this [px at that width].
        least_inliers: fewer common corners are chance; pictures with fewer than twice as many corners prove nothing.
        least_share: … likewise a smaller share of the matched corners.
        people_margin: boxes of people are widened by this share before they are left out.
    """

    width_px: int = 640
    features: int = 600
    inlier_px: float = 1.5
    least_inliers: int = 20
    least_share: float = 0.3
    people_margin: float = 0.1


class SteadinessMeter:
    """Tells how far the background of a picture lies from where it was in a reference picture."""

    def __init__(
        self, reference_bgr: ImageBGR, people_xyxy: Float32Array, params: SteadinessParams | None = None
    ) -> None:
        """Take the picture that others are compared with.

        Args:
            reference_bgr: the picture.
            people_xyxy: `(M, 4)` boxes of people in it [px]; they move and are left out.
        """
        self._params = params or SteadinessParams()
        self._detector = cv2.ORB.create(nfeatures=self._params.features)
        self._matcher = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True)
        self._reference = self._features(reference_bgr, people_xyxy)

    def shift(self, image_bgr: ImageBGR, people_xyxy: Float32Array) -> float:
        """Mean way of the picture's corners since the reference, as a share of its width.

        NaN where the pictures have too little structure to tell; infinite where they have nothing in common: another
        view.
        """
        points, codes = self._features(image_bgr, people_xyxy)
        before, known = self._reference
        if min(len(points), len(before)) < 2 * self._params.least_inliers:
            return float("nan")
        pairs = self._matcher.match(known, codes)
        start = np.array([before[pair.queryIdx] for pair in pairs])
        end = np.array([points[pair.trainIdx] for pair in pairs])
        if len(pairs) < self._params.least_inliers:
            return float("inf")
        move, inliers = cv2.estimateAffinePartial2D(start, end, ransacReprojThreshold=self._params.inlier_px)
        found = 0 if inliers is None else int(inliers.sum())
        if move is None or found < max(self._params.least_inliers, self._params.least_share * len(pairs)):
            return float("inf")
        return self._way(np.asarray(move, np.float64), image_bgr)

    def _way(self, move: Float64Array, image: ImageBGR) -> float:
        height, width = image.shape[:2]
        corners = _CORNERS * np.array([self._params.width_px, self._params.width_px * height / width])
        moved = corners @ move[:, :2].T + move[:, 2]
        return float(np.linalg.norm(moved - corners, axis=1).mean() / self._params.width_px)

    def _features(
        self, image: ImageBGR, people: Float32Array
    ) -> tuple[Float32Array, np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
        check_shape("people_xyxy", people, (None, 4))
        scale = self._params.width_px / image.shape[1]
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        mask = np.full(small.shape[:2], 255, np.uint8)
        margin = self._params.people_margin * (people[:, 2:] - people[:, :2])
        for left, top, right, bottom in scale * np.concatenate(
            [people[:, :2] - margin, people[:, 2:] + margin], axis=1
        ):
            mask[max(0, int(top)) : max(0, int(bottom)) + 1, max(0, int(left)) : max(0, int(right)) + 1] = 0
        marks, codes = self._detector.detectAndCompute(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), mask)
        points = np.array([mark.pt for mark in marks], np.float32).reshape(-1, 2)
        return points, np.zeros((0, 32), np.uint8) if codes is None else np.asarray(codes, np.uint8)
