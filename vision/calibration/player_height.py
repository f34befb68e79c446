"""Metres without a marked pitch: from the known standing heights of the players in the picture.

Two models, the better one that the boxes allow:

- `ground`: people at several depths. On a flat ground seen by a level camera a standing person's height in pixels grows
  linearly from the horizon: `h_px = (y_foot − y_horizon) · h_m / camera_height_m`. That gives horizon and camera
  height, and so the ground plane; how deep a pixel reaches also needs the focal length, assumed when unknown.
- `side view`: everybody at one depth (a runner filmed from the side). One scale for all; movement towards or away from
  the camera is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike

from vision.errors import CalibrationError
from vision.types import Float64Array, check_shape

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class PlayerHeightParams:
    """Numbers of the scale from heights [all proposals].

    Attributes:
        min_boxes: boxes needed.
        min_height_px: smaller boxes are too coarse [px].
        height_range: plausible standing heights [m].
        height_sigma: 1σ of "box height is standing height" per person (posture, shoes, box edges), as a share; it does
            not average out within a person.
        depth_range: ratio of large to small boxes from which depth is told.
        side_range: ratio up to which everybody counts as being at one depth.
        max_scatter: scatter of box heights around the ground model, as a share; above it the model is wrong.
        focal_share: focal length over image width of a phone's main camera, when unknown …
        focal_sigma: … and its 1σ as a share.
    """

    min_boxes: int = 30
    min_height_px: float = 20.0
    height_range: tuple[float, float] = (0.9, 2.3)
    height_sigma: float = 0.04
    depth_range: float = 1.5
    side_range: float = 1.3
    max_scatter: float = 0.12
    focal_share: float = 0.85
    focal_sigma: float = 0.2


class PlayerHeightDict(TypedDict):
    """JSON form of `PlayerHeightScale`."""

    kind: str
    version: int
    image_size: list[int]
    metres_per_px: float
    horizon_px: float | None
    camera_height_m: float | None
    focal_px: float
    length_sigma: float
    depth_sigma: float


@dataclass(frozen=True, slots=True)
class PlayerHeightScale:
    """Scale from players' heights. Frame: metres, x to the right of the picture, y away from the camera, origin below
    the camera (`ground`) or at the picture's left edge (`side view`, y always 0).

    Attributes:
        image_size: width, height [px].
        metres_per_px: of the side view; 0 for the ground model.
        horizon_px: row of the horizon, `None` for the side view [px].
        camera_height_m: above the ground, `None` for the side view [m].
        focal_px: focal length used for depth [px].
        length_sigma: 1σ of lengths across the picture, as a share.
        depth_sigma: 1σ of lengths in depth, as a share (the focal length is assumed).
    """

    image_size: tuple[int, int]
    metres_per_px: float
    horizon_px: float | None
    camera_height_m: float | None
    focal_px: float
    length_sigma: float
    depth_sigma: float

    @property
    def scale_source(self) -> str:
        """`player_height` or `player_height_side_view`."""
        return "player_height_side_view" if self.horizon_px is None else "player_height"

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the coach."""
        if self.horizon_px is None:
            return ("Side view: only movement across the picture is measured, not towards or away from the camera.",)
        return ("Metres come from the players' heights; mark the pitch for better ones.",)

    def to_pitch(self, xy: ArrayLike, *, point_sigma_px: float = 0.0) -> tuple[Float64Array, Float64Array]:
        """`(N, 2)` foot points [px] → `(N, 2)` [m] and `(N,)` 1σ per axis [m]; NaN and inf above the horizon."""
        points = np.asarray(xy, np.float64)
        check_shape("xy", points, (None, 2))
        if self.horizon_px is None or self.camera_height_m is None:
            across = points[:, 0] * self.metres_per_px
            sigma = np.hypot(self.metres_per_px * point_sigma_px, self.length_sigma * across)
            return np.stack([across, np.zeros(len(points))], axis=1), sigma
        below = points[:, 1] - self.horizon_px
        with np.errstate(divide="ignore", invalid="ignore"):
            per_px = np.where(below > 0, self.camera_height_m / below, np.nan)
        depth = self.focal_px * per_px
        across = (points[:, 0] - self.image_size[0] / 2) * per_px
        noise = point_sigma_px * per_px * np.sqrt((1 + (across**2 + depth**2) / self.camera_height_m**2) / 2)
        sigma = np.sqrt(noise**2 + ((self.length_sigma * across) ** 2 + (self.depth_sigma * depth) ** 2) / 2)
        visible = np.isfinite(per_px)
        return np.where(visible[:, None], np.stack([across, depth], axis=1), np.nan), np.where(visible, sigma, np.inf)

    def relative_length_sigma(self, xy_m: Float64Array) -> float:
        """1σ of a path's length, `(N, 2)` [m], as a share: errors across and in depth by how far it went each way."""
        step = np.diff(xy_m[np.isfinite(xy_m).all(axis=1)], axis=0)
        across, depth = (step**2).sum(axis=0) if len(step) else (1.0, 0.0)
        share = float(depth / (across + depth)) if across + depth > 0 else 0.0
        return float(np.sqrt((1 - share) * self.length_sigma**2 + share * self.depth_sigma**2))

    def to_dict(self) -> PlayerHeightDict:
        """JSON form (versioned)."""
        return PlayerHeightDict(
            kind="player_height",
            version=SCHEMA_VERSION,
            image_size=[int(side) for side in self.image_size],
            metres_per_px=self.metres_per_px,
            horizon_px=self.horizon_px,
            camera_height_m=self.camera_height_m,
            focal_px=self.focal_px,
            length_sigma=self.length_sigma,
            depth_sigma=self.depth_sigma,
        )

    @classmethod
    def from_dict(cls, data: PlayerHeightDict) -> PlayerHeightScale:
        """Read `to_dict`'s form.

        Raises:
            CalibrationError: another kind or version.
        """
        if data.get("kind") != "player_height" or data.get("version") != SCHEMA_VERSION:
            raise CalibrationError(f"This is not a scale from players' heights of version {SCHEMA_VERSION}.")
        width, height = data["image_size"]
        return cls(
            (int(width), int(height)),
            data["metres_per_px"],
            data["horizon_px"],
            data["camera_height_m"],
            data["focal_px"],
            data["length_sigma"],
            data["depth_sigma"],
        )


