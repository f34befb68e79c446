"""Filters of the list of devices."""

from __future__ import annotations

import django_filters
from django.db.models import Q

from apps.pairing.models import DeviceType, PairedDevice, PairedDeviceQuerySet


class DeviceFilter(django_filters.FilterSet):
    """Devices by team, player, kind, and whether they are live."""

    team_id = django_filters.UUIDFilter(field_name="team_id")
    player_id = django_filters.UUIDFilter(field_name="player_id")
    device_type = django_filters.ChoiceFilter(choices=DeviceType.choices)
    is_live = django_filters.BooleanFilter(method="by_life", label="Only live devices, or only the others")

    class Meta:
        model = PairedDevice
        fields = ["team_id", "player_id", "device_type", "is_live"]

    def by_life(self, rows: PairedDeviceQuerySet, name: str, value: bool) -> PairedDeviceQuerySet:  # noqa: FBT001
        """Live ones, or those that are not."""
        live = Q(revoked_at=None, membership__isnull=False)
        return rows.filter(live if value else ~live)
