"""The link by which somebody's calendar program reads what they may see."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.utils import timezone

from apps.accounts.models import User
from apps.calendar.models import CalendarFeed

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A link just made; the token is shown this once."""

    feed: CalendarFeed
    token: str


def make_feed(*, user: User) -> NewFeed:
    """Make the user's link; one made before stops working."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed, _ = CalendarFeed.objects.update_or_create(
        user=user,
        defaults={"token_hash": CalendarFeed.hash_token(token), "created_at": timezone.now(), "last_read_at": None},
    )
    return NewFeed(feed, token)


def revoke_feed(*, user: User) -> None:
    """End the user's link; without one nothing happens."""
    CalendarFeed.objects.filter(user=user).delete()


def note_read(feed: CalendarFeed) -> None:
    """Keep when the link was last read, so that a forgotten one is seen."""
    CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=timezone.now())
