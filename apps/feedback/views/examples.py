"""Requests and answers as the API's page shows them."""

from __future__ import annotations

from apps.core.api_examples import answered, asked

SESSION = "0b7c1d52-6f0e-4f6c-8c61-0f0d3d1a9f11"
PLAYER = "5a8f6f0e-7c0f-4b39-9a57-7d2f3a2f1c55"
TEAM = "0f9e2c1a-7b1d-4c55-8a32-9d1f6f0b2c11"
FEEDBACK_ID = "8c3b7a52-5d1e-4d3e-9d3e-3f1e2b7a6c55"
BATCH_ID = "2f7d0c1e-9c55-4a7e-8b43-6f1c2d3e4f50"


GENERATE = [
    asked(
        "All about one player's training",
        {"session_id": SESSION, "player_id": "player_1", "feedback_type": "comprehensive", "language": "en"},
    ),
    asked(
        "A question",
        {
            "session_id": SESSION,
            "player_id": "player_1",
            "feedback_type": "specific",
            "question": "How can the first touch get better?",
            "focus_areas": ["first_touch"],
        },
    ),
]
GENERATED = answered(
    "Asked for",
    {"feedback_id": FEEDBACK_ID, "session_id": SESSION, "player_id": PLAYER, "status": "queued"},
)
BATCH = asked("In short, for two players", {"player_ids": ["player_1", "player_2"], "feedback_type": "quick"})
BATCHED = answered(
    "Asked for",
    {
        "batch_id": BATCH_ID,
        "feedback": [{"feedback_id": FEEDBACK_ID, "session_id": SESSION, "player_id": PLAYER, "status": "queued"}],
        "skipped": [],
    },
)
RATE = asked("Of use", {"rating": 5, "notes": "We did the drill on Tuesday."})
RATED = answered("Kept", {"rating": 5, "notes": "We did the drill on Tuesday.", "updated_at": "2026-05-03T09:00:00Z"})
SHARE = asked("With the family", {"shared": True})
TEMPLATE = answered(
    "A question with one click",
    {
        "key": "first_touch",
        "feedback_type": "specific",
        "title": "First touch",
        "description": "What is known of the touch, and how to train it.",
        "question": "How can the first touch get better?",
        "focus_areas": ["first_touch", "ball_mastery"],
        "for_team": False,
    },
)
FEEDBACK = answered(
    "A quick feedback",
    {
        "id": FEEDBACK_ID,
        "team_id": TEAM,
        "session_id": SESSION,
        "session_title": "Tuesday training",
        "session_start": "2026-05-02T16:30:00Z",
        "player": {"id": PLAYER, "display_name": "Kim Berg"},
        "feedback_type": "quick",
        "focus_areas": [],
        "question": "",
        "language": "en",
        "status": "completed",
        "text": "Kim covered 2,940 m in the training on 2 May. On Tuesday: “First touch off the wall” for 10 min.",
        "version": 4,
        "error": None,
        "batch_id": None,
        "shared_at": None,
        "created_at": "2026-05-02T18:00:00Z",
        "completed_at": "2026-05-02T18:00:02Z",
        "my_rating": None,
        "rating_mean": None,
        "rating_count": 0,
        "summary": "Kim covered 2,940 m in the training on 2 May. On Tuesday: “First touch off the wall” for 10 min.",
        "answer": None,
        "technical": {"strengths": [], "improvements": []},
        "physical": {"strengths": ["Always on the move: 2,940 m covered."], "improvements": []},
        "tactical": {"strengths": [], "improvements": []},
        "recommendations": [
            {
                "area": "first_touch",
                "drill": "First touch off the wall",
                "drill_key": "wall-first-touch",
                "description": "Take a ball out of your feet into space.",
                "duration_min": 10,
                "frequency": "twice a week",
                "focus_points": ["Pass against the wall with the inside."],
            }
        ],
        "evidence": [
            {
                "kind": "kpi",
                "ref": "kpi:812:total_distance_m",
                "quote_or_value": "total distance: 2,940 m",
                "relevance": "Kim covered 2,940 m in the training on 2 May",
                "title": "Distance",
                "t_s": None,
                "low": 2884.8,
                "high": 2980.4,
                "unit": "m",
                "grade": "B",
            }
        ],
        "not_assessed": [
            {
                "key": "touches",
                "title": "Touches",
                "reason": "Not measured: the ball was not tracked in this film.",
            }
        ],
        "confidence": 0.68,
        "safety": {"age_group": "U14", "filtered": [], "notes": []},
        "grounding": {"checked": 6, "regenerated": False, "replaced": False, "reason": ""},
        "engine": {
            "provider": "rule_based",
            "model": "rules 1.0",
            "prompt_tokens": 0,
            "completion_tokens": 0,
            "retrieval": "hybrid",
            "reason": "",
        },
    },
)

ARTICLE = answered(
    "Top speed",
    {
        "slug": "top-speed",
        "title": "Top speed and how to read it",
        "text": "Top speed in the app is the fastest average over one whole second, not the fastest single picture.",
        "age_groups": [],
        "tags": ["kpi", "speed", "max_speed_mps"],
        "sources": [
            {
                "title": "Linke, Link and Lames 2018, PLoS ONE",
                "what": "Errors of video, radio and satellite tracking on a pitch; errors grow with speed",
                "doi": "10.1371/journal.pone.0199519",
            }
        ],
        "language": "en",
        "licence": "CC0-1.0",
        "reviewed": "2026-11-22",
    },
)
