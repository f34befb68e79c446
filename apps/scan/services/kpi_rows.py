"""One player's figures as a table row: the same for a film and for made-up movement."""

from __future__ import annotations

from typing import Any

from apps.scan.models import SessionKPI
from pipeline.ports import PlayerResult


def kpi_row(result: PlayerResult, *, catalogue_version: str, **fields: Any) -> SessionKPI:
    """An unsaved row of `result`; `fields` are the row's other columns (session, player, version …)."""
    return SessionKPI(
        track_id=result["track_id"],
        catalogue_version=catalogue_version,
        grade=result["grade"],
        groups=result["groups"],
        quality=result["quality"],
        series=result["series"],
        details=result["details"],
        **kpi_columns(result["groups"]),
        **fields,
    )


def kpi_columns(groups: dict[str, dict[str, dict[str, Any]]]) -> dict[str, float | None]:
    """Value and interval of the KPIs that have columns; `None` where a KPI is absent or not humanly possible.

    Lists and trends show columns without the marks that stand beside a value in `groups`.
    """
    entries = {key: entry for group in groups.values() for key, entry in group.items()}
    columns: dict[str, float | None] = {}
    for key in SessionKPI.COLUMNS:
        entry = entries.get(key, {})
        if entry.get("implausible"):
            entry = {}
        columns[key] = entry.get("value")
        columns[f"{key}_low"] = entry.get("low")
        columns[f"{key}_high"] = entry.get("high")
    return columns
