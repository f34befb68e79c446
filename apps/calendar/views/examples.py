"""Requests and answers as the API's page shows them."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

from apps.core.api_examples import answered, asked

TEAM = "0f9e2c1a-7b1d-4c55-8a32-9d1f6f0b2c11"
PLAYER = "5a8f6f0e-7c0f-4b39-9a57-7d2f3a2f1c55"
EVENT = "7d0f2c9e-58b1-4c1b-9d8a-0f4f2b1f6a10"
PROPOSAL = "c3a7a0de-4f53-4a34-8f0e-3f7f2a6f7b21"
REQUEST = "2f7d0c1e-9c55-4a7e-8b43-6f1c2d3e4f50"
SESSION = "0b7c1d52-6f0e-4f6c-8c61-0f0d3d1a9f11"


NEW_SERIES = asked(
    "Tuesdays and Thursdays until Christmas",
    {
        "team_id": TEAM,
        "title": "Training",
        "start": "2026-09-01T17:30:00+02:00",
        "end": "2026-09-01T18:30:00+02:00",
        "time_zone": "Europe/Madrid",
        "rrule": "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261222",
        "event_type": "training",
        "intensity": "moderate",
        "headers": 0,
    },
)
NEW_MATCH = asked(
    "A match, one player excused",
    {
        "team_id": TEAM,
        "title": "At Riverside",
        "start": "2026-09-05T11:00:00+02:00",
        "end": "2026-09-05T12:20:00+02:00",
        "event_type": "match",
        "half_minutes": 35,
        "match_minutes": 50,
        "excused_player_ids": [PLAYER],
    },
)
CHANGE_ONE = asked(
    "One date an hour later",
    {
        "version": 3,
        "scope": "one",
        "occurrence": "2026-09-08",
        "start": "2026-09-08T18:30:00+02:00",
        "end": "2026-09-08T19:30:00+02:00",
    },
)
CHANGE_REST = asked(
    "From a date on, shorter",
    {
        "version": 4,
        "scope": "following",
        "occurrence": "2026-10-01",
        "start": "2026-10-01T17:30:00+02:00",
        "end": "2026-10-01T18:20:00+02:00",
    },
)
MODIFY = asked("To Thursday", {"event_id": EVENT, "instruction": "Move to Thursday and shorten to 60 minutes"})
MODIFY_ONE = asked(
    "One date of a series, in Spanish",
    {
        "event_id": EVENT,
        "instruction": "Solo este: media hora más tarde",
        "occurrence": "2026-09-08",
        "language": "es",
    },
)
_ENGINE = {"provider": "rule_based", "model": ""}
MODIFIED = answered(
    "A proposed change",
    {
        "event_id": EVENT,
        "status": "proposed",
        "changes": [
            {"field": "start", "before": "2026-09-08T15:30:00Z", "after": "2026-09-10T15:30:00Z"},
            {"field": "end", "before": "2026-09-08T17:00:00Z", "after": "2026-09-10T16:30:00Z"},
        ],
        "questions": [],
        "send": {"start": "2026-09-10T15:30:00Z", "end": "2026-09-10T16:30:00Z", "version": 3},
        "verdict": {
            "decision": "allow",
            "needs_reason": False,
            "overridable": True,
            "policy": "default@1",
            "findings": [],
            "not_assessed": [],
            "notes": [],
            "alternative": None,
        },
        "engine": _ENGINE,
    },
)
MODIFY_ASKED = answered(
    "A question",
    {
        "event_id": EVENT,
        "status": "question",
        "changes": [],
        "questions": [
            {
                "text": "Which Monday is meant?",
                "options": [
                    {
                        "text": "Monday 7 September",
                        "instruction": "Move to Monday (2026-09-07)",
                        "scope": None,
                        "occurrence": None,
                    },
                    {
                        "text": "Monday 14 September",
                        "instruction": "Move to Monday (2026-09-14)",
                        "scope": None,
                        "occurrence": None,
                    },
                ],
            }
        ],
        "send": None,
        "verdict": None,
        "engine": _ENGINE,
    },
)
COMPLETE = asked("It became this session", {"version": 1, "status": "completed", "completed_session_id": SESSION})
RECOMMEND = asked(
    "Two sessions a week on weekday afternoons",
    {
        "player_id": "player_1",
        "start_date": "2026-09-01",
        "end_date": "2026-09-28",
        "focus_areas": ["first_touch", "dribbling"],
        "sessions_per_week": 2,
        "constraints": {"weekdays": ["MO", "WE", "FR"], "not_before": "16:00", "not_after": "19:00"},
    },
)
COMMIT = asked("Two of them", {"proposal_ids": [PROPOSAL, REQUEST]})
FEED = answered(
    "A new link",
    {
        "exists": True,
        "created_at": "2026-09-01T12:00:00Z",
        "last_read_at": None,
        "url": "https://axolotl.example/api/calendar/feed/dGhpcyBpcyBvbmx5IGFuIGV4YW1wbGU.ics",
        "webcal_url": "webcal://axolotl.example/api/calendar/feed/dGhpcyBpcyBvbmx5IGFuIGV4YW1wbGU.ics",
    },
)
FEED_FILE = OpenApiExample(
    "A calendar",
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Axolotl//Calendar//EN\r\nEND:VCALENDAR\r\n",
    response_only=True,
    media_type="text/calendar",
)
