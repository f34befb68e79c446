"""What a player's planned events aim at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from django.utils import timezone

from apps.accounts.models import Player, User
from apps.calendar.models import EventStatus
from apps.calendar.selectors.cases import takes_part
from apps.calendar.selectors.events import EventQuery, list_events

AHEAD = timedelta(days=28)


class Target(TypedDict):
    """An event to come (of a series the next one) and the metrics that it is to improve."""

    event_id: str
    title: str
    start: datetime
    metrics: list[str]


def targets_of(user: User, player: Player) -> list[Target]:
    """Return the events of the next four weeks that name metrics, as the user may see them, soonest first."""
    now = timezone.now()
    query = EventQuery(start=now, end=now + AHEAD, player_id=str(player.pk), status=EventStatus.PLANNED)
    found: dict[str, Target] = {}
    for item in list_events(user, query):
        key = str(item.master.pk)
        if key not in found and item.event.target_kpis and takes_part(player, item):
            found[key] = Target(
                event_id=key, title=item.event.title, start=item.start, metrics=list(item.event.target_kpis)
            )
    return list(found.values())
