"""Tickets and sockets, through the real application and the real Redis."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.urls import path
from django.utils import translation
from rest_framework.test import APIClient

from apps.accounts.models import LogIn, Membership, Role, Team, User
from apps.accounts.services.members import remove_member
from apps.accounts.socket_auth import TicketAuthMiddleware
from apps.accounts.tokens import issue_ticket, redeem_ticket
from apps.core.sockets import ObjectConsumer
from apps.sessions.models import Session
from axolotl_project.routing import router
from tests.factories.accounts import make_member, make_team
from tests.factories.sessions import make_session

Clients = Callable[..., APIClient]


class SessionSocket(ObjectConsumer):
    """A socket about a session."""

    purpose = "session"

    def find(self, user: Any, object_id: str) -> Session | None:
        found: Session | None = Session.objects.visible_to(user).filter(pk=object_id).first()
        return found

    def group_name(self, found: Session) -> str:
        return f"session.{found.pk}"

    async def opened(self, found: Session) -> None:
        await self.send_json({"title": found.title})

    async def session_said(self, event: dict[str, Any]) -> None:
        await self.send_json({"said": event["text"]})


application = TicketAuthMiddleware(URLRouter([path("ws/session/<str:object_id>", SessionSocket.as_asgi())]))


def communicator(object_id: Any, ticket: str) -> WebsocketCommunicator:
    return WebsocketCommunicator(application, f"/ws/session/{object_id}?ticket={ticket}")


async def close_code(object_id: Any, ticket: str) -> int:
    socket = communicator(object_id, ticket)
    connected, _ = await socket.connect()
    assert connected  # a refused handshake would hide the code from browsers
    message = await socket.receive_output(timeout=2)
    await socket.disconnect()
    assert message["type"] == "websocket.close"
    await socket.disconnect()
    return int(message["code"])


class Cast:
    """Two teams, a coach each, a session of the first."""

    def __init__(self) -> None:
        self.team = make_team()
        self.owner = make_member(self.team, Role.OWNER)
        self.coach = make_member(self.team)
        self.session = make_session(self.team)
        self.stranger = make_member(make_team())

    def ticket(self, user: User | None = None, purpose: str = "session", object_id: str | None = None) -> str:
        return issue_ticket((user or self.coach).pk, purpose, object_id)


@pytest.fixture
async def cast(transactional_db: None) -> Cast:
    return await sync_to_async(Cast)()


async def test_a_ticket_opens_the_socket_and_its_group_is_heard(cast: Cast) -> None:
    socket = communicator(cast.session.pk, await sync_to_async(cast.ticket)())
    assert (await socket.connect())[0]
    assert await socket.receive_json_from() == {"title": "Passing drill"}
    layer = get_channel_layer()
    assert layer is not None
    await layer.group_send(f"session.{cast.session.pk}", {"type": "session.said", "text": "hello"})
    assert await socket.receive_json_from() == {"said": "hello"}
    await socket.disconnect()


async def test_a_socket_speaks_the_language_of_the_request_for_its_ticket(cast: Cast) -> None:
    def asked(language: str) -> str:
        with translation.override(language):
            return cast.ticket()

    layer = get_channel_layer()
    assert layer is not None
    for language, heard in (("es", "El análisis se ha cancelado."), ("en", "The scan was cancelled.")):
        ticket = await sync_to_async(asked)(language)
        socket = communicator(cast.session.pk, ticket)
        assert (await socket.connect())[0]
        assert await socket.receive_json_from() == {"title": "Passing drill"}
        said = {"message": "The scan was cancelled.", "name": "The scan was cancelled."}
        await layer.group_send(f"session.{cast.session.pk}", {"type": "session.said", "text": said})
        assert await socket.receive_json_from() == {"said": {**said, "message": heard}}
        await socket.disconnect()


async def test_without_a_ticket_4401(cast: Cast) -> None:
    assert await close_code(cast.session.pk, "") == 4401
    assert await close_code(cast.session.pk, "made-up") == 4401


async def test_a_ticket_works_once(cast: Cast) -> None:
    ticket = await sync_to_async(cast.ticket)()
    socket = communicator(cast.session.pk, ticket)
    assert (await socket.connect())[0]
    await socket.receive_json_from()
    assert await close_code(cast.session.pk, ticket) == 4401
    await socket.disconnect()


async def test_a_ticket_of_another_purpose_or_object_4403(cast: Cast) -> None:
    for_live = await sync_to_async(cast.ticket)(purpose="live")
    assert await close_code(cast.session.pk, for_live) == 4403
    for_another = await sync_to_async(cast.ticket)(object_id=str(uuid.uuid4()))
    assert await close_code(cast.session.pk, for_another) == 4403


async def test_another_teams_object_and_none_at_all_look_the_same(cast: Cast) -> None:
    assert await close_code(cast.session.pk, await sync_to_async(cast.ticket)(cast.stranger)) == 4404
    assert await close_code(uuid.uuid4(), await sync_to_async(cast.ticket)(cast.stranger)) == 4404


@pytest.mark.parametrize("address", ["/ws/nothing", "/", "/ws/scan"])
async def test_an_address_without_a_socket_4404(redis_server: str, address: str) -> None:
    socket = WebsocketCommunicator(TicketAuthMiddleware(router), address)
    assert (await socket.connect())[0]
    assert (await socket.receive_output(timeout=2))["code"] == 4404
    await socket.disconnect()


async def test_a_closed_account_4401(cast: Cast) -> None:
    ticket = await sync_to_async(cast.ticket)()
    await User.objects.filter(pk=cast.coach.pk).aupdate(is_active=False)
    assert await close_code(cast.session.pk, ticket) == 4401


async def test_losing_the_membership_closes_the_open_socket(cast: Cast) -> None:
    socket = communicator(cast.session.pk, await sync_to_async(cast.ticket)())
    assert (await socket.connect())[0]
    await socket.receive_json_from()
    membership = await Membership.objects.aget(user=cast.coach)
    await sync_to_async(remove_member)(user=cast.owner, team_id=cast.team.pk, membership_id=membership.pk)
    message = await socket.receive_output(timeout=2)
    await socket.disconnect()
    assert (message["type"], message["code"]) == ("websocket.close", 4403)
    await socket.disconnect()


async def test_losing_another_membership_leaves_it_open(cast: Cast) -> None:
    other = await Team.objects.acreate(name="other")
    owner = await sync_to_async(make_member)(other, Role.OWNER)
    await sync_to_async(make_member)(other, Role.COACH, cast.coach)
    socket = communicator(cast.session.pk, await sync_to_async(cast.ticket)())
    assert (await socket.connect())[0]
    await socket.receive_json_from()
    membership = await Membership.objects.aget(user=cast.coach, team=other)
    await sync_to_async(remove_member)(user=owner, team_id=other.pk, membership_id=membership.pk)
    assert await socket.receive_nothing(timeout=0.3)
    await socket.disconnect()


def test_of_two_who_redeem_at_once_one_gets_it(redis_server: str) -> None:
    ticket = issue_ticket(uuid.uuid4(), "scan", None)
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: redeem_ticket(ticket), range(8)))
    assert sum(body is not None for body in got) == 1


def test_the_route_gives_a_short_ticket(api_client: Clients, coach: User) -> None:
    object_id = str(uuid.uuid4())
    body, spanish = {"purpose": "scan", "object_id": object_id}, {"Accept-Language": "es"}
    answer = api_client(coach).post("/api/auth/ticket", body, headers=spanish)
    data = answer.json()["data"]
    assert (answer.status_code, data["expires_in"]) == (200, 30)
    login_id = str(LogIn.objects.get().pk)
    who = {"user_id": str(coach.pk), "login_id": login_id, "device_id": None}
    named = {**who, "purpose": "scan", "object_id": object_id, "language": "es"}
    assert redeem_ticket(data["ticket"]) == named


def test_a_ticket_is_stored_only_as_a_hash(redis_server: str) -> None:
    from redis import Redis

    ticket = issue_ticket(uuid.uuid4(), "scan", None)
    with Redis.from_url(redis_server) as client:
        [key] = client.keys("*ticket*")
        assert 0 < client.ttl(key) <= 30
        assert ticket.encode() not in key


@pytest.mark.parametrize("body", [{}, {"purpose": "no such thing!"}, {"purpose": "scan", "object_id": "x"}])
def test_a_nonsense_ticket_is_refused(api_client: Clients, coach: User, body: dict[str, str]) -> None:
    assert api_client(coach).post("/api/auth/ticket", body).status_code == 400
