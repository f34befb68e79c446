"""The feedback app in the tenancy walk.

The staff asks and reads; a player or guardian reads what is about them and was shared (`World.shared_feedback`); what
was not shared does not exist for them.
"""

from __future__ import annotations

from typing import Any

from tests.apps.tenancy.walk import LISTED, OPENS, SEE_NOTHING, SESSION, Made, Row

OWN: dict[str, Made] = {"feedback_id": lambda w: w.feedback.pk}
SHARED: dict[str, Made] = {"feedback_id": lambda w: w.shared_feedback.pk}
ONE = "api/feedback/<uuid:feedback_id>"


def _wish(world: Any) -> dict[str, str]:
    return {"session_id": str(world.session.pk), "player_id": "subject", "feedback_type": "quick"}


def _many(world: Any) -> dict[str, Any]:
    return {"session_ids": [str(world.session.pk)]}


def _rating(world: Any) -> dict[str, int]:
    return {"rating": 4}


ROWS: list[Row] = [
    Row("GET", "api/feedback", LISTED, empty_for=SEE_NOTHING),
    Row("POST", "api/feedback/generate", (401, 404, 404, 403, 200, 200), body=_wish),
    Row("POST", "api/feedback/batch", (401, 404, 404, 403, 200, 200), body=_many),
    Row("GET", "api/feedback/templates", LISTED),
    Row("GET", "api/feedback/session/<uuid:session_id>", (401, 404, 404, 200, 200, 200), SESSION),
    Row("GET", ONE, (401, 404, 404, 404, 200, 200), OWN),
    Row("GET", ONE, (401, 404, 404, 200, 200, 200), SHARED),
    Row("DELETE", ONE, (401, 404, 404, 404, 403, 204), OWN),
    Row("DELETE", ONE, (401, 404, 404, 403, 403, 204), SHARED),
    Row("POST", f"{ONE}/rate", (401, 404, 404, 404, 200, 200), OWN, _rating),
    Row("POST", f"{ONE}/rate", (401, 404, 404, 200, 200, 200), SHARED, _rating),
    Row("POST", f"{ONE}/share", (401, 404, 404, 404, 200, 200), OWN, lambda w: {"shared": True}),
    Row("POST", f"{ONE}/share", (401, 404, 404, 403, 200, 200), SHARED, lambda w: {"shared": False}),
]

SOCKETS: list[Row] = [
    Row(
        "WS",
        "ws/feedback/<str:object_id>",
        (4401, 4404, 4404, 4404, OPENS, OPENS),
        {"object_id": lambda w: w.feedback.pk},
        purpose="feedback",
    ),
    Row(
        "WS",
        "ws/feedback/<str:object_id>",
        (4401, 4404, 4404, OPENS, OPENS, OPENS),
        {"object_id": lambda w: w.shared_feedback.pk},
        purpose="feedback",
    ),
]

OPEN_TO_ALL: dict[str, str] = {}

WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {
    "api/feedback/articles/<slug:slug>": "articles are for everybody who is logged in (test_articles)",
}
