"""What goes with a session, a player and a person, and what belongs to an export."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import Player, User
from apps.accounts.traces import Named
from apps.core.lifecycle import lifecycle
from apps.live import broker
from apps.live.models import OPEN, FilmState, LiveCamera, LiveSession
from apps.live.stream import KEPT_S

OWNER = "live"


def register() -> None:
    """Tell core what this app keeps; called when Django is ready."""
    lifecycle.register_eraser("session", OWNER, erase_sessions)
    lifecycle.register_eraser("player", OWNER, erase_players)
    lifecycle.register_eraser("user", OWNER, erase_users)
    lifecycle.register_eraser("filming", OWNER, withhold_names)
    lifecycle.register_exporter("session", OWNER, export_session)
    lifecycle.register_exporter("team", OWNER, export_team)


def erase_sessions(session_ids: Sequence[uuid.UUID]) -> Callable[[], None]:
    """End what runs: the rows go with the session, after the commit frames and states go, and viewers are told.

    The worker finds its claim gone at its next breath and leaves without storing anything.
    """
    ids = [str(pk) for pk in LiveSession.objects.filter(pk__in=session_ids).values_list("pk", flat=True)]

    def after() -> None:
        for session_id in ids:
            broker.forget(session_id)
            gone = {"type": "session_stopped", "session_id": session_id, "status": "deleted"}
            broker.tell(session_id, {**gone, "summary": None, "error": None})

    return after


def erase_players(player_ids: Sequence[uuid.UUID]) -> Callable[[], None]:
    """Cameras called after them get another name; after the commit the newest states, which name them, go."""
    players = Player.objects.filter(pk__in=player_ids)
    for player in players:
        _rename_cameras([player.team_id], Named(player.first_name, player.last_name, (player.last_name,)))
    return _forget_states(list(players.values_list("team_id", flat=True)))


def withhold_names(player_ids: Sequence[uuid.UUID]) -> Callable[[], None]:
    """Take players out of the summaries, for their consent is gone; after the commit the newest states go."""
    gone = {str(player_id) for player_id in player_ids}
    teams = list(Player.objects.filter(pk__in=player_ids).values_list("team_id", flat=True))
    for live in LiveSession.objects.filter(session__team__in=teams).exclude(summary={}):
        shown = live.summary.get("players", [])
        if any(row.get("player_id") in gone for row in shown):
            unnamed = [{**row, "player_id": None} if row.get("player_id") in gone else row for row in shown]
            LiveSession.objects.filter(pk=live.pk).update(summary={**live.summary, "players": unnamed})
    return _forget_states(teams)


def _forget_states(team_ids: Collection[uuid.UUID]) -> Callable[[], None]:
    told = Q(status__in=OPEN) | Q(stopped_at__gt=timezone.now() - timedelta(seconds=KEPT_S))
    ids = list(LiveSession.objects.filter(told, session__team__in=team_ids).values_list("pk", flat=True))

    def after() -> None:
        for session_id in ids:
            broker.forget_state(session_id)

    return after


def erase_users(user_ids: Sequence[uuid.UUID]) -> None:
    """Cameras called after them get another name."""
    for user in User.objects.filter(pk__in=user_ids):
        first, _, last = user.name.partition(" ")
        if last:
            _rename_cameras(list(user.memberships.values_list("team_id", flat=True)), Named(first, last))


def export_session(session_id: uuid.UUID) -> Mapping[str, Any]:
    """How a session was filmed live."""
    return {"live": _rows(LiveSession.objects.filter(pk=session_id))}


def export_team(team_id: uuid.UUID) -> Mapping[str, Any]:
    """How a team's sessions were filmed live."""
    return {"live": _rows(LiveSession.objects.filter(session__team_id=team_id))}


def _rename_cameras(team_ids: Collection[uuid.UUID], person: Named) -> None:
    """A camera's name is part of a key, which no search through texts changes.

    While a session runs, or its film is being made, the camera and its frames are known by that name: it stays.
    """
    pattern = person.pattern()
    if pattern is None:
        return
    over = LiveCamera.objects.filter(live__session__team__in=team_ids).exclude(live__status__in=OPEN)
    for camera in over.exclude(live__film=FilmState.WAITING):
        if pattern.search(camera.name):
            camera.name = f"camera {camera.pk.hex[:8]}"
            camera.save(update_fields=["name"])


def _rows(rows: Any) -> list[dict[str, Any]]:
    return [
        {
            "session_id": str(live.pk),
            "source": live.source,
            "status": live.status,
            "record": live.record,
            "started_at": live.started_at.isoformat(),
            "stopped_at": live.stopped_at.isoformat() if live.stopped_at else None,
            "frames_in": live.frames_in,
            "frames_processed": live.frames_processed,
            "frames_dropped": live.frames_dropped,
            "cameras": [camera.name for camera in live.cameras.all()],
        }
        for live in rows.prefetch_related("cameras").order_by("started_at", "pk")
    ]
