"""Joint angles of fitted bodies as a table: one row a picture and person."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from apps.scan.exports.glb import bodies_of
from apps.scan.exports.source import ExportSource
from pipeline.api import Bodies, BodyReport

_ABOUT = ("t_s", "track_id", "player_id", "scale_source", "estimated", "between_pictures")
_DECIMALS = 1
"""Angles are known to degrees."""


def write_angles(source: ExportSource) -> Iterator[bytes]:
    """The table; 0° is straight standing (conventions: `vision.body.angles`); an empty cell was not seen.

    Raises:
        NotFound: no body was fitted to these people.
    """
    ready = bodies_of(source)
    names = sorted({name for report in ready for name in report["facts"]["angles"]})
    return _lines(source, ready, names)


def _lines(source: ExportSource, ready: Sequence[BodyReport], names: Sequence[str]) -> Iterator[bytes]:
    yield _line([*_ABOUT, *(f"{name}_deg" for name in names)])
    players = {track["track_id"]: track["player"] for track in source.tracks}
    for report in ready:
        named = players[report["facts"]["track_id"]]
        for start_s, end_s in source.film.reader.spans():
            part = _rows(source.film.reader.bodies(), report, (start_s, end_s), names)
            yield b"".join(_line([*row[:2], named["id"] if named else "", *row[2:]]) for row in part)


def _rows(bodies: Bodies, report: BodyReport, span: tuple[float, float], names: Sequence[str]) -> Iterator[list[Any]]:
    facts = report["facts"]
    rows = bodies.rows(facts["track_id"], *span)
    place = [facts["angles"].index(name) if name in facts["angles"] else -1 for name in names]
    for index in np.flatnonzero(rows["valid"]):
        angles = [rows["angles"][index, at] if at >= 0 else np.nan for at in place]
        cells = ["" if np.isnan(value) else round(float(value), _DECIMALS) for value in angles]
        about = [round(float(rows["t"][index]), 4), facts["track_id"], facts["scale_source"], facts["estimated"]]
        yield [*about, bool(rows["bridged"][index]), *cells]


def _line(cells: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
