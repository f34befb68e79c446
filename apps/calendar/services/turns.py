"""Who writes into a team's calendar takes their turn: two changes that together break a rule never both pass."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from apps.calendar.models import TeamCalendar


def take_turn(team_id: uuid.UUID) -> None:
    """Wait until no other change of this team's calendar is under way; ours is until the transaction ends.

    The update locks the row on PostgreSQL; on SQLite the transaction holds the write lock from its start. What is read
    after it is what the one before has committed.
    """
    if _claim(team_id):
        return
    try:
        with transaction.atomic():
            TeamCalendar.objects.create(team_id=team_id)
    except IntegrityError:
        _claim(team_id)  # a rival made the row; now it stands


def _claim(team_id: uuid.UUID) -> bool:
    rows = TeamCalendar.objects.filter(pk=team_id)
    return rows.update(version=F("version") + 1, changed_at=timezone.now()) == 1
