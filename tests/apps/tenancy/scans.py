"""Scans in the tenancy walk."""

from __future__ import annotations

import uuid

from tests.apps.tenancy.walk import (
    ALLOWED,
    LISTED,
    OPENS,
    READ_BY_STAFF_AND_FAMILY,
    SCAN,
    Row,
)

_READS = (401, 404, 404, ALLOWED, ALLOWED, ALLOWED)
_EDITS = (401, 404, 404, 403, ALLOWED, ALLOWED)
_RUNS = (401, 404, 404, 403, 403, ALLOWED)
ROWS = [
    Row(
        "POST",
        "api/scan/quick",
        (401, 404, 403, 403, 403, 404),  # the coach's: no such upload
        body=lambda w: {"player_id": str(w.subject.pk), "upload_id": str(uuid.uuid4())},
        device=404,
    ),
    Row(
        "POST",
        "api/scan/multiview",
        (401, 404, 403, 403, 403, 404),  # the coach's: no such uploads
        body=lambda w: {
            "player_id": str(w.subject.pk),
            "uploads": [{"camera": name, "upload_id": str(uuid.uuid4())} for name in ("left", "right")],
            "calibration": "{}",
        },
    ),
    Row("POST", "api/scan/smpl", _RUNS, body=lambda w: {"session_id": str(w.session.pk)}),
    Row("GET", "api/scan/presets", LISTED, device=200),
    Row("GET", "api/scan/pitch", LISTED),
    Row("GET", "api/kpis/catalogue", LISTED),
    Row("GET", "api/scan/<uuid:object_id>/status", READ_BY_STAFF_AND_FAMILY, SCAN, device=200),
    Row(
        "GET",
        "api/scan/<uuid:object_id>/status",
        READ_BY_STAFF_AND_FAMILY,
        {"object_id": lambda w: w.session.pk},
        device=200,
    ),
    Row("POST", "api/scan/<uuid:object_id>/cancel", _RUNS, SCAN),
    Row("POST", "api/scan/<uuid:object_id>/retry", _RUNS, SCAN),
    Row("GET", "api/scan/<uuid:object_id>/results", _READS, SCAN),
    Row("GET", "api/scan/<uuid:object_id>/kpis", _READS, SCAN),
    Row("GET", "api/scan/<uuid:object_id>/events", _READS, SCAN),
    Row("GET", "api/scan/<uuid:object_id>/export", _READS, SCAN, query=lambda w: {"format": "csv"}),
    Row("GET", "api/scan/calibrations", LISTED, empty_for=frozenset({"stranger", "player", "guardian"})),
    Row(
        "POST",
        "api/scan/<uuid:object_id>/calibration",
        _EDITS,
        SCAN,
        lambda w: {"calibration_id": str(w.calibration.pk)},
    ),
    Row(
        "POST",
        "api/scan/<uuid:object_id>/tracks/assign",
        _EDITS,
        SCAN,
        lambda w: {"track_id": 1, "player_id": str(w.subject.pk)},
    ),
    Row("POST", "api/scan/<uuid:object_id>/tracks/merge", _EDITS, SCAN, lambda w: {"track_ids": [1, 2]}),
    Row("POST", "api/scan/<uuid:object_id>/tracks/split", _EDITS, SCAN, lambda w: {"track_id": 1, "t_s": 1.0}),
]


SOCKETS = [
    Row("WS", "ws/scan/<str:object_id>", (4401, 4404, 4404, OPENS, OPENS, OPENS), SCAN, device=OPENS),
]


OPEN_TO_ALL: dict[str, str] = {
    "media/signed/<str:token>/video": "the signature is the right (tests of the scan app)",
    "media/signed/<str:token>/thumbnail": "the signature is the right (tests of the scan app)",
}

WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {
    "api/scan/uploads": "uploads belong to a person, not to a team: tests/apps/scan/test_uploads.py",
    "api/scan/uploads/<uuid:upload_id>": "uploads belong to a person, not to a team: tests/apps/scan/test_uploads.py",
    "api/scan/<uuid:object_id>/video": "needs a film on disk: tests/apps/scan",
    "api/scan/<uuid:object_id>/frame": "needs a film on disk: tests/apps/scan",
    "api/scan/<uuid:object_id>/body.glb": "needs a fitted body: tests/apps/scan/test_body.py",
    "api/scan/calibrations/fit": "keeps nothing and reads nothing: tests/apps/scan",
    "POST api/scan/calibrations": "fits in a child process: tests/apps/scan",
}
"""Routes (or one method of a route) whose personas are tested where the files they need are made."""
