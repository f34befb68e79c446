"""`/ws/feedback/:id`: all that is written at once, then each sentence, then the end; a late joiner misses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from apps.accounts.models import Role, User
from apps.accounts.socket_auth import TicketAuthMiddleware
from apps.accounts.tokens import issue_ticket
from apps.feedback import messages
from apps.feedback.events import state_of
from apps.feedback.models import Feedback, FeedbackStatus
from apps.feedback.services.opinions import share
from axolotl_project.routing import router
from tests.factories.accounts import make_guardian, make_member, make_player, make_team
from tests.factories.feedback import make_feedback
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db(transaction=True)


class Club:
    """A coach, a child with a parent, and a feedback that is being written."""

    def __init__(self) -> None:
        team = make_team()
        self.coach = make_member(team, Role.COACH)
        kim = make_player(team)
        self.parent = make_guardian(kim)
        session = make_session(team, player=kim)
        running = {"status": FeedbackStatus.RUNNING, "body": None, "text": "Kim covered", "version": 3}
        self.open = make_feedback(session, **running)
        self.done = make_feedback(session)


@pytest.fixture
async def club() -> Club:
    return await sync_to_async(Club)()


async def opened(user: User, row: Feedback) -> WebsocketCommunicator:
    ticket = await sync_to_async(issue_ticket)(user.pk, "feedback", str(row.pk))
    socket = WebsocketCommunicator(TicketAuthMiddleware(router), f"/ws/feedback/{row.pk}?ticket={ticket}")
    assert (await socket.connect())[0]
    return socket


async def tell(row: Feedback, **changes: Any) -> None:
    """What a worker does: change the row, then say so."""

    def change() -> None:
        Feedback.objects.filter(pk=row.pk).update(**changes)
        row.refresh_from_db()
        messages.announce(row.pk, dict(state_of(row)))

    await sync_to_async(change)()


async def test_a_late_joiner_gets_all_so_far_and_then_the_rest(club: Club) -> None:
    socket = await opened(club.coach, club.open)
    first = await socket.receive_json_from()
    assert (first["type"], first["text"], first["version"]) == ("progress", "Kim covered", 3)
    await tell(club.open, text="Kim covered 2,940 m.", version=4)
    assert (await socket.receive_json_from())["text"] == "Kim covered 2,940 m."
    await tell(club.open, status=FeedbackStatus.COMPLETED, body={"summary": "Kim covered 2,940 m."}, version=5)
    last = await socket.receive_json_from()
    assert (last["type"], last["body"]) == ("completed", {"summary": "Kim covered 2,940 m."})
    await socket.disconnect()


async def test_an_older_state_is_not_shown_again(club: Club) -> None:
    socket = await opened(club.coach, club.open)
    await socket.receive_json_from()
    await tell(club.open, version=2, text="old")
    assert await socket.receive_nothing(timeout=0.2)
    await socket.disconnect()


async def test_a_failure_is_told_with_its_reason(club: Club) -> None:
    socket = await opened(club.coach, club.open)
    await socket.receive_json_from()
    failed = {"status": FeedbackStatus.FAILED, "error_code": "UNSUPPORTED", "error_message": "No text passed."}
    await tell(club.open, version=9, **failed)
    last = await socket.receive_json_from()
    assert (last["type"], last["error"]) == ("failed", {"code": "UNSUPPORTED", "message": "No text passed."})
    await socket.disconnect()


async def test_who_loses_sight_of_it_is_shown_out(club: Club) -> None:
    await sync_to_async(share)(user=club.coach, feedback_id=club.done.pk, shared=True)
    socket = await opened(club.parent, club.done)
    assert (await socket.receive_json_from())["type"] == "completed"
    await sync_to_async(share)(user=club.coach, feedback_id=club.done.pk, shared=False)
    closed = await socket.receive_output(timeout=2)
    assert (closed["type"], closed["code"]) == ("websocket.close", 4403)
