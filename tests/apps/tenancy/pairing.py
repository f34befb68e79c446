"""Pairing and devices in the tenancy walk."""

from __future__ import annotations

from typing import Any

from tests.apps.tenancy.walk import DEVICE, LISTED, OPENS, PAIRING, READ_BY_STAFF, Made, Row

_MANAGED = (401, 404, 404, 404, 403, 200)
_ENDED = (401, 404, 404, 404, 403, 204)
_OTHERS_DEVICE: dict[str, Made] = {"device_id": lambda w: w.edge_device.pk}


def _name(world: Any) -> dict[str, str]:
    return {"name": "New"}


def _one_device(route: str) -> list[Row]:
    """What everybody gets from one device: the device itself manages itself, and knows of no other."""
    return [
        Row("GET", route, READ_BY_STAFF, DEVICE, device=200),
        Row("GET", route, READ_BY_STAFF, _OTHERS_DEVICE, device=404),
        Row("PATCH", route, _MANAGED, DEVICE, _name, device=200),
        Row("PATCH", route, _MANAGED, _OTHERS_DEVICE, _name, device=404),
        Row("DELETE", route, _ENDED, DEVICE, device=204),
        Row("DELETE", route, _ENDED, _OTHERS_DEVICE, device=404),
    ]


ROWS: list[Row] = [
    Row(
        "POST",
        "api/pairing/generate",
        (401, 404, 403, 404, 403, 201),
        body=lambda w: {"device_type": "mobile", "team_id": str(w.team.pk)},
    ),
    Row(
        "POST",
        "api/pairing/generate",
        (401, 404, 404, 403, 403, 201),
        body=lambda w: {"device_type": "mobile", "player_id": str(w.subject.pk)},
    ),
    Row(
        "GET",
        "api/pairing/devices",
        LISTED,
        query=lambda w: {"team_id": str(w.team.pk)},
        empty_for=frozenset({"stranger", "player", "guardian"}),
    ),
    *_one_device("api/pairing/devices/<uuid:device_id>"),
    *_one_device("api/pairing/<uuid:device_id>"),
    Row("POST", "api/pairing/devices/<uuid:device_id>/rotate", _MANAGED, DEVICE, device=200),
    Row("POST", "api/pairing/devices/<uuid:device_id>/rotate", _MANAGED, _OTHERS_DEVICE, device=404),
    Row("POST", "api/pairing/<uuid:pairing_id>/close", (401, 404, 404, 404, 404, 204), PAIRING),
    Row("POST", "api/pairing/ntp_sync", LISTED, body=lambda w: {"t0": 1}, device=200),
]
SOCKETS: list[Row] = [
    Row(
        "WS",
        "ws/pairing/<str:object_id>",
        (4401, 4404, 4404, 4404, 4404, OPENS),
        {"object_id": lambda w: w.pairing.pk},
        purpose="pairing",
    ),
]
OPEN_TO_ALL: dict[str, str] = {
    "api/pairing/connect": "the code or token is the right (tests of the pairing app)",
    "api/pairing/token": "the device's refresh token is the right (tests of the pairing app)",
}
WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {}
