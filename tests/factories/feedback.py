"""Feedback, written by nobody in particular."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.feedback.models import Feedback, FeedbackStatus
from apps.sessions.models import Session

BODY: dict[str, Any] = {
    "summary": "Kim covered 2,940 m.",
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
            "frequency": "once a week",
            "focus_points": ["Pass against the wall with the inside."],
        }
    ],
    "evidence": [
        {
            "kind": "kpi",
            "ref": "kpi:1:total_distance_m",
            "quote_or_value": "total distance: 2,940 m",
            "relevance": "Kim covered 2,940 m",
            "title": "Distance",
            "t_s": None,
            "low": 2900.0,
            "high": 2980.0,
            "unit": "m",
            "grade": "B",
        }
    ],
    "answer": None,
    "confidence": 0.7,
    "not_assessed": [],
    "safety": {"age_group": "U15", "filtered": [], "notes": []},
    "grounding": {"checked": 3, "regenerated": False, "replaced": False, "reason": ""},
    "engine": {
        "provider": "rule_based",
        "model": "rules 1.0",
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "retrieval": "hybrid",
        "reason": "",
    },
}


def make_feedback(session: Session, **fields: Any) -> Feedback:
    """A completed feedback about a session's player, or its team; not shared."""
    values: dict[str, Any] = {
        "team_id": session.team_id,
        "player": session.player,
        "status": FeedbackStatus.COMPLETED,
        "text": BODY["summary"],
        "body": BODY,
        "provider": "rule_based",
        "completed_at": timezone.now(),
    }
    return Feedback.objects.create(session=session, **{**values, **fields})
