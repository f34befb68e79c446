"""Where a film's metres come from: the marked pitch, the players' heights, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, cast

import numpy as np

from pipeline.ports import JobRecord
from vision.calibration.homography import PitchHomography
from vision.calibration.player_height import PlayerHeightScale
from vision.types import Float64Array

NO_SCALE = "none"
MarkedScale: TypeAlias = PitchHomography | PlayerHeightScale


class Scale(Protocol):
    """Pixels on the ground → metres."""

    @property
    def scale_source(self) -> str:
        """`pitch_homography`, `player_height`, …"""
        ...

    def to_pitch(self, xy: Float64Array, *, point_sigma_px: float = 0.0) -> tuple[Float64Array, Float64Array]:
        """`(N, 2)` [px] → `(N, 2)` [m] and `(N,)` 1σ per axis [m]."""
        ...

    def relative_length_sigma(self, xy_m: Float64Array) -> float:
        """1σ of a path's length as a share."""
        ...


def job_calibration(job: JobRecord) -> PitchHomography | None:
    """The calibration a coach chose for this job; `CalibrationError` when its data cannot be used."""
    return PitchHomography.from_dict(cast(Any, job.calibration)) if job.calibration else None


def load_scale(data: Mapping[str, Any] | None) -> MarkedScale | None:
    """Read the JSON form that `world` stores in its facts."""
    if data is None:
        return None
    kinds: dict[str, type[PitchHomography] | type[PlayerHeightScale]] = {
        PitchHomography.scale_source: PitchHomography,
        "player_height": PlayerHeightScale,
    }
    return kinds[data["kind"]].from_dict(cast(Any, data))


def to_metres(scale: Scale, points: Float64Array, sigma_px: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Metres and 1σ of foot points `(N, 2)` [px] that each have an error of their own, `(N,)` [px].

    The variance of a position is that of the scale plus that of the pixel, which grows with its square; so two calls
    give both parts.
    """
    xy, alone = scale.to_pitch(points)
    _, with_one = scale.to_pitch(points, point_sigma_px=1.0)
    with np.errstate(invalid="ignore"):
        per_pixel = np.maximum(with_one**2 - alone**2, 0.0)
        sigma = np.sqrt(alone**2 + per_pixel * sigma_px**2)
    placed = np.isfinite(xy).all(axis=1) & np.isfinite(sigma)
    return np.where(placed[:, None], xy, np.nan), np.where(placed, sigma, np.nan)
