"""What goes with a player, a person or a team, and what of the calendar belongs to their export."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from apps.calendar.bodies import proposal_body, whole_body
from apps.calendar.models import CalendarFeed, Recommendation, TeamCalendar, TrainingEvent
from apps.calendar.schedule import utc_text
from apps.calendar.selectors.cases import with_parts
from apps.core.lifecycle import lifecycle

OWNER = "calendar"


def register() -> None:
    """Tell core what this app keeps; called when Django is ready."""
    lifecycle.register_eraser("player", OWNER, erase_players)
    lifecycle.register_eraser("user", OWNER, erase_users)
    lifecycle.register_eraser("team", OWNER, erase_teams)
    lifecycle.register_eraser("session", OWNER, forget_sessions)
    lifecycle.register_exporter("player", OWNER, export_player)
    lifecycle.register_exporter("user", OWNER, export_user)
    lifecycle.register_exporter("team", OWNER, export_team)
    lifecycle.register_exporter("session", OWNER, export_session)


def erase_players(player_ids: Sequence[uuid.UUID]) -> None:
    """Players' own events and proposals; events of the team stay, without a word of them."""
    TrainingEvent.objects.filter(player__in=player_ids).delete()
    Recommendation.objects.filter(player__in=player_ids).delete()
    TrainingEvent.excused.through.objects.filter(player_id__in=player_ids).delete()


def erase_users(user_ids: Sequence[uuid.UUID]) -> None:
    """The link of a person; what they planned stays the team's, without their name."""
    CalendarFeed.objects.filter(user__in=user_ids).delete()
    for name in ("created_by", "changed_by", "overridden_by"):
        TrainingEvent.objects.filter(**{f"{name}__in": user_ids}).update(**{name: None})
    for name in ("created_by", "decided_by"):
        Recommendation.objects.filter(**{f"{name}__in": user_ids}).update(**{name: None})


def erase_teams(team_ids: Sequence[uuid.UUID]) -> None:
    """All of a team's calendar."""
    TrainingEvent.objects.filter(team__in=team_ids).delete()
    Recommendation.objects.filter(team__in=team_ids).delete()
    TeamCalendar.objects.filter(team__in=team_ids).delete()


def forget_sessions(session_ids: Sequence[uuid.UUID]) -> None:
    """The events that became these sessions stay as events."""
    TrainingEvent.objects.filter(completed_session__in=session_ids).update(completed_session=None)


def export_player(player_id: uuid.UUID) -> Mapping[str, Any]:
    """A player's own events and proposals, and the team's events from which they were excused."""
    own = frozenset({player_id})
    rows = TrainingEvent.objects.filter(series__isnull=True)
    mine = rows.filter(Q(player_id=player_id) | Q(excused=player_id)).distinct()
    excused_dates = TrainingEvent.objects.filter(series__isnull=False, excused=player_id)
    proposals = Recommendation.objects.filter(player_id=player_id).select_related("player")
    return {
        "events": [_with_dates(event, own) for event in with_parts(mine)],
        "excused_dates": [
            {"event_id": str(series), "occurrence": day.isoformat()}
            for series, day in excused_dates.values_list("series_id", "occurrence_date")
            if day is not None
        ],
        "proposals": [proposal_body(row) for row in proposals],
    }


def export_user(user_id: uuid.UUID) -> Mapping[str, Any]:
    """A person's calendar link (without its token), and what they planned, overrode and decided."""
    feed = CalendarFeed.objects.filter(user_id=user_id).first()
    events = TrainingEvent.objects.filter(Q(created_by=user_id) | Q(changed_by=user_id) | Q(overridden_by=user_id))
    proposals = Recommendation.objects.filter(Q(created_by=user_id) | Q(decided_by=user_id))
    return {
        "feed": None
        if feed is None
        else {
            "created_at": utc_text(feed.created_at),
            "last_read_at": None if feed.last_read_at is None else utc_text(feed.last_read_at),
        },
        "events": [
            {
                "id": str(event.pk),
                "title": event.title,
                "start": utc_text(event.start),
                "created": event.created_by_id == user_id,
                "override_reason": event.override_reason if event.overridden_by_id == user_id else "",
            }
            for event in events
        ],
        "proposals": [str(key) for key in proposals.values_list("pk", flat=True)],
    }


def export_team(team_id: uuid.UUID) -> Mapping[str, Any]:
    """A team's whole calendar."""
    events = with_parts(TrainingEvent.objects.filter(team_id=team_id, series__isnull=True))
    proposals = Recommendation.objects.filter(team_id=team_id).select_related("player")
    calendar = TeamCalendar.objects.filter(pk=team_id).first()
    return {
        "version": 0 if calendar is None else calendar.version,
        "events": [_with_dates(event, None) for event in events],
        "proposals": [proposal_body(row) for row in proposals],
    }


def export_session(session_id: uuid.UUID) -> Mapping[str, Any]:
    """The events that became a session."""
    rows = TrainingEvent.objects.filter(completed_session_id=session_id)
    return {"events": [str(series or key) for key, series in rows.values_list("pk", "series_id")]}


def _with_dates(event: TrainingEvent, reader: frozenset[uuid.UUID] | None) -> dict[str, Any]:
    changed = [
        {
            "occurrence": override.occurrence_date and override.occurrence_date.isoformat(),
            "title": override.title,
            "start": utc_text(override.start),
            "end": utc_text(override.end),
            "status": override.status,
        }
        for override in event.overrides.all()
    ]
    return {**whole_body(event, reader), "changed_dates": changed}
