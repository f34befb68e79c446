"""The library of drills."""

from __future__ import annotations

from rest_framework import generics

from apps.calendar.filters import DrillFilter
from apps.calendar.models import Drill
from apps.calendar.serializers import DrillOutput


class DrillListView(generics.ListAPIView[Drill]):
    """All drills, by age group, focus, intensity and words."""

    queryset = Drill.objects.get_queryset()
    serializer_class = DrillOutput
    filterset_class = DrillFilter
    ordering_fields = ("title", "minutes", "youngest")


class DrillView(generics.RetrieveAPIView[Drill]):
    """One drill: aim, set-up, steps, progressions, load, safety, sources."""

    queryset = Drill.objects.get_queryset()
    serializer_class = DrillOutput
    lookup_url_kwarg = "drill_key"
