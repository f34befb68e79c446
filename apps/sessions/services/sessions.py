"""Writes and rules of sessions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Player, Right, User
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_player, get_team
from apps.core import audit, versions
from apps.core import changes as edits
from apps.core.errors import InvalidRequest, NotFound
from apps.core.lifecycle import lifecycle
from apps.sessions.models import Session, SessionType
from apps.sessions.selectors import get_session

FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST = timedelta(days=1)
"""A slip in a date would become minutes of load, and stand first or last in every list."""


@dataclass(frozen=True, slots=True)
class SessionFields:
    """A new session's particulars; the team is that of the player where one is named."""

    session_type: str = SessionType.TRAINING
    title: str = ""
    description: str = ""
    start: datetime | None = None
    end: datetime | None = None


def create_session(
    *,
    user: User,
    fields: SessionFields,
    team_id: uuid.UUID | None = None,
    player_id: str | None = None,
) -> Session:
    """Create a session of a team, about a player or about nobody in particular.

    Args:
        player_id: the player's id or external id.

    Raises:
        NotFound: team or player is not visible.
        PermissionDenied: the role does not carry the right.
        InvalidRequest: neither team nor player, the player of another team, or impossible times.
    """
    player = get_player(user, player_id, team_id=team_id) if player_id else None
    owning_team_id = _team_of(user, team_id, player)
    require_right(user, owning_team_id, Right.EDIT_SESSIONS)
    start = fields.start or timezone.now()
    check_times(start, fields.end)
    session: Session = Session.objects.create(
        team_id=owning_team_id,
        player=player,
        session_type=fields.session_type,
        title=fields.title,
        description=fields.description,
        start=start,
        end=fields.end,
        created_by=user,
    )
    versions.bump(versions.TEAM, owning_team_id)
    return session


@transaction.atomic
def update_session(*, user: User, session_id: uuid.UUID, changes: Mapping[str, Any]) -> Session:
    """Change what a coach enters: type, title, description, times, and whom it is about (`player_id`).

    Raises:
        NotFound: session or player is not visible.
        PermissionDenied: the role does not carry the right.
        InvalidRequest: impossible times.
    """
    session = get_session(user, session_id)
    require_right(user, session.team_id, Right.EDIT_SESSIONS)
    fields = dict(changes)
    if "player_id" in fields:
        reference = fields.pop("player_id")
        fields["player"] = get_player(user, reference, team_id=session.team_id) if reference else None
    for name, value in fields.items():
        setattr(session, name, value)
    check_times(session.start, session.end)
    session.save(update_fields=[*fields, "updated_at"])
    edits.tell("session", session.pk, session.team_id, list(changes))
    versions.bump(versions.TEAM, session.team_id)
    return session


@transaction.atomic
def delete_session(*, user: User, session_id: uuid.UUID) -> None:
    """Delete a session with its film, artefacts, attachments and whatever else other apps keep of it.

    Scans are cancelled first, then the session's row is locked: a worker or an upload that is just writing about it
    waits, and finds it gone. The other way round the two would wait for each other (a worker holds its job).

    Raises:
        NotFound: not visible, or somebody else has just deleted it.
        PermissionDenied: the role does not carry the right.
    """
    session = get_session(user, session_id)
    require_right(user, session.team_id, Right.DELETE_SESSIONS)
    lifecycle.erase("session", [session.pk])
    if not Session.objects.select_for_update().filter(pk=session.pk).exists():
        raise NotFound("There is no such session.")
    before = {"title": session.title, "start": session.start.isoformat()}
    audit.record(actor_id=user.pk, action="session.deleted", target=session, team_id=session.team_id, before=before)
    session.delete()
    versions.bump(versions.TEAM, session.team_id)


def _team_of(user: User, team_id: uuid.UUID | None, player: Player | None) -> uuid.UUID:
    if team_id is not None:
        return get_team(user, team_id).pk
    if player is None:
        raise InvalidRequest("Say whose session it is: team_id or player_id is needed.")
    return player.team_id


def check_times(start: datetime, end: datetime | None) -> None:
    """Ask whether a session may lie there.

    Raises:
        InvalidRequest: a year that nobody means, an end before the start, or longer than a day.
    """
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise InvalidRequest(f"The session starts in the year {start.year}; check the date.")
    if end is not None and end < start:
        raise InvalidRequest("The session ends before it starts; end must be at or after start.")
    if end is not None and end - start > LONGEST:
        raise InvalidRequest("The session lasts longer than a day; check start and end.")
