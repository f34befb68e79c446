"""Device keys: making, checking, and what a request made with one may do.

A key is `axk_<prefix>_<secret>`. The secret is 256 random bits, so a plain SHA-256 keeps it: there is nothing to guess
that slow hashing (made for passwords) would protect, and a phone that streams is checked at every request. The prefix
finds the row and is no secret; the hashes are compared in constant time all the same, so that the time of an answer
tells nothing about how much of a hash was right.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from apps.core.errors import PermissionDenied
from apps.pairing import tokens
from apps.pairing.errors import InvalidKey
from apps.pairing.models import DeviceUser, PairedDevice, PairedDeviceQuerySet

KEY_START = "axk_"
PREFIX_BYTES = 6
SECRET_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
"""`last_seen_at` is written at most this often: a phone asks many times a second."""

_KEY = re.compile(r"axk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")


def generate_api_key(*, secret: str = "", prefix: str = "") -> tuple[str, str, str]:
    """Make a key.

    Args:
        secret: 256 bits in 43 characters of URL-safe base64; "" = new random ones.
        prefix: of a device whose key is replaced; "" = a new one.

    Returns:
        The key (to be shown once), its prefix and its hash (to be stored).
    """
    prefix = prefix or secrets.token_hex(PREFIX_BYTES)
    key = f"{KEY_START}{prefix}_{secret or secrets.token_urlsafe(SECRET_BYTES)}"
    return key, prefix, hash_key(key)


def make_key(kind: str, device_id: uuid.UUID, wish_key: str, prefix: str = "") -> tuple[str, str, str]:
    """Make a device's key; with a secret that the asker made up (`Idempotency-Key`) it is the same key each time.

    So a lost answer can be asked for again and the key is stored nowhere: its 256 bits come from our own secret, the
    device and the asker's, and whoever has only one of these has nothing.

    Args:
        kind: what the key is for: the first one, or the one after another.
        wish_key: "" = a random key.

    Returns:
        As `generate_api_key`.
    """
    if not wish_key:
        return generate_api_key(prefix=prefix)
    mixed = salted_hmac(f"apps.pairing.key.{kind}", f"{device_id}:{wish_key}", algorithm="sha256").digest()
    return generate_api_key(secret=base64.urlsafe_b64encode(mixed).decode("ascii").rstrip("="), prefix=prefix)


def hash_key(key: str) -> str:
    """Return the stored form of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def verify_api_key(key: str) -> PairedDevice | None:
    """Return the device of a key; `None` where the key is unknown, replaced, revoked or its user left the team."""
    user = _by_key(key)
    return user.device if user is not None else None


def authenticate_device(credential: str) -> DeviceUser | None:
    """Return who speaks by a key or a device's access token, and note that the device was seen."""
    named = None if credential.startswith(KEY_START) else tokens.read_access(credential)
    user = _by_token(named) if named is not None else _by_key(credential)
    if user is not None:
        _note_seen(user.device)
    return user


def refresh_tokens(raw: str) -> tokens.DeviceTokens | None:
    """Return a new pair for a refresh token, `None` where it or its key is no longer good."""
    named = tokens.read_refresh(raw)
    user = _by_token(named) if named is not None else None
    return tokens.issue(user.device.pk, user.key_hash) if user is not None else None


def find_device_user(device_id: uuid.UUID | str) -> DeviceUser | None:
    """Return who a device acts as now; `None` where it is revoked, or its user is closed or left the team."""
    device = _acting(pk=device_id)
    return DeviceUser.acting(device, device.key_hash) if device is not None else None


class DeviceAuthentication(BaseAuthentication):
    """`Authorization: Bearer axk_…`, or a device's access token. Stands before the one for people's tokens.

    Views are closed to devices: one that is for them too names the scopes that open it in `device_scopes`. It is asked
    here and not in a permission class, because a view may replace those.
    """

    def authenticate(self, request: Request) -> tuple[DeviceUser, PairedDevice] | None:
        """Return the device's user and the device; `None` where the request is not a device's.

        Raises:
            InvalidKey: 401, the key is not (or no longer) good.
            PermissionDenied: 403, the view is not for devices of this scope.
        """
        credential = bearer_of(get_authorization_header(request).decode("latin-1"))
        if not is_device_credential(credential):
            return None
        user = authenticate_device(credential)
        if user is None:
            raise InvalidKey
        require_scope(user.device, getattr((request.parser_context or {}).get("view"), "device_scopes", ()))
        return user, user.device

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="api"'


def bearer_of(header: str) -> str:
    """Return the credential of an `Authorization: Bearer` header, "" without one."""
    kind, _, credential = header.partition(" ")
    return credential.strip() if kind.lower() == "bearer" else ""


def is_device_credential(credential: str) -> bool:
    """Tell whether something was meant as a device's key, or is a device's token."""
    return credential.startswith(KEY_START) or tokens.read_access(credential) is not None


def require_scope(device: PairedDevice, scopes: Iterable[str]) -> None:
    """Refuse a device whose key holds none of the scopes.

    Raises:
        PermissionDenied: 403.
    """
    if not set(device.scopes) & set(scopes):
        raise PermissionDenied("This device's key does not open this. Log in as a person.")


def _by_key(key: str) -> DeviceUser | None:
    match = _KEY.fullmatch(key)
    device = _acting(key_prefix=match[1]) if match else None
    return _matched(device, lambda stored: constant_time_compare(stored, hash_key(key)))


def _by_token(named: tokens.Named) -> DeviceUser | None:
    device = _acting(pk=named.device_id)
    return _matched(device, lambda stored: tokens.fingerprint(stored) == named.key_fingerprint)


def _matched(device: PairedDevice | None, fits: Callable[[str], bool]) -> DeviceUser | None:
    """The device's user, if one of its valid keys fits."""
    valid = _valid_hashes(device) if device is not None else []
    found = [stored for stored in valid if fits(stored)]
    return DeviceUser.acting(device, found[0]) if device is not None and found else None


def _valid_hashes(device: PairedDevice) -> list[str]:
    until = device.previous_key_until
    overlaps = until is not None and until > timezone.now()
    return [device.key_hash, device.previous_key_hash] if overlaps else [device.key_hash]


def _acting(**key: Any) -> PairedDevice | None:
    """A device that is not revoked, whose user is open and still in its team."""
    rows: PairedDeviceQuerySet = PairedDevice.objects.live().filter(user__is_active=True, **key)
    found: PairedDevice | None = rows.select_related("user").first()
    return found


def _note_seen(device: PairedDevice) -> None:
    now = timezone.now()
    if device.last_seen_at is not None and device.last_seen_at > now - SEEN_EVERY:
        return
    due = Q(last_seen_at=None) | Q(last_seen_at__lte=now - SEEN_EVERY)
    PairedDevice.objects.filter(due, pk=device.pk).update(last_seen_at=now)
    device.last_seen_at = now
