"""Follows the background of a film from keyframe to keyframe: which points of this picture are which points of an
earlier one, whatever the camera did in between.

`BackgroundTracker` knows neither pitch nor lens nor camera model: it leaves correspondences, from which
`vision.calibration.moving` makes homographies once the pitch is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.geometry import apply_homography, homography_jacobian
from vision.tracking.features import Features, cells_of, find_features, match_features, spread_evenly
from vision.types import BoolArray, Float32Array, Float64Array, ImageBGR, check_shape

NO_KEYFRAME = -1
Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class BackgroundParams:
    """How the background is followed; pixels are those of the reduced picture.

    Attributes:
        width: pictures are reduced to this width; a tenth of a pixel of it is 0.3 px at 1080p, below any click [px].
        cells: columns and rows in which corners are looked for separately, so that a grandstand does not leave the
            grass without any.
        per_cell: most corners followed per cell.
        quality: least strength of a corner against the strongest of its cell …
        least_strength: … and least strength of all: below it is the noise of plain grass.
        spacing: least distance of corners [px].
        margin: share by which boxes are widened before they are left out; shadows and limbs move too.
        window: side of the patch compared [px].
        levels: pyramid levels above the picture.
        inlier_px: error up to which a corner agrees with the map; a lens bends by about so much over a picture [px].
        samples: of the robust fit at most.
        least_inliers: fewer agreeing corners prove nothing.
        least_share: least share of followed corners that agree.
        least_spread: agreeing corners must lie in so many cells of a 4 x 3 grid: a scoreboard or watermark alone, which
            stands still in every picture, is no background.
        least_linear: pictures that shrink more than this are averaged, others sampled (quicker).
        kept: correspondences kept per picture, spread evenly.
        keep_overlap: least share of a keyframe's corners that still agree before a new keyframe is taken …
        keep_zoom: … or the scale changed by this factor …
        keep_s: … or the keyframe is this old [s]: pitch lines are looked for in keyframes.
        patience_s: how long a lost keyframe is looked for before the picture counts as another scene [s].
    """

    width: int = 640
    cells: tuple[int, int] = (8, 5)
    per_cell: int = 4
    quality: float = 0.03
    least_strength: float = 1e-4
    spacing: int = 6
    margin: float = 0.15
    window: int = 15
    levels: int = 2
    inlier_px: float = 1.2
    samples: int = 300
    least_inliers: int = 14
    least_share: float = 0.35
    least_spread: int = 4
    least_linear: float = 0.33
    kept: int = 36
    keep_overlap: float = 0.6
    keep_zoom: float = 1.15
    keep_s: float = 2.0
    patience_s: float = 2.0


@dataclass(frozen=True, slots=True)
class View:
    """A picture that others refer to: its frame index, time [s], features [px, image frame as recorded] and pixels."""

    index: int
    t_s: float
    features: Features
    image_bgr: ImageBGR
    people: Float32Array


@dataclass(frozen=True, slots=True)
class BackgroundLook:
    """Where a picture's background was in its keyframe.

    Attributes:
        keyframe: frame index of the keyframe, `NO_KEYFRAME` where the background is not found.
        points: `(K, 4)` x, y here and x, y in the keyframe [px, image frame as recorded].
        views: pictures that became keyframes with this one: itself, or the one before.
    """

    keyframe: int
    points: Float32Array
    views: Sequence[View]


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture and what is followed in it: its reduced form, and where no people are."""

    index: int
    t_s: float
    scale: float
    grey: Grey
    mask: Grey
    image_bgr: ImageBGR
    people: Float32Array

    @property
    def size(self) -> tuple[int, int]:
        height, width = self.grey.shape
        return width, height


@dataclass(frozen=True, slots=True)
class _Keyframe:
    index: int
    t_s: float
    grey: Grey
    corners: Float32Array
    features: Features


@dataclass(frozen=True, slots=True)
class _Agreement:
    """Corners that agree, `(K, 2)` here and there (in the keyframe), and the map keyframe → here."""

    here: Float32Array
    there: Float32Array
    matrix: Float64Array


