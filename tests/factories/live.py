"""Live sessions, pictures that are none but begin like one, and a worker that says what it is told."""

from __future__ import annotations

import struct
import time
from typing import Any

from apps.accounts.models import Team
from apps.live.models import LiveCamera, LiveSession
from apps.sessions.models import SessionStatus, SessionType
from pipeline.live_ports import LiveEnd, LivePlayer, LiveResult, LiveState, Scale
from pipeline.ports import PlayerResult, Results
from tests.factories.figures import entry
from tests.factories.sessions import make_session
from vision.kpi.catalogue import CATALOGUE_VERSION

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 100
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "


def now_us() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


def binary(t_us: int | None = None, data: bytes = JPEG) -> bytes:
    """A frame as it goes over the socket."""
    return struct.pack(">Q", now_us() if t_us is None else t_us) + data


def make_live(team: Team, *, cameras: tuple[str, ...] = ("main",), player: Any = None, **fields: Any) -> LiveSession:
    """A live session that waits for frames."""
    session = make_session(
        team, title="Live", session_type=SessionType.LIVE, status=SessionStatus.PROCESSING, player=player
    )
    values: dict[str, Any] = {"source": "phone", "started_at": session.start}
    live = LiveSession.objects.create(session=session, **{**values, **fields})
    for name in cameras:
        LiveCamera.objects.create(live=live, name=name)
    return live


def make_track(track_id: int = 1, player_id: str | None = None, camera: str = "main") -> LivePlayer:
    """Somebody in the picture."""
    return LivePlayer(
        track_id=track_id,
        player_id=player_id,
        camera=camera,
        bbox=[10.0, 20.0, 40.0, 90.0],
        seen=True,
        speed_mps=3.1,
        speed_sigma_mps=0.2,
        distance_m=12.5,
        zone=2,
        load=1.5,
    )


def make_state(version: int, *tracks: LivePlayer, seq: int = 1, camera: str = "main") -> LiveState:
    """A state of one camera's newest frame."""
    metrics: Any = {
        "players": list(tracks),
        "frame": {camera: {"t_us": now_us(), "seq": seq, "width": 64, "height": 48}},
        "fps": 9.5,
        "latency_ms": 80.0,
        "dropped": {camera: 0},
        "broken": {},
        "ignored": {},
        "scale": "none",
        "budget": {"latency_ms": 250.0, "spent_ms": 60.0, "note": ""},
        "messages": [],
    }
    return LiveState(type="metrics_update", version=version, metrics=metrics, timestamp="2026-05-02T16:30:01Z")


def make_result(live: LiveSession, *, player_id: str | None = None, frames: int = 20) -> LiveResult:
    """What a worker makes of two seconds with one track."""
    figures = PlayerResult(
        track_id=1,
        player_id=player_id,
        grade="B",
        groups={"speed": {"max_speed_mps": entry(6.5)}, "distance": {"total_distance_m": entry(41.0)}},
        quality={"coverage": 0.9},
        series={"t_s": [0.0, 1.0], "speed_mps": [2.0, 6.5]},
        details={},
    )
    results = Results(
        catalogue_version=CATALOGUE_VERSION,
        players=[figures],
        events=[],
        tracks=[{"track_id": 1, "player_id": player_id}],
    )
    return LiveResult(
        session_id=str(live.pk),
        reason=LiveEnd.STOPPED,
        results=results,
        ended_us=int(live.started_at.timestamp() * 1e6) + 2_000_000,
        frames={camera.name: frames for camera in live.cameras.all()},
        dropped={"main": 3},
        broken={},
        scale=Scale.ESTIMATED,
        warnings=["The scale is estimated."],
    )
