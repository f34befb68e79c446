"""Views of a film that are known to be right, so that a camera which comes back is placed without a long chain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vision.calibration.camera_path import FilmView
from vision.calibration.camera_state import CameraState
from vision.geometry import apply_homography
from vision.tracking.background import robust_map
from vision.tracking.features import cells_of, match_features
from vision.types import Float64Array


@dataclass(frozen=True, slots=True)
class KnownViewParams:
    """Parameters; lengths are shares of half the picture's diagonal.

    Attributes:
        kept: views kept.
        apart: a view is kept if its middle lies this far from those of all others …
        overlap: … and two views with middles nearer than this have much in common.
        inlier: features that agree with a map lie within this.
        least: fewer agreeing features are chance …
        least_share: … so is a smaller share of them …
        least_spread: … and features in fewer cells of a 4 x 3 grid.
    """

    kept: int = 24
    apart: float = 0.35
    overlap: float = 0.9
    inlier: float = 2.5e-3
    least: int = 20
    least_share: float = 0.3
    least_spread: int = 4


class KnownViews:
    """A few views spread over what the film shows, each with its camera."""

    def __init__(self, params: KnownViewParams | None = None) -> None:
        self._params = params or KnownViewParams()
        self._views: list[tuple[FilmView, CameraState]] = []

    def remember(self, view: FilmView, state: CameraState) -> None:
        """Keep a view, unless there is one like it."""
        if len(self._views) >= self._params.kept or not len(view.features.xy):
            return
        if all(_apart(state, other) > self._params.apart for _, other in self._views):
            self._views.append((view, state))

    def near(self, state: CameraState | None) -> Iterator[tuple[FilmView, CameraState]]:
        """Views that should have much in common with what this camera sees; all of them if it is not known."""
        for view, other in self._views:
            if state is None or _apart(other, state) < self._params.overlap:
                yield view, other

    def match(self, seen: FilmView, state: CameraState, view: FilmView) -> tuple[Float64Array, Float64Array] | None:
        """Ideal places `(K, 2)` of the same things in `view` and in `seen`, whose camera is `state`; or `None`."""
        params = self._params
        pairs = match_features(seen.features, view.features)
        if len(pairs) < params.least:
            return None
        there, here = state.ideal(pairs[:, :2]), state.ideal(pairs[:, 2:])
        _, agree = robust_map(there.astype(np.float32), here.astype(np.float32), params.inlier)
        if agree.sum() < max(params.least, params.least_share * len(pairs)):
            return None
        if len(np.unique(cells_of(pairs[agree, 2:], state.frame.image_size, (4, 3)))) < params.least_spread:
            return None
        return here[agree], there[agree]


_MIDDLE = np.array([[0.0, 0.1], [0.0, 0.3], [0.0, 0.5], [-0.4, 0.2], [0.4, 0.2]])
"""Where in a picture errors are compared: on the ground, in most films [half diagonals]."""


def _ground(state: CameraState) -> Float64Array:
    """Places of the pitch [m] that are seen there; may be none."""
    place, _ = apply_homography(np.asarray(np.linalg.inv(state.matrix)), _MIDDLE)
    _, weight = apply_homography(state.matrix, np.nan_to_num(place))
    seen = np.isfinite(place).all(axis=1) & (weight > 0)
    return state.frame.metres(place[seen])


def error_m(state: CameraState) -> float:
    places = _ground(state)
    return float(np.median(state.ground_sigma_m(places))) if len(places) else float("inf")


def way_m(before: CameraState, after: CameraState) -> float:
    """By how far a correction moves what is seen on the ground, median [m]."""
    place, _ = apply_homography(np.asarray(np.linalg.inv(after.matrix)), _MIDDLE)
    old, _ = apply_homography(np.asarray(np.linalg.inv(before.matrix)), _MIDDLE)
    way = np.linalg.norm(place - old, axis=1) * after.frame.pitch_scale_m
    way = way[np.isfinite(way)]
    return float(np.median(way)) if len(way) else float("nan")


def _apart(one: CameraState, other: CameraState) -> float:
    """Where the other's middle lies in the picture of one [half diagonals]; infinite behind it."""
    mapped, weight = apply_homography(one.matrix @ np.linalg.inv(other.matrix), np.zeros((1, 2)))
    zoom = abs(np.log(one.focal / other.focal))
    return float(np.linalg.norm(mapped[0]) + zoom) if weight[0] > 0 else float("inf")
