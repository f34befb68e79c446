"""What goes with a session, and what belongs to an export."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apps.core.lifecycle import lifecycle
from apps.live import broker
from apps.live.models import LiveSession

OWNER = "live"


def register() -> None:
    """Tell core what this app keeps; called when Django is ready."""
    lifecycle.register_eraser("session", OWNER, erase_sessions)
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


def export_session(session_id: uuid.UUID) -> Mapping[str, Any]:
    """How a session was filmed live."""
    return {"live": _rows(LiveSession.objects.filter(pk=session_id))}


def export_team(team_id: uuid.UUID) -> Mapping[str, Any]:
    """How a team's sessions were filmed live."""
    return {"live": _rows(LiveSession.objects.filter(session__team_id=team_id))}


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
