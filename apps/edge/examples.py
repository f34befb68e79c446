"""Requests and answers as the API's page shows them."""

from __future__ import annotations

from apps.core.api_examples import answered, asked

NODE_ID = "9f1d7c52-1c1b-4c5e-9f0a-4b1f0c5d7e20"
DEVICE = "3c1f7a10-2d7e-4f7b-8f3e-2a6b5c4d3e21"
TEAM = "c0a1f5d2-7b1a-4a53-9a3b-6f1e2d3c4b5a"
SESSION = "0b7c1d52-6f0e-4f6c-8c61-0f0d3d1a9f11"
NOTE = "6d0f2a3b-9c8e-4d7f-8a1b-2c3d4e5f6a7b"
JOB = "7d0f2c9e-58b1-4c1b-9d8a-0f4f2b1f6a10"
UPLOAD = "2f7d0c1e-9c55-4a7e-8b43-6f1c2d3e4f50"
FILM = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
CLOCK = {"received_at": "2026-05-01T12:00:00.120Z", "sent_at": "2026-05-01T12:00:00.164Z"}
_STATE = {"films": {"done": 12, "waiting": 1}, "outbox": 3, "clock_offset_ms": -812.4}


REGISTER = asked("A box", {"name": "Pitch 2", "version": "0.1.0", "capabilities": {"devices": ["cpu"]}})
REGISTERED = answered(
    "A node",
    {
        "node_id": NODE_ID,
        "team_id": TEAM,
        "cursor": f"{NODE_ID}.0",
        "heartbeat_s": 15,
        "max_changes": 1000,
        "clock": CLOCK,
    },
)
HEARTBEAT = asked("Still there", {"state": _STATE})
BEATEN = answered("Noted", {"node_id": NODE_ID, "pending": 2, "clock": CLOCK})
BATCH = asked(
    "A title and a note",
    {
        "cursor": f"{NODE_ID}.41",
        "changes": [
            {
                "id": SESSION,
                "kind": "session",
                "op": "upsert",
                "updated_at": "2026-05-01T11:58:12.250Z",
                "counter": 0,
                "seen": f"{NODE_ID}.41",
                "body": {"title": "Finishing under pressure", "notes": {NOTE: "Third drill too crowded."}},
            }
        ],
        "pending": 0,
    },
)
SYNCED = answered(
    "The title lost to a later one",
    {
        "applied": [{"id": SESSION, "kind": "session", "updated_at": "2026-05-01T11:58:12.250Z", "counter": 0}],
        "conflicts": [
            {
                "id": SESSION,
                "kind": "session",
                "field": "title",
                "won": False,
                "other": {"value": "Finishing", "updated_at": "2026-05-01T11:59:40.000Z", "by": "server"},
            }
        ],
        "refused": [],
        "changes": [
            {
                "id": SESSION,
                "kind": "session",
                "op": "upsert",
                "updated_at": "2026-05-01T11:59:40.000Z",
                "counter": 0,
                "origin": None,
                "body": {"title": "Finishing"},
            }
        ],
        "cursor": f"{NODE_ID}.44",
        "has_more": False,
        "clock": CLOCK,
    },
)
PROCESS = [
    asked(
        "A finished upload",
        {"upload_id": UPLOAD, "player_id": "player_1", "preset": "standard"},
        media_type="application/json",
    ),
    answered("A scan that waits", {"job_id": JOB, "session_id": SESSION, "status": "queued", "known": False}),
]
NODE = answered(
    "A box at work",
    {
        "node_id": NODE_ID,
        "device_id": DEVICE,
        "team_id": TEAM,
        "name": "Pitch 2",
        "version": "0.1.0",
        "capabilities": {"devices": ["cpu"]},
        "connected": True,
        "last_heartbeat_at": "2026-05-01T12:00:00.120Z",
        "state": _STATE,
        "synced_at": "2026-05-01T12:00:00.120Z",
        "pending": 0,
        "conflicts": 1,
        "created_at": "2026-04-20T09:00:00Z",
    },
)
