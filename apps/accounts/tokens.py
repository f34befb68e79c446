"""Tokens: access and refresh for people, single-use tickets for sockets.

Every token names its log-in (`sid`, a `LogIn`). Of a log-in one refresh token works at a time; trading it in makes the
next one. A token that was traded in comes back for one of two reasons: the answer was lost, or two tabs asked at once
(within `REFRESH_GRACE`, same program: it gets what the first got), or somebody else has a copy (the log-in ends).
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken
from rest_framework_simplejwt.utils import get_md5_hash_password

from apps.accounts.clients import Client
from apps.accounts.errors import InvalidToken
from apps.accounts.models import LogIn, User
from apps.core import audit
from apps.core.sockets import notify_signed_out

TICKET_BYTES = 32
LOGIN_CLAIM = "sid"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a log-in gives. `expires_in` [s] is the access token's; `login_id` names the log-in."""

    access: str
    refresh: str
    expires_in: int
    login_id: uuid.UUID


class Ticket(TypedDict):
    """What a socket ticket says: who, of which log-in or device, for what, for which object (`None` = any).

    `language`: in which the socket speaks: that of the request for the ticket, as browsers cannot say it with a socket.
    """

    user_id: str
    purpose: str
    object_id: str | None
    login_id: str | None
    device_id: str | None
    language: str


def create_session_token(user_id: str) -> str:
    """Return an access token for a user: a log-in without a refresh token.

    Raises:
        User.DoesNotExist: there is no such user.
    """
    user = User.objects.get(pk=user_id)
    now = timezone.now()
    login = LogIn.objects.create(
        user=user, device="Session token", last_used_at=now, expires_at=now + settings.ACCESS_TOKEN_LIFETIME
    )
    access = AccessToken.for_user(user)
    access[LOGIN_CLAIM] = str(login.pk)
    return str(access)


def issue(user: User, client: Client | None = None) -> TokenPair:
    """Start a log-in; log-ins of the user that have run out are forgotten."""
    who = client or Client()
    now = timezone.now()
    LogIn.objects.filter(user=user, expires_at__lt=now).delete()
    login = LogIn.objects.create(
        user=user,
        user_agent=who.user_agent,
        device=who.label[:80],
        token_id=_new_id(),
        last_used_at=now,
        expires_at=now + settings.REFRESH_TOKEN_LIFETIME,
    )
    return _pair(user, login)


def rotate(raw: str, client: Client | None = None) -> TokenPair:
    """Trade a refresh token for a new pair.

    Raises:
        InvalidToken: malformed, expired, ended, or the account is closed or has a new password; or the token was
            traded in before, which ends the log-in.
    """
    refresh, login = _opened(raw)
    token_id, now, who = str(refresh[api_settings.JTI_CLAIM]), timezone.now(), client or Client()
    if _take(login, token_id, now, who) or _is_repeat(login, token_id, now, who):
        return _pair(login.user, login)
    end_login(login, reason="replayed")
    audit.record(actor_id=None, action="login.replayed", target=login, team_id=None)
    raise InvalidToken("This log-in was used from two places and has ended for safety. Log in again.")


def renew(login: LogIn) -> TokenPair:
    """Return a pair of a log-in under the user's present password; earlier tokens of it end."""
    now = timezone.now()
    login.token_id, login.previous_token_id, login.rotated_at, login.last_used_at = _new_id(), "", None, now
    login.expires_at = now + settings.REFRESH_TOKEN_LIFETIME
    login.save(update_fields=["token_id", "previous_token_id", "rotated_at", "last_used_at", "expires_at"])
    return _pair(login.user, login)


def revoke(raw: str) -> None:
    """End the log-in of a refresh token; one that is not valid any more is ended already."""
    try:
        _, login = _opened(raw)
    except InvalidToken:
        return
    end_login(login, reason="logout")


def end_login(login: LogIn, *, reason: str) -> None:
    """End a log-in: its tokens stop at once, its open sockets close."""
    if LogIn.objects.filter(pk=login.pk, ended_at__isnull=True).update(ended_at=timezone.now(), end_reason=reason):
        notify_signed_out(login.user_id, login.pk)


