"""What `/ws/pairing/<pairing_id>` tells the page that shows the code. Each message carries the whole state."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Literal, TypedDict

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

EVENT_MESSAGE = "pairing.event"
"""Channel message by which a step of pairing reaches the page."""

EventType = Literal["pairing_state", "pairing_request", "pairing_success", "pairing_failed"]


class DeviceBrief(TypedDict):
    """A device as the page names it; `device_id` is `None` before it has joined."""

    device_id: str | None
    name: str
    device_type: str
    model: str
    paired_at: str | None


class PairingState(TypedDict):
    """Where an offer stands.

    Attributes:
        state: `open`, or why no device can join any more: `full`, `expired`, `closed`, `wrong_tries`.
        wrong_tries_left: wrong codes that it still survives.
    """

    pairing_id: str
    device_type: str
    state: str
    max_devices: int
    places_left: int
    wrong_tries_left: int
    expires_at: str
    devices: list[DeviceBrief]


class PairingEvent(TypedDict):
    """One message.

    Attributes:
        type: `pairing_state` when the socket opens; `pairing_request`, a device has shown the code; `pairing_success`,
            it has joined; `pairing_failed`, it has not, or nobody can any more.
        device: whom it is about.
        reason: of a failure: a `state` of the offer, `wrong_code` or `wrong_device_type`.
    """

    type: EventType
    pairing: PairingState
    device: DeviceBrief | None
    reason: str | None


def utc_text(moment: datetime) -> str:
    """Return a time as the API writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def group_of(pairing_id: uuid.UUID | str) -> str:
    """Channel group of an offer."""
    return f"pairing.{pairing_id}"


def tell(pairing_id: uuid.UUID, kind: EventType, *, device: DeviceBrief | None = None, reason: str = "") -> None:
    """After the commit (at once outside a transaction), tell the offer's page; a page that is not there misses it."""
    message = {"type": EVENT_MESSAGE, "kind": kind, "device": device, "reason": reason or None}

    def send() -> None:
        layer = get_channel_layer()
        if layer is not None:
            async_to_sync(layer.group_send)(group_of(pairing_id), message)

    transaction.on_commit(send, robust=True)
