"""Writes and rules of feedback, by subject; what other apps ask for stands here."""

from __future__ import annotations

from apps.feedback.services.asking import (
    BatchWish,
    FeedbackWish,
    LiveFigure,
    answer_live_question,
    generate,
    generate_batch,
)
from apps.feedback.services.opinions import delete_feedback, rate, share

__all__ = [
    "BatchWish",
    "FeedbackWish",
    "LiveFigure",
    "answer_live_question",
    "delete_feedback",
    "generate",
    "generate_batch",
    "rate",
    "share",
]
