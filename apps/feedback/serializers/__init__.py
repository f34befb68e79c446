"""Shapes of feedback in the API: `…Input` is what comes, `…Output` what goes."""

from __future__ import annotations

from apps.feedback.serializers.asked import (
    BatchInput,
    BatchOutput,
    GeneratedOutput,
    GenerateInput,
    RateInput,
    RatingOutput,
    ShareInput,
    TemplateOutput,
    TemplateQuery,
)
from apps.feedback.serializers.texts import FeedbackOutput

__all__ = [
    "BatchInput",
    "BatchOutput",
    "FeedbackOutput",
    "GenerateInput",
    "GeneratedOutput",
    "RateInput",
    "RatingOutput",
    "ShareInput",
    "TemplateOutput",
    "TemplateQuery",
]