class BackgroundTracker:
    """Follows one film; give it the pictures in order.

    State: the keyframe, the last picture that was found in it, and the last two maps keyframe → picture.
    """

    def __init__(self, params: BackgroundParams | None = None) -> None:
        self._params = params or BackgroundParams()
        self._key: _Keyframe | None = None
        self._last: _Picture | None = None
        self._map: Float64Array = np.eye(3)
        self._before: Float64Array = np.eye(3)

    def update(self, index: int, t_s: float, image_bgr: ImageBGR, xyxy: Float32Array) -> BackgroundLook:
        """Take the next picture.

        Args:
            index: of the frame.
            t_s: its time [s].
            image_bgr: the picture.
            xyxy: `(M, 4)` boxes of the people in it [px].
        """
        check_shape("xyxy", xyxy, (None, 4))
        picture = self._reduce(index, t_s, image_bgr, xyxy)
        if self._key is None or self._last is None or self._last.size != picture.size:
            return self._start(picture)
        found = self._track(self._key, picture)
        views: list[View] = []
        if found is None and self._last.index != self._key.index:
            # The keyframe has become too unlike; the last picture is nearer.
            views = [self._take(self._last)]
            found = self._track(self._key, picture)
        found = found or self._search(self._key, picture)
        if found is None:
            if picture.t_s - self._last.t_s > self._params.patience_s:
                return self._start(picture)
            return BackgroundLook(NO_KEYFRAME, _no_points(), views)
        return self._found(self._key, picture, found, views)

    def _start(self, picture: _Picture) -> BackgroundLook:
        self._map = self._before = np.eye(3)
        return BackgroundLook(NO_KEYFRAME, _no_points(), [self._take(picture)])

    def _found(self, key: _Keyframe, picture: _Picture, found: _Agreement, views: list[View]) -> BackgroundLook:
        params = self._params
        self._before, self._map, self._last = self._map, found.matrix, picture
        kept = spread_evenly(found.here, picture.size, params.kept)
        points = np.hstack([found.here[kept], found.there[kept]]) / picture.scale
        zoom = scale_at_centre(found.matrix, picture.size)
        if (
            len(found.here) < params.keep_overlap * len(key.corners)
            or max(zoom, 1 / zoom) > params.keep_zoom
            or picture.t_s - key.t_s >= params.keep_s
        ):
            views.append(self._take(picture))
        return BackgroundLook(key.index, points.astype(np.float32), views)

    def _reduce(self, index: int, t_s: float, image_bgr: ImageBGR, xyxy: Float32Array) -> _Picture:
        params = self._params
        scale = min(1.0, params.width / image_bgr.shape[1])
        # Green alone, every third pixel: an eighth of the time of averaging all colours, and nothing lost.
        grey = cv2.extractChannel(image_bgr, 1)
        if scale < 1.0:
            how = cv2.INTER_LINEAR if scale > params.least_linear else cv2.INTER_AREA
            grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how)
        mask = background_mask(grey.shape, np.asarray(xyxy * scale, np.float32), params.margin)
        return _Picture(index, t_s, scale, np.asarray(grey, np.uint8), mask, image_bgr, xyxy)

    def _take(self, picture: _Picture) -> View:
        """Make this picture the keyframe; the last step is carried on as the guess of the next."""
        self._before, self._map = self._before @ np.linalg.inv(self._map), np.eye(3)
        self._last = picture
        features = find_features(picture.grey, picture.mask)
        corners = find_corners(picture.grey, picture.mask, self._params)
        self._key = _Keyframe(picture.index, picture.t_s, picture.grey, corners, features)
        recorded = Features(np.asarray(features.xy / picture.scale, np.float32), features.codes)
        return View(picture.index, picture.t_s, recorded, picture.image_bgr, picture.people)

    def _track(self, key: _Keyframe, picture: _Picture, guess: Float64Array | None = None) -> _Agreement | None:
        """Follow the keyframe's corners into the picture by optical flow, starting where `guess` puts them."""
        params = self._params
        if guess is None:
            guess = self._map @ np.linalg.inv(self._before) @ self._map
        start, weight = apply_homography(guess, key.corners.astype(np.float64))
        with np.errstate(invalid="ignore"):
            near = (np.abs(start / picture.size - 0.5) < 0.5).all(axis=1) & (weight > 0)
        if near.sum() < params.least_inliers:
            return None
        followed, status, _ = cv2.calcOpticalFlowPyrLK(
            key.grey,
            picture.grey,
            key.corners[near],
            start[near].astype(np.float32),
            winSize=(params.window, params.window),
            maxLevel=params.levels,
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )
        here = np.asarray(followed, np.float32)
        good = (status[:, 0] == 1) & _on(picture.mask, here)
        return self._agree(here[good], key.corners[near][good], picture.size)

    def _agree(self, here: Float32Array, there: Float32Array, size: tuple[int, int]) -> _Agreement | None:
        params = self._params
        if len(here) < params.least_inliers:
            return None
        matrix, agree = robust_map(there, here, params.inlier_px, params.samples)
        if matrix is None or agree.sum() < max(params.least_inliers, params.least_share * len(agree)):
            return None
        if len(np.unique(cells_of(here[agree], size, (4, 3)))) < params.least_spread:
            return None
        return _Agreement(here[agree], there[agree], matrix) if is_possible_map(matrix, size) else None

    def _search(self, key: _Keyframe, picture: _Picture) -> _Agreement | None:
        """Find the keyframe again by its features (after a whip pan), then follow its corners from there."""
        pairs = match_features(key.features, find_features(picture.grey, picture.mask))
        found = self._agree(pairs[:, 2:], pairs[:, :2], picture.size)
        return None if found is None else self._track(key, picture, found.matrix)


