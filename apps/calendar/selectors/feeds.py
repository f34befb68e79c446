"""What a link shows: the calendar of whoever made it, as they may see it now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from apps.accounts.models import User
from apps.calendar.ical import calendar_text
from apps.calendar.models import CalendarFeed, TrainingEvent
from apps.calendar.selectors.cases import events_between
from apps.core.errors import NotFound

BEFORE, AFTER = timedelta(days=180), timedelta(days=400)
"""Calendar programs read a feed whole and often."""
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A calendar file and the mark by which a reader knows it again."""

    feed: CalendarFeed
    text: str

    @property
    def etag(self) -> str:
        """The same as long as nothing changed."""
        return f'"{hashlib.sha256(self.text.encode()).hexdigest()[:32]}"'


def feed_of(user: User) -> CalendarFeed | None:
    """The user's link, if there is one."""
    return CalendarFeed.objects.filter(user=user).first()


def feed_file(token: str) -> FeedFile:
    """The file behind a link.

    Raises:
        NotFound: no such link, revoked, or the account is closed.
    """
    links = CalendarFeed.objects.select_related("user").filter(user__is_active=True)
    feed = links.filter(token_hash=CalendarFeed.hash_token(token)).first()
    if feed is None:
        raise NotFound("There is no such calendar link; it may have been revoked.")
    now = timezone.now()
    rows = TrainingEvent.objects.visible_to(feed.user).distinct()
    events = list(events_between(rows, now - BEFORE, now + AFTER).order_by("start", "pk")[:MOST_ROWS])
    return FeedFile(feed, calendar_text(_name(events), events))


def _name(events: list[TrainingEvent]) -> str:
    teams = {str(event.team) for event in events}
    return teams.pop() if len(teams) == 1 else "Axolotl"
