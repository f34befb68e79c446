"""KPIs from positions in metres.

Importing this package is light (the web process needs `catalogue` and `load` only); the functions that compute load
SciPy when they are first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vision.kpi.distance import calculate_distance_metrics
    from vision.kpi.match import calculate_kpis
    from vision.kpi.player import calculate_player_kpis
    from vision.kpi.speed import calculate_speed_metrics

__all__ = ["calculate_distance_metrics", "calculate_kpis", "calculate_player_kpis", "calculate_speed_metrics"]

_HOME = {
    "calculate_distance_metrics": "vision.kpi.distance",
    "calculate_kpis": "vision.kpi.match",
    "calculate_player_kpis": "vision.kpi.player",
    "calculate_speed_metrics": "vision.kpi.speed",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
