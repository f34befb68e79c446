"""Filters of the scan lists."""

from __future__ import annotations

import django_filters

from apps.scan.models import Calibration


class CalibrationFilter(django_filters.FilterSet):
    """By team and name."""

    team_id = django_filters.UUIDFilter()
    name = django_filters.CharFilter(lookup_expr="icontains")
    ordering = django_filters.OrderingFilter(fields=("created_at", "name", "error_m"))

    class Meta:
        model = Calibration
        fields: list[str] = []
