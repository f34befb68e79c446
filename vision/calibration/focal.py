"""The focal length of a camera that turns on the spot, from how its pictures shift and bend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vision.calibration.camera_link import LinkParams, Pairs, fit_turn
from vision.calibration.camera_state import FOCAL, LEAST_FOCAL_SIGMA, CameraState
from vision.types import Float32Array, Float64Array


@dataclass(frozen=True, slots=True)
class FocalParams:
    """Parameters.

    Attributes:
        links: pairs of pictures looked at, those that moved most among …
        near: … so many next to the marked picture …
        most_zoom: … up to where the camera has zoomed by this factor.
        reach: logarithms of focal length tried on both sides of the first guess, in its σ …
        steps: … in so many steps.
    """

    links: int = 16
    near: int = 24
    most_zoom: float = 1.03
    reach: float = 2.5
    steps: int = 13


def with_focal_of_links(
    state: CameraState, points: Sequence[Float32Array], link: LinkParams, params: FocalParams | None = None
) -> CameraState:
    """The camera with the focal length at which its links `(K, 4)` [px] turn best, weighed with what was known."""
    params = params or FocalParams()
    kept = _before_zoom([_pairs(state, each) for each in points[: params.near]], state.focal, link, params)
    kept.sort(key=lambda pair: -float(np.linalg.norm(np.median(pair.here - pair.there, axis=0))))
    kept = kept[: params.links]
    if not kept:
        return state
    sigma = float(np.sqrt(state.covariance[FOCAL, FOCAL]))
    tried = np.linspace(-params.reach * sigma, params.reach * sigma, params.steps)
    costs = np.array([_cost(kept, state.focal * float(np.exp(log)), link) for log in tried])
    best, left = _lowest(tried, costs + 0.5 * (tried / sigma) ** 2)
    covariance = state.covariance.copy()
    covariance[FOCAL, :] *= left / sigma
    covariance[:, FOCAL] *= left / sigma
    return replace(state, covariance=covariance, focal=state.focal * float(np.exp(best)))


def _before_zoom(pairs: Sequence[Pairs], focal: float, link: LinkParams, params: FocalParams) -> list[Pairs]:
    """The first pairs, as long as the camera does not zoom."""
    kept: list[Pairs] = []
    zoomed = 0.0
    for pair in pairs:
        fit = fit_turn(pair, focal, link) if len(pair.here) >= 2 * link.least_points else None
        if fit is None:
            continue
        zoomed += abs(float(np.log(fit.zoom)))
        if zoomed > np.log(params.most_zoom):
            break
        kept.append(pair)
    return kept


def _pairs(state: CameraState, points: Float32Array) -> Pairs:
    here, there = state.ideal(points[:, :2]), state.ideal(points[:, 2:])
    good = np.isfinite(here).all(axis=1) & np.isfinite(there).all(axis=1)
    return Pairs(here[good], there[good], np.ones(int(good.sum()), np.bool_))


def _cost(pairs: Sequence[Pairs], focal: float, link: LinkParams) -> float:
    """Half the sum of squared residuals in σ: minus the logarithm of the likelihood."""
    total = 0.0
    for pair in pairs:
        fit = fit_turn(pair, focal, link)
        rms = link.worst_rms if fit is None else fit.rms
        total += len(pair.here) * (rms / link.noise) ** 2 / link.correlated
    return total


def _lowest(x: Float64Array, cost: Float64Array) -> tuple[float, float]:
    """Place of the minimum and its 1σ, by the parabola through the three lowest neighbours."""
    place = int(np.clip(np.argmin(cost), 1, len(x) - 2))
    step = float(x[1] - x[0])
    left, middle, right = cost[place - 1 : place + 2]
    curvature = max((left - 2 * middle + right) / step**2, 1e-9)
    shift = float(np.clip((left - right) / (2 * step * curvature), -step, step))
    return float(x[place]) + shift, max(LEAST_FOCAL_SIGMA, min(float(curvature) ** -0.5, float(x[-1])))
