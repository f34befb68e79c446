"""The whole result in one document: session, KPIs with quality, people, calibration, models, warnings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from apps.scan.exports.source import ExportSource
from vision.kpi.catalogue import CATALOGUE_VERSION

SCHEMA = "axolotl.session/1"
_FROM_RESULTS = ("calibration", "scale_source", "models", "skeleton", "warnings")


def write_json(source: ExportSource) -> Iterator[bytes]:
    """The document, one player after the other; names carry units, every KPI says its own."""
    yield orjson.dumps(_head(source), default=str)[:-1] + b',"players":['
    for place, player in enumerate(source.kpis["players"]):
        yield (b"," if place else b"") + orjson.dumps(player)
    yield b"]}"


def _head(source: ExportSource) -> dict[str, Any]:
    session, results = source.session, source.results
    return {
        "schema": SCHEMA,
        "catalogue_version": CATALOGUE_VERSION,
        "session": {
            "id": str(session.pk),
            "title": session.title,
            "session_type": session.session_type,
            "start": session.start.isoformat(),
            "synthetic": session.synthetic,
        },
        "kpi_version": source.kpis["version"],
        "video": _video(source),
        **{key: results[key] if results else None for key in _FROM_RESULTS},  # type: ignore[literal-required]
        "tracks": source.tracks,
    }


def _video(source: ExportSource) -> dict[str, Any] | None:
    """What the film is, without the link to it: that is the reader's own and ends."""
    film = source.results["video"] if source.results else None
    return {key: value for key, value in film.items() if key != "url"} if film else None
