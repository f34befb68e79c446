"""The end of a live session: exactly once, whoever works on it, and with what was there."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Player
from apps.live import broker
from apps.live.models import OPEN, LiveCamera, LiveCheckpoint, LiveSession, LiveStatus
from apps.live.services import films
from apps.scan.services.live import LiveFilm, store_live
from apps.sessions.models import Session, SessionStatus, TrackCorrection
from pipeline.live_ports import LiveResult
from pipeline.ports import PlayerResult

SHOWN = ("max_speed_mps", "total_distance_m", "sprint_count")


@transaction.atomic
def finish_live(*, session_id: uuid.UUID, token: str, result: LiveResult) -> bool:
    """Store what a worker made of the session; True for exactly one caller ever, who must hold the session."""
    held = LiveSession.objects.filter(pk=session_id, token=token, status__in=OPEN)
    closed = held.update(
        status=LiveStatus.STOPPED,
        stopped_at=timezone.now(),
        lease_until=None,
        error_code="",
        error_message="",
        frames_processed=sum(result.frames.values()),
    )
    if not closed:
        return False
    live = LiveSession.objects.select_related("session").get(pk=session_id)
    cameras = list(live.cameras.select_related("calibration"))
    _count(live, cameras, result)
    ended_at = datetime.fromtimestamp(result.ended_us / 1e6, tz=UTC)
    calibration = next((camera.calibration for camera in cameras if camera.calibration), None)
    store_live(
        session=live.session,
        results=result.results,
        films=_films(live, cameras, result),
        calibration=calibration,
        ended_at=ended_at,
    )
    _replace_words(live, result)
    live.summary = summary_of(live, result)
    live.save(update_fields=["summary"])
    LiveCheckpoint.objects.filter(live=live).delete()
    transaction.on_commit(partial(_tell_stopped, str(live.pk), live.summary), robust=True)
    if live.record:
        transaction.on_commit(partial(films.ask_for_films, str(live.pk)), robust=True)
    return True


@transaction.atomic
def fail_live(*, session_id: uuid.UUID, token: str, code: str, message: str) -> bool:
    """End a session that cannot go on; True for whoever ended it, who must hold it."""
    held = LiveSession.objects.filter(pk=session_id, token=token, status__in=OPEN)
    return _fail(held, session_id, code, message)


def _fail(rows: Any, session_id: uuid.UUID, code: str, message: str) -> bool:
    values = {"error_code": code[:40], "error_message": message, "stopped_at": timezone.now(), "lease_until": None}
    if not rows.update(status=LiveStatus.FAILED, **values):
        return False
    Session.objects.filter(pk=session_id).update(status=SessionStatus.FAILED, end=timezone.now())
    event: dict[str, Any] = {"type": "session_stopped", "session_id": str(session_id), "status": "failed"}
    event |= {"summary": None, "error": {"code": code, "message": message}}
    transaction.on_commit(partial(_close, str(session_id), event), robust=True)
    return True


def summary_of(live: LiveSession, result: LiveResult) -> dict[str, Any]:
    """What the answer to stop says; figures that were not measured are left out, never zero."""
    duration_s = max(0.0, result.ended_us / 1e6 - live.started_at.timestamp())
    return {
        "session_id": str(live.pk),
        "reason": result.reason.value,
        "duration_s": round(duration_s, 1),
        "scale": result.scale.value,
        "frames": {"received": live.frames_in, "processed": live.frames_processed, "dropped": live.frames_dropped},
        "cameras": sorted(result.frames),
        "players": [_figures(player) for player in result.results["players"]],
        "tracks": len(result.results["tracks"]),
        "events": len(result.results["events"]),
        "warnings": list(result.warnings),
    }


def _figures(player: PlayerResult) -> dict[str, Any]:
    entries = {key: entry for group in player["groups"].values() for key, entry in group.items()}
    shown = {key: entries[key]["value"] for key in SHOWN if "value" in entries.get(key, {})}
    return {"track_id": player["track_id"], "player_id": player["player_id"], "grade": player["grade"], **shown}


def _count(live: LiveSession, cameras: list[LiveCamera], result: LiveResult) -> None:
    """Keep the counts: those of Redis, or where it lost them what the worker knows."""
    meta = broker.meta_of(live.pk)
    for camera in cameras:
        counts = meta.cameras.get(camera.name)
        looked_at, lost = result.frames.get(camera.name, 0), result.dropped.get(camera.name, 0)
        unread = lost + result.broken.get(camera.name, 0)
        refused = counts.late + counts.refused if counts else 0
        camera.frames_in = max(camera.frames_in, counts.received if counts else 0, looked_at + unread)
        camera.frames_dropped = max(camera.frames_dropped, unread + refused)
    LiveCamera.objects.bulk_update(cameras, ["frames_in", "frames_dropped"])
    live.frames_in = max(live.frames_in, sum(camera.frames_in for camera in cameras))
    live.frames_dropped = max(live.frames_dropped, sum(camera.frames_dropped for camera in cameras))
    live.save(update_fields=["frames_in", "frames_dropped"])


def _films(live: LiveSession, cameras: list[LiveCamera], result: LiveResult) -> list[LiveFilm]:
    """A row for each camera that was looked at, and for several one that stands for all: it comes first."""
    duration_s = max(0.0, result.ended_us / 1e6 - live.started_at.timestamp())
    seen = [camera for camera in cameras if result.frames.get(camera.name)]
    is_single = len(cameras) == 1

    def film(camera: LiveCamera) -> LiveFilm:
        frames = result.frames.get(camera.name, 0)
        rate = frames / duration_s if duration_s > 0 else live.fps
        name = "" if is_single else camera.name
        return LiveFilm(
            camera.artefact_id, name, f"Live {camera.name}", camera.width, camera.height, rate, frames, duration_s
        )

    rows = [film(camera) for camera in seen]
    if not is_single and rows:
        first = rows[0]
        rows.insert(0, LiveFilm(live.artefact_id, "", "Live, all cameras", first.width, first.height, first.fps,
                                first.frames, duration_s))  # fmt: skip
    return rows


def _replace_words(live: LiveSession, result: LiveResult) -> None:
    """What coaches said while it ran, in the numbers under which it is stored: a re-run hears it."""
    said = TrackCorrection.objects.filter(session=live.session)
    makers = dict(said.order_by("created_at").values_list("player_id", "made_by_id"))
    said.delete()
    known = {str(pk) for pk in Player.objects.filter(team=live.session.team_id).values_list("pk", flat=True)}
    now = timezone.now()
    for place, word in enumerate(result.corrections):
        player_id = uuid.UUID(word.player_id) if word.player_id in known and word.player_id else None
        row = TrackCorrection.objects.create(
            session=live.session,
            kind=word.kind,
            track_id=word.track_id,
            player_id=player_id,
            other_track_id=word.other_track_id,
            frame=word.frame,
            made_by_id=makers.get(player_id),
        )
        TrackCorrection.objects.filter(pk=row.pk).update(created_at=now + timedelta(microseconds=place))


def _tell_stopped(session_id: str, summary: dict[str, Any]) -> None:
    event = {"type": "session_stopped", "session_id": session_id, "status": "stopped", "error": None}
    _close(session_id, {**event, "summary": summary})


def _close(session_id: str, event: dict[str, Any]) -> None:
    broker.close(session_id)
    broker.tell(session_id, event)
