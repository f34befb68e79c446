"""`/ws/scan/<job_id>` on real Redis: the state at once, every change, nothing to those who may not."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator

from apps.accounts.models import Membership, User
from apps.accounts.services.members import remove_member
from apps.accounts.socket_auth import TicketAuthMiddleware
from apps.accounts.tokens import issue_ticket
from apps.scan.adapters import ChannelsProgressSink
from apps.scan.models import ProcessingJob
from axolotl_project.routing import router
from pipeline.plan import QUICK_PLAN

pytestmark = pytest.mark.django_db(transaction=True)


def socket_of(job_id: Any, ticket: str) -> WebsocketCommunicator:
    return WebsocketCommunicator(TicketAuthMiddleware(router), f"/ws/scan/{job_id}?ticket={ticket}")


async def ticket_for(user: User, object_id: Any = None, purpose: str = "scan") -> str:
    return await sync_to_async(issue_ticket)(user.pk, purpose, str(object_id) if object_id else None)


async def opened(user: User, job: ProcessingJob) -> WebsocketCommunicator:
    socket = socket_of(job.pk, await ticket_for(user, job.pk))
    assert (await socket.connect())[0]
    return socket


async def close_code(socket: WebsocketCommunicator) -> int:
    assert (await socket.connect())[0], "a refused handshake would hide the code from browsers"
    message = await socket.receive_output(timeout=3)
    await socket.disconnect()
    assert message["type"] == "websocket.close", message
    return int(message["code"])


async def test_the_state_comes_at_once(job: ProcessingJob, coach: User, api_client: Callable[..., Any]) -> None:
    socket = await opened(coach, job)
    first = await socket.receive_json_from(timeout=3)
    shown = await sync_to_async(lambda: api_client(coach).get(f"/api/scan/{job.pk}/status").json()["data"])()
    assert first == {"type": "progress", **shown}, "the same shape as /status"
    assert await socket.receive_nothing(timeout=0.3)
    await socket.disconnect()


@pytest.mark.parametrize(
    ("status", "kind"),
    [("running", "progress"), ("completed", "completed"), ("failed", "failed"), ("cancelled", "failed")],
)
async def test_every_change_is_said(job: ProcessingJob, coach: User, status: str, kind: str) -> None:
    socket = await opened(coach, job)
    before = await socket.receive_json_from(timeout=3)
    await ProcessingJob.objects.filter(pk=job.pk).aupdate(status=status, error_code="X", error_message="Why.")
    await sync_to_async(ChannelsProgressSink().job_changed)(str(job.pk))
    after = await socket.receive_json_from(timeout=3)
    assert (after["type"], after["status"], after["version"]) == (kind, status, before["version"] + 1)
    assert after["error"] == ({"code": "X", "message": "Why."} if status == "failed" else None)
    assert len(after["steps"]) == len(QUICK_PLAN)
    await socket.disconnect()


async def test_a_late_message_does_not_turn_the_state_back(job: ProcessingJob, coach: User) -> None:
    socket = await opened(coach, job)
    state = await socket.receive_json_from(timeout=3)
    del state["type"]
    layer = get_channel_layer()
    assert layer is not None
    for version in (state["version"] + 5, state["version"] + 3, state["version"] + 5):
        await layer.group_send(f"scan.{job.pk}", {"type": "scan.state", "state": {**state, "version": version}})
    assert (await socket.receive_json_from(timeout=3))["version"] == state["version"] + 5
    assert await socket.receive_nothing(timeout=0.3)
    await socket.disconnect()


async def test_another_jobs_changes_are_not_heard(job: ProcessingJob, coach: User) -> None:
    socket = await opened(coach, job)
    await socket.receive_json_from(timeout=3)
    other = await ProcessingJob.objects.acreate(session_id=job.session_id, current_step="probe")
    await sync_to_async(ChannelsProgressSink().job_changed)(str(other.pk))
    assert await socket.receive_nothing(timeout=0.3)
    await socket.disconnect()


async def test_without_a_ticket(job: ProcessingJob, coach: User) -> None:
    assert await close_code(socket_of(job.pk, "")) == 4401
    assert await close_code(socket_of(job.pk, "nonsense")) == 4401
    ticket = await ticket_for(coach, job.pk)
    await (used := socket_of(job.pk, ticket)).connect()
    assert await close_code(socket_of(job.pk, ticket)) == 4401, "a ticket opens one socket"
    await used.disconnect()


async def test_with_a_ticket_for_something_else(job: ProcessingJob, coach: User) -> None:
    assert await close_code(socket_of(job.pk, await ticket_for(coach, job.pk, purpose="live"))) == 4403
    assert await close_code(socket_of(job.pk, await ticket_for(coach, uuid.uuid4()))) == 4403


async def test_a_stranger_learns_nothing(job: ProcessingJob, other_coach: User, player_user: User) -> None:
    for user in (other_coach, player_user):
        assert await close_code(socket_of(job.pk, await ticket_for(user))) == 4404
        assert await close_code(socket_of(uuid.uuid4(), await ticket_for(user))) == 4404, "as for what is not there"
    assert await close_code(socket_of("not-an-id", await ticket_for(other_coach))) == 4404


async def test_it_closes_when_the_membership_ends(job: ProcessingJob, owner: User, coach: User) -> None:
    socket = await opened(coach, job)
    await socket.receive_json_from(timeout=3)
    membership = await Membership.objects.aget(user=coach)
    await sync_to_async(remove_member)(user=owner, team_id=membership.team_id, membership_id=membership.pk)
    message = await socket.receive_output(timeout=3)
    await socket.disconnect()
    assert (message["type"], message["code"]) == ("websocket.close", 4403)
