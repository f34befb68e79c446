"""Edge boxes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.edge.models import EdgeNode, SyncCursor
from apps.pairing.models import PairedDevice


def make_node(device: PairedDevice, **fields: Any) -> EdgeNode:
    """A registered node that was heard of just now."""
    values: dict[str, Any] = {"name": "Pitch 1", "version": "0.1.0", "last_heartbeat_at": timezone.now()}
    node = EdgeNode.objects.create(device=device, **{**values, **fields})
    SyncCursor.objects.create(node=node)
    return node
