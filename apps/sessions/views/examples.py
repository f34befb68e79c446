"""Requests and answers as the API's page shows them."""

from __future__ import annotations

from apps.core.api_examples import answered, asked

SESSION = "0b7c1d52-6f0e-4f6c-8c61-0f0d3d1a9f11"
PLAYER = {"id": "5a8f6f0e-7c0f-4b39-9a57-7d2f3a2f1c55", "display_name": "Kim Berg"}
NOTE = "9c1f0a3b-2d4e-4f5a-8b6c-7d8e9f0a1b2c"
LOAD = "4e5f6a7b-8c9d-4e0f-a1b2-c3d4e5f6a7b8"
STROKES = {
    "strokes": [
        {"tool": "arrow", "colour": "#ff8800", "width": 0.004, "points": [[0.41, 0.55], [0.62, 0.38]]},
        {"tool": "text", "colour": "#ff8800", "width": 0.004, "points": [[0.63, 0.36]], "text": "run here"},
    ]
}


NOTE_ASKED = [
    asked("Words", {"text": "Presses well, loses the ball under pressure.", "t_s": 73.2}),
    asked("A drawing", {"kind": "drawing", "t_s": 73.2, "text": "The free space", "data": STROKES}),
]
NOTE_ANSWERED = answered(
    "A drawing",
    {
        "id": NOTE,
        "kind": "drawing",
        "text": "The free space",
        "t_s": 73.2,
        "data": STROKES,
        "author": {"id": "7d0f2c9e-58b1-4c1b-9d8a-0f4f2b1f6a10", "name": "Robin Coach"},
        "created_at": "2026-05-02T18:10:00Z",
        "updated_at": "2026-05-02T18:10:00Z",
    },
)
NOTE_CHANGED = asked("Other words", {"text": "Presses well."})
LOAD_ASKED = [
    asked("What a coach enters", {"player_id": "player_1", "rpe": 6, "minutes": 75, "match_minutes": 0}),
    asked("What a player enters", {"rpe": 6.5}),
]
LOAD_ANSWERED = answered(
    "Entered",
    {
        "id": LOAD,
        "player": PLAYER,
        "rpe": 6.0,
        "minutes": 75.0,
        "match_minutes": 0.0,
        "load_au": 450.0,
        "trust": "low",
        "notes": ["Players under 14 judge their effort poorly: take the rating as a hint only."],
        "source": "coach",
        "minutes_source": "coach",
        "updated_at": "2026-05-02T18:10:00Z",
    },
)
ATTACHMENT = answered(
    "A plan",
    {
        "id": "b3f1c2d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
        "name": "Pressing plan.pdf",
        "content_type": "application/pdf",
        "size_bytes": 184320,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "url": "/media/signed/eyJ2Ijoi…/attachment",
        "uploaded_by": {"id": "7d0f2c9e-58b1-4c1b-9d8a-0f4f2b1f6a10", "name": "Robin Coach"},
        "created_at": "2026-05-02T18:10:00Z",
    },
)
DIGEST = (
    'Match "Cup final" on 2 May 2026, 18:30 (Europe/Berlin), 92 min. About Kim Berg. '
    "Measured: top speed 7.1 m/s, total distance 6120 m, grade B. Effort 7.0 of 10."
)
SEARCH = answered(
    "Found by words",
    {
        "retrieval": "keyword",
        "searched": 214,
        "is_complete": True,
        "hits": [
            {
                "session": {
                    "id": SESSION,
                    "team_id": "3c2b1a09-8f7e-4d6c-9b5a-4e3d2c1b0a99",
                    "player": PLAYER,
                    "session_type": "match",
                    "title": "Cup final",
                    "description": "Pressing high from the start.",
                    "start": "2026-05-02T16:30:00Z",
                    "end": "2026-05-02T18:02:00Z",
                    "status": "completed",
                    "synthetic": False,
                    "thumbnail_url": None,
                    "job": None,
                    "kpis": {"max_speed_mps": 7.1, "total_distance_m": 6120.0, "grade": "B"},
                    "created_at": "2026-05-02T18:20:00Z",
                },
                "words": 2,
                "score": 23.4,
                "digest": DIGEST,
                "snippets": [{"place": "title", "text": "Cup final", "highlights": [[0, 3], [4, 9]]}],
            }
        ],
    },
)
