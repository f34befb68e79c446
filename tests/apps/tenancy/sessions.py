"""Sessions in the tenancy walk."""

from __future__ import annotations

from tests.apps.tenancy.walk import (
    LISTED,
    READ_BY_STAFF,
    READ_BY_STAFF_AND_FAMILY,
    SEE_NOTHING,
    SESSION,
    Row,
)

_NOTE = "api/sessions/<uuid:session_id>/notes/<uuid:note_id>"
_FILES = "api/sessions/<uuid:session_id>/attachments"
_FILE = "api/sessions/<uuid:session_id>/attachments/<uuid:attachment_id>"
_RPE = "api/sessions/<uuid:session_id>/rpe"

ROWS = [
    Row("GET", "api/sessions", LISTED, empty_for=SEE_NOTHING),
    Row(
        "POST",
        "api/sessions",
        (401, 404, 403, 404, 201, 201),
        body=lambda w: {"team_id": str(w.team.pk), "title": "New"},
    ),
    Row("POST", "api/sessions", (401, 404, 404, 403, 201, 201), body=lambda w: {"player_id": str(w.subject.pk)}),
    Row("GET", "api/sessions/search", LISTED, query=lambda w: {"q": w.session.title}),
    Row("GET", "api/sessions/<uuid:session_id>", READ_BY_STAFF_AND_FAMILY, SESSION),
    Row("PUT", "api/sessions/<uuid:session_id>", (401, 404, 404, 403, 200, 200), SESSION, lambda w: {"title": "New"}),
    Row("PATCH", "api/sessions/<uuid:session_id>", (401, 404, 404, 403, 200, 200), SESSION, lambda w: {"title": "New"}),
    Row("DELETE", "api/sessions/<uuid:session_id>", (401, 404, 404, 403, 403, 204), SESSION),
    Row(
        "GET",
        "api/sessions/<uuid:session_id>/notes",
        READ_BY_STAFF_AND_FAMILY,
        SESSION,
        empty_for=frozenset({"guardian"}),
    ),
    Row(
        "POST",
        "api/sessions/<uuid:session_id>/notes",
        (401, 404, 404, 403, 201, 201),
        SESSION,
        lambda w: {"text": "New"},
    ),
    Row("GET", _NOTE, READ_BY_STAFF, {**SESSION, "note_id": lambda w: w.note.pk}),
    Row(
        "PATCH",
        _NOTE,
        (401, 404, 404, 404, 403, 200),  # somebody else's note: coaches may, analysts not
        {**SESSION, "note_id": lambda w: w.note.pk},
        lambda w: {"text": "New"},
    ),
    Row("DELETE", _NOTE, (401, 404, 404, 404, 403, 204), {**SESSION, "note_id": lambda w: w.note.pk}),
    Row("GET", _FILES, READ_BY_STAFF_AND_FAMILY, SESSION, empty_for=frozenset({"guardian"})),
    Row("POST", _FILES, (401, 404, 404, 403, 400, 400), SESSION, lambda w: {"file": "none"}),
    Row("GET", _FILE, READ_BY_STAFF, {**SESSION, "attachment_id": lambda w: w.attachment.pk}),
    Row("DELETE", _FILE, (401, 404, 404, 404, 403, 204), {**SESSION, "attachment_id": lambda w: w.attachment.pk}),
    Row("GET", _RPE, (401, 404, 200, 200, 200, 200), SESSION, empty_for=frozenset({"player"})),
    Row(
        "POST",
        _RPE,
        (401, 404, 404, 403, 201, 201),
        SESSION,
        lambda w: {"player_id": str(w.subject.pk), "rpe": 5},
    ),
    Row("POST", _RPE, (401, 404, 201, 400, 400, 400), SESSION, lambda w: {"rpe": 5}),  # players: their own
]

WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {
    "media/signed/<str:token>/attachment": "the signature is the right (test_attachments)",
}
