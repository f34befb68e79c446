"""Figures of sessions, as a scan stores them."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Player
from apps.scan.models import SessionKPI
from apps.sessions.models import Session
from vision.kpi.catalogue import CATALOGUE, CATALOGUE_VERSION

HALF_WIDTH = 0.1
HEAT_MAP = {"x_edges_m": [0.0, 1.0, 2.0], "y_edges_m": [0.0, 1.0], "seconds": [[3.0, 4.0]]}


def entry(value: float, *, half: float | None = HALF_WIDTH, **fields: Any) -> dict[str, Any]:
    """A measured KPI in `groups`."""
    low, high = (None, None) if half is None else (value - half, value + half)
    return {"value": value, "unit": "", "low": low, "high": high, "n": 1, "coverage": 0.9, **fields}


def unsaved_figures(session: Session, player: Player | None, values: dict[str, Any], **fields: Any) -> SessionKPI:
    """A row with these KPIs: a number, or the whole entry; columns and `groups` agree, as in real rows."""
    groups: dict[str, dict[str, Any]] = {"speed": {}, "distance": {}, "technical": {}, "physical": {}}
    columns: dict[str, Any] = {}
    for key, value in values.items():
        told = value if isinstance(value, dict) else entry(value)
        groups[CATALOGUE[key].group][key] = told
        if key in SessionKPI.COLUMNS:
            columns |= {key: told["value"], f"{key}_low": told["low"], f"{key}_high": told["high"]}
    defaults: dict[str, Any] = {
        "track_id": 1,
        "catalogue_version": CATALOGUE_VERSION,
        "grade": "B",
        "quality": {"zones": "u14 2026-11", "coverage": 0.9},
    }
    return SessionKPI(session=session, player=player, groups=groups, **{**defaults, **columns, **fields})


def make_figures(session: Session, player: Player | None, values: dict[str, Any], **fields: Any) -> SessionKPI:
    """The same, saved."""
    row = unsaved_figures(session, player, values, **fields)
    row.save(force_insert=True)
    return row
