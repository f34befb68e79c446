"""Joints in space as a TRC file (the marker format of OpenSim and Motion Analysis), from scans of several cameras."""

from __future__ import annotations

from collections.abc import Iterator

from apps.scan.exports.markers import Markers
from apps.scan.exports.source import ExportSource

_Y_UP = [1, 2, 0]
"""Our z points up, a TRC's y: the axes move round by one, so that the world is not mirrored."""


def write_trc(source: ExportSource) -> Iterator[bytes]:
    """Header, then a line a picture: number (from 1), time [s], and x, y (up), z [m]; what nobody saw is NaN.

    Raises:
        NotFound: the scan has no joints in space.
    """
    return _lines(Markers.of(source))


def _lines(markers: Markers) -> Iterator[bytes]:
    yield _head(markers).encode()
    number = 0
    for t_s, places in markers.windows():
        text = []
        for time, row in zip(t_s.tolist(), places[:, :, _Y_UP].reshape(len(t_s), -1).tolist(), strict=True):
            number += 1
            cells = ["NaN" if value != value else f"{value:.5f}" for value in row]
            text.append("\t".join([str(number), f"{time:.5f}", *cells]) + "\n")
        yield "".join(text).encode()


def _head(markers: Markers) -> str:
    rate = f"{markers.rate_hz:.4f}".rstrip("0").rstrip(".")
    values = [rate, rate, str(markers.frames), str(len(markers.names)), "m", rate, "1", str(markers.frames)]
    axes = "\t".join(f"X{n}\tY{n}\tZ{n}" for n in range(1, len(markers.names) + 1))
    return (
        "PathFileType\t4\t(X/Y/Z)\tmarkers.trc\n"
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
        + "\t".join(values)
        + "\nFrame#\tTime\t"
        + "\t\t\t".join(markers.names)
        + "\t\t\n\t\t"
        + axes
        + "\n"
    )
