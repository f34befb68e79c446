"""Filters of proposals and drills."""

from __future__ import annotations

import re
import uuid

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from apps.calendar.models import Drill, EventIntensity, FocusArea, Recommendation, RecommendationStatus

ADULTS = 99


class RecommendationFilter(django_filters.FilterSet):
    """Proposals by team, player, request and status."""

    team_id = django_filters.UUIDFilter(field_name="team_id")
    player_id = django_filters.CharFilter(method="by_player", label="The player's id or external id")
    request_id = django_filters.UUIDFilter(field_name="request_id")
    status = django_filters.ChoiceFilter(choices=RecommendationStatus.choices)

    class Meta:
        model = Recommendation
        fields = ["team_id", "request_id", "status"]

    def by_player(self, rows: QuerySet[Recommendation], name: str, value: str) -> QuerySet[Recommendation]:
        """By either name of a player."""
        try:
            return rows.filter(player_id=uuid.UUID(value))
        except ValueError:
            return rows.filter(player__external_id=value)


def _age_group(value: str) -> int:
    match = re.fullmatch(r"U-?(\d{1,2})|senior|adult", value.strip(), re.IGNORECASE)
    if match is None:
        raise ValidationError("An age group is U7 to U19, or senior.")
    return int(match[1]) if match[1] else ADULTS


class DrillFilter(django_filters.FilterSet):
    """Drills by age group, focus, intensity, number of players and words."""

    age_group = django_filters.CharFilter(
        method="by_age_group", label="Such as U12 or senior", validators=[_age_group], max_length=12
    )
    focus = django_filters.ChoiceFilter(choices=FocusArea.choices, method="by_focus")
    intensity = django_filters.ChoiceFilter(choices=EventIntensity.choices)
    players = django_filters.NumberFilter(
        field_name="players_min", lookup_expr="lte", label="So many players are there", min_value=1, max_value=100
    )
    q = django_filters.CharFilter(method="by_words", label="Words of title or aim", max_length=100)

    class Meta:
        model = Drill
        fields = ["intensity"]

    def by_age_group(self, rows: QuerySet[Drill], name: str, value: str) -> QuerySet[Drill]:
        """Drills that suit the group."""
        group = _age_group(value)
        return rows.filter(youngest__lte=group, oldest__gte=group)

    def by_focus(self, rows: QuerySet[Drill], name: str, value: str) -> QuerySet[Drill]:
        """Drills that train an area. A key stands in quotes in the stored list, on every database."""
        return rows.filter(focus__icontains=f'"{value}"')

    def by_words(self, rows: QuerySet[Drill], name: str, value: str) -> QuerySet[Drill]:
        """Every word must be found."""
        for word in value.split():
            rows = rows.filter(Q(title__icontains=word) | Q(aim__icontains=word))
        return rows
