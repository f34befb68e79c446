"""Who opens a socket: the single-use ticket of `?ticket=`.

No origin check: a page of another site has no ticket, and devices send no origin.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser

from apps.accounts import tokens
from apps.accounts.models import User

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]


class TicketAuthMiddleware:
    """Puts `user` and `ticket` into the scope; the consumer decides."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Redeem the ticket and pass on."""
        sent = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("ticket", [""])[0]
        user, ticket = await database_sync_to_async(_redeem)(sent)
        await self.application({**scope, "user": user, "ticket": ticket}, receive, send)


def _redeem(sent: str) -> tuple[User | AnonymousUser, tokens.Ticket | None]:
    ticket = tokens.redeem_ticket(sent) if sent else None
    if ticket is None:
        return AnonymousUser(), None
    rows = User.objects.filter(pk=ticket["user_id"], is_active=True)
    if ticket["login_id"] is not None:
        rows = rows.filter(logins__pk=ticket["login_id"], logins__ended_at__isnull=True)
    user = rows.first()
    return (user, ticket) if user is not None else (AnonymousUser(), None)
