"""Boxes of tracks as columns: what the offline pass reads, window by window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.tracking.kit_colour import KIT_SIZE
from vision.types import Float32Array, Float64Array, Int32Array, Tracks, check_shape


@dataclass(frozen=True, slots=True)
class TrackRows:
    """Boxes of tracks, one a row, in any order within a window.

    Attributes:
        frame: `(R,)` int32 frame index.
        t_s: `(R,)` float64 presentation time [s].
        track_id: `(R,)` int32.
        xyxy: `(R, 4)` float32 [px].
        kit: `(R, KIT_SIZE)` float32 shirt descriptors, NaN where not sampled; None without any.
    """

    frame: Int32Array
    t_s: Float64Array
    track_id: Int32Array
    xyxy: Float32Array
    kit: Float32Array | None = None

    def __post_init__(self) -> None:
        count = len(self.frame)
        check_shape("t_s", self.t_s, (count,))
        check_shape("track_id", self.track_id, (count,))
        check_shape("xyxy", self.xyxy, (count, 4))
        if self.kit is not None:
            check_shape("kit", self.kit, (count, KIT_SIZE))

    @classmethod
    def of(cls, tracks: Sequence[Tracks], t_s: Float64Array) -> TrackRows:
        """Rows of a tracker's output for frames 0, 1, … at times `(F,)`."""
        counts = [len(each) for each in tracks]
        frame = np.repeat(np.arange(len(tracks), dtype=np.int32), counts)
        if not tracks:
            return cls(frame, np.zeros(0), np.zeros(0, np.int32), np.zeros((0, 4), np.float32))
        ids = np.concatenate([each.track_id for each in tracks])
        return cls(frame, np.repeat(t_s, counts), ids, np.concatenate([each.xyxy for each in tracks]))
