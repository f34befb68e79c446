"""Devices after they have joined: names, new keys, the end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from apps.accounts.models import Right, User
from apps.accounts.permissions import require_right
from apps.core import audit
from apps.core.sockets import notify_device_revoked
from apps.pairing.auth import make_key
from apps.pairing.errors import DeviceRevoked, KeyReplaced
from apps.pairing.models import DeviceUser, PairedDevice
from apps.pairing.selectors import get_device

KEY_OVERLAP = timedelta(minutes=5)
"""How long a replaced key still counts: time to store the new one, and to ask again when the answer was lost."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A device's new key, which is shown this once."""

    device: PairedDevice
    api_key: str
    previous_key_until: datetime


@transaction.atomic
def rename_device(*, user: User, device_id: uuid.UUID, name: str) -> PairedDevice:
    """Give a device another name.

    Raises:
        NotFound, PermissionDenied: not visible, or the role does not carry the right.
    """
    device = _manageable(user, device_id)
    device.name = name
    device.save(update_fields=["name", "updated_at"])
    return device


@transaction.atomic
def rotate_key(*, user: User, device_id: uuid.UUID, wish_key: str = "") -> NewKey:
    """Replace a device's key. The one in use counts for five more minutes, but can replace nothing any more.

    Args:
        wish_key: the request's `Idempotency-Key`; with the same one again the answer is the same.

    Raises:
        NotFound, PermissionDenied: not visible, or the role does not carry the right.
        DeviceRevoked: 410. KeyReplaced: 409, the key that asks was replaced, or a rival was faster.
    """
    device = _manageable(user, device_id)
    if not device.is_live:
        raise DeviceRevoked
    again = _same_again(device, wish_key)
    if again is not None:
        return again
    if isinstance(user, DeviceUser) and user.key_hash != device.key_hash:
        raise KeyReplaced
    return _replace(user, device, wish_key)


def _same_again(device: PairedDevice, wish_key: str) -> NewKey | None:
    """What was answered to this wish, while the answer may have been lost."""
    until = device.previous_key_until
    if not wish_key or until is None or until <= timezone.now():
        return None
    key, key_hash = _key_after(device, device.previous_key_hash, wish_key)
    return NewKey(device, key, until) if constant_time_compare(key_hash, device.key_hash) else None


def _key_after(device: PairedDevice, replaced: str, wish_key: str) -> tuple[str, str]:
    """The key that takes another one's place; the same wish for another place gives another key."""
    key, _, key_hash = make_key(f"after.{replaced}", device.pk, wish_key, prefix=device.key_prefix)
    return key, key_hash


def _replace(user: User, device: PairedDevice, wish_key: str) -> NewKey:
    known, until = device.key_hash, timezone.now() + KEY_OVERLAP
    key, key_hash = _key_after(device, known, wish_key)
    rows = PairedDevice.objects.live().filter(pk=device.pk, key_hash=known)
    if rows.update(key_hash=key_hash, previous_key_hash=known, previous_key_until=until) != 1:
        raise KeyReplaced
    device.key_hash = key_hash
    _record(user, "device.key_replaced", device)
    return NewKey(device, key, until)


@transaction.atomic
def revoke_device(*, user: User, device_id: uuid.UUID) -> None:
    """End a device's key at once, and its open sockets with it; one that is revoked already stays so.

    Raises:
        NotFound, PermissionDenied: not visible, or the role does not carry the right.
    """
    device = _manageable(user, device_id)
    if end_device(device):
        _record(user, "device.revoked", device)


def end_device(device: PairedDevice) -> bool:
    """End a device's key; tell whether it was still there to be ended."""
    now = timezone.now()
    ended: int = PairedDevice.objects.filter(pk=device.pk, revoked_at=None).update(
        revoked_at=now, updated_at=now, key_hash="", previous_key_hash="", previous_key_until=None, connect_key_hash=""
    )
    notify_device_revoked(device.pk)
    return ended == 1


def _manageable(user: User, device_id: uuid.UUID) -> PairedDevice:
    """A device that somebody may change: itself, or one of a team whose devices they may pair."""
    device = get_device(user, device_id)
    if not isinstance(user, DeviceUser):
        require_right(user, device.team_id, Right.RUN_SCANS)
    return device


def _record(user: User, action: str, device: PairedDevice) -> None:
    by = {"by_device": str(user.device.pk)} if isinstance(user, DeviceUser) else {}
    audit.record(
        actor_id=user.pk, action=action, target=device, team_id=device.team_id, after={"name": device.name, **by}
    )
