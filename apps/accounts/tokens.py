"""Tokens: access and refresh for people, single-use tickets for sockets."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from typing import TypedDict

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken
from rest_framework_simplejwt.utils import get_md5_hash_password

from apps.accounts.errors import InvalidToken
from apps.accounts.models import User

TICKET_BYTES = 32


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a log-in gives. `expires_in` [s] is the access token's."""

    access: str
    refresh: str
    expires_in: int


class Ticket(TypedDict):
    """What a socket ticket says: who, for what, and for which object (`None` = any the user may see)."""

    user_id: str
    purpose: str
    object_id: str | None


def create_session_token(user_id: str) -> str:
    """Return an access token for a user.

    Raises:
        User.DoesNotExist: there is no such user.
    """
    return str(AccessToken.for_user(User.objects.get(pk=user_id)))


def issue(user: User) -> TokenPair:
    """Start a log-in."""
    refresh = RefreshToken.for_user(user)
    return _pair(refresh)


def rotate(raw: str) -> TokenPair:
    """Trade a refresh token for a new pair; it works once, also when it is sent twice at the same time.

    Raises:
        InvalidToken: malformed, expired, used, or the account is closed or has a new password.
    """
    try:
        refresh = RefreshToken(raw)  # type: ignore[arg-type]
    except TokenError:
        raise InvalidToken from None
    user = User.objects.filter(pk=refresh.get(api_settings.USER_ID_CLAIM), is_active=True).first()
    if user is None or not _password_stands(refresh, user):
        raise InvalidToken
    if not _use_up(refresh):
        raise InvalidToken
    return _pair(RefreshToken.for_user(user))


def revoke(raw: str) -> None:
    """End a log-in; a token that is not valid any more is ended already."""
    try:
        RefreshToken(raw).blacklist()  # type: ignore[arg-type]
    except TokenError:
        return


def issue_ticket(user_id: uuid.UUID, purpose: str, object_id: str | None) -> str:
    """Return a ticket that opens one socket within 30 s; only its hash is stored."""
    ticket = secrets.token_urlsafe(TICKET_BYTES)
    body: Ticket = {"user_id": str(user_id), "purpose": purpose, "object_id": object_id}
    cache.set(_ticket_key(ticket), body, timeout=settings.SOCKET_TICKET_SECONDS)
    return ticket


def redeem_ticket(ticket: str) -> Ticket | None:
    """Use a ticket up. Of two that try at once one gets it: the deletion counts, and it succeeds once."""
    key = _ticket_key(ticket)
    body: Ticket | None = cache.get(key)
    if body is None or not cache.delete(key):
        return None
    return body


def _pair(refresh: RefreshToken) -> TokenPair:
    lifetime = int(settings.ACCESS_TOKEN_LIFETIME.total_seconds())
    return TokenPair(str(refresh.access_token), str(refresh), lifetime)


def _use_up(refresh: RefreshToken) -> bool:
    """Blacklist the token; of several that try at once one is told `True`."""
    made: tuple[object, bool] = refresh.blacklist()  # type: ignore[assignment]  # stubs forget the flag
    return made[1]


def _password_stands(refresh: RefreshToken, user: User) -> bool:
    claim = str(refresh.get(api_settings.REVOKE_TOKEN_CLAIM, ""))
    return constant_time_compare(claim, get_md5_hash_password(user.password))


def _ticket_key(ticket: str) -> str:
    return f"ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
