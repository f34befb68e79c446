"""Edge nodes in the tenancy walk."""

from __future__ import annotations

from tests.apps.tenancy.walk import LISTED, OPENS, READ_BY_STAFF, Row

BOXES_ONLY = (401, 403, 403, 403, 403, 403)
"""People have no business here, whoever they are: a key of an edge box opens these, that of a phone does not."""
NODE = {"node_id": lambda w: w.edge_node.pk}

ROWS: list[Row] = [
    row
    for key, opens, listed in (("edge", True, 200), ("device", False, None))
    for row in (
        Row(
            "POST",
            "api/local-edge/register",
            BOXES_ONLY,
            body=lambda w: {"name": "Pitch 1"},
            device=200 if opens else None,
            device_key=key,
        ),
        Row("POST", "api/local-edge/heartbeat", BOXES_ONLY, device=200 if opens else None, device_key=key),
        Row(
            "POST",
            "api/local-edge/sync",
            BOXES_ONLY,
            body=lambda w: {"changes": []},
            device=200 if opens else None,
            device_key=key,
        ),
        Row(
            "POST",
            "api/local-edge/process",
            BOXES_ONLY,
            body=lambda w: {"document": {}, "sha256": "ab" * 32},
            device=422 if opens else None,
            device_key=key,
        ),
        Row(
            "GET",
            "api/local-edge/status",
            LISTED,
            empty_for=frozenset({"stranger", "player", "guardian"}),
            device=listed,
            device_key=key,
        ),
        Row("GET", "api/local-edge/status/<uuid:node_id>", READ_BY_STAFF, NODE, device=listed, device_key=key),
    )
]
SOCKETS: list[Row] = [
    Row("WS", "ws/edge", (4401, OPENS, 4404, 4404, OPENS, OPENS), purpose="edge", device=OPENS, device_key="edge"),
]
OPEN_TO_ALL: dict[str, str] = {}
WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {}
