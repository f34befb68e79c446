"""`/ws/calendar`: each audience hears what it may see, at once, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from apps.accounts.models import Membership, Player, Role, Team, User
from apps.accounts.services.members import remove_member
from apps.accounts.socket_auth import TicketAuthMiddleware
from apps.accounts.tokens import issue_ticket
from apps.calendar.planner import Wishes
from apps.calendar.services.events import Target, create_event, delete_event, update_event
from apps.calendar.services.recommendations import recommend
from apps.core.errors import SafetyRule
from axolotl_project.routing import router
from tests.factories.accounts import make_guardian, make_member, make_player, make_team
from tests.factories.calendar import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)


class Club:
    """A team, its coach, two players with a parent each, and another team's coach."""

    def __init__(self) -> None:
        self.team: Team = make_team(age_group="U15", time_zone="Europe/Madrid")
        self.coach: User = make_member(self.team, Role.COACH)
        self.owner: User = make_member(self.team, Role.OWNER)
        self.kim: Player = make_player(self.team, first_name="Kim", date_of_birth="2012-03-04")
        self.lou: Player = make_player(self.team, first_name="Lou", date_of_birth="2012-03-04")
        self.kims: User = make_guardian(self.kim)
        self.lous: User = make_guardian(self.lou)
        self.stranger: User = make_member(make_team(), Role.COACH)

    def fields(self, **more: Any) -> dict[str, Any]:
        return {
            "team_id": self.team.pk,
            "title": "Training",
            "start": MONDAY,
            "end": MONDAY + timedelta(hours=1),
            **more,
        }


@pytest.fixture
async def club() -> Club:
    return await sync_to_async(Club)()


async def opened(user: User, object_id: Any = None) -> WebsocketCommunicator:
    ticket = await sync_to_async(issue_ticket)(user.pk, "calendar", str(object_id) if object_id else None)
    socket = WebsocketCommunicator(TicketAuthMiddleware(router), f"/ws/calendar?ticket={ticket}")
    assert (await socket.connect())[0]
    return socket


async def heard(socket: WebsocketCommunicator) -> Any:
    return await socket.receive_json_from(timeout=3)


async def listening(user: User, team: Team) -> WebsocketCommunicator:
    socket = await opened(user, team.pk)
    assert await heard(socket) == {"type": "connected", "team_ids": [str(team.pk)]}
    return socket


async def silent(*sockets: WebsocketCommunicator) -> bool:
    return all([await socket.receive_nothing(timeout=0.2) for socket in sockets])


async def test_team_events_reach_staff_and_families_each_in_their_words(club: Club) -> None:
    coach, parent = await listening(club.coach, club.team), await listening(club.kims, club.team)
    fields = club.fields(excused_player_ids=[str(club.lou.pk)], end=MONDAY + timedelta(minutes=90))
    made = await sync_to_async(create_event)(user=club.coach, fields=fields, reason="Agreed")
    staff, family = await heard(coach), await heard(parent)
    assert (staff["type"], staff["action"], staff["event"]["id"]) == ("calendar_update", "created", made.event["id"])
    assert staff["event"] == made.event, "as the API answers"
    assert (staff["event"]["override_reason"], family["event"]["override_reason"]) == ("Agreed", None)
    assert (len(staff["event"]["excused"]), family["event"]["excused"]) == (1, [])
    for socket in (coach, parent):
        await socket.disconnect()


async def test_a_players_events_reach_that_family_alone(club: Club) -> None:
    coach, kims, lous = [await listening(user, club.team) for user in (club.coach, club.kims, club.lous)]
    fields = club.fields(team_id=None, player_id=str(club.kim.pk))
    made = await sync_to_async(create_event)(user=club.coach, fields=fields)
    assert [(await heard(socket))["action"] for socket in (coach, kims)] == ["created", "created"]
    assert await silent(lous)
    change = {"player_id": str(club.lou.pk)}
    target = Target(event_id=made.event["id"], version=1)
    await sync_to_async(update_event)(user=club.coach, target=target, changes=change)
    assert (await heard(coach))["action"] == "updated"
    assert await heard(kims) == {
        "type": "calendar_update", "action": "deleted",
        "event": {"id": made.event["id"], "team_id": str(club.team.pk)},
    }  # fmt: skip
    assert (await heard(lous))["event"]["player"]["display_name"].startswith("Lou")
    await sync_to_async(delete_event)(user=club.coach, target=Target(event_id=made.event["id"]))
    assert [(await heard(socket))["action"] for socket in (coach, lous)] == ["deleted", "deleted"]
    assert await silent(kims)
    for socket in (coach, kims, lous):
        await socket.disconnect()


async def test_proposals_are_for_staff(club: Club) -> None:
    coach, kims = await listening(club.coach, club.team), await listening(club.kims, club.team)
    wishes = Wishes(first=date(2027, 3, 1), last=date(2027, 3, 7))
    found = await sync_to_async(recommend)(user=club.coach, player_id=str(club.kim.pk), wishes=wishes)
    ready = await heard(coach)
    assert (ready["type"], ready["request_id"]) == ("recommendation_ready", str(found.request_id))
    assert [proposal["id"] for proposal in ready["proposals"]] == [str(row.pk) for row in found.rows]
    assert await silent(kims)
    for socket in (coach, kims):
        await socket.disconnect()


async def test_what_was_refused_is_not_told(club: Club) -> None:
    coach = await listening(club.coach, club.team)
    with pytest.raises(SafetyRule):
        await sync_to_async(create_event)(user=club.coach, fields=club.fields(end=MONDAY + timedelta(hours=3)))
    assert await silent(coach)
    await coach.disconnect()


async def test_another_team_is_not_heard(club: Club) -> None:
    everywhere = await opened(club.stranger)
    assert str(club.team.pk) not in (await heard(everywhere))["team_ids"]
    await sync_to_async(create_event)(user=club.coach, fields=club.fields())
    assert await silent(everywhere)
    await everywhere.disconnect()
    refused = await opened(club.stranger, club.team.pk)
    assert (await refused.receive_output(timeout=3))["code"] == 4404
    await refused.disconnect()


async def test_it_closes_when_the_membership_ends(club: Club) -> None:
    socket = await listening(club.coach, club.team)
    membership = await Membership.objects.aget(user=club.coach)
    await sync_to_async(remove_member)(user=club.owner, team_id=club.team.pk, membership_id=membership.pk)
    message = await socket.receive_output(timeout=3)
    assert (message["type"], message["code"]) == ("websocket.close", 4403)
    await socket.disconnect()


async def test_a_ticket_for_something_else(club: Club) -> None:
    ticket = await sync_to_async(issue_ticket)(club.coach.pk, "scan", None)
    socket = WebsocketCommunicator(TicketAuthMiddleware(router), f"/ws/calendar?ticket={ticket}")
    assert (await socket.connect())[0]
    assert (await socket.receive_output(timeout=3))["code"] == 4403
    await socket.disconnect()
