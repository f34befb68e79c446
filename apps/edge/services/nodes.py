"""Who is there: registering, heartbeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.core import audit
from apps.edge.errors import NotANode, NotRegistered
from apps.edge.events import announce_presence
from apps.edge.models import EdgeNode, SyncCursor
from apps.pairing.models import DeviceType, DeviceUser


@dataclass(frozen=True, slots=True)
class NodeFields:
    """What a node says of itself."""

    name: str
    version: str = ""
    capabilities: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def register(*, user: Any, fields: NodeFields) -> tuple[EdgeNode, bool]:
    """Make the device a node, or bring what is known of it up to date; answers the node and whether it is new.

    Raises:
        NotANode: 403, no device of type edge.
    """
    device = _edge_device(user).device
    node, is_new = EdgeNode.objects.update_or_create(
        device=device,
        defaults={
            "name": fields.name,
            "version": fields.version,
            "capabilities": dict(fields.capabilities),
            "last_heartbeat_at": timezone.now(),
        },
    )
    SyncCursor.objects.get_or_create(node=node)
    if is_new:
        audit.record(
            actor_id=user.pk,
            action="edge.registered",
            target=node,
            team_id=device.team_id,
            after={"name": fields.name, "version": fields.version},
        )
    transaction.on_commit(partial(announce_presence, node, connected=True), robust=True)
    return node, is_new


def own_node(user: Any) -> EdgeNode:
    """The node of the device that asks.

    Raises:
        NotANode: 403, no device of type edge.
        NotRegistered: 409, it did not register.
    """
    device = _edge_device(user).device
    node: EdgeNode | None = EdgeNode.objects.filter(device=device).select_related("device").first()
    if node is None:
        raise NotRegistered
    return node


def heartbeat(*, node: EdgeNode, state: Mapping[str, Any], leaving: bool = False) -> None:
    """Note that the node is there and how its queue stands, or that it says goodbye."""
    was_there = node.is_connected()
    node.state = dict(state)
    node.last_heartbeat_at = None if leaving else timezone.now()
    node.save(update_fields=["state", "last_heartbeat_at", "updated_at"])
    if was_there == leaving:
        announce_presence(node, connected=not leaving)


def heard_of(node: EdgeNode, now: datetime) -> None:
    """Note that the node spoke; any request of it counts as a heartbeat."""
    was_there = node.is_connected(now)
    EdgeNode.objects.filter(pk=node.pk).update(last_heartbeat_at=now)
    node.last_heartbeat_at = now
    if not was_there:
        transaction.on_commit(partial(announce_presence, node, connected=True), robust=True)


def _edge_device(user: Any) -> DeviceUser:
    if not isinstance(user, DeviceUser) or user.device.device_type != DeviceType.EDGE:
        raise NotANode
    return user
