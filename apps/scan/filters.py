"""Filters of the scan lists."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet

from apps.scan.models import Calibration


class CalibrationFilter(django_filters.FilterSet):
    """By team and name."""

    team_id = django_filters.UUIDFilter()
    kind = django_filters.ChoiceFilter(
        choices=Calibration.Kind.choices,
        help_text="`pitch` (what a list without it shows), or `camera`: where several cameras stand.",
    )
    name = django_filters.CharFilter(lookup_expr="icontains")
    ordering = django_filters.OrderingFilter(fields=("created_at", "name", "error_m"))

    def filter_queryset(self, queryset: QuerySet[Calibration]) -> QuerySet[Calibration]:
        """A pitch's marks and a rig's cameras are never offered for each other."""
        kind = self.form.cleaned_data.get("kind") or Calibration.Kind.PITCH
        found: QuerySet[Calibration] = super().filter_queryset(queryset.filter(kind=kind))
        return found

    class Meta:
        model = Calibration
        fields: list[str] = []
