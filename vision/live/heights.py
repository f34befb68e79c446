"""Metres without a marked pitch, while the session runs: from the boxes of players whose height somebody entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from vision.calibration.player_height import PlayerHeightScale, scale_from_heights
from vision.types import Float32Array, Float64Array


@dataclass(frozen=True, slots=True)
class HeightParams:
    """Parameters.

    Attributes:
        first_boxes: boxes before the first try: some seconds of a player who moves about.
        again_boxes: more boxes before the next.
        most_boxes: boxes kept; the oldest go first.
    """

    first_boxes: int = 100
    again_boxes: int = 50
    most_boxes: int = 600


@dataclass(slots=True)
class HeightScale:
    """Collects boxes until they give an honest scale, and keeps that: a scale that changed would look like movement.

    Attributes:
        scale: once there is one.
    """

    params: HeightParams = field(default_factory=HeightParams)
    scale: PlayerHeightScale | None = None
    _boxes: Float64Array = field(default_factory=lambda: np.zeros((0, 5)))
    _next: int = 0
    _count: int = 0

    def add(self, xyxy: Float32Array, height_m: Float64Array, image_size: tuple[int, int]) -> None:
        """Note boxes `(N, 4)` [px] of people of `(N,)` standing heights [m], and try."""
        rows = np.column_stack([xyxy.astype(np.float64), height_m])
        self._boxes = np.concatenate([self._boxes, rows])[-self.params.most_boxes :]
        self._count += len(rows)
        if self.scale is not None or self._count < max(self._next, self.params.first_boxes):
            return
        self._next = self._count + self.params.again_boxes
        self.scale = scale_from_heights(self._boxes[:, :4], self._boxes[:, 4], image_size)

    def state(self) -> dict[str, Any]:
        """The scale, as plain values; boxes are collected anew."""
        return {"scale": dict(self.scale.to_dict()) if self.scale is not None else None}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue where `state` was taken."""
        found = state["scale"]
        self.scale = PlayerHeightScale.from_dict(cast(Any, found)) if found is not None else None
