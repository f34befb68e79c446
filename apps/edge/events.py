"""What the edge socket says to a team's pages and nodes."""

from __future__ import annotations

import uuid
from typing import Any, Literal, TypedDict

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from apps.edge.models import EdgeNode

MESSAGE = "edge.event"
"""Channel message that brings an event to every open socket of a team."""


class PresenceEvent(TypedDict):
    """A node came or went; also where its process died without a word, once its lease is over."""

    type: Literal["edge_connected", "edge_disconnected"]
    node_id: str
    name: str


class SyncEvent(TypedDict):
    """How far a node's sync is: `done` of `total` changes that it had to send."""

    type: Literal["sync_update"]
    node_id: str
    done: int
    total: int


def group_of(team_id: uuid.UUID | str) -> str:
    """Channel group of a team's edge sockets."""
    return f"edge.{team_id}"


def presence(node: EdgeNode, *, connected: bool) -> PresenceEvent:
    """The event for a node that came or went."""
    kind: Literal["edge_connected", "edge_disconnected"] = "edge_connected" if connected else "edge_disconnected"
    return PresenceEvent(type=kind, node_id=str(node.pk), name=node.name)


def announce_presence(node: EdgeNode, *, connected: bool) -> None:
    """Tell the team's open sockets that a node came or went."""
    _send(node.device.team_id, dict(presence(node, connected=connected)))


def announce_sync(node: EdgeNode, done: int, total: int) -> None:
    """Tell the team's open sockets how far a sync is."""
    event = SyncEvent(type="sync_update", node_id=str(node.pk), done=done, total=total)
    _send(node.device.team_id, dict(event))


def _send(team_id: uuid.UUID, event: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group_of(team_id), {"type": MESSAGE, "event": event})
