"""Joints in space as a C3D file (the format of motion-capture laboratories), from scans of several cameras."""

from __future__ import annotations

import io
from collections.abc import Iterator

import c3d
import numpy as np
from numpy.typing import NDArray

from apps.scan.exports.markers import Markers
from apps.scan.exports.source import ExportSource

_MM = 1000.0
_NOT_SEEN = -1.0
"""A negative residual says that a point is invalid."""


def write_c3d(source: ExportSource) -> Iterator[bytes]:
    """Points [mm, z up] with C3D's residual -1 where a joint was not seen; written whole, as its header needs the end.

    Raises:
        NotFound: the scan has no joints in space.
    """
    markers = Markers.of(source)
    writer = c3d.Writer(point_rate=markers.rate_hz, point_scale=-1.0)
    writer.set_point_labels(markers.names)
    writer.set_screen_axis(X="+X", Y="+Z")
    for _, places in markers.windows():
        known: NDArray[np.bool_] = np.isfinite(places[:, :, 0])
        points = np.zeros((*known.shape, 5), np.float32)
        points[:, :, :3] = np.where(known[:, :, None], places * _MM, 0.0)
        points[:, :, 3] = np.where(known, 0.0, _NOT_SEEN)
        writer.add_frames([(frame, np.zeros((0, 0), np.float32)) for frame in points])
    file = io.BytesIO()
    writer.write(file)
    return iter([file.getvalue()])
