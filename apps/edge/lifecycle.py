"""What goes with a session or a player, and what belongs to a person's export."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from apps.accounts.models import Player
from apps.core import changes
from apps.core.lifecycle import lifecycle
from apps.edge.models import WHOLE, EdgeNode, SyncConflict, TeamLog
from apps.edge.services.ledger import forget, forget_about
from apps.edge.services.observing import note_edits
from apps.sessions.models import Session

OWNER = "edge"


def register() -> None:
    """Tell core what this app keeps, and listen to edits; called when Django is ready."""
    lifecycle.register_eraser("session", OWNER, erase_sessions)
    lifecycle.register_eraser("player", OWNER, erase_players)
    lifecycle.register_exporter("player", OWNER, export_player)
    lifecycle.register_exporter("user", OWNER, export_user)
    changes.listen(OWNER, note_edits)


def erase_sessions(session_ids: Sequence[uuid.UUID]) -> None:
    """Forget what sessions were called, and what was in dispute about them; nodes hear of it at their next sync."""
    ids = [str(session_id) for session_id in session_ids]
    # Sessions first, then the log, as a sync does it: two that wait for each other would both be lost.
    sessions = Session.objects.select_for_update(of=("self",)).filter(pk__in=session_ids).order_by("pk")
    teams = list(sessions.values_list("pk", "team_id"))
    _hold_logs({team_id for _, team_id in teams})
    forget("session", ids)
    for session_id, team_id in teams:
        note_edits("session", session_id, team_id, [WHOLE])
    SyncConflict.objects.filter(kind="session", object_id__in=ids).delete()
    for one in ids:
        forget_about(one)
        SyncConflict.objects.filter(object_id__startswith=f"{one}/").delete()


def erase_players(player_ids: Sequence[uuid.UUID]) -> None:
    """Forget players' names and what was entered about them; conflicts about them go with their rows."""
    _hold_logs(set(Player.objects.filter(pk__in=player_ids).values_list("team_id", flat=True)))
    forget("player", [str(player_id) for player_id in player_ids])
    for player_id in player_ids:
        forget_about(str(player_id))


def _hold_logs(team_ids: Collection[uuid.UUID]) -> None:
    list(TeamLog.objects.select_for_update().filter(pk__in=team_ids).order_by("pk"))


def export_player(player_id: uuid.UUID) -> Mapping[str, Any]:
    """Edits about a player that lost against others."""
    rows = SyncConflict.objects.filter(player_id=player_id).order_by("at", "pk")
    return {
        "sync_conflicts": [
            {
                "kind": row.kind,
                "object_id": row.object_id,
                "field": row.field or None,
                "winner": row.winner,
                "loser": row.loser,
                "at": row.at.isoformat(),
            }
            for row in rows
        ]
    }


def export_user(user_id: uuid.UUID) -> Mapping[str, Any]:
    """The computers that a user paired."""
    rows = EdgeNode.objects.filter(device__user_id=user_id).order_by("created_at", "pk")
    return {
        "edge_nodes": [
            {"node_id": str(row.pk), "name": row.name, "version": row.version, "since": row.created_at.isoformat()}
            for row in rows
        ]
    }
