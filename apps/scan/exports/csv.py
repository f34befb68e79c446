"""A table for a spreadsheet: one row a player, for every KPI its value, 90 % interval, unit and remark."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apps.scan.exports.source import ExportSource
from apps.scan.selectors.kpis import PlayerKpis
from vision.kpi.catalogue import CATALOGUE

_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel takes the file for Latin-1."""
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_IMPLAUSIBLE = "not humanly possible: check the track and the calibration"


def write_csv(source: ExportSource) -> Iterator[bytes]:
    """The table; the names of columns carry the units (`max_speed_mps`), dots are decimal points."""
    players = source.kpis["players"]
    keys = _keys(players)
    yield (_BYTE_ORDER_MARK + _line(_header(keys))).encode()
    for player in players:
        yield _line(_row(source, player, keys)).encode()


def _header(keys: Sequence[str]) -> list[str]:
    about = ["session_id", "session", "track_id", "player_id", "player", "grade", "scale_source", "coverage"]
    of_kpi = [f"{key}{end}" for key in keys for end in ("", "_low", "_high", "_unit", "_remark")]
    return about + of_kpi


def _row(source: ExportSource, player: PlayerKpis, keys: Sequence[str]) -> list[Any]:
    name, quality = player["player"], player["quality"]
    entries = _entries(player)
    about = [
        str(source.session.pk),
        source.session.title,
        player["track_id"],
        name["id"] if name else "",
        name["display_name"] if name else "",
        player["grade"] or "",
        quality.get("scale_source") or "",
        quality.get("coverage"),
    ]
    return about + [cell for key in keys for cell in _cells(entries.get(key, {}))]


def _cells(entry: Mapping[str, Any]) -> list[Any]:
    remark = _IMPLAUSIBLE if entry.get("implausible") else entry.get("absent", "")
    return [entry.get("value"), entry.get("low"), entry.get("high"), entry.get("unit", ""), remark]


def _keys(players: Sequence[PlayerKpis]) -> list[str]:
    """Every KPI of the catalogue in its order, then those of older catalogues."""
    found = {key for player in players for key in _entries(player)}
    return [*CATALOGUE, *sorted(found - set(CATALOGUE))]


def _entries(player: PlayerKpis) -> dict[str, Any]:
    return {key: entry for group in player["groups"].values() for key, entry in group.items()}


def _line(cells: Sequence[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(_harmless(cell) for cell in cells)
    return text.getvalue()


def _harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula, as a text (OWASP, CSV injection); numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
