"""A frame by HTTP: put into the session's stream, and waited for a moment."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError

from apps.accounts.models import Right, User
from apps.core.rates import Rate, count_request
from apps.live import broker
from apps.live.budget import HEADROOM
from apps.live.errors import LiveBusy, LiveEnded, TooManyFrames
from apps.live.frames import checked, now_us
from apps.live.models import LiveSession
from apps.live.services.sessions import ensure_camera, ring
from apps.live.stream import Pushed
from apps.scan.permissions import require_right

LOOK_EVERY_S = 0.02
WINDOW_S = 2


@dataclass(frozen=True, slots=True)
class SentFrame:
    """A picture as it came."""

    camera: str
    data: bytes
    timestamp_us: int | None


def submit_frame(*, user: User, live: LiveSession, sent: SentFrame, wait_s: float) -> dict[str, Any]:
    """Take a frame and answer with the newest state: the one that has it in it, if that comes in time.

    Raises:
        FrameError: it is no picture, too large, or of an impossible time.
        DomainError: 403; 409 the session is over; 429 more than the budget; 503 Redis is away.
    """
    require_right(user, live.session.team_id, Right.RUN_SCANS)
    if not live.takes_frames:
        raise LiveEnded
    _require_budget(live, sent.camera)
    picture = checked(sent.data, sent.timestamp_us, received_us=now_us())
    camera = ensure_camera(live, sent.camera)
    try:
        done = broker.push(live.pk, sent.camera, picture, floor=camera.frames_in)
    except RedisError as error:
        raise LiveBusy("Frames cannot be taken just now. Try again in a moment.") from error
    if done.outcome == "closed":
        raise LiveEnded
    if done.ring:
        ring(live.pk)
    state, took_ms = _wait(live, sent.camera, done, wait_s)
    return _answer(live, sent.camera, done, state, took_ms)


def _require_budget(live: LiveSession, camera: str) -> None:
    """Count by session and camera, so that a camera may change between connections and processes.

    Raises:
        TooManyFrames: 429.
    """
    rate = Rate(max(1, int(live.fps * HEADROOM * WINDOW_S)), WINDOW_S)
    allowed, count = count_request("live.frames", f"{live.pk}:{camera}", rate)
    if not allowed:
        message = f"More than {live.fps:g} frames a second were agreed on for camera “{camera}”."
        raise TooManyFrames(message, retry_after_s=count.reset_s)


def _wait(live: LiveSession, camera: str, done: Pushed, wait_s: float) -> tuple[dict[str, Any] | None, float | None]:
    """The newest state, and how long it took to have the frame in it [ms]; `None` while it has not."""
    began = time.monotonic()
    while True:
        state = broker.state_of(live.pk)
        waited_s = time.monotonic() - began
        if done.seq and _has(state, camera, done.seq):
            return state, waited_s * 1000
        if waited_s >= wait_s or not done.seq:
            return state, None
        time.sleep(LOOK_EVERY_S)


def _has(state: dict[str, Any] | None, camera: str, seq: int) -> bool:
    facts = (state or {}).get("metrics", {}).get("frame", {}).get(camera)
    return facts is not None and facts["seq"] >= seq


def _answer(
    live: LiveSession, camera: str, done: Pushed, state: dict[str, Any] | None, took_ms: float | None
) -> dict[str, Any]:
    metrics = (state or {}).get("metrics")
    outcome = done.outcome if done.outcome != "taken" else ("waiting" if took_ms is None else "processed")
    tracks = [player for player in (metrics or {}).get("players", []) if player["camera"] == camera]
    return {
        "session_id": str(live.pk),
        "camera": camera,
        "outcome": outcome,
        "processed": outcome == "processed",
        "seq": done.seq,
        "dropped": done.dropped,
        "processing_time_ms": round(took_ms, 1) if took_ms is not None else None,
        "version": int((state or {}).get("version", 0)),
        "detections": [{"bbox": track["bbox"], "track_id": track["track_id"]} for track in tracks],
        "tracks": tracks,
        "metrics": metrics,
    }
