"""Every route and socket, and what each kind of person gets from it (`test_tenancy.py` walks it).

A new route needs a row for each of its methods. The personas:

- `nobody` is not logged in; `stranger` coaches another team;
- `player` is a player of the team, but not the one that the objects are about; `guardian` is the parent of the player
  that they are about, and in no team;
- `analyst` and `coach` are the team's.

A number is the expected status (for a socket the close code, `OPENS` where it stays open). `ALLOWED` is "whatever comes
after the door": anything but 401, 403, 404 and a crash. A refusal must change nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.accounts.models import Invitation, Membership, Role
from tests.factories.accounts import make_guardian, make_member, make_player, make_player_user, make_team
from tests.factories.scans import make_calibration, make_job, make_video
from tests.factories.sessions import make_note, make_session

ALLOWED = 0
OPENS = 1
PERSONAS = ("nobody", "stranger", "player", "guardian", "analyst", "coach")

Made = Callable[["World"], Any]


class World:
    """A team with everything, and people in and around it."""

    def __init__(self) -> None:
        self.team = make_team()
        self.subject = make_player(self.team, external_id="subject")
        self.session = make_session(self.team, player=self.subject)
        self.note = make_note(self.session)
        self.video = make_video(self.session)
        self.job = make_job(self.session)
        self.calibration = make_calibration(self.team)
        self.people: dict[str, Any] = {
            "nobody": None,
            "stranger": make_member(make_team()),
            "player": make_player_user(self.team),
            "guardian": make_guardian(self.subject),
            "analyst": make_member(self.team, Role.ANALYST),
            "coach": make_member(self.team, Role.COACH),
        }
        self.membership = Membership.objects.get(user=self.people["analyst"])
        self.invitation = Invitation.objects.create(
            team=self.team,
            email="x@example.org",
            role="coach",
            token_hash=uuid.uuid4().hex,
            expires_at=self.session.start,
        )


@dataclass(frozen=True)
class Row:
    """What everybody gets from one method of one route.

    Attributes:
        gets: persona → status; in the order of `PERSONAS`.
        args: name of a path argument → how to make it.
        body: how to make the JSON body.
        empty_for: personas whose (allowed) answer must hold no rows.
    """

    method: str
    route: str
    gets: tuple[int, ...]
    args: Mapping[str, Made] = field(default_factory=dict)
    body: Made | None = None
    query: Made | None = None
    empty_for: frozenset[str] = frozenset()

    @property
    def expected(self) -> dict[str, int]:
        """Status by persona."""
        return dict(zip(PERSONAS, self.gets, strict=True))


TEAM = {"team_id": lambda w: w.team.pk}
MEMBER = {**TEAM, "membership_id": lambda w: w.membership.pk}
INVITATION = {**TEAM, "invitation_id": lambda w: w.invitation.pk}
PLAYER = {"player_id": lambda w: w.subject.pk}
SESSION = {"session_id": lambda w: w.session.pk}
SCAN = {"object_id": lambda w: w.job.pk}

READ_BY_STAFF = (401, 404, 404, 404, 200, 200)
READ_BY_STAFF_AND_FAMILY = (401, 404, 404, 200, 200, 200)
LISTED = (401, 200, 200, 200, 200, 200)
SEE_NOTHING = frozenset({"stranger", "player"})


def _click(w: World) -> dict[str, Any]:
    return {"image_size": [96, 64], "points": []}


# person:          nobody, stranger, player, guardian, analyst, coach
ACCOUNTS = [
    Row("GET", "api/auth/me", LISTED),
    Row("PATCH", "api/auth/me", LISTED, body=lambda w: {"name": "New"}),
    Row("POST", "api/auth/ticket", LISTED, body=lambda w: {"purpose": "scan", "object_id": str(w.job.pk)}),
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

SESSIONS = [
    Row("GET", "api/sessions", LISTED, empty_for=SEE_NOTHING),
    Row(
        "POST",
        "api/sessions",
        (401, 404, 403, 404, 201, 201),
        body=lambda w: {"team_id": str(w.team.pk), "title": "New"},
    ),
    Row("POST", "api/sessions", (401, 404, 404, 403, 201, 201), body=lambda w: {"player_id": str(w.subject.pk)}),
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
]

_READS = (401, 404, 404, ALLOWED, ALLOWED, ALLOWED)
_EDITS = (401, 404, 404, 403, ALLOWED, ALLOWED)
_RUNS = (401, 404, 404, 403, 403, ALLOWED)
SCANS = [
    Row(
        "POST",
        "api/scan/quick",
        (401, 404, 403, 403, 403, 404),  # the coach's: no such upload
        body=lambda w: {"player_id": str(w.subject.pk), "upload_id": str(uuid.uuid4())},
    ),
    Row("GET", "api/scan/presets", LISTED),
    Row("GET", "api/scan/pitch", LISTED),
    Row("GET", "api/kpis/catalogue", LISTED),
    Row("GET", "api/scan/<uuid:object_id>/status", READ_BY_STAFF_AND_FAMILY, SCAN),
    Row("GET", "api/scan/<uuid:object_id>/status", READ_BY_STAFF_AND_FAMILY, {"object_id": lambda w: w.session.pk}),
    Row("POST", "api/scan/<uuid:object_id>/cancel", _RUNS, SCAN),
    Row("POST", "api/scan/<uuid:object_id>/retry", _RUNS, SCAN),
    Row("GET", "api/scan/<uuid:object_id>/results", _READS, SCAN),
    Row("GET", "api/scan/<uuid:object_id>/kpis", _READS, SCAN),
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

ROWS = [*ACCOUNTS, *SESSIONS, *SCANS]

SOCKETS = [
    Row("WS", "ws/scan/<str:object_id>", (4401, 4404, 4404, OPENS, OPENS, OPENS), SCAN),
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
    "metrics": "the internal network and staff (test_health)",
    "media/signed/<str:token>/video": "the signature is the right (tests of the scan app)",
    "media/signed/<str:token>/thumbnail": "the signature is the right (tests of the scan app)",
}
"""Routes that need no log-in, and why."""

WITH_TESTS_OF_THEIR_OWN: dict[str, str] = {
    "api/scan/uploads": "uploads belong to a person, not to a team: tests/apps/scan/test_uploads.py",
    "api/scan/uploads/<uuid:upload_id>": "uploads belong to a person, not to a team: tests/apps/scan/test_uploads.py",
    "api/scan/<uuid:object_id>/video": "needs a film on disk: tests/apps/scan",
    "api/scan/<uuid:object_id>/frame": "needs a film on disk: tests/apps/scan",
    "api/scan/calibrations/fit": "keeps nothing and reads nothing: tests/apps/scan",
    "POST api/scan/calibrations": "fits in a child process: tests/apps/scan",
}
"""Routes (or one method of a route) whose personas are tested where the files they need are made."""
