"""The live app in the tenancy walk."""

from __future__ import annotations

from tests.apps.tenancy.walk import LISTED, OPENS, READ_BY_STAFF, Row

FILMED_BY_COACHES = (401, 404, 404, 404, 403, 200)
LIVE = {"session_id": lambda w: w.live.pk}

ROWS: list[Row] = [
    Row("GET", "api/live", LISTED, empty_for=frozenset({"stranger", "player", "guardian"}), device=200),
    Row(
        "POST",
        "api/live/start",
        (401, 404, 403, 404, 403, 200),
        body=lambda w: {"team_id": str(w.team.pk), "source": "browser"},
        device=200,
    ),
    Row(
        "POST",
        "api/live/stop",
        FILMED_BY_COACHES,
        body=lambda w: {"session_id": str(w.live.pk), "wait_ms": 0},
        device=200,
    ),
    Row("GET", "api/live/<uuid:session_id>/status", READ_BY_STAFF, LIVE, device=200),
    Row(
        "GET",
        "api/live/<uuid:session_id>/picture",
        (401, 404, 404, 404, 404, 404),
        LIVE,
        query=lambda w: {"camera": "main", "seq": 1},
    ),
    Row(
        "POST",
        "api/live/<uuid:session_id>/assign",
        READ_BY_STAFF,
        LIVE,
        body=lambda w: {"track_id": 1, "player_id": None},
    ),
    Row(
        "POST",
        "api/live/<uuid:session_id>/feedback",
        (401, 404, 404, 404, 409, 409),
        LIVE,
        body=lambda w: {"question": "How far did Kim run?"},
    ),
]

SOCKETS: list[Row] = [
    Row(
        "WS", "ws/live/<str:object_id>", (4401, 4404, 4404, 4404, OPENS, OPENS),
        {"object_id": lambda w: w.live.pk}, purpose="live", device=OPENS,
    ),
]  # fmt: skip

OPEN_TO_ALL: dict[str, str] = {}

WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {
    "POST api/live/frame": "a form with a picture: tests/apps/live/test_routes.py",
}
