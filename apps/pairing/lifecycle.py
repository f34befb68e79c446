"""What goes with a player, user or team, and what belongs to a person's export."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apps.core.lifecycle import lifecycle
from apps.core.sockets import notify_device_revoked
from apps.pairing.models import PairedDevice, PairingRequest

OWNER = "pairing"


def register() -> None:
    """Tell core what this app keeps; called when Django is ready."""
    for kind in ("player", "user", "team"):
        lifecycle.register_eraser(kind, OWNER, _eraser(f"{kind}_id__in"))
    lifecycle.register_exporter("player", OWNER, lambda player_id: export(player_id=player_id))
    lifecycle.register_exporter("user", OWNER, lambda user_id: export(user_id=user_id))


def _eraser(lookup: str) -> Callable[[Sequence[uuid.UUID]], None]:
    def erase(ids: Sequence[uuid.UUID]) -> None:
        """Remove devices (their names are personal) and offers; close the devices' sockets."""
        devices = PairedDevice.objects.filter(**{lookup: ids})
        for device_id in devices.values_list("pk", flat=True):
            notify_device_revoked(device_id)
        devices.delete()
        PairingRequest.objects.filter(**{lookup: ids}).delete()

    return erase


def export(**whose: uuid.UUID) -> Mapping[str, Any]:
    """The devices of a user, or those paired for a player; no part of a key."""
    rows = PairedDevice.objects.filter(**whose).order_by("paired_at", "pk")
    return {
        "devices": [
            {
                "device_id": str(row.pk),
                "team_id": str(row.team_id),
                "name": row.name,
                "device_type": row.device_type,
                "model": row.model,
                "os_version": row.os_version,
                "app_version": row.app_version,
                "paired_at": row.paired_at.isoformat(),
                "last_seen_at": row.last_seen_at.isoformat() if row.last_seen_at else None,
                "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
            }
            for row in rows
        ]
    }
