"""Joints in space as the markers of motion capture: what TRC and C3D files are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.core.errors import NotFound
from apps.scan.exports.source import ExportSource, Rows


@dataclass(frozen=True, slots=True)
class Markers:
    """Everybody's joints, picture by picture.

    Attributes:
        names: `<track>_<joint>`, or `<joint>` where one person was filmed.
        rate_hz: pictures a second.
        frames: how many pictures there are.
    """

    names: list[str]
    rate_hz: float
    frames: int
    _people: list[int]
    _rows: list[Rows]

    @classmethod
    def of(cls, source: ExportSource) -> Markers:
        """Read a scan of several cameras.

        Raises:
            NotFound: the scan has no joints in space.
        """
        skeleton = source.film.reader.skeleton()
        rows = [points for (points,) in source.windows("points3d") if points and len(points["frame"])]
        if not rows or skeleton is None:
            raise NotFound("There are no joints in space in this session: they come from scans of several cameras.")
        people = sorted({int(number) for points in rows for number in np.unique(points["track_id"])})
        times = np.unique(np.concatenate([points["t"] for points in rows]))
        rate_hz = 1.0 / float(np.median(np.diff(times))) if len(times) > 1 else source.film.video.fps
        joints = skeleton["keypoints"]
        names = joints if len(people) == 1 else [f"{person}_{joint}" for person in people for joint in joints]
        frames = sum(len(np.unique(points["frame"])) for points in rows)
        return cls(list(names), rate_hz, frames, people, rows)

    def windows(self) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Times `(N,)` [s] and places `(N, len(names), 3)` [m, z up] of one stretch after the other; NaN: not seen."""
        for points in self._rows:
            frames, place = np.unique(points["frame"], return_inverse=True)
            markers = np.full((len(frames), len(self._people), points["xyz"].shape[1], 3), np.nan)
            markers[place, np.searchsorted(self._people, points["track_id"])] = points["xyz"]
            t_s = np.zeros(len(frames))
            t_s[place] = points["t"]
            yield t_s, markers.reshape(len(frames), len(self.names), 3)
