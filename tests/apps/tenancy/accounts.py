"""People, teams and players in the tenancy walk."""

from __future__ import annotations

from tests.apps.tenancy.walk import (
    INVITATION,
    LISTED,
    MEMBER,
    PLAYER,
    READ_BY_STAFF_AND_FAMILY,
    SEE_NOTHING,
    TEAM,
    Row,
)
from tests.factories.accounts import PASSWORD

OPEN_TO_ALL = {
    "api/auth/email/confirm": "the mailed token is the right",
}

# person:          nobody, stranger, player, guardian, analyst, coach
ROWS = [
    Row("GET", "api/auth/me", LISTED),
    Row("PATCH", "api/auth/me", LISTED, body=lambda w: {"name": "New"}),
    Row("GET", "api/auth/sessions", LISTED),
    Row(
        "DELETE",
        "api/auth/sessions/<uuid:login_id>",
        (401, 404, 404, 404, 404, 404),
        {"login_id": lambda w: w.login_id},
    ),
    Row("POST", "api/auth/logout/all", (401, 204, 204, 204, 204, 204)),
    Row(
        "POST",
        "api/auth/password",
        (401, 200, 200, 200, 200, 200),
        body=lambda w: {"old": PASSWORD, "new": "an entirely new phrase"},
    ),
    Row(
        "POST",
        "api/auth/email",
        (401, 202, 202, 202, 202, 202),
        body=lambda w: {"email": "new@example.org", "password": PASSWORD},
    ),
    Row("POST", "api/auth/ticket", LISTED, body=lambda w: {"purpose": "scan", "object_id": str(w.job.pk)}, device=200),
    Row("GET", "api/teams", LISTED, empty_for=frozenset({"guardian"})),
    Row("POST", "api/teams", (401, 201, 201, 201, 201, 201), body=lambda w: {"name": "Mine"}),
    Row("GET", "api/teams/<uuid:team_id>", (401, 404, 200, 404, 200, 200), TEAM),
    Row("PATCH", "api/teams/<uuid:team_id>", (401, 404, 403, 404, 403, 403), TEAM, lambda w: {"name": "Taken"}),
    Row("DELETE", "api/teams/<uuid:team_id>", (401, 404, 403, 404, 403, 403), TEAM),
    Row(
        "GET",
        "api/teams/<uuid:team_id>/members",
        (401, 404, 200, 404, 200, 200),
        TEAM,
        empty_for=frozenset({"player"}),
    ),
    Row(
        "PATCH",
        "api/teams/<uuid:team_id>/members/<uuid:membership_id>",
        (401, 404, 404, 404, 403, 200),
        MEMBER,
        lambda w: {"role": "coach"},
    ),
    Row("DELETE", "api/teams/<uuid:team_id>/members/<uuid:membership_id>", (401, 404, 404, 404, 403, 204), MEMBER),
    Row(
        "GET",
        "api/teams/<uuid:team_id>/invitations",
        (401, 404, 200, 404, 200, 200),
        TEAM,
        empty_for=frozenset({"player"}),
    ),
    Row(
        "POST",
        "api/teams/<uuid:team_id>/invitations",
        (401, 404, 403, 404, 403, 201),
        TEAM,
        lambda w: {"email": "new@example.org", "role": "coach"},
    ),
    Row(
        "DELETE",
        "api/teams/<uuid:team_id>/invitations/<uuid:invitation_id>",
        (401, 404, 404, 404, 403, 204),
        INVITATION,
    ),
    Row("GET", "api/players", LISTED, query=lambda w: {"q": w.subject.last_name}, empty_for=SEE_NOTHING),
    Row(
        "POST",
        "api/players",
        (401, 404, 403, 404, 403, 201),
        body=lambda w: {"team_id": str(w.team.pk), "first_name": "New"},
    ),
    Row("GET", "api/players/<str:player_id>", READ_BY_STAFF_AND_FAMILY, PLAYER),
    Row("GET", "api/players/<str:player_id>", READ_BY_STAFF_AND_FAMILY, {"player_id": lambda w: "subject"}),
    Row(
        "PATCH",
        "api/players/<str:player_id>",
        (401, 404, 404, 403, 403, 200),
        PLAYER,
        lambda w: {"first_name": "Taken"},
    ),
    Row("DELETE", "api/players/<str:player_id>", (401, 404, 404, 403, 403, 204), PLAYER),
    Row(
        "POST",
        "api/players/<str:player_id>/consent",
        (401, 404, 404, 200, 403, 200),
        PLAYER,
        lambda w: {"given": True},
    ),
]
