"""Requests and answers as the API's page shows them."""

from __future__ import annotations

from apps.core.api_examples import answered, asked

PAIRING = "3c1f0a52-0a5d-4d1e-9d8a-6f4f2b1f6a10"
DEVICE = "9a7b1d52-6f0e-4f6c-8c61-0f0d3d1a9f11"
TEAM = "5a8f6f0e-7c0f-4b39-9a57-7d2f3a2f1c55"
TOKEN = "ImY0YjE…:1vXyZ:8uQ…"  # noqa: S105  (an example)
KEY = "axk_4f1c0a9be27d_6mX…"
PAIR = {"access": "eyJhbGciOiJIUzI1NiIs…", "refresh": "eyJhbGciOiJIUzI1NiIs…", "expires_in": 900}


_ABOUT = {"name": "Touchline phone", "type": "mobile", "model": "Pixel 9", "os_version": "17", "app_version": "1.0"}

GENERATE = [
    asked("A phone", {"device_type": "mobile"}),
    asked("Four cameras round a player", {"device_type": "camera", "player_id": "player_1", "max_devices": 4}),
    answered(
        "A code",
        {
            "pairing_id": PAIRING,
            "code": "K7MPX2QD",
            "token": TOKEN,
            "pairing_url": f"https://axolotl.example/pair?token={TOKEN}",
            "qr_png": "data:image/png;base64,iVBORw0KGgo…",
            "qr_svg": "<svg …>…</svg>",
            "device_type": "mobile",
            "max_devices": 1,
            "expires_at": "2026-05-02T16:40:00Z",
        },
        "201",
    ),
]
CONNECT = [
    asked("Scanned", {"token": TOKEN, "device": _ABOUT}),
    asked("Typed", {"code": "k7mp-x2qd", "device": {"name": "Touchline phone", "type": "mobile"}}),
    answered(
        "Paired",
        {
            "device_id": DEVICE,
            "api_key": KEY,
            **PAIR,
            "ws_url": "wss://axolotl.example/ws",
            "team_id": TEAM,
            "player_id": None,
            "scopes": ["scan", "live"],
        },
        "201",
    ),
]
ROTATED = [
    answered(
        "The next key",
        {"device_id": DEVICE, "api_key": KEY, **PAIR, "previous_key_until": "2026-05-02T16:35:00Z"},
    )
]
REFRESHED = [asked("A refresh token", {"refresh": "eyJhbGciOiJIUzI1NiIs…"}), answered("A new pair", PAIR)]
DEVICE_SHOWN = {
    "device_id": DEVICE,
    "team_id": TEAM,
    "player_id": None,
    "name": "Touchline phone",
    "device_type": "mobile",
    "model": "Pixel 9",
    "os_version": "17",
    "app_version": "1.0",
    "scopes": ["scan", "live"],
    "key_prefix": "4f1c0a9be27d",
    "paired_by": "Kim Berg",
    "paired_at": "2026-05-02T16:31:00Z",
    "last_seen_at": "2026-05-02T17:02:00Z",
    "revoked_at": None,
    "is_live": True,
}
RENAMED = [asked("Another name", {"name": "Phone behind the goal"}), answered("The device", DEVICE_SHOWN)]
SHOWN = [answered("The device", DEVICE_SHOWN)]
SYNCED = [
    asked("Sent now", {"t0": 1777739400000000}),
    answered(
        "The client is 300 s behind; 20 ms each way",
        {"t0": 1777739400000000, "t1": 1777739700020000, "t2": 1777739700020350},
    ),
]
