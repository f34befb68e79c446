"""Looking after sessions that everybody left: the last resort, once in ten seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from django.utils import timezone

from apps.live import broker
from apps.live.models import OPEN, FilmState, LiveSession
from apps.live.services import films
from apps.live.services.sessions import mark_stopping, ring

log = structlog.get_logger(__name__)

IDLE = timedelta(minutes=10)
"""Half-time takes fifteen minutes at most, and a phone that is put away sends no more: between the two nobody knows; a
session that was ended too early is started again in seconds, one that never ends holds a worker."""
FILM_LATE = timedelta(minutes=10)
"""A film is asked for when its session is stored; one that is not there by then was forgotten."""
FILM_GIVEN_UP = timedelta(days=1)


def watch() -> dict[str, int]:
    """Note what came, end what is idle, ring for what nobody works on; answers how many of each."""
    now = timezone.now()
    ended = rung = 0
    for live in LiveSession.objects.filter(status__in=OPEN).order_by("started_at"):
        seen = note_counts(live)
        if live.takes_frames and now - seen > IDLE:
            ended += mark_stopping(live.pk, actor_id=None)
        elif not live.is_held(now):
            rung += ring(live.pk)
    late = LiveSession.objects.filter(film=FilmState.WAITING, stopped_at__lt=now - FILM_LATE)
    missing = list(late.filter(stopped_at__gt=now - FILM_GIVEN_UP).values_list("pk", flat=True))
    for session_id in missing:
        films.ask_for_films(str(session_id))
    found = {"ended": ended, "rung": rung, "films": len(missing)}
    if any(found.values()):
        log.info("live.watched", **found)
    return found


def note_counts(live: LiveSession) -> datetime:
    """Store how many frames came, so that Redis may forget; answers when the last one did (or the session began)."""
    meta = broker.meta_of(live.pk)
    received = sum(camera.received for camera in meta.cameras.values())
    if meta.last_received_us:
        live.last_frame_at = datetime.fromtimestamp(meta.last_received_us / 1e6, tz=UTC)
    if received > live.frames_in:
        live.frames_in = received
        live.save(update_fields=["frames_in", "last_frame_at"])
        for name, counts in meta.cameras.items():
            live.cameras.filter(name=name).update(frames_in=counts.received)
    return live.last_frame_at or live.started_at
