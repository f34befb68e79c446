"""Reading devices and offers, always by who asks."""

from __future__ import annotations

import uuid

from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.pairing.events import DeviceBrief, PairingState, utc_text
from apps.pairing.models import MAX_WRONG_TRIES, DeviceUser, PairedDevice, PairedDeviceQuerySet, PairingRequest


def list_devices(user: User) -> PairedDeviceQuerySet:
    """Return the devices of the teams that somebody staffs; a device sees itself."""
    rows: PairedDeviceQuerySet = PairedDevice.objects.visible_to(user).select_related("user")
    return rows.filter(pk=user.device.pk) if isinstance(user, DeviceUser) else rows


def get_device(user: User, device_id: uuid.UUID) -> PairedDevice:
    """Return one of the devices that somebody may see.

    Raises:
        NotFound: no such device for this user.
    """
    device: PairedDevice | None = list_devices(user).filter(pk=device_id).first()
    if device is None:
        raise NotFound("There is no such device.")
    return device


def find_offer(user: User, pairing_id: uuid.UUID) -> PairingRequest | None:
    """Return an offer of this very user, while they may still see its team; only its host follows it."""
    offers = PairingRequest.objects.visible_to(user).filter(pk=pairing_id, user_id=user.pk)
    found: PairingRequest | None = offers.first()
    return found


def brief(device: PairedDevice) -> DeviceBrief:
    """Return a device as the page of an offer names it."""
    return DeviceBrief(
        device_id=str(device.pk),
        name=device.name,
        device_type=device.device_type,
        model=device.model,
        paired_at=utc_text(device.paired_at),
    )


def offer_state(pairing_id: uuid.UUID) -> PairingState | None:
    """Return where an offer stands, `None` once it is forgotten."""
    offer = PairingRequest.objects.filter(pk=pairing_id).first()
    if offer is None:
        return None
    return PairingState(
        pairing_id=str(offer.pk),
        device_type=offer.device_type,
        state=str(offer.state_at(timezone.now())),
        max_devices=offer.max_devices,
        places_left=offer.max_devices - offer.places_taken,
        wrong_tries_left=max(0, MAX_WRONG_TRIES - offer.wrong_tries),
        expires_at=utc_text(offer.expires_at),
        devices=[brief(device) for device in offer.devices.order_by("paired_at", "pk")],
    )
