"""Sessions as the search index knows them: title, digest and description, which everybody may know who may read them.

Notes and the names of those seen in the film are not among them: only some may read those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from apps.accounts.models import Team
from apps.search import sources
from apps.search.documents import Document, Kind
from apps.sessions.models import Session
from apps.sessions.selectors.digests import digests

OWNER = "training_sessions"
BATCH = 500


def register() -> None:
    """Tell the index where sessions and teams come from; called when Django is ready."""
    sources.register(Kind.SESSION, session_documents)
    sources.register_teams(OWNER, team_ids)


def team_ids() -> Iterable[UUID]:
    """Return every team's id."""
    return Team.objects.order_by("pk").values_list("pk", flat=True)


def session_documents(team_id: UUID | None) -> Iterator[Document]:
    """Yield a team's sessions; there are none for all teams."""
    if team_id is None:
        return
    rows = Session.objects.filter(team=team_id).select_related("team", "player").order_by("pk")
    sessions = list(rows)
    for start in range(0, len(sessions), BATCH):
        yield from _documents(sessions[start : start + BATCH])


def _documents(sessions: Sequence[Session]) -> Iterator[Document]:
    said = digests(sessions)
    for session in sessions:
        yield Document(
            kind=Kind.SESSION,
            object_id=str(session.pk),
            title=str(session),
            text="\n".join(part for part in (session.description, said[session.pk]) if part),
            team_id=session.team_id,
            player_id=session.player_id,
            tags=[session.get_session_type_display()],
        )
