"""Filters of the list of live sessions."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from apps.live.models import OPEN, LiveSession, LiveStatus


class LiveFilter(django_filters.FilterSet):
    """Live sessions by team, status, and whether they are still going."""

    team_id = django_filters.UUIDFilter(field_name="session__team_id")
    status = django_filters.ChoiceFilter(choices=LiveStatus.choices)
    is_open = django_filters.BooleanFilter(method="by_open", label="Whether it is not stored yet")

    class Meta:
        model = LiveSession
        fields = ("team_id", "status", "is_open")

    def by_open(self, rows: QuerySet[LiveSession], name: str, value: Any) -> QuerySet[LiveSession]:
        """Those that go on, or those that are over."""
        return rows.filter(status__in=OPEN) if value else rows.exclude(status__in=OPEN)
