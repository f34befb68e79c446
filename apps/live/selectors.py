"""Reading live sessions."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, TypedDict

from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.live import broker
from apps.live.frames import MAX_FRAME_BYTES
from apps.live.models import LiveSession
from apps.live.stream import MAX_CAMERAS, CameraCounts, Meta

SENDING_S = 5.0
"""A camera whose newest frame is older is not sending now [s]."""


class FrameBudgetShape(TypedDict):
    """What a camera may send. `fps` frames a second each, of at most `max_bytes`; `max_cameras` in the session."""

    fps: float
    max_bytes: int
    max_cameras: int


class CameraState(TypedDict):
    """One camera of a session, as far as frames came."""

    name: str
    calibration_id: str | None
    sending: bool
    frames_in: int
    dropped: int
    late: int
    last_frame_at: datetime | None


class LiveStatusShape(TypedDict):
    """Where a live session stands."""

    session_id: str
    status: str
    title: str
    source: str
    player_id: str | None
    record: bool
    film: str
    started_at: datetime
    stopped_at: datetime | None
    duration_s: float
    is_worked_on: bool
    cameras: list[CameraState]
    frames: dict[str, int]
    fps: float | None
    latency_ms: float | None
    version: int
    metrics: dict[str, Any] | None
    frame_budget: FrameBudgetShape
    summary: dict[str, Any] | None
    error: dict[str, str] | None


def list_live(user: User) -> QuerySet[LiveSession]:
    """Live sessions of the teams that somebody staffs, the newest first, with what a list shows."""
    rows: QuerySet[LiveSession] = LiveSession.objects.visible_to(user).select_related("session__team")
    return rows.prefetch_related("cameras").order_by("-started_at", "pk")


def get_live(user: User, session_id: uuid.UUID) -> LiveSession:
    """The live session, if the user may see it (two queries).

    Raises:
        NotFound: no such live session for this user.
    """
    found = list_live(user).filter(pk=session_id).first()
    if found is None:
        raise NotFound("There is no such live session.")
    return found


def frame_budget(live: LiveSession) -> FrameBudgetShape:
    """What each camera of the session may send."""
    return FrameBudgetShape(fps=live.fps, max_bytes=MAX_FRAME_BYTES, max_cameras=MAX_CAMERAS)


def status_of(live: LiveSession, *, with_metrics: bool = True) -> LiveStatusShape:
    """The whole state of a session: the row's, and while it is open what Redis counts; no query."""
    meta = broker.meta_of(live.pk)
    state = broker.state_of(live.pk) if with_metrics and live.is_open else None
    metrics = (state or {}).get("metrics")
    failed = {"code": live.error_code, "message": live.error_message} if live.error_code else None
    return LiveStatusShape(
        session_id=str(live.pk),
        status=live.status,
        title=str(live.session),
        source=live.source,
        player_id=str(live.session.player_id) if live.session.player_id else None,
        record=live.record,
        film=live.film,
        started_at=live.started_at,
        stopped_at=live.stopped_at,
        duration_s=round(((live.stopped_at or timezone.now()) - live.started_at).total_seconds(), 1),
        is_worked_on=live.is_held(),
        cameras=_cameras(live, meta),
        frames=_frames(live, meta),
        fps=metrics.get("fps") if metrics else None,
        latency_ms=metrics.get("latency_ms") if metrics else None,
        version=int((state or {}).get("version", 0)),
        metrics=metrics,
        frame_budget=frame_budget(live),
        summary=live.summary or None,
        error=failed,
    )


def _frames(live: LiveSession, meta: Meta) -> dict[str, int]:
    """Frames that came, were looked at, and were not; Redis is ahead of the row while frames come."""
    counts = meta.cameras.values()
    received = max(live.frames_in, sum(camera.received for camera in counts))
    lost = max(live.frames_dropped, sum(camera.dropped + camera.late + camera.refused for camera in counts))
    return {"received": received, "processed": live.frames_processed, "dropped": lost}


def _cameras(live: LiveSession, meta: Meta) -> list[CameraState]:
    rows = {camera.name: camera for camera in live.cameras.all()}
    found = []
    for name in sorted({*rows, *meta.cameras}):
        row, counts = rows.get(name), meta.cameras.get(name, CameraCounts())
        at = datetime.fromtimestamp(counts.received_us / 1e6, tz=UTC) if counts.received_us else None
        is_sending = at is not None and (timezone.now() - at).total_seconds() < SENDING_S
        found.append(
            CameraState(
                name=name,
                calibration_id=str(row.calibration_id) if row and row.calibration_id else None,
                sending=is_sending and live.takes_frames,
                frames_in=max(counts.received, row.frames_in if row else 0),
                dropped=max(counts.dropped + counts.refused, row.frames_dropped if row else 0),
                late=counts.late,
                last_frame_at=at,
            )
        )
    return found
