"""Celery tasks. Each may run twice, at once or never: what is lost is mended by the clock."""

from __future__ import annotations

import uuid
from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_process_init, worker_ready

from apps.search import asking, messages, services, sources
from apps.search.cloud.client import CloudUnavailable, is_configured

log = structlog.get_logger(__name__)

EMBEDDING_TURN_S = 4.0
"""Of one message; on a small machine one child also does what people wait for."""
WARM = "football"


@shared_task(name=messages.REFRESH, ignore_result=True)
def refresh(team_id: str) -> None:
    """Bring a team's part of the index up to date."""
    team = uuid.UUID(team_id)
    messages.begun_refresh(team)
    services.refresh(team)


@shared_task(name=messages.MEND, ignore_result=True)
def mend() -> None:
    """Read every team's documents again: what a lost message left out of date is found here."""
    done = services.refresh(None)
    teams = sources.team_ids()
    for team_id in teams:
        done += services.refresh(team_id)
    removed = services.remove_strangers(teams)
    if done.written or done.removed or removed:
        log.info("search.mended", written=done.written, removed=done.removed + removed)
    messages.ring_mirror()


@shared_task(name=messages.EMBED_NEW, ignore_result=True)
def embed_new() -> None:
    """Embed what is new or has changed, for a turn; then leave the rest to the next message."""
    from apps.search.embedding import EmbeddingUnavailable
    from apps.search.embedding_work import embed_pending, pending

    messages.begun_embedding()
    try:
        done = sum(embed_pending(EMBEDDING_TURN_S))
    except EmbeddingUnavailable as error:
        log.warning("search.no_model", error=str(error))
        return
    if done:
        log.info("search.embedded", entries=done)
        messages.ring_mirror()
        if pending().exists():
            messages.ring_embedding()


@shared_task(name=messages.MIRROR, ignore_result=True)
def mirror_cloud() -> None:
    """Make the cloud's index like ours, where there is one; what Azure does not take now is sent the next time."""
    from apps.search.cloud.mirror import mirror

    messages.begun_mirror()
    if not is_configured():
        return
    try:
        sent = sum(mirror())
    except CloudUnavailable as error:
        log.warning("search.not_mirrored", error=str(error))
        return
    if sent:
        log.info("search.mirrored", entries=sent)


@shared_task(name=messages.EMBED_QUERY, ignore_result=True)
def embed_query(question: str) -> None:
    """Make a question's direction for a process that may not."""
    asking.make(question)


@worker_process_init.connect
def _may_load_the_model(**_: Any) -> None:
    asking.make_here()


@worker_ready.connect
def _begin(**_: Any) -> None:
    """Find what changed while no worker was here; load the model before the first question asks for it."""
    messages.ring_mending()
    messages.send(messages.EMBED_QUERY, [WARM], queue="critical", expires_s=asking.UNAVAILABLE_KEPT_S)
