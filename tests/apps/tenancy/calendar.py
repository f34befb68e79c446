"""The calendar in the tenancy walk.

Players and guardians read events of the whole team and their own; what concerns another player alone does not exist
for them. Proposals are the staff's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.apps.tenancy.walk import LISTED, OPENS, Made, Row

OF_TEAM: dict[str, Made] = {"event_id": lambda w: w.event.pk}
OF_SUBJECT: dict[str, Made] = {"event_id": lambda w: w.own_event.pk}
PROPOSAL: dict[str, Made] = {"proposal_id": lambda w: w.proposal.pk}
EVENT = "api/calendar/events/<uuid:event_id>"
STAFF_ONLY = frozenset({"stranger", "player", "guardian"})


def _new(world: Any) -> dict[str, Any]:
    return {
        "team_id": str(world.team.pk),
        "title": "New",
        "start": "2027-03-08T18:00:00Z",
        "end": "2027-03-08T18:45:00Z",
        "intensity": "low",
        "headers": 0,
        "excused_player_ids": [str(world.subject.pk)],
    }


def _new_for_subject(world: Any) -> dict[str, Any]:
    fields = {**_new(world), "player_id": "subject", "head_contact": False}
    del fields["team_id"], fields["excused_player_ids"]
    return fields


def _title(world: Any) -> dict[str, Any]:
    return {"title": "New", "version": 1}


def _wish(world: Any) -> dict[str, str]:
    return {"player_id": "subject", "start_date": "2027-03-08", "end_date": "2027-03-14"}


def _words(of: Callable[[Any], Any]) -> Made:
    return lambda world: {"event_id": str(of(world).pk), "instruction": "Rename it to New"}


ROWS: list[Row] = [
    Row("GET", "api/calendar/events", LISTED, empty_for=frozenset({"stranger"})),
    Row("POST", "api/calendar/events", (401, 404, 403, 404, 201, 201), body=_new),
    Row("POST", "api/calendar/events", (401, 404, 404, 403, 201, 201), body=_new_for_subject),
    Row("GET", EVENT, (401, 404, 200, 200, 200, 200), OF_TEAM),
    Row("GET", EVENT, (401, 404, 404, 200, 200, 200), OF_SUBJECT),
    Row("PUT", EVENT, (401, 404, 403, 403, 200, 200), OF_TEAM, _title),
    Row("PUT", EVENT, (401, 404, 404, 403, 200, 200), OF_SUBJECT, _title),
    Row("PATCH", EVENT, (401, 404, 403, 403, 200, 200), OF_TEAM, _title),
    Row("PATCH", EVENT, (401, 404, 404, 403, 200, 200), OF_SUBJECT, _title),
    Row("DELETE", EVENT, (401, 404, 403, 403, 204, 204), OF_TEAM),
    Row("DELETE", EVENT, (401, 404, 404, 403, 204, 204), OF_SUBJECT),
    Row("POST", "api/calendar/validate", (401, 404, 403, 404, 200, 200), body=_new),
    Row(
        "POST",
        "api/calendar/validate",
        (401, 404, 404, 403, 200, 200),
        body=lambda w: {"event_id": str(w.own_event.pk), "title": "New"},
    ),
    Row("POST", "api/calendar/modify", (401, 404, 403, 403, 200, 200), body=_words(lambda w: w.event)),
    Row("POST", "api/calendar/modify", (401, 404, 404, 403, 200, 200), body=_words(lambda w: w.own_event)),
    Row("POST", "api/calendar/recommend", (401, 404, 404, 403, 200, 200), body=_wish),
    Row("GET", "api/calendar/proposals", LISTED, empty_for=STAFF_ONLY),
    Row(
        "POST",
        "api/calendar/commit",
        (401, 404, 404, 404, 200, 200),
        body=lambda w: {"proposal_ids": [str(w.proposal.pk)]},
    ),
    Row("POST", "api/calendar/proposals/<uuid:proposal_id>/accept", (401, 404, 404, 404, 200, 200), PROPOSAL),
    Row("POST", "api/calendar/proposals/<uuid:proposal_id>/dismiss", (401, 404, 404, 404, 200, 200), PROPOSAL),
    Row("GET", "api/calendar/feed", LISTED),
    Row("POST", "api/calendar/feed", (401, 201, 201, 201, 201, 201)),
    Row("DELETE", "api/calendar/feed", (401, 204, 204, 204, 204, 204)),
    Row("GET", "api/drills", LISTED),
    Row("GET", "api/drills/<slug:drill_key>", LISTED, {"drill_key": lambda w: w.drill.pk}),
]
SOCKETS: list[Row] = [
    Row("WS", "ws/calendar", (4401, OPENS, OPENS, OPENS, OPENS, OPENS), purpose="calendar"),
]
"""Opened without naming a team, it shows the caller's own; who hears what is in tests/apps/calendar/test_socket.py."""
OPEN_TO_ALL: dict[str, str] = {
    "api/calendar/feed/<str:token>.ics": "the token is the right (tests/apps/calendar/test_feed.py)",
}
WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {}
