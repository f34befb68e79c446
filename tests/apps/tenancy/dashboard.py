"""The dashboard in the tenancy walk."""

from __future__ import annotations

from tests.apps.tenancy.walk import PLAYER, READ_BY_STAFF_AND_FAMILY, Row

_OF_A_TEAM = (401, 404, 200, 404, 200, 200)
"""A player of the team gets their own figures, under its name; a guardian is in no team."""
_SUBJECT = READ_BY_STAFF_AND_FAMILY

ROWS: list[Row] = [
    Row("GET", "api/dashboard/overview", _OF_A_TEAM, query=lambda w: {"team_id": str(w.team.pk)}),
    Row("GET", "api/dashboard/player/<str:player_id>", _SUBJECT, PLAYER),
    Row("GET", "api/dashboard/player/<str:player_id>", _SUBJECT, {"player_id": lambda w: w.subject.external_id}),
    Row(
        "GET",
        "api/dashboard/player/<str:player_id>/heat-map",
        _SUBJECT,
        PLAYER,
        query=lambda w: {"session_id": str(w.session.pk)},
    ),
    Row(
        "GET",
        "api/dashboard/trends",
        _SUBJECT,
        query=lambda w: {"metric": "max_speed_mps", "player_id": str(w.subject.pk)},
    ),
    Row(
        "GET",
        "api/dashboard/trends",
        _OF_A_TEAM,
        query=lambda w: {"metric": "srpe_load_au", "team_id": str(w.team.pk)},
    ),
    Row("GET", "api/dashboard/comparisons", _SUBJECT, query=lambda w: {"player_ids": str(w.subject.pk)}),
    Row("GET", "api/dashboard/comparisons", _SUBJECT, query=lambda w: {"session_ids": str(w.session.pk)}),
    Row(
        "GET",
        "api/sessions/compare",
        _SUBJECT,
        query=lambda w: {"session_ids": f"{w.session.pk},{w.earlier_session.pk}"},
    ),
]
SOCKETS: list[Row] = []
OPEN_TO_ALL: dict[str, str] = {}
WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {}
