"""What the tenancy walk is made of: personas, the world they move in, and what each gets from a route.

A new route needs a row for each of its methods, in the module of its app. The personas:

- `nobody` is not logged in; `stranger` coaches another team;
- `player` is a player of the team, but not the one that the objects are about; `guardian` is the parent of the player
  that they are about, and in no team;
- `analyst` and `coach` are the team's;
- `device` is a phone that the coach paired (`Row.device_key` names another), `revoked` one whose key was revoked. Views
  are closed to devices unless they say otherwise, so a row speaks of `device` only where it is let in; a revoked key
  is 401 everywhere.

A number is the expected status (for a socket the close code, `OPENS` where it stays open). `ALLOWED` is "whatever comes
after the door": anything but 401, 403, 404 and a crash. A refusal must change nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import Invitation, Membership, Role
from apps.accounts.tokens import issue
from apps.pairing.models import DeviceType
from tests.factories.accounts import (
    make_concussion,
    make_fitness_test,
    make_guardian,
    make_measurement,
    make_member,
    make_player,
    make_player_user,
    make_team,
    make_user,
    make_wellness,
)
from tests.factories.calendar import make_drill, make_event, make_proposal
from tests.factories.devices import make_device, make_pairing
from tests.factories.edge import make_node
from tests.factories.feedback import make_feedback
from tests.factories.figures import HEAT_MAP, make_figures
from tests.factories.live import make_live
from tests.factories.scans import make_calibration, make_job, make_video
from tests.factories.sessions import make_attachment, make_note, make_session

ALLOWED = 0
OPENS = 1
PERSONAS = ("nobody", "stranger", "player", "guardian", "analyst", "coach")
DEVICES = ("device", "revoked")

Made = Callable[["World"], Any]


class World:
    """A team with everything, and people in and around it."""

    def __init__(self) -> None:
        self.team = make_team()
        self.subject = make_player(self.team, external_id="subject")
        self.session = make_session(self.team, player=self.subject)
        self.note = make_note(self.session)
        self.attachment = make_attachment(self.session)
        earlier = self.session.start - timedelta(days=2)
        self.earlier_session = make_session(self.team, player=self.subject, start=earlier)
        self.figures = make_figures(self.session, self.subject, {"max_speed_mps": 7.0}, details={"heat_map": HEAT_MAP})
        self.video = make_video(self.session)
        self.job = make_job(self.session)
        self.calibration = make_calibration(self.team)
        self.live = make_live(self.team, status="running")
        self.people: dict[str, Any] = {
            "nobody": None,
            "stranger": make_member(make_team()),
            "player": make_player_user(self.team),
            "guardian": make_guardian(self.subject),
            "analyst": make_member(self.team, Role.ANALYST),
            "coach": make_member(self.team, Role.COACH),
        }
        coach, now = self.people["coach"], timezone.now()
        self.device, phone = make_device(self.team, coach, last_seen_at=now)
        self.edge_device, box = make_device(self.team, coach, DeviceType.EDGE, last_seen_at=now)
        self.edge_node = make_node(self.edge_device)
        self.revoked, dead = make_device(self.team, coach, revoked_at=now)
        self.keys = {"device": phone, "edge": box, "revoked": dead}
        self.pairing = make_pairing(self.team, coach)
        self.entries: dict[str, Any] = {
            "measurements": make_measurement(self.subject),
            "fitness-tests": make_fitness_test(self.subject),
            "wellness": make_wellness(self.subject),
            "concussions": make_concussion(self.subject),
        }
        soon = now + timedelta(days=3)
        self.event = make_event(self.team, start=soon)
        self.own_event = make_event(self.team, player=self.subject, start=soon + timedelta(days=1))
        self.proposal = make_proposal(self.subject)
        self.drill = make_drill(f"drill-{self.team.pk.hex}")
        self.feedback = make_feedback(self.session)
        self.shared_feedback = make_feedback(self.session, shared_at=now)
        self.guardianship = self.subject.guardianships.create(guardian=make_user())
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
        device: what a paired device gets; `None` = the view is closed to it (403, for a socket 4403).
        device_key: which device that is, of `World.keys`.
    """

    method: str
    route: str
    gets: tuple[int, ...]
    args: Mapping[str, Made] = field(default_factory=dict)
    body: Made | None = None
    query: Made | None = None
    empty_for: frozenset[str] = frozenset()
    purpose: str = "scan"
    device: int | None = None
    device_key: str = "device"

    @property
    def expected(self) -> dict[str, int]:
        """Status by persona."""
        closed, dead = (4403, 4401) if self.method == "WS" else (403, 401)
        by_key = {"device": closed if self.device is None else self.device, "revoked": dead}
        return dict(zip(PERSONAS, self.gets, strict=True)) | by_key

    def key_of(self, persona: str, world: World) -> str | None:
        """The device key by which a persona comes, `None` for people."""
        names = {"device": self.device_key, "revoked": "revoked"}
        return world.keys[names[persona]] if persona in names else None


TEAM = {"team_id": lambda w: w.team.pk}
MEMBER = {**TEAM, "membership_id": lambda w: w.membership.pk}
INVITATION = {**TEAM, "invitation_id": lambda w: w.invitation.pk}
PLAYER = {"player_id": lambda w: w.subject.pk}
SESSION = {"session_id": lambda w: w.session.pk}
SCAN = {"object_id": lambda w: w.job.pk}
DEVICE = {"device_id": lambda w: w.device.pk}
PAIRING = {"pairing_id": lambda w: w.pairing.pk}

READ_BY_STAFF = (401, 404, 404, 404, 200, 200)
READ_BY_STAFF_AND_FAMILY = (401, 404, 404, 200, 200, 200)
LISTED = (401, 200, 200, 200, 200, 200)
SEE_NOTHING = frozenset({"stranger", "player"})
