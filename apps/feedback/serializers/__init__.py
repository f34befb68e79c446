"""Shapes of feedback in the API: `…Input` is what comes, `…Output` what goes."""

from __future__ import annotations

from apps.feedback.serializers.asked import (
    FeedbackAskedOutput,
    FeedbackBatchInput,
    FeedbackBatchOutput,
    FeedbackGenerateInput,
    FeedbackRateInput,
    FeedbackRatingOutput,
    FeedbackShareInput,
    FeedbackTemplateOutput,
    TemplateQuery,
)
from apps.feedback.serializers.texts import FeedbackOutput

__all__ = [
    "FeedbackAskedOutput",
    "FeedbackBatchInput",
    "FeedbackBatchOutput",
    "FeedbackGenerateInput",
    "FeedbackOutput",
    "FeedbackRateInput",
    "FeedbackRatingOutput",
    "FeedbackShareInput",
    "FeedbackTemplateOutput",
    "TemplateQuery",
]
