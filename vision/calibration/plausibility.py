"""Does a marked pitch give people a size that people have? Marks can agree with each other and all be wrong.

A pitch of another size than the chosen one, or four marks that nothing checks, give a calibration without any error of
its own, and speeds that are wrong by the same factor. Bodies are the one rule that stands in every film.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vision.types import Float64Array


class GroundScale(Protocol):
    """Pixels on the ground → metres."""

    def to_pitch(self, xy: Float64Array, *, point_sigma_px: float = 0.0) -> tuple[Float64Array, Float64Array]:
        """`(N, 2)` [px] → `(N, 2)` [m] and `(N,)` 1σ per axis [m]."""
        ...


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Median height of the people in a film [m], as wide as their boxes' bottoms lie on the ground.

    Attributes:
        possible_m: outside there is no such camera. A box seen from straight above is some 0.5 m high; a small child's
            box is 1 m, a tall player's with raised arms 2.5 m, and boxes are loose by up to a fifth.
        usual_m: outside the coach is asked to look again; a camera that looks steeply down shortens people.
        min_boxes: fewer say nothing.
    """

    possible_m: tuple[float, float] = (0.3, 3.2)
    usual_m: tuple[float, float] = (1.0, 2.5)
    min_boxes: int = 10


def people_height_m(scale: GroundScale, boxes: Float64Array, limits: BodyLimits = BodyLimits()) -> float | None:
    """Median height [m] of boxes `(N, 4)` [px, x1 y1 x2 y2], by the metres that lie across the picture at their feet.

    `None` where fewer than `limits.min_boxes` stand on the ground that the scale knows.
    """
    return usual_height_m(people_heights(scale, boxes), limits)


def usual_height_m(heights_m: Float64Array, limits: BodyLimits = BodyLimits()) -> float | None:
    """Their median, if there are `limits.min_boxes` of them."""
    return float(np.median(heights_m)) if len(heights_m) >= limits.min_boxes else None


def people_heights(scale: GroundScale, boxes: Float64Array) -> Float64Array:
    """Heights [m] of those of the boxes `(N, 4)` [px] that stand on the ground that the scale knows."""
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    tall = boxes[:, 3] - boxes[:, 1]
    middle = boxes[:, [0, 2]].mean(axis=1)
    half = tall / 4
    left, right = (scale.to_pitch(np.column_stack([middle + side * half, boxes[:, 3]]))[0] for side in (-1, 1))
    heights = 2 * np.linalg.norm(right - left, axis=1)
    found: Float64Array = heights[np.isfinite(heights)]
    return found


def body_refusal(height_m: float | None, limits: BodyLimits = BodyLimits()) -> str | None:
    """Why metres cannot be believed at all, or `None`."""
    if height_m is None or limits.possible_m[0] <= height_m <= limits.possible_m[1]:
        return None
    return (
        f"By these marks the people in the film would be {height_m:.1f} m tall, so there are no speeds and distances. "
        "Check the size of the pitch and that each mark has the right name."
    )


def body_doubt(height_m: float | None, limits: BodyLimits = BodyLimits()) -> str | None:
    """What a coach should check before believing metres, or `None`."""
    if height_m is None or body_refusal(height_m, limits) or limits.usual_m[0] <= height_m <= limits.usual_m[1]:
        return None
    return (
        f"By these marks people look {height_m:.1f} m tall. Unless the camera looks steeply down, check the marks and "
        "the size of the pitch: speeds and distances would be wrong by the same share."
    )
