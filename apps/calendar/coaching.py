"""What the coach's texts ask of the calendar: the drills there are, and when the next training is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.accounts.models import Player
from apps.calendar.models import Drill, EventStatus, EventType, TrainingEvent
from apps.calendar.schedule import Occurrence, occurrences
from apps.calendar.selectors.cases import events_between, takes_part
from apps.feedback import registries
from apps.feedback.engine.brief import NextTraining
from apps.safety.inputs import zone_named

LOOK_AHEAD = timedelta(days=14)
"""A training further away is not "the next" to a coach."""
LONGEST_TRAINING_MIN = 300


def register() -> None:
    """Register both; called when Django is ready."""
    registries.register_library(library)
    registries.register_trainings(next_training)


def library() -> Sequence[registries.LibraryDrill]:
    """Return every drill (1 query)."""
    return [
        registries.LibraryDrill(
            key=drill.key,
            title=drill.title,
            aim=drill.aim,
            areas=tuple(drill.focus),
            minutes=drill.minutes,
            youngest=drill.youngest,
            oldest=drill.oldest,
            setup=drill.setup,
            steps=tuple(drill.steps),
            safety=tuple(drill.safety),
            intensity=drill.intensity,
            players_min=drill.players_min,
            headers=drill.headers,
            head_contact=drill.head_contact,
            conditioning=drill.conditioning,
        )
        for drill in Drill.objects.get_queryset()
    ]


def next_training(team_id: uuid.UUID, player_id: uuid.UUID | None, after: datetime) -> NextTraining | None:
    """Return the first training of the team (that the player takes part in) of the next two weeks (5 queries)."""
    window = (after, after + LOOK_AHEAD)
    player = Player.objects.filter(pk=player_id).first() if player_id else None
    found = occurrences(events_between(TrainingEvent.objects.filter(team=team_id), *window), *window)
    for occurrence in found:
        if occurrence.start > after and _is_training(occurrence) and _is_for(occurrence, player):
            return _told(occurrence)
    return None


def _is_training(occurrence: Occurrence) -> bool:
    event = occurrence.event
    return event.event_type == EventType.TRAINING and event.status == EventStatus.PLANNED


def _is_for(occurrence: Occurrence, player: Player | None) -> bool:
    if player is None:
        return occurrence.event.player_id is None
    return takes_part(player, occurrence)


def _told(occurrence: Occurrence) -> NextTraining:
    event = occurrence.event
    minutes = round((occurrence.end - occurrence.start).total_seconds() / 60)
    usual = not event.all_day and minutes <= LONGEST_TRAINING_MIN
    day = occurrence.start.astimezone(zone_named(event.time_zone)).date()
    return NextTraining(day=day, minutes=minutes if usual else None)