def scale_from_heights(
    xyxy: ArrayLike,
    height_m: ArrayLike,
    image_size: tuple[int, int],
    *,
    focal_px: float | None = None,
    params: PlayerHeightParams | None = None,
) -> PlayerHeightScale | None:
    """Find the scale from `(N, 4)` boxes [px] of upright people whose `(N,)` standing heights [m] are known (NaN: not).

    Boxes cut by the picture's edge are left out. Returns `None` where the boxes do not allow an honest scale: too few,
    too small, or neither at one depth nor on one ground plane.
    """
    params = params or PlayerHeightParams()
    boxes, heights = np.asarray(xyxy, np.float64), np.asarray(height_m, np.float64)
    check_shape("xyxy", boxes, (None, 4))
    check_shape("height_m", heights, (len(boxes),))
    width, height = image_size
    tall = boxes[:, 3] - boxes[:, 1]
    with np.errstate(invalid="ignore"):
        usable = (heights >= params.height_range[0]) & (heights <= params.height_range[1])
    usable &= (tall >= params.min_height_px) & (boxes[:, 1] > 1) & (boxes[:, 3] < height - 1)
    usable &= (boxes[:, 0] > 1) & (boxes[:, 2] < width - 1)
    if usable.sum() < params.min_boxes:
        return None
    per_metre, foot = tall[usable] / heights[usable], boxes[usable, 3]
    people = len(np.unique(heights[usable]))
    sigma = params.height_sigma / np.sqrt(people)
    focal = focal_px if focal_px is not None else params.focal_share * width
    low, high = np.percentile(per_metre, [5, 95])
    if high / low <= params.side_range:
        return _side_view(per_metre, image_size, focal, sigma)
    if high / low >= params.depth_range:
        focal_sigma = params.focal_sigma if focal_px is None else 0.0
        return _ground(per_metre, foot, image_size, (focal, focal_sigma, sigma), params)
    return None


def _side_view(per_metre: Float64Array, image_size: tuple[int, int], focal: float, sigma: float) -> PlayerHeightScale:
    middle = float(np.median(per_metre))
    # Half the spread of box heights may be depth that the one scale ignores.
    spread = float(np.std(per_metre)) / middle / 2
    total = float(np.hypot(sigma, spread))
    return PlayerHeightScale(image_size, 1.0 / middle, None, None, focal, total, total)


def _ground(
    per_metre: Float64Array,
    foot: Float64Array,
    image_size: tuple[int, int],
    focal: tuple[float, float, float],
    params: PlayerHeightParams,
) -> PlayerHeightScale | None:
    """Robust line through (foot row, pixels per metre): its zero is the horizon, its slope 1 / camera height."""
    weight = np.ones(len(foot))
    slope = offset = 0.0
    for _ in range(10):
        design = np.stack([foot, np.ones(len(foot))], axis=1) * weight[:, None]
        (slope, offset), *_ = np.linalg.lstsq(design, per_metre * weight, rcond=None)
        error = (per_metre - slope * foot - offset) / per_metre
        spread = 1.4826 * float(np.median(np.abs(error))) + 1e-9
        weight = 1.0 / per_metre / np.maximum(1.0, np.abs(error) / (1.345 * spread))
    if slope <= 0 or spread > params.max_scatter:
        return None
    horizon = -offset / slope
    if horizon >= foot.min():
        return None
    focal_px, focal_sigma, height_sigma = focal
    depth = float(np.hypot(height_sigma, focal_sigma))
    return PlayerHeightScale(image_size, 0.0, float(horizon), 1.0 / float(slope), focal_px, height_sigma, depth)
