"""Filters of the lists."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet

from apps.accounts.models import Player, Position


class PlayerFilter(django_filters.FilterSet):
    """Players by team, position, and words of the name or external id."""

    team_id = django_filters.UUIDFilter(field_name="team_id")
    position = django_filters.ChoiceFilter(choices=Position.choices)
    q = django_filters.CharFilter(method="by_words", label="Words of the name or the external id")

    class Meta:
        model = Player
        fields = ["team_id", "position", "q"]

    def by_words(self, rows: QuerySet[Player], name: str, value: str) -> QuerySet[Player]:
        """Every word must be found somewhere."""
        for word in value.split():
            named = Q(first_name__icontains=word) | Q(last_name__icontains=word)
            rows = rows.filter(named | Q(external_id__icontains=word))
        return rows
