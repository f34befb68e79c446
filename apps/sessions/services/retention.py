"""How long sessions are kept, and what is removed when nobody owns it any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from apps.core import audit, versions
from apps.core.idempotency import forget_old_answers
from apps.core.lifecycle import Orphan, lifecycle
from apps.sessions.models import Session

log = structlog.get_logger(__name__)

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Purge:
    """What is to go.

    Attributes:
        days: sessions that began longer ago are not kept; 0 = all are kept.
        sessions: those, the oldest first.
        orphans: files without a row.
    """

    days: int
    sessions: list[Session]
    orphans: list[Orphan]


def plan_purge(*, days: int) -> Purge:
    """Find what is to go; changes nothing."""
    sessions: list[Session] = []
    if days:
        before = timezone.now() - timedelta(days=days)
        sessions = list(Session.objects.filter(start__lt=before).select_related("team").order_by("start", "pk"))
    return Purge(days, sessions, lifecycle.orphans())


def purge(plan: Purge, *, tell: Told) -> int:
    """Carry a plan out, each session in a transaction of its own; answers how many things could not go.

    Args:
        tell: is told of each failure, in a sentence.
    """
    failed = 0
    for session in plan.sessions:
        try:
            _purge_session(session, plan.days)
        except Exception as error:
            failed += 1
            log.exception("purge.session_failed", session=str(session.pk))
            tell(f"session {session.pk} could not be deleted: {error}")
    for orphan in plan.orphans:
        try:
            orphan.remove()
        except Exception as error:
            failed += 1
            log.exception("purge.file_failed", file=orphan.name)
            tell(f"{orphan.name} could not be removed: {error}")
    forget_old_answers()
    return failed


@transaction.atomic
def _purge_session(session: Session, days: int) -> None:
    lifecycle.erase("session", [session.pk])
    if not Session.objects.select_for_update().filter(pk=session.pk).exists():
        return
    audit.record(
        actor_id=None,
        action="session.purged",
        target=session,
        team_id=session.team_id,
        before={"title": session.title, "start": session.start.isoformat()},
        after={"retention_days": days},
    )
    session.delete()
    versions.bump(versions.TEAM, session.team_id)
