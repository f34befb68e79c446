"""People, teams and players in the tenancy walk."""

from __future__ import annotations

from typing import Any

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
    "api/exports/<str:token>": "the signed link is the right; test_exports asks for every person",
}


def entry_rows(kind: str, body: dict[str, Any], change: dict[str, Any], gets: dict[str, tuple[int, ...]]) -> list[Row]:
    """The four rows of one kind of entry."""
    many = f"api/players/<str:player_id>/{kind}"
    args = {**PLAYER, "entry_id": lambda w: w.entries[kind].pk}
    return [
        Row("GET", many, READ_BY_STAFF_AND_FAMILY, PLAYER),
        Row("POST", many, gets["POST"], PLAYER, lambda w: body),
        Row("PATCH", f"{many}/<uuid:entry_id>", gets["PATCH"], args, lambda w: change),
        Row("DELETE", f"{many}/<uuid:entry_id>", gets["DELETE"], args),
    ]


STAFF_ENTER = {
    "POST": (401, 404, 404, 403, 201, 201),
    "PATCH": (401, 404, 404, 403, 200, 200),
    "DELETE": (401, 404, 404, 403, 204, 204),
}
COACH_AND_FAMILY_ENTER = {
    "POST": (401, 404, 404, 201, 403, 201),
    "PATCH": (401, 404, 404, 200, 403, 200),
    "DELETE": (401, 404, 404, 204, 403, 204),
}
ENTRIES = [
    *entry_rows("measurements", {"date": "2026-04-01", "height_cm": 165.5}, {"weight_kg": 54.5}, STAFF_ENTER),
    *entry_rows(
        "fitness-tests", {"date": "2026-04-01", "kind": "mas", "value_mps": 4.1}, {"value_mps": 7.1}, STAFF_ENTER
    ),
    *entry_rows("wellness", {"date": "2026-04-01", "pain": 2}, {"pain": 3}, COACH_AND_FAMILY_ENTER),
    *entry_rows(
        "concussions",
        {"injured_at": "2026-04-01T17:00:00Z"},
        {"symptom_free_since": "2026-03-09"},
        {**COACH_AND_FAMILY_ENTER, "DELETE": (401, 404, 404, 403, 403, 204)},
    ),
]

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
    *ENTRIES,
    Row("GET", "api/me/export", LISTED),
    Row("POST", "api/me/erasure", (401, 202, 202, 202, 202, 202), body=lambda w: {"password": PASSWORD}),
    Row("GET", "api/players/<str:player_id>/export", (401, 404, 404, 200, 403, 200), PLAYER),
    Row("POST", "api/players/<str:player_id>/erasure", (401, 404, 404, 202, 403, 403), PLAYER),
    Row("GET", "api/players/<str:player_id>/growth", READ_BY_STAFF_AND_FAMILY, PLAYER),
    Row("GET", "api/players/<str:player_id>/consents", READ_BY_STAFF_AND_FAMILY, PLAYER),
    Row(
        "POST",
        "api/players/<str:player_id>/consents",
        (401, 404, 404, 201, 403, 403),
        PLAYER,
        lambda w: {"purpose": "film", "given": True},
    ),
    Row(
        "POST",
        "api/players/<str:player_id>/consents",
        (401, 404, 404, 403, 403, 201),
        PLAYER,
        lambda w: {"purpose": "film", "given": True, "on_paper": True, "note": "In the folder, signed by the mother"},
    ),
    Row("GET", "api/players/<str:player_id>/guardians", READ_BY_STAFF_AND_FAMILY, PLAYER),
    Row(
        "POST",
        "api/players/<str:player_id>/guardians",
        (401, 404, 404, 403, 403, 201),
        PLAYER,
        lambda w: {"email": "parent@example.org"},
    ),
    Row(
        "DELETE",
        "api/players/<str:player_id>/guardians/<uuid:guardianship_id>",
        (401, 404, 404, 403, 403, 204),
        {**PLAYER, "guardianship_id": lambda w: w.guardianship.pk},
    ),
    Row(
        "POST",
        "api/teams/<uuid:team_id>/invitations/<uuid:invitation_id>/resend",
        (401, 404, 404, 404, 403, 200),
        INVITATION,
    ),
    Row("POST", "api/teams/<uuid:team_id>/leave", (401, 404, 204, 404, 204, 204), TEAM),
    Row(
        "POST",
        "api/teams/<uuid:team_id>/transfer",
        (401, 404, 404, 404, 403, 403),
        TEAM,
        lambda w: {"membership_id": str(w.membership.pk)},
    ),
]
