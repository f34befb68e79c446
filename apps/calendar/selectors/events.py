"""Reading events, always by who asks."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import STAFF_ROLES, Membership, Player, User
from apps.calendar.bodies import event_body, occurrence_on, whole_body
from apps.calendar.models import TrainingEvent
from apps.calendar.schedule import Occurrence, occurrences
from apps.calendar.selectors.cases import events_between, with_parts
from apps.core.errors import InvalidRequest, NotFound

LONGEST_WINDOW = timedelta(days=400)
BEFORE, AFTER = timedelta(days=31), timedelta(days=92)
"""The window where nobody names one: last month and the next three."""
MOST_EVENTS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """What a list of events is narrowed to; None: not narrowed."""

    start: datetime | None = None
    end: datetime | None = None
    team_id: uuid.UUID | None = None
    player_id: str | None = None
    event_type: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the teams whose staff they are, and the players for whom they look."""

    staffed: frozenset[uuid.UUID]
    own: frozenset[uuid.UUID]

    def view_of(self, team_id: uuid.UUID) -> Collection[uuid.UUID] | None:
        """What `event_body` takes as `reader`."""
        return None if team_id in self.staffed else self.own


def reader_of(user: User) -> Reader:
    """Who somebody is in the calendars that they see (2 queries)."""
    staffed = Membership.objects.filter(user_id=user.pk, role__in=STAFF_ROLES).values_list("team_id", flat=True)
    return Reader(frozenset(staffed), frozenset(user.own_player_ids()))


def list_events(user: User, query: EventQuery) -> list[Occurrence]:
    """The events that the user may read in a window, series expanded, in order.

    Raises:
        InvalidRequest: the window is empty, too long or holds too many events.
    """
    since, until = _window(query)
    rows = TrainingEvent.objects.visible_to(user)
    if query.team_id is not None:
        rows = rows.filter(team_id=query.team_id)
    if query.player_id is not None:
        rows = rows.filter(_for_player(user, query.player_id))
    found = occurrences(events_between(rows.distinct(), since, until), since, until)
    found = [item for item in found if _matches(item, query)]
    if len(found) > MOST_EVENTS:
        raise InvalidRequest(f"{len(found)} events lie in this time; ask for a shorter one (at most {MOST_EVENTS}).")
    return found


def get_event(user: User, event_id: uuid.UUID) -> TrainingEvent:
    """An event or series that the user may read.

    Raises:
        NotFound: no such event for this user.
    """
    rows = TrainingEvent.objects.visible_to(user).filter(pk=event_id, series__isnull=True)
    event = with_parts(rows).first()
    if event is None:
        raise NotFound("There is no such event.")
    return event


def get_occurrence(master: TrainingEvent, day: date) -> Occurrence:
    """One event of a series.

    Raises:
        NotFound: the series does not fall on that day, or no longer does.
    """
    found = occurrence_on(master, day) if master.is_series else None
    if found is None:
        raise NotFound(f"There is no event of this series on {day}.")
    return found


def show(user: User, event_id: uuid.UUID, day: date | None = None) -> dict[str, object]:
    """An event, or one of a series, as the user may read it."""
    event = get_event(user, event_id)
    view = reader_of(user).view_of(event.team_id)
    return whole_body(event, view) if day is None else event_body(get_occurrence(event, day), view)


def bodies(user: User, found: Sequence[Occurrence]) -> list[dict[str, object]]:
    """Events as the user may read them."""
    reader = reader_of(user)
    return [event_body(item, reader.view_of(item.event.team_id)) for item in found]


def _window(query: EventQuery) -> tuple[datetime, datetime]:
    now = timezone.now()
    try:
        since = query.start or (query.end - AFTER if query.end else now - BEFORE)
        until = query.end or (query.start + AFTER if query.start else now + AFTER)
        longest = until - since
    except OverflowError:
        raise InvalidRequest("start and end must be dates from 2000 to 2099.") from None
    if longest <= timedelta(0):
        raise InvalidRequest("end must be after start.")
    if longest > LONGEST_WINDOW:
        raise InvalidRequest(f"Ask for at most {LONGEST_WINDOW.days} days at once; this is {longest.days}.")
    return since, until


def _for_player(user: User, reference: str) -> Q:
    """A player's events are their own and the team's."""
    players = Player.objects.visible_to(user)
    try:
        players = players.filter(pk=uuid.UUID(reference))
    except ValueError:
        players = players.filter(external_id=reference) if reference else players.none()
    return Q(player__in=players) | Q(player__isnull=True, team__in=players.values("team_id"))


def _matches(item: Occurrence, query: EventQuery) -> bool:
    kind = query.event_type in (None, item.event.event_type)
    return kind and query.status in (None, item.event.status)
