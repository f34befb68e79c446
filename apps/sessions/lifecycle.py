"""What goes with a session, a team or a player, what belongs to an export, and files that lost their row."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.core import media
from apps.core.lifecycle import Orphan, lifecycle
from apps.sessions.models import Session, SessionAttachment, SessionLoad, SessionNote, SessionPlayer, TrackCorrection
from apps.sessions.selectors import ATTACHMENTS, attachment_folder

OWNER = "training_sessions"
YOUNG = timedelta(hours=1)
"""A file is put in its place a moment before its row is committed."""


def register() -> None:
    """Tell core what this app keeps; called when Django is ready."""
    lifecycle.register_eraser("session", OWNER, erase_attachments)
    lifecycle.register_eraser("team", OWNER, erase_sessions_of_teams)
    lifecycle.register_eraser("player", OWNER, erase_sessions_of_players)
    lifecycle.register_eraser("user", OWNER, erase_loads_of_users)
    lifecycle.register_exporter("session", OWNER, export_session)
    lifecycle.register_exporter("team", OWNER, export_team)
    lifecycle.register_exporter("player", OWNER, export_player)
    lifecycle.register_exporter("user", OWNER, export_user)
    lifecycle.register_sweeper(OWNER, unowned_attachments)


def erase_attachments(session_ids: Sequence[uuid.UUID]) -> Callable[[], None]:
    """Remove the sessions' files once the rows are gone: all that lies in their folders, and what lies elsewhere."""
    rows = SessionAttachment.objects.filter(session_id__in=session_ids)
    names = [name for name in rows.values_list("file", flat=True) if name]

    def after() -> None:
        for session_id in session_ids:
            media.delete_folder(attachment_folder(session_id))
        for name in names:
            media.delete_file(name)

    return after


def erase_sessions_of_teams(team_ids: Sequence[uuid.UUID]) -> None:
    """Before a team goes, let everybody erase their part of its sessions."""
    lifecycle.erase("session", list(Session.objects.filter(team_id__in=team_ids).values_list("pk", flat=True)))


def erase_sessions_of_players(player_ids: Sequence[uuid.UUID]) -> None:
    """Delete the sessions that are about a player alone, film and all.

    A session in which somebody else was named as well is theirs too: it stays, without this player's name.
    """
    others = SessionPlayer.objects.filter(player__isnull=False).exclude(player__in=player_ids)
    other_loads = SessionLoad.objects.exclude(player__in=player_ids)
    alone = Session.objects.filter(player__in=player_ids).exclude(
        Q(pk__in=others.values("session")) | Q(pk__in=other_loads.values("session"))
    )
    ids = list(alone.values_list("pk", flat=True))
    if ids:
        lifecycle.erase("session", ids)
        Session.objects.filter(pk__in=ids).delete()


def erase_loads_of_users(user_ids: Sequence[uuid.UUID]) -> None:
    """Forget who entered, wrote or added what; what it says of the players stays the team's."""
    SessionLoad.objects.filter(entered_by__in=user_ids).update(entered_by=None)
    SessionNote.objects.filter(author__in=user_ids).update(author=None)
    SessionAttachment.objects.filter(uploaded_by__in=user_ids).update(uploaded_by=None)
    TrackCorrection.objects.filter(made_by__in=user_ids).update(made_by=None)
    Session.objects.filter(created_by__in=user_ids).update(created_by=None)


def export_session(session_id: uuid.UUID) -> Mapping[str, Any]:
    """Everything that was entered about a session."""
    return _whole(Session.objects.filter(pk=session_id))


def export_team(team_id: uuid.UUID) -> Mapping[str, Any]:
    """Everything that was entered about a team's sessions."""
    return _whole(Session.objects.filter(team_id=team_id))


def export_player(player_id: uuid.UUID) -> Mapping[str, Any]:
    """Where a player was, and what was entered about them; notes are the staff's and may speak of others."""
    there = Q(player=player_id) | Q(session_players__player=player_id) | Q(loads__player=player_id)
    sessions = Session.objects.filter(there).distinct()
    return {
        "sessions": _sessions(sessions),
        "loads": _loads(SessionLoad.objects.filter(player=player_id)),
        "tracks": _tracks(SessionPlayer.objects.filter(player=player_id)),
        "corrections": _corrections(TrackCorrection.objects.filter(player=player_id)),
    }


def export_user(user_id: uuid.UUID) -> Mapping[str, Any]:
    """What a person made, wrote, entered or added."""
    return {
        "sessions_created": _sessions(Session.objects.filter(created_by=user_id)),
        "notes": _notes(SessionNote.objects.filter(author=user_id)),
        "attachments": _files(SessionAttachment.objects.filter(uploaded_by=user_id)),
        "loads_entered": _loads(SessionLoad.objects.filter(entered_by=user_id)),
        "corrections": _corrections(TrackCorrection.objects.filter(made_by=user_id)),
    }


def unowned_attachments() -> Iterator[Orphan]:
    """Find attachments in the storage that no row knows (a sweeper of `core.lifecycle`)."""
    owned = set(SessionAttachment.objects.values_list("file", flat=True))
    young = timezone.now() - YOUNG
    for key in media.files_below(ATTACHMENTS):
        if key not in owned and media.is_older(key, young):
            yield Orphan(key, partial(media.delete_file, key))


def _whole(sessions: QuerySet[Session]) -> Mapping[str, Any]:
    return {
        "sessions": _sessions(sessions),
        "notes": _notes(SessionNote.objects.filter(session__in=sessions)),
        "attachments": _files(SessionAttachment.objects.filter(session__in=sessions)),
        "loads": _loads(SessionLoad.objects.filter(session__in=sessions)),
        "tracks": _tracks(SessionPlayer.objects.filter(session__in=sessions)),
        "corrections": _corrections(TrackCorrection.objects.filter(session__in=sessions)),
    }


_FIELDS: dict[str, tuple[str, ...]] = {
    "sessions": ("id", "team_id", "player_id", "session_type", "title", "description", "start", "end", "status"),
    "loads": ("session_id", "player_id", "minutes", "rpe", "match_minutes", "source", "minutes_source", "updated_at"),
    "tracks": ("session_id", "track_id", "player_id"),
    "corrections": ("session_id", "kind", "track_id", "other_track_id", "frame", "player_id", "created_at"),
    "notes": ("session_id", "kind", "text", "t_s", "data", "created_at", "updated_at"),
    "files": ("id", "session_id", "name", "content_type", "size_bytes", "sha256", "created_at"),
}


def _rows(name: str, rows: QuerySet[Any]) -> list[dict[str, Any]]:
    return [{key: _plain(value) for key, value in row.items()} for row in rows.values(*_FIELDS[name])]


_sessions, _loads, _tracks = partial(_rows, "sessions"), partial(_rows, "loads"), partial(_rows, "tracks")
_corrections, _notes, _files = partial(_rows, "corrections"), partial(_rows, "notes"), partial(_rows, "files")


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
