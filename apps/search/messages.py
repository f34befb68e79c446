"""Messages to the workers: bring a team's part up to date, embed what is new. Lost ones are mended by the clock."""

from __future__ import annotations

from uuid import UUID

import structlog
from celery import current_app
from django.core.cache import cache
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from apps.search.cloud.client import is_configured

log = structlog.get_logger(__name__)

REFRESH = "apps.search.tasks.refresh"
MEND = "apps.search.tasks.mend"
MIRROR = "apps.search.tasks.mirror_cloud"
EMBED_NEW = "apps.search.tasks.embed_new"
EMBED_QUERY = "apps.search.tasks.embed_query"
RINGING_S = 30
"""A message that has not begun by then may be lost: the next change rings again."""
_RETRY = {"max_retries": 1, "interval_start": 0.1, "interval_step": 0.1, "interval_max": 0.2}


def ring_refresh(team_id: UUID) -> None:
    """Have a team's documents read again; many changes in a row are one message."""
    if _first(f"refresh:{team_id}"):
        send(REFRESH, [str(team_id)], queue="low")


def ring_mending() -> None:
    """Have everything read again; many workers that start together are one message."""
    if _first("mend"):
        send(MEND, [], queue="low")


def ring_embedding() -> None:
    """Have new passages embedded; many in a row are one message."""
    if _first("embed"):
        send(EMBED_NEW, [], queue="low")


def ring_mirror() -> None:
    """Have the cloud's index made like ours, where there is one."""
    if is_configured() and _first("mirror"):
        send(MIRROR, [], queue="low")


def begun_mirror() -> None:
    """The message has arrived: what changes from now on rings again."""
    _forget("mirror")


def begun_refresh(team_id: UUID) -> None:
    """The message has arrived: what changes from now on rings again."""
    _forget(f"refresh:{team_id}")


def begun_embedding() -> None:
    """The message has arrived: what comes from now on rings again."""
    _forget("embed")


def send(task: str, arguments: list[str], *, queue: str, expires_s: float | None = None) -> bool:
    """Publish one message; False (and a log line) while the broker is away."""
    try:
        current_app.send_task(
            task, args=arguments, queue=queue, expires=expires_s, ignore_result=True, retry_policy=_RETRY
        )
    except (KombuError, RedisError, OSError) as error:
        log.warning("search.message_not_sent", task=task, error=str(error))
        return False
    return True


def _first(name: str) -> bool:
    try:
        return bool(cache.add(_key(name), 1, timeout=RINGING_S))
    except RedisError:
        return False  # the broker is the same Redis: nobody would hear


def _forget(name: str) -> None:
    try:
        cache.delete(_key(name))
    except RedisError as error:
        log.warning("search.redis_down", error=str(error))


def _key(name: str) -> str:
    return f"search:ringing:{name}"
