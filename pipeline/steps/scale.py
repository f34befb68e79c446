"""Where a film's metres come from: the marked pitch, the players' heights, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias, cast

import numpy as np

from pipeline.ports import JobRecord
from vision.calibration.homography import PitchHomography
from vision.calibration.player_height import PlayerHeightScale
from vision.types import Float64Array

NO_SCALE = "none"
MarkedScale: TypeAlias = PitchHomography | PlayerHeightScale
StoredScale: TypeAlias = "MarkedScale | RigScale"


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


@dataclass(frozen=True, slots=True)
class RigScale:
    """Metres from several calibrated cameras. How true the rig itself is, its films cannot tell.

    Attributes:
        length_sigma: 1σ of a length as a share that is taken for the rig's own error: a board or a pitch measured to a
            centimetre a metre.
    """

    length_sigma: float = 0.01

    scale_source: ClassVar[str] = "multi_view"
    WARNING: ClassVar[str] = (
        "Metres are as true as the cameras' calibration, whose own error is not known; 1 % is assumed for lengths."
    )

    def relative_length_sigma(self, xy_m: Float64Array) -> float:
        """As `Scale` has it: the same everywhere."""
        del xy_m
        return self.length_sigma

    def to_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"kind": self.scale_source, "length_sigma": self.length_sigma}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RigScale:
        """Read the JSON form."""
        return cls(float(data["length_sigma"]))


def job_calibration(job: JobRecord) -> PitchHomography | None:
    """The calibration a coach chose for this job; `CalibrationError` when its data cannot be used."""
    return PitchHomography.from_dict(cast(Any, job.calibration)) if job.calibration else None


def load_scale(data: Mapping[str, Any] | None) -> StoredScale | None:
    """Read the JSON form that `world` stores in its facts."""
    if data is None:
        return None
    kinds: dict[str, type[PitchHomography] | type[PlayerHeightScale] | type[RigScale]] = {
        PitchHomography.scale_source: PitchHomography,
        "player_height": PlayerHeightScale,
        RigScale.scale_source: RigScale,
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
