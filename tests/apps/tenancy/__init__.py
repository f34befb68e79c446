"""Every route and socket, and what each kind of person gets from it (`test_tenancy.py` walks it)."""

from __future__ import annotations

from tests.apps.tenancy import accounts, calendar, dashboard, edge, feedback, live, pairing, scans, sessions
from tests.apps.tenancy.walk import Row

ROWS: list[Row] = [
    *accounts.ROWS,
    *sessions.ROWS,
    *scans.ROWS,
    *pairing.ROWS,
    *edge.ROWS,
    *feedback.ROWS,
    *calendar.ROWS,
    *live.ROWS,
    *dashboard.ROWS,
]

SOCKETS: list[Row] = [
    *scans.SOCKETS,
    *pairing.SOCKETS,
    *edge.SOCKETS,
    *feedback.SOCKETS,
    *calendar.SOCKETS,
    *live.SOCKETS,
]

OPEN_TO_ALL: dict[str, str] = {
    "api/auth/token": "logging in",
    "api/auth/token/refresh": "the refresh token is the right",
    "api/auth/logout": "the refresh token is the right",
    "api/auth/password/reset": "answers everybody the same",
    "api/auth/password/confirm": "the mailed token is the right",
    "api/auth/invitations/accept": "the mailed token is the right",
    "api/schema": "a description, no data",
    "api/docs": "a description, no data",
    "^api(?:/(?P<path>.*))?$": "404 for every method",
    "health": "for load balancers",
    "health/ready": "for load balancers; names parts, not addresses",
    **accounts.OPEN_TO_ALL,
    **scans.OPEN_TO_ALL,
    **pairing.OPEN_TO_ALL,
    **edge.OPEN_TO_ALL,
    **feedback.OPEN_TO_ALL,
    **calendar.OPEN_TO_ALL,
    **live.OPEN_TO_ALL,
    "metrics": "the internal network and staff (test_health)",
}
"""Routes that need no log-in, and why."""

WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {
    **sessions.WITH_TESTS_OF_THEIR_OWN,
    **scans.WITH_TESTS_OF_THEIR_OWN,
    **pairing.WITH_TESTS_OF_THEIR_OWN,
    **edge.WITH_TESTS_OF_THEIR_OWN,
    **feedback.WITH_TESTS_OF_THEIR_OWN,
    **calendar.WITH_TESTS_OF_THEIR_OWN,
    **live.WITH_TESTS_OF_THEIR_OWN,
    **dashboard.WITH_TESTS_OF_THEIR_OWN,
}
"""Routes (or one method of a route) whose personas are tested where the files they need are made."""