def robust_map(
    start: Float32Array, end: Float32Array, inlier_px: float, samples: int = 500
) -> tuple[Float64Array | None, BoolArray]:
    """Homography `start` → `end` of most of the pairs `(N, 2)`, and which agree with it; `None` if there is none.

    Source: Barath et al., MAGSAC++, CVPR 2020. OpenCV's sampling starts from a fixed state: the same pairs give the
    same map.
    """
    nobody = np.zeros(len(start), np.bool_)
    if len(start) < 4:
        return None, nobody
    matrix, inliers = cv2.findHomography(start, end, cv2.USAC_MAGSAC, inlier_px, maxIters=samples)
    if matrix is None or inliers is None or not np.isfinite(matrix).all():
        return None, nobody
    return np.asarray(matrix, np.float64), np.asarray(inliers[:, 0] > 0)


def scale_at_centre(matrix: Float64Array, size: tuple[int, int]) -> float:
    """By how much a map enlarges the middle of a picture."""
    middle = np.array([[size[0] / 2, size[1] / 2]])
    return float(np.sqrt(abs(np.linalg.det(homography_jacobian(matrix, middle)[0]))))


def is_possible_map(matrix: Float64Array, size: tuple[int, int]) -> bool:
    """Whether a camera can move like this between two pictures with much in common: no flip, fold or great zoom."""
    width, height = size
    corners = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height], [width / 2, height / 2]])
    _, weight = apply_homography(matrix, corners)
    if abs(weight[4]) < np.finfo(float).tiny or (weight / weight[4] <= 0.2).any():
        return False
    turn = np.linalg.det(homography_jacobian(matrix, corners))
    return bool((turn > 0).all() and 0.4 < scale_at_centre(matrix, size) < 2.5)


def background_mask(shape: tuple[int, ...], boxes: Float32Array, margin: float) -> Grey:
    """255 where no box `(M, 4)`, widened by `margin` of its sides, lies."""
    mask = np.full(shape, 255, np.uint8)
    for left, top, right, bottom in boxes:
        wide, tall = margin * (right - left), margin * (bottom - top)
        row, column = max(0, int(top - tall)), max(0, int(left - wide))
        mask[row : max(0, int(bottom + tall) + 1), column : max(0, int(right + wide) + 1)] = 0
    return mask


def find_corners(grey: Grey, mask: Grey, params: BackgroundParams) -> Float32Array:
    """`(N, 2)` corners [px], the strongest of each cell."""
    strength = cv2.cornerMinEigenVal(grey, 3)
    strength[mask == 0] = 0.0
    peak = strength >= cv2.dilate(strength, np.ones((params.spacing + 1, params.spacing + 1), np.uint8))
    border = params.window // 2
    peak[:border] = peak[-border:] = False
    peak[:, :border] = peak[:, -border:] = False
    rows, columns = np.nonzero(peak & (strength > params.least_strength))
    value = strength[rows, columns]
    xy = np.column_stack([columns, rows]).astype(np.float32)
    cell = cells_of(xy, (grey.shape[1], grey.shape[0]), params.cells)
    strongest = np.zeros(params.cells[0] * params.cells[1], np.float32)
    np.maximum.at(strongest, cell, value)
    good = value >= params.quality * strongest[cell]
    xy, order = xy[good], np.argsort(-value[good], kind="stable")
    xy = xy[order]
    return xy[spread_evenly(xy, (grey.shape[1], grey.shape[0]), params.per_cell * len(strongest), params.cells)]


def _on(mask: Grey, xy: Float32Array) -> BoolArray:
    """Which of `(N, 2)` points lie in the picture where the mask is not 0."""
    height, width = mask.shape
    place = np.round(np.nan_to_num(xy, nan=-1.0)).astype(np.int64)
    inside = (place >= 0).all(axis=1) & (place[:, 0] < width) & (place[:, 1] < height)
    place = np.where(inside[:, None], place, 0)
    return np.asarray(inside & (mask[place[:, 1], place[:, 0]] > 0), np.bool_)


def _no_points() -> Float32Array:
    return np.zeros((0, 4), np.float32)
