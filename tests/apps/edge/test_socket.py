"""`/ws/edge`: who is there, who goes (also without a word), how far a sync is; only for the team."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.utils import timezone

from apps.accounts.models import Membership, Team, User
from apps.accounts.services.members import remove_member
from apps.accounts.tokens import issue_ticket
from apps.edge import consumers
from apps.edge.models import LEASE_S, EdgeNode
from apps.pairing.services.devices import revoke_device
from axolotl_project.routing import sockets
from tests.apps.edge.conftest import Box, change

pytestmark = pytest.mark.django_db(transaction=True)


async def opened(user: User, object_id: Any = None) -> WebsocketCommunicator:
    ticket = await sync_to_async(issue_ticket)(user.pk, "edge", str(object_id) if object_id else None)
    socket = WebsocketCommunicator(sockets, f"/ws/edge?ticket={ticket}")
    assert (await socket.connect())[0]
    return socket


async def by_key(box: Box) -> WebsocketCommunicator:
    socket = WebsocketCommunicator(sockets, "/ws/edge", headers=[(b"authorization", f"Bearer {box.key}".encode())])
    assert (await socket.connect())[0]
    return socket


def told(box: Box, kind: str) -> dict[str, str]:
    return {"type": kind, "node_id": str(box.node.pk), "name": "Pitch 1"}


async def test_who_is_there_comes_first(box: Box, coach: User, team: Team) -> None:
    socket = await opened(coach, team.pk)
    listed = [{"node_id": str(box.node.pk), "name": "Pitch 1", "connected": True}]
    assert await socket.receive_json_from(timeout=3) == {"type": "edge_status", "nodes": listed}
    await socket.disconnect()


async def test_coming_going_and_syncing_are_told_once(box: Box, coach: User, strangers_box: Box) -> None:
    socket = await opened(coach)
    await socket.receive_json_from(timeout=3)
    await sync_to_async(box.post)("heartbeat", {"leaving": True})
    assert await socket.receive_json_from(timeout=3) == told(box, "edge_disconnected")
    await sync_to_async(box.post)("heartbeat", {})
    assert await socket.receive_json_from(timeout=3) == told(box, "edge_connected")
    await sync_to_async(box.post)("heartbeat", {})
    await sync_to_async(strangers_box.sync)()
    await sync_to_async(box.sync)(change("11111111-1111-4111-8111-111111111111", title="x"), pending=4)
    update = {"type": "sync_update", "node_id": str(box.node.pk), "done": 1, "total": 5}
    assert await socket.receive_json_from(timeout=3) == update
    assert await socket.receive_nothing(timeout=0.3)
    await socket.disconnect()


async def test_a_box_without_power_is_missed(box: Box, coach: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "LOOK_EVERY_S", 0.05)
    socket = await opened(coach)
    await socket.receive_json_from(timeout=3)
    long_ago = timezone.now() - timedelta(seconds=LEASE_S + 1)
    await sync_to_async(EdgeNode.objects.update)(last_heartbeat_at=long_ago)
    assert await socket.receive_json_from(timeout=3) == told(box, "edge_disconnected")
    assert await socket.receive_nothing(timeout=0.3)
    await socket.disconnect()


async def test_a_box_listens_with_its_key_and_beats(box: Box) -> None:
    await sync_to_async(EdgeNode.objects.update)(last_heartbeat_at=None)
    socket = await by_key(box)
    assert (await socket.receive_json_from(timeout=3))["nodes"][0]["connected"] is False
    for nonsense in ([], 3, {"type": []}, {"type": "shutdown"}):
        await socket.send_json_to(nonsense)
    await socket.send_json_to({"type": "heartbeat"})
    assert await socket.receive_json_from(timeout=3) == told(box, "edge_connected")
    await socket.disconnect()


async def test_a_revoked_box_is_put_out(box: Box, owner: User) -> None:
    socket = await by_key(box)
    await socket.receive_json_from(timeout=3)
    await sync_to_async(revoke_device)(user=owner, device_id=box.device.pk)
    message = await socket.receive_output(timeout=3)
    assert (message["type"], message["code"]) == ("websocket.close", 4401)


async def test_who_leaves_the_team_is_put_out(box: Box, analyst: User, owner: User, team: Team) -> None:
    socket = await opened(analyst, team.pk)
    await socket.receive_json_from(timeout=3)
    membership = await Membership.objects.aget(user=analyst)
    await sync_to_async(remove_member)(user=owner, team_id=team.pk, membership_id=membership.pk)
    message = await socket.receive_output(timeout=3)
    assert (message["type"], message["code"]) == ("websocket.close", 4403)


async def test_another_team_is_not_found(box: Box, other_coach: User, team: Team) -> None:
    socket = await opened(other_coach, team.pk)
    message = await socket.receive_output(timeout=3)
    assert (message["type"], message["code"]) == ("websocket.close", 4404)
