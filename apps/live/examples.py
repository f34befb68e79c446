"""Requests and answers as the API's page shows them."""

from __future__ import annotations

from apps.core.api_examples import answered, asked

SESSION = "0b7c1d52-6f0e-4f6c-8c61-0f0d3d1a9f11"
PLAYER = "5a8f6f0e-7c0f-4b39-9a57-7d2f3a2f1c55"
BUDGET = {"fps": 10.0, "max_bytes": 1048576, "max_cameras": 8}
TRACK = {
    "track_id": 3,
    "player_id": PLAYER,
    "name": "Kim Berg",
    "camera": "main",
    "bbox": [412.0, 230.5, 455.0, 341.0],
    "seen": True,
    "xy_m": [4.2, -1.5],
    "sigma_m": 0.3,
    "speed_mps": 4.6,
    "speed_sigma_mps": 0.2,
    "distance_m": 812.4,
    "zone": 3,
    "load": 41.7,
}
METRICS = {
    "players": [TRACK],
    "frame": {"main": {"t_us": 1777737600123456, "seq": 412, "width": 1280, "height": 720}},
    "fps": 9.8,
    "latency_ms": 143.0,
    "dropped": {"main": 2},
    "scale": "calibrated",
    "budget": {"latency_ms": 250.0, "spent_ms": 96.0, "detect_every": 1, "pose_every": 3, "note": ""},
    "messages": [],
}
FRAMES = {"received": 414, "processed": 0, "dropped": 2}
SUMMARY = {
    "session_id": SESSION,
    "reason": "stopped",
    "duration_s": 41.4,
    "scale": "calibrated",
    "frames": {"received": 414, "processed": 412, "dropped": 2},
    "cameras": ["main"],
    "players": [{"track_id": 3, "player_id": PLAYER, "grade": "B", "max_speed_mps": 6.9, "total_distance_m": 812.4}],
    "tracks": 14,
    "events": 3,
    "warnings": [],
}
RUNNING = {
    "session_id": SESSION,
    "status": "running",
    "title": "Tuesday training",
    "source": "phone",
    "player_id": PLAYER,
    "record": False,
    "film": "none",
    "started_at": "2026-05-02T16:00:00Z",
    "stopped_at": None,
    "duration_s": 41.4,
    "is_worked_on": True,
    "cameras": [
        {
            "name": "main",
            "calibration_id": None,
            "sending": True,
            "frames_in": 414,
            "dropped": 2,
            "late": 0,
            "last_frame_at": "2026-05-02T16:00:41.400000Z",
        }
    ],
    "frames": FRAMES,
    "fps": 9.8,
    "latency_ms": 143.0,
    "version": 41400,
    "metrics": METRICS,
    "frame_budget": BUDGET,
    "summary": None,
    "error": None,
}
STOPPED = {
    **RUNNING,
    "status": "stopped",
    "stopped_at": "2026-05-02T16:00:43Z",
    "is_worked_on": False,
    "fps": None,
    "latency_ms": None,
    "version": 0,
    "metrics": None,
    "summary": SUMMARY,
}


START = [
    asked("A phone films a player", {"player_id": "player_1", "source": "phone", "fps": 10, "title": "Sprints"}),
    answered(
        "A session that takes frames",
        {
            "session_id": SESSION,
            "status": "waiting",
            "ws_url": f"wss://axolotl.example/ws/live/{SESSION}",
            "frame_budget": BUDGET,
            "cameras": ["main"],
            "warnings": [],
        },
    ),
]
FRAME = [
    answered(
        "A frame that was looked at",
        {
            "session_id": SESSION,
            "camera": "main",
            "outcome": "processed",
            "processed": True,
            "seq": 412,
            "dropped": 2,
            "processing_time_ms": 143.0,
            "version": 41400,
            "detections": [{"bbox": TRACK["bbox"], "track_id": 3}],
            "tracks": [TRACK],
            "metrics": METRICS,
        },
    )
]
STOP = [asked("Stop", {"session_id": SESSION}), answered("Stored", STOPPED)]
STATUS = answered("A session that goes on", RUNNING)
LABEL = [
    asked("This is Kim", {"track_id": 3, "player_id": "player_1"}),
    answered("Kim", {"session_id": SESSION, "track_id": 3, "player_id": PLAYER}),
]
