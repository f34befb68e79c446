"""A feedback as it is read."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.serializers import PlayerBrief
from apps.feedback.models import Feedback, FeedbackStatus, FeedbackType
from apps.feedback.serializers.asked import FeedbackRatingOutput


class StrandOutput(serializers.Serializer[Any]):
    """One side of the game."""

    strengths = serializers.ListField(child=serializers.CharField())
    improvements = serializers.ListField(child=serializers.CharField())


class RecommendedOutput(serializers.Serializer[Any]):
    """A drill of the library, and how it is to be done."""

    area = serializers.CharField()
    drill = serializers.CharField(help_text="The drill's title.")
    drill_key = serializers.CharField(help_text="For /api/drills/:key")
    description = serializers.CharField()
    duration_min = serializers.IntegerField(help_text="Minutes.")
    frequency = serializers.CharField()
    focus_points = serializers.ListField(child=serializers.CharField())


class FeedbackEvidenceOutput(serializers.Serializer[Any]):
    """A piece of evidence that the text rests on."""

    kind = serializers.ChoiceField(["kpi", "knowledge", "history"])
    ref = serializers.CharField()
    quote_or_value = serializers.CharField()
    relevance = serializers.CharField(help_text="What of the text it supports.")
    title = serializers.CharField(allow_blank=True)
    t_s = serializers.FloatField(allow_null=True, help_text="Second of the film where it happened.")
    low = serializers.FloatField(allow_null=True, help_text="Lower end of the 90 % interval, in `unit`.")
    high = serializers.FloatField(allow_null=True, help_text="Upper end of the 90 % interval, in `unit`.")
    unit = serializers.CharField(allow_blank=True)
    grade = serializers.CharField(allow_blank=True, help_text="A to D, of the film.")


class AnswerOutput(serializers.Serializer[Any]):
    """The answer to the question."""

    text = serializers.CharField()
    answered = serializers.BooleanField(help_text="False where the evidence does not answer it; the text says so.")
    quotes = serializers.ListField(child=serializers.CharField())


class NotAssessedOutput(serializers.Serializer[Any]):
    """What nothing can be said about, and why."""

    key = serializers.CharField()
    title = serializers.CharField()
    reason = serializers.CharField()


class FilteredOutput(serializers.Serializer[Any]):
    """A sentence that the safety filter took out."""

    rule = serializers.CharField()
    reason = serializers.CharField()


class SafetyReportOutput(serializers.Serializer[Any]):
    """What the safety filter did."""

    age_group = serializers.CharField()
    filtered = FilteredOutput(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class GroundingOutput(serializers.Serializer[Any]):
    """How the numbers of the text were checked."""

    checked = serializers.IntegerField(help_text="Numbers found; each is one of the evidence.")
    regenerated = serializers.BooleanField(help_text="The first text was refused and written again.")
    replaced = serializers.BooleanField(help_text="The rule-based coach wrote this one instead.")
    reason = serializers.CharField(allow_blank=True)


class EngineOutput(serializers.Serializer[Any]):
    """Which engine wrote it."""

    provider = serializers.ChoiceField(["rule_based", "azure_openai"])
    model = serializers.CharField()
    prompt_tokens = serializers.IntegerField(help_text="Tokens sent.")
    completion_tokens = serializers.IntegerField(help_text="Tokens received.")
    retrieval = serializers.CharField(help_text="hybrid, keyword, azure or none")
    reason = serializers.CharField(allow_blank=True, help_text="Why this engine, where another is set.")


class FeedbackErrorOutput(serializers.Serializer[Any]):
    """Why it could not be written."""

    code = serializers.CharField()
    message = serializers.CharField()


class FeedbackOutput(serializers.ModelSerializer[Feedback]):
    """A feedback; what is written (`summary` to `engine`) is `null` until it is completed."""

    team_id = serializers.UUIDField(read_only=True)
    session_id = serializers.UUIDField(read_only=True)
    session_title = serializers.CharField(source="session.title", read_only=True)
    session_start = serializers.DateTimeField(source="session.start", read_only=True)
    player = PlayerBrief(read_only=True, allow_null=True)
    feedback_type = serializers.ChoiceField(FeedbackType.choices, read_only=True)
    status = serializers.ChoiceField(FeedbackStatus.choices, read_only=True)
    focus_areas = serializers.ListField(child=serializers.CharField(), read_only=True)
    version = serializers.IntegerField(read_only=True, help_text="Grows with each change of status or text.")
    error = serializers.SerializerMethodField()
    my_rating = serializers.SerializerMethodField()
    rating_mean = serializers.FloatField(read_only=True, allow_null=True, help_text="Mean of all ratings, 1 to 5.")
    rating_count = serializers.IntegerField(read_only=True, help_text="How many rated it.")
    summary = serializers.CharField(source="body.summary", read_only=True, allow_null=True, default=None)
    answer = AnswerOutput(source="body.answer", read_only=True, allow_null=True, default=None)
    technical = StrandOutput(source="body.technical", read_only=True, allow_null=True, default=None)
    physical = StrandOutput(source="body.physical", read_only=True, allow_null=True, default=None)
    tactical = StrandOutput(source="body.tactical", read_only=True, allow_null=True, default=None)
    recommendations = RecommendedOutput(
        source="body.recommendations", many=True, read_only=True, allow_null=True, default=None
    )
    evidence = FeedbackEvidenceOutput(source="body.evidence", many=True, read_only=True, allow_null=True, default=None)
    not_assessed = NotAssessedOutput(
        source="body.not_assessed", many=True, read_only=True, allow_null=True, default=None
    )
    confidence = serializers.FloatField(
        source="body.confidence",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="0 to 1: how far the figures carry the text, by their grades and coverage.",
    )
    safety = SafetyReportOutput(source="body.safety", read_only=True, allow_null=True, default=None)
    grounding = GroundingOutput(source="body.grounding", read_only=True, allow_null=True, default=None)
    engine = EngineOutput(source="body.engine", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Feedback
        fields = [
            "id",
            "team_id",
            "session_id",
            "session_title",
            "session_start",
            "player",
            "feedback_type",
            "focus_areas",
            "question",
            "language",
            "status",
            "text",
            "version",
            "error",
            "batch_id",
            "shared_at",
            "created_at",
            "completed_at",
            "my_rating",
            "rating_mean",
            "rating_count",
            "summary",
            "answer",
            "technical",
            "physical",
            "tactical",
            "recommendations",
            "evidence",
            "not_assessed",
            "confidence",
            "safety",
            "grounding",
            "engine",
        ]
        read_only_fields = fields

    @extend_schema_field(FeedbackErrorOutput(allow_null=True))
    def get_error(self, row: Feedback) -> dict[str, str] | None:
        """Why it could not be written; `null` unless it failed."""
        if row.status != FeedbackStatus.FAILED:
            return None
        return {"code": row.error_code, "message": row.error_message}

    @extend_schema_field(FeedbackRatingOutput(allow_null=True))
    def get_my_rating(self, row: Feedback) -> Any:
        """The caller's own rating."""
        own = getattr(row, "own_ratings", ())
        return FeedbackRatingOutput(own[0]).data if own else None
