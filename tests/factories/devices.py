"""Paired devices and offers to pair."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import Role, Team, User
from apps.pairing.auth import generate_api_key
from apps.pairing.models import SCOPES_BY_TYPE, DeviceType, PairedDevice, PairingRequest
from tests.factories.accounts import make_member

_numbers = itertools.count(1)


def make_device(
    team: Team, user: User | None = None, device_type: DeviceType = DeviceType.MOBILE, **fields: Any
) -> tuple[PairedDevice, str]:
    """A device of a team (a new coach's, unless a user is named) and its key."""
    key, prefix, key_hash = generate_api_key()
    owner = user or make_member(team, Role.COACH)
    values: dict[str, Any] = {
        "team": team,
        "user": owner,
        "membership": owner.memberships.filter(team=team).first(),
        "name": f"Phone {next(_numbers)}",
        "device_type": device_type,
        "scopes": [str(scope) for scope in SCOPES_BY_TYPE[device_type]],
        "key_prefix": prefix,
        "key_hash": key_hash,
    }
    return PairedDevice.objects.create(**{**values, **fields}), key


def make_pairing(team: Team, user: User, **fields: Any) -> PairingRequest:
    """An open offer of a user; nobody knows its code."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "team": team,
        "user": user,
        "device_type": DeviceType.MOBILE,
        "selector": f"S{number:03d}",
        "code_hash": f"{number:064d}",
        "expires_at": timezone.now() + timedelta(minutes=10),
    }
    return PairingRequest.objects.create(**{**values, **fields})
