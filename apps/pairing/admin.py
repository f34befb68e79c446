"""Devices and offers in the admin: to read and to end; no part of a key or code is anywhere to be seen."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core import audit
from apps.core.admin import KeptAdmin, ReadOnlyAdmin
from apps.pairing.models import PairedDevice, PairingRequest
from apps.pairing.services.devices import end_device


@admin.register(PairedDevice)
class PairedDeviceAdmin(KeptAdmin):
    """Devices: whose, what for, last seen; with revoke. A revoked one stays to be looked at."""

    list_display = ("name", "device_type", "team", "user", "paired_at", "last_seen_at", "revoked_at")
    list_filter = ("device_type", ("revoked_at", admin.EmptyFieldListFilter), "team")
    list_select_related = ("team", "user")
    search_fields = ("id", "name", "key_prefix", "user__email", "team__name", "team__club")
    date_hierarchy = "paired_at"
    exclude = ("key_hash", "previous_key_hash")
    actions = ("revoke",)

    @admin.action(description="Revoke: the key is dead at once", permissions=["end"])
    def revoke(self, request: HttpRequest, devices: QuerySet[PairedDevice]) -> None:
        """End each device that is not ended yet."""
        ended = [device for device in devices if end_device(device)]
        for device in ended:
            audit.record(actor_id=request.user.pk, action="device.revoked", target=device, team_id=device.team_id)
        self.message_user(request, f"{len(ended)} revoked.", messages.SUCCESS)

    def has_end_permission(self, request: HttpRequest) -> bool:
        """Whether this staff member may end devices; seeing them is not enough."""
        return request.user.has_perm("pairing.change_paireddevice")


@admin.register(PairingRequest)
class PairingRequestAdmin(ReadOnlyAdmin):
    """Offers of the last day."""

    list_display = (
        "created_at",
        "team",
        "user",
        "device_type",
        "places_taken",
        "max_devices",
        "wrong_tries",
        "expires_at",
        "closed_at",
    )
    list_filter = ("device_type", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("team", "user")
    search_fields = ("id", "user__email", "team__name", "team__club")
    exclude = ("code_hash", "selector")
