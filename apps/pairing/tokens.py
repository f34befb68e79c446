"""Short-lived tokens of a device: what its page sends instead of the key itself.

They are types of their own, so whatever takes a person's token refuses them, and a device can never become its user.
They keep no state: each names the device and the key it was made under, and is only as good as that key, which is
looked up at every request. So revoking or replacing the key ends them as well.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from jwt.utils import base64url_decode
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import Token

DEVICE_CLAIM = "device_id"
KEY_CLAIM = "key"
FINGERPRINT_LENGTH = 16


class DeviceAccessToken(Token):
    """Opens for a quarter of an hour what the device's key opens."""

    token_type = "device_access"  # noqa: S105  (a kind of token, no secret)
    lifetime: timedelta = settings.ACCESS_TOKEN_LIFETIME


class DeviceRefreshToken(Token):
    """Traded for a new pair."""

    token_type = "device_refresh"  # noqa: S105  (a kind of token, no secret)
    lifetime: timedelta = settings.REFRESH_TOKEN_LIFETIME


@dataclass(frozen=True, slots=True)
class DeviceTokens:
    """A pair of tokens; `expires_in` [s] is the access token's."""

    access: str
    refresh: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class Named:
    """What a token says: which device, and the fingerprint of the key under which it was made."""

    device_id: uuid.UUID
    key_fingerprint: str


def fingerprint(key_hash: str) -> str:
    """Return what names a key in a token: the start of its hash, from which nothing of the key follows."""
    return key_hash[:FINGERPRINT_LENGTH]


def issue(device_id: uuid.UUID, key_hash: str) -> DeviceTokens:
    """Return a pair of tokens of a device and one of its keys."""
    lifetime = int(settings.ACCESS_TOKEN_LIFETIME.total_seconds())
    access, refresh = (_made(kind, device_id, key_hash) for kind in (DeviceAccessToken, DeviceRefreshToken))
    return DeviceTokens(access, refresh, lifetime)


def read_access(raw: str) -> Named | None:
    """Return what an access token says, `None` for anything else."""
    return _read(DeviceAccessToken, raw) if _claims_to_be(DeviceAccessToken, raw) else None


def read_refresh(raw: str) -> Named | None:
    """Return what a refresh token says, `None` for anything else."""
    return _read(DeviceRefreshToken, raw)


def _made(kind: type[Token], device_id: uuid.UUID, key_hash: str) -> str:
    token = kind()
    token[DEVICE_CLAIM], token[KEY_CLAIM] = str(device_id), fingerprint(key_hash)
    return str(token)


def _claims_to_be(kind: type[Token], raw: str) -> bool:
    """Whether a token says that it is of a kind: people's, which most are, need no second look at their signature."""
    try:
        return str(kind.token_type) in base64url_decode(raw.split(".")[1].encode()).decode()
    except (IndexError, ValueError):
        return False


def _read(kind: type[Token], raw: str) -> Named | None:
    try:
        token = kind(raw)  # type: ignore[arg-type]  # stubs forget that the raw text is what is read
        return Named(uuid.UUID(str(token[DEVICE_CLAIM])), str(token[KEY_CLAIM]))
    except (TokenError, KeyError, ValueError):
        return None
