"""Answers as the API's page shows them: a week of an under-15 team."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

from apps.core.units import Units
from apps.dashboard.metrics import metric_of
from apps.dashboard.selectors.figures import absent, figure
from apps.dashboard.selectors.loads import DESCRIPTION, SOURCES
from apps.dashboard.selectors.trends import LINE_METHOD, LINE_SOURCE
from apps.dashboard.statistics.effects import EFFECT_SOURCE
from apps.dashboard.statistics.steps import METHOD, SOURCE

TEAM = "3f1a7c52-0c1e-4b0e-8a34-6a1f0f3b7d20"
KIM, ALEX = "5a8f6f0e-7c0f-4b39-9a57-7d2f3a2f1c55", "9d2b1c6e-5f6a-4e0f-b6d1-1c2d3e4f5a6b"
FIRST, SECOND = "0b7c1d52-6f0e-4f6c-8c61-0f0d3d1a9f11", "1c8d2e63-7a1f-4a7d-9d72-1a1e4e2b0a22"
JOB = "7d0f2c9e-58b1-4c1b-9d8a-0f4f2b1f6a10"
START, LATER = "2026-05-05T16:30:00Z", "2026-05-07T16:30:00Z"
_SPEED = metric_of("max_speed_mps", Units.METRIC).text()
_PERIOD = {"start": "2026-04-11", "end": "2026-05-08", "days": 28, "time_zone": "Europe/Berlin"}
_COMPARABLE = {
    "catalogue_version": "1.0",
    "grade": "B",
    "zones": None,
    "synthetic": False,
    "n": 8,
    "left_out": [{"n": 1, "reason": "grade C, compared is grade B"}],
}
_TOO_SHORT = "Needs 28 days since the first entered session; there are 21."


def _answered(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value, response_only=True)


_LOAD: dict[str, Any] = {
    "until": "2026-05-07",
    "days": 21,
    "week": figure(1260.0, "AU", 1, coverage=1.0),
    "previous_week": figure(1140.0, "AU", 1, coverage=1.0),
    "change": figure(0.105, "share", 1, coverage=1.0),
    "monotony": figure(0.91, "", 1, coverage=1.0),
    "strain": figure(1147.0, "AU", 1, coverage=1.0),
    "flags": [],
    "lines": [{"date": "2026-05-07", "load": 420.0, "acute": 198.4, "chronic": None, "n": 1}],
    "players": [
        {
            "player": {"id": KIM, "display_name": "Kim Example"},
            "days": 21,
            "low_trust": False,
            "week": figure(1260.0, "AU", 3, coverage=1.0),
            "previous_week": figure(1140.0, "AU", 3, coverage=1.0),
            "change": figure(0.105, "share", 14),
            "monotony": figure(0.91, "", 7),
            "strain": figure(1147.0, "AU", 7),
            "ratio": absent(_TOO_SHORT, ""),
            "flags": [],
        }
    ],
    "description": DESCRIPTION,
    "sources": list(SOURCES),
}
OVERVIEW = _answered(
    "A team on a Friday",
    {
        "team": {"id": TEAM, "name": "U15", "time_zone": "Europe/Berlin"},
        "period": _PERIOD,
        "units": "metric",
        "active_players": figure(14, "players", 16),
        "roster": 16,
        "week": {
            "start": "2026-05-04",
            "end": "2026-05-10",
            "iso_week": "2026-W19",
            "sessions": figure(2, "sessions", 5),
            "trainings": 2,
            "matches": 0,
            "last_week": figure(3, "sessions", 7),
        },
        "load": _LOAD,
        "data_quality": {
            "sessions": 10,
            "by_grade": [{"grade": "A", "sessions": 2, "share": 0.2}, {"grade": "B", "sessions": 6, "share": 0.6}],
            "no_metres": 1,
            "not_assessed": 1,
            "synthetic": 0,
            "absent": None,
            "rule": "A session has the grade of most of its named players; of two as frequent, the worse.",
        },
        "recent_sessions": [
            {
                "id": SECOND,
                "title": "Thursday training",
                "session_type": "training",
                "start": LATER,
                "status": "processing",
                "synthetic": False,
                "player": None,
                "grade": None,
                "thumbnail_url": None,
            }
        ],
        "jobs": [
            {
                "job_id": JOB,
                "session_id": SECOND,
                "title": "Thursday training",
                "status": "running",
                "progress": 41.3,
                "step": "track",
                "created_at": "2026-05-07T18:02:11Z",
            }
        ],
    },
)
_POINT = {
    "session_id": FIRST,
    "start": START,
    "title": "Tuesday training",
    "value": 7.4,
    "low": 7.3,
    "high": 7.5,
    "grade": "B",
    "synthetic": False,
    "comparable": True,
    "reason": None,
}
PLAYER = _answered(
    "Top speed of a player",
    {
        "player": {"id": KIM, "team_id": TEAM, "display_name": "Kim Example", "age_years": 14, "position": "forward"},
        "period": _PERIOD,
        "units": "metric",
        "metrics": [
            {
                "metric": _SPEED,
                "comparable": _COMPARABLE,
                "points": [_POINT],
                "latest": figure(7.4, "m/s", 1, limits=(7.3, 7.5)),
                "mean": figure(7.21, "m/s", 8, limits=(7.08, 7.34)),
                "best": {
                    "value": 7.9,
                    "unit": "m/s",
                    "low": 7.8,
                    "high": 8.0,
                    "grade": "B",
                    "session_id": FIRST,
                    "start": START,
                    "clear": True,
                },
                "best_absent": None,
            }
        ],
        "targets": [
            {"event_id": JOB, "title": "Sprint training", "start": "2026-05-12T16:30:00Z", "metrics": ["max_speed_mps"]}
        ],
        "doubts": [
            {
                "session_id": SECOND,
                "start": "2026-05-07T16:30:00Z",
                "title": "Thursday training",
                "identity_doubt": 0.34,
                "doubtful_s": [31.2, 65.0],
            }
        ],
        "asymmetries": [],
        "asymmetries_absent": "No session of this period measured left against right.",
        "heat_map": {
            "session_id": FIRST,
            "start": START,
            "url": f"/api/dashboard/player/{KIM}/heat-map?session_id={FIRST}",
        },
        "heat_map_absent": None,
        "load": _LOAD,
    },
)
HEAT_MAP = _answered(
    "Two cells",
    {
        "session_id": FIRST,
        "start": START,
        "title": "Tuesday training",
        "grade": "B",
        "synthetic": False,
        "coverage": 0.94,
        "x_edges_m": [0.0, 1.0, 2.0],
        "y_edges_m": [0.0, 1.0],
        "seconds": [[3.5, 4.0]],
    },
)
TREND = _answered(
    "Top speed by week",
    {
        "subject": {"kind": "player", "id": KIM, "name": "Kim Example"},
        "period": {**_PERIOD, "start": "2026-03-16", "days": 54},
        "units": "metric",
        "metric": _SPEED,
        "bucket": "week",
        "comparable": _COMPARABLE,
        "points": [
            {
                "start": "2026-05-04",
                "end": "2026-05-10",
                "value": 7.4,
                "adjusted": 7.4,
                "low": 7.3,
                "high": 7.5,
                "least": 7.4,
                "most": 7.4,
                "n": 1,
                "players": 1,
                "moving_average": 7.35,
            }
        ],
        "moving_average_span": 4,
        "slope_per_week": figure(0.095, "m/s per week", 8, limits=(0.083, 0.107)),
        "slope_method": LINE_METHOD,
        "slope_source": LINE_SOURCE,
        "change": {
            "direction": "up",
            "change": 0.665,
            "own_interval": 0.1,
            "text": "+0.665 m/s over 7 weeks, more than the figure's own interval.",
        },
        "change_points": {
            "points": [],
            "absent": "Not assessed: at least 10 points with comparable figures are needed; there are 8.",
            "method": METHOD,
            "reference": SOURCE,
            "n": 8,
        },
        "remarks": [],
    },
)
_NAMES = [{"id": KIM, "name": "Kim Example"}, {"id": ALEX, "name": "Alex Example"}]
COMPARISONS = _answered(
    "Two players by top speed",
    {
        "kind": "players",
        "subjects": _NAMES,
        "period": _PERIOD,
        "units": "metric",
        "metrics": [
            {
                "metric": _SPEED,
                "comparable": {**_COMPARABLE, "n": 16},
                "values": [
                    {
                        "id": KIM,
                        "value": figure(7.21, "m/s", 8, limits=(7.08, 7.34)),
                        "own_interval": 0.1,
                        "z_score": figure(0.41, "", 14),
                        "percentile": figure(64.3, "%", 14),
                    },
                    {
                        "id": ALEX,
                        "value": figure(6.9, "m/s", 8, limits=(6.8, 7.0)),
                        "own_interval": 0.1,
                        "z_score": figure(-0.52, "", 14),
                        "percentile": figure(32.1, "%", 14),
                    },
                ],
                "pairs": [
                    {
                        "first": KIM,
                        "second": ALEX,
                        "difference": figure(-0.31, "m/s", 8, limits=(-0.46, -0.16)),
                        "effect": figure(-2.1, "", 8, limits=(-3.4, -0.8)),
                        "effect_kind": "hedges_g",
                        "distinguishable": True,
                        "text": "Beyond the figures' own interval of ±0.141 m/s: second -0.31 m/s against the first.",
                    }
                ],
                "team": figure(7.07, "m/s", 14, limits=(6.86, 7.28)),
                "effect_source": EFFECT_SOURCE,
            }
        ],
    },
)


def _compared_session(key: str, title: str, start: str) -> dict[str, Any]:
    return {
        "id": key,
        "title": title,
        "session_type": "training",
        "start": start,
        "synthetic": False,
        "players": 14,
    }


def _session_value(key: str, value: float) -> dict[str, Any]:
    told = figure(value, "m/s", 1, limits=(value - 0.1, value + 0.1))
    return {"session_id": key, "value": told, "grade": "B", "catalogue_version": "1.0"}


SESSIONS = _answered(
    "Two trainings by top speed",
    {
        "units": "metric",
        "sessions": [
            _compared_session(FIRST, "Tuesday training", START),
            _compared_session(SECOND, "Thursday training", LATER),
        ],
        "tables": [
            {
                "metric": _SPEED,
                "players": [
                    {
                        "player_id": KIM,
                        "display_name": "Kim Example",
                        "values": [_session_value(FIRST, 7.4), _session_value(SECOND, 7.1)],
                        "differences": [
                            {
                                "session_id": SECOND,
                                "difference": figure(-0.3, "m/s", 1, limits=(-0.44, -0.16)),
                                "distinguishable": True,
                            }
                        ],
                    }
                ],
            }
        ],
        "remarks": [],
    },
)