def end_all_logins(user_id: uuid.UUID, *, reason: str, but: uuid.UUID | None = None) -> int:
    """End every log-in of a user (but one); return how many were open."""
    rows = LogIn.objects.filter(user_id=user_id, ended_at__isnull=True)
    if but is not None:
        rows = rows.exclude(pk=but)
    ids = list(rows.values_list("pk", flat=True))
    ended = rows.update(ended_at=timezone.now(), end_reason=reason)
    for login_id in ids:
        notify_signed_out(user_id, login_id)
    return ended


def issue_ticket(
    user_id: uuid.UUID,
    purpose: str,
    object_id: str | None,
    login_id: str | None = None,
    device_id: str | None = None,
) -> str:
    """Return a ticket that opens one socket within 30 s; only its hash is stored."""
    ticket = secrets.token_urlsafe(TICKET_BYTES)
    body = Ticket(
        user_id=str(user_id),
        purpose=purpose,
        object_id=object_id,
        login_id=login_id,
        device_id=device_id,
        language=translation.get_language() or settings.LANGUAGE_CODE,
    )
    cache.set(_ticket_key(ticket), body, timeout=settings.SOCKET_TICKET_SECONDS)
    return ticket


def redeem_ticket(ticket: str) -> Ticket | None:
    """Use a ticket up. Of two that try at once one gets it: the deletion counts, and it succeeds once."""
    key = _ticket_key(ticket)
    body: Ticket | None = cache.get(key)
    if body is None or not cache.delete(key):
        return None
    return body


def _opened(raw: str) -> tuple[RefreshToken, LogIn]:
    """The token and its open log-in."""
    try:
        refresh = RefreshToken(raw)  # type: ignore[arg-type]
    except TokenError:
        raise InvalidToken from None
    rows = LogIn.objects.select_related("user").filter(ended_at__isnull=True, user__is_active=True)
    login = rows.filter(pk=refresh.get(LOGIN_CLAIM), user_id=refresh.get(api_settings.USER_ID_CLAIM)).first()
    if login is None or not _password_stands(refresh, login.user):
        raise InvalidToken
    return refresh, login


def _take(login: LogIn, token_id: str, now: datetime, client: Client) -> bool:
    """Make the next refresh token in place of this one; of several that try at once one is told `True`.

    A token made a moment ago stays: a page that is reloaded twice does not leave the first reload behind.
    """
    rested = Q(rotated_at__isnull=True) | Q(rotated_at__lt=now - settings.REFRESH_GRACE)
    open_rows = LogIn.objects.filter(rested, pk=login.pk, token_id=token_id, ended_at__isnull=True)
    changes = {
        "token_id": _new_id(),
        "previous_token_id": token_id,
        "rotated_at": now,
        "user_agent": client.user_agent,
        "last_used_at": now,
        "expires_at": now + settings.REFRESH_TOKEN_LIFETIME,
    }
    if open_rows.update(**changes) != 1:
        return False
    for name, value in changes.items():
        setattr(login, name, value)
    return True


def _is_repeat(login: LogIn, token_id: str, now: datetime, client: Client) -> bool:
    """Tell whether this is the newest token still, or the one before it, sent again a moment later by the program."""
    login.refresh_from_db(fields=["token_id", "previous_token_id", "rotated_at", "ended_at", "user_agent"])
    if login.ended_at is not None or login.rotated_at is None or login.rotated_at < now - settings.REFRESH_GRACE:
        return False
    is_lost_answer = token_id == login.previous_token_id and client.user_agent == login.user_agent
    return token_id == login.token_id or is_lost_answer


def _pair(user: User, login: LogIn) -> TokenPair:
    refresh = RefreshToken.for_user(user)
    refresh[LOGIN_CLAIM] = str(login.pk)
    refresh[api_settings.JTI_CLAIM] = login.token_id
    lifetime = int(settings.ACCESS_TOKEN_LIFETIME.total_seconds())
    return TokenPair(str(refresh.access_token), str(refresh), lifetime, login.pk)


def _new_id() -> str:
    return uuid.uuid4().hex


def _password_stands(refresh: RefreshToken, user: User) -> bool:
    claim = str(refresh.get(api_settings.REVOKE_TOKEN_CLAIM, ""))
    return constant_time_compare(claim, get_md5_hash_password(user.password))


def _ticket_key(ticket: str) -> str:
    return f"ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
