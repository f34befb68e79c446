"""What the tenancy walk is made of: personas, the world they move in, and what each gets from a route.

A new route needs a row for each of its methods, in the module of its app. The personas:

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
from apps.accounts.tokens import issue
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
        self.owner = make_member(self.team, Role.OWNER)
        self.login_id = issue(self.owner).login_id
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
        purpose: of the ticket that opens a socket.
    """

    method: str
    route: str
    gets: tuple[int, ...]
    args: Mapping[str, Made] = field(default_factory=dict)
    body: Made | None = None
    query: Made | None = None
    empty_for: frozenset[str] = frozenset()
    purpose: str = "scan"

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
