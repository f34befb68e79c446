"""What changes and deletions do to the index.

What is deleted leaves it in the same transaction. What changes is read again by a worker a moment later. A name that an
erasure takes out of texts goes from here too: `apps.accounts.traces` looks through every table of a team, and the index
is one; passages whose text has changed are no longer used.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from apps.core import versions
from apps.core.lifecycle import lifecycle
from apps.search import messages, services
from apps.search.documents import Kind

OWNER = "search"


def register() -> None:
    """Tell core what this app keeps; called when Django is ready."""
    lifecycle.register_eraser("session", OWNER, erase_sessions)
    lifecycle.register_eraser("player", OWNER, erase_players)
    lifecycle.register_eraser("team", OWNER, erase_teams)
    versions.listen(OWNER, read_again)


def erase_sessions(session_ids: Sequence[UUID]) -> None:
    """Sessions leave the index with their rows."""
    services.remove(Kind.SESSION, session_ids)


def erase_players(player_ids: Sequence[UUID]) -> None:
    """What is about these players alone leaves the index with them."""
    services.remove_players(player_ids)


def erase_teams(team_ids: Sequence[UUID]) -> None:
    """All of a team leaves the index with it."""
    for team_id in team_ids:
        services.remove_team(team_id)


def read_again(kind: str, object_id: UUID | str) -> None:
    """A team's figures, sessions or players have changed: have its documents read again."""
    if kind == versions.TEAM:
        messages.ring_refresh(UUID(str(object_id)))
