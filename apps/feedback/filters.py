"""Filters of feedback."""

from __future__ import annotations

import uuid

import django_filters
from django.db.models import QuerySet

from apps.feedback.models import Feedback, FeedbackStatus, FeedbackType


class FeedbackFilter(django_filters.FilterSet):
    """By player, session, batch, team, kind, status, and whether it is shared."""

    player_id = django_filters.CharFilter(method="by_player", label="The player's id or external id")
    session_id = django_filters.UUIDFilter(field_name="session_id")
    team_id = django_filters.UUIDFilter(field_name="team_id")
    batch_id = django_filters.UUIDFilter(field_name="batch_id")
    feedback_type = django_filters.ChoiceFilter(choices=FeedbackType.choices)
    status = django_filters.ChoiceFilter(choices=FeedbackStatus.choices)
    shared = django_filters.BooleanFilter(field_name="shared_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Feedback
        fields = ["team_id", "session_id", "batch_id", "feedback_type", "status"]

    def by_player(self, rows: QuerySet[Feedback], name: str, value: str) -> QuerySet[Feedback]:
        """By either name of a player."""
        try:
            return rows.filter(player_id=uuid.UUID(value))
        except ValueError:
            return rows.filter(player__external_id=value)
