"""What is asked for, and the short answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.feedback.models import (
    BEST_RATING,
    LONGEST_QUESTION,
    Feedback,
    FeedbackRating,
    FeedbackStatus,
    FeedbackType,
    Language,
)
from apps.feedback.services.asking import MOST_AT_ONCE
from apps.feedback.templates import FOCUS_AREAS

MOST_AREAS = 5


def _areas() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(FOCUS_AREAS),
        required=False,
        max_length=MOST_AREAS,
        help_text="What drills are to train; the first weighs most.",
    )


def _language() -> serializers.ChoiceField:
    return serializers.ChoiceField(Language.choices, required=False, help_text="The user's own if not sent.")


class FeedbackGenerateInput(serializers.Serializer[Any]):
    """One feedback."""

    session_id = serializers.UUIDField()
    player_id = serializers.CharField(
        max_length=64,
        required=False,
        allow_null=True,
        help_text="Id or external id; without it the session's player, or the whole team.",
    )
    feedback_type = serializers.ChoiceField(FeedbackType.choices, required=False)
    focus_areas = _areas()
    question = serializers.CharField(max_length=LONGEST_QUESTION, required=False, allow_blank=True)
    language = _language()


class FeedbackBatchInput(serializers.Serializer[Any]):
    """Many at once: 1 to 100 sessions and players together."""

    session_ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_AT_ONCE)
    player_ids = serializers.ListField(
        child=serializers.CharField(max_length=64),
        required=False,
        max_length=MOST_AT_ONCE,
        help_text="Ids or external ids: each player's newest session with figures.",
    )
    feedback_type = serializers.ChoiceField(FeedbackType.choices, required=False, help_text="quick if not sent.")
    focus_areas = _areas()
    language = _language()


class FeedbackAskedOutput(serializers.ModelSerializer[Feedback]):
    """What was asked for: completed at once where the same evidence was written about already."""

    feedback_id = serializers.UUIDField(source="pk", read_only=True)
    session_id = serializers.UUIDField(read_only=True)
    player_id = serializers.UUIDField(read_only=True, allow_null=True)
    status = serializers.ChoiceField(FeedbackStatus.choices, read_only=True)

    class Meta:
        model = Feedback
        fields = ["feedback_id", "session_id", "player_id", "status"]
        read_only_fields = fields


class SkippedOutput(serializers.Serializer[Any]):
    """Somebody of whom nothing can be written."""

    player_id = serializers.UUIDField()
    reason = serializers.CharField()


class FeedbackBatchOutput(serializers.Serializer[Any]):
    """What was asked for at once."""

    batch_id = serializers.UUIDField(help_text="For the list: ?batch_id=")
    feedback = FeedbackAskedOutput(many=True)
    skipped = SkippedOutput(many=True)


class FeedbackRateInput(serializers.Serializer[Any]):
    """What a feedback was worth."""

    rating = serializers.IntegerField(min_value=1, max_value=BEST_RATING, help_text="1 useless to 5 excellent.")
    notes = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class FeedbackRatingOutput(serializers.ModelSerializer[FeedbackRating]):
    """Somebody's own rating."""

    rating = serializers.IntegerField(help_text="1 useless to 5 excellent.")

    class Meta:
        model = FeedbackRating
        fields = ["rating", "notes", "updated_at"]
        read_only_fields = fields


class FeedbackShareInput(serializers.Serializer[Any]):
    """Whether the player and their guardians read it."""

    shared = serializers.BooleanField()


class TemplateQuery(serializers.Serializer[Any]):
    """In which language."""

    language = _language()


class FeedbackTemplateOutput(serializers.Serializer[Any]):
    """Something that can be asked for with one click."""

    key = serializers.CharField()
    feedback_type = serializers.ChoiceField(FeedbackType.choices)
    title = serializers.CharField()
    description = serializers.CharField()
    question = serializers.CharField(allow_blank=True, help_text="Sent as it is or changed; empty: none.")
    focus_areas = serializers.ListField(child=serializers.ChoiceField(FOCUS_AREAS))
    for_team = serializers.BooleanField(help_text="Whether it is meant for a whole team.")
