"""Shapes of pairing's requests and answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.pairing.models import MAX_DEVICES, DeviceScope, DeviceType, PairedDevice

MAX_TIME_US = 2**53 - 1
"""The largest whole number that a browser's JSON keeps exactly; microseconds since 1970 reach it in the year 2255."""


class PlainTextField(serializers.CharField):
    """A line that a person reads: what cannot be seen (line breaks, changes of direction) is dropped."""

    def to_internal_value(self, data: Any) -> str:
        """Return the visible text."""
        text = "".join(sign for sign in super().to_internal_value(data) if sign.isprintable()).strip()
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class GenerateInput(serializers.Serializer[dict[str, Any]]):
    """What is to be paired, and for whom."""

    device_type = serializers.ChoiceField(choices=DeviceType.choices)
    player_id = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=64,
        help_text="Whom the device will film: the player's id or the club's own name for them.",
    )
    team_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Needed by whoever coaches several teams."
    )
    max_devices = serializers.IntegerField(
        default=1, min_value=1, max_value=MAX_DEVICES, help_text="How many devices may join by this code."
    )


class GenerateOutput(serializers.Serializer[Any]):
    """A code, shown once; nobody can read it again."""

    pairing_id = serializers.UUIDField()
    code = serializers.CharField(help_text="Eight characters without 0 O 1 I L U; upper or lower case.")
    token = serializers.CharField(help_text="What the QR code carries; good for ten minutes.")
    pairing_url = serializers.CharField(help_text="The phone's page, with the token.")
    qr_png = serializers.CharField(help_text="The QR code of pairing_url as a data: URL.")
    qr_svg = serializers.CharField(help_text="The same as an SVG document.")
    device_type = serializers.ChoiceField(choices=DeviceType.choices)
    max_devices = serializers.IntegerField(help_text="How many devices may join.")
    expires_at = serializers.DateTimeField()


class DeviceInput(serializers.Serializer[dict[str, Any]]):
    """What a device says about itself."""

    name = PlainTextField(max_length=80)
    type = serializers.ChoiceField(choices=DeviceType.choices, source="device_type")
    model = PlainTextField(required=False, allow_blank=True, default="", max_length=80)
    os_version = PlainTextField(required=False, allow_blank=True, default="", max_length=80)
    app_version = PlainTextField(required=False, allow_blank=True, default="", max_length=80)


class ConnectInput(serializers.Serializer[dict[str, Any]]):
    """A token or a code, and the device."""

    token = serializers.CharField(required=False, max_length=500)
    code = serializers.CharField(required=False, max_length=32)
    device = DeviceInput()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two."""
        if ("token" in attrs) == ("code" in attrs):
            raise serializers.ValidationError("Send either the token of the QR code or the typed code.")
        return attrs


class DeviceTokensOutput(serializers.Serializer[Any]):
    """Short-lived tokens that stand for the key."""

    access = serializers.CharField(help_text="Authorization: Bearer …, for 15 minutes.")
    refresh = serializers.CharField(help_text="For POST /api/pairing/token; dies with the key.")
    expires_in = serializers.IntegerField(help_text="Seconds until the access token ends.")


class ConnectOutput(DeviceTokensOutput):
    """A device's key, shown this once."""

    device_id = serializers.UUIDField()
    api_key = serializers.CharField(help_text="Keep it where only this device reads it. It is not shown again.")
    ws_url = serializers.CharField(help_text="Where sockets begin: add /live/<session_id>, /scan/<job_id> or /edge.")
    team_id = serializers.UUIDField()
    player_id = serializers.UUIDField(allow_null=True, help_text="Whom the device was paired for.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=DeviceScope.choices))


class RotateOutput(DeviceTokensOutput):
    """A device's next key, shown this once."""

    device_id = serializers.UUIDField()
    api_key = serializers.CharField()
    previous_key_until = serializers.DateTimeField(help_text="Until then the key before counts as well.")


class DeviceRefreshInput(serializers.Serializer[dict[str, Any]]):
    """A device's refresh token."""

    refresh = serializers.CharField(max_length=2000)


class DeviceOutput(serializers.ModelSerializer[PairedDevice]):
    """A device of a team; nothing here opens anything."""

    device_id = serializers.UUIDField(source="id")
    team_id = serializers.UUIDField()
    player_id = serializers.UUIDField(allow_null=True)
    paired_by = serializers.SerializerMethodField(help_text="Name of who paired it, or their address.")
    is_live = serializers.BooleanField(help_text="False: revoked, or its coach left the team. It cannot come back.")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=DeviceScope.choices))

    class Meta:
        model = PairedDevice
        fields = (
            "device_id",
            "team_id",
            "player_id",
            "name",
            "device_type",
            "model",
            "os_version",
            "app_version",
            "scopes",
            "key_prefix",
            "paired_by",
            "paired_at",
            "last_seen_at",
            "revoked_at",
            "is_live",
        )

    def get_paired_by(self, device: PairedDevice) -> str:
        """Whoever made the code."""
        return device.user.name or device.user.email


class DeviceChangeInput(serializers.Serializer[dict[str, Any]]):
    """What may be changed."""

    name = PlainTextField(max_length=80)


class NtpSyncInput(serializers.Serializer[dict[str, Any]]):
    """When the client sent this, by its own clock."""

    t0 = serializers.IntegerField(
        min_value=0, max_value=MAX_TIME_US, help_text="Microseconds since 1970-01-01 UTC, by the client's clock."
    )


class NtpSyncOutput(serializers.Serializer[dict[str, int]]):
    """When it came in and went out again, by the server's clock."""

    t0 = serializers.IntegerField(help_text="As it was sent.")
    t1 = serializers.IntegerField(help_text="Microseconds since 1970-01-01 UTC when the request came in.")
    t2 = serializers.IntegerField(help_text="Microseconds since 1970-01-01 UTC when the answer went out.")
