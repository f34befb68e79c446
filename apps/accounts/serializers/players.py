"""Players and the consent to film them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apps.accounts.models import Foot, Player, Position, Sex
from apps.core.fields import BlankAsNullCharField, BlankAsNullChoiceField

OLDEST_YEARS = 110


class ConsentOutput(serializers.Serializer[Any]):
    """Whether and since when there is consent to film the player."""

    given = serializers.SerializerMethodField()
    given_at = serializers.DateTimeField(source="consent_given_at", allow_null=True, read_only=True)

    def get_given(self, player: Player) -> bool:
        """Whether there is one."""
        return player.consent_given_at is not None


class ConsentInput(serializers.Serializer[Any]):
    """Given or withdrawn."""

    given = serializers.BooleanField()


class PlayerBrief(serializers.ModelSerializer[Player]):
    """A player, named."""

    display_name = serializers.CharField(read_only=True)

    class Meta:
        model = Player
        fields = ["id", "display_name"]
        read_only_fields = fields


class PlayerOutput(serializers.ModelSerializer[Player]):
    """A player. What nobody entered is `null`."""

    team_id = serializers.UUIDField(read_only=True)
    external_id = BlankAsNullCharField(read_only=True, required=None)
    display_name = serializers.CharField(read_only=True)
    age_years = serializers.IntegerField(read_only=True, allow_null=True)
    position = BlankAsNullChoiceField(Position.choices, read_only=True, required=None)
    dominant_foot = BlankAsNullChoiceField(Foot.choices, read_only=True, required=None)
    sex = BlankAsNullChoiceField(Sex.choices, read_only=True, required=None)
    consent = ConsentOutput(source="*", read_only=True)

    class Meta:
        model = Player
        fields = [
            "id",
            "team_id",
            "external_id",
            "first_name",
            "last_name",
            "display_name",
            "date_of_birth",
            "age_years",
            "position",
            "jersey_number",
            "height_cm",
            "weight_kg",
            "dominant_foot",
            "sex",
            "consent",
        ]
        read_only_fields = fields


class PlayerInput(serializers.ModelSerializer[Player]):
    """A player's particulars; all but the first name may be missing."""

    external_id = BlankAsNullCharField(max_length=64)
    date_of_birth = serializers.DateField(required=False, allow_null=True)
    position = BlankAsNullChoiceField(Position.choices)
    dominant_foot = BlankAsNullChoiceField(Foot.choices)
    sex = BlankAsNullChoiceField(Sex.choices)

    class Meta:
        model = Player
        fields = [
            "external_id",
            "first_name",
            "last_name",
            "date_of_birth",
            "position",
            "jersey_number",
            "height_cm",
            "weight_kg",
            "dominant_foot",
            "sex",
        ]

    def validate_external_id(self, value: str) -> str:
        """The club's own name may not look like an id of ours: such a player could not be found by it."""
        try:
            uuid.UUID(value)
        except ValueError:
            return value
        raise serializers.ValidationError("This has the form of an Axolotl id. Use the club's own name or number.")

    def validate_date_of_birth(self, value: date | None) -> date | None:
        """A birthday lies in the past, and within a life."""
        today = timezone.now().date()
        if value is not None and not (today.year - OLDEST_YEARS <= value.year and value <= today):
            raise serializers.ValidationError("The date of birth must lie in the past 110 years.")
        return value


class PlayerCreateInput(PlayerInput):
    """A new player and their team."""

    team_id = serializers.UUIDField()

    class Meta(PlayerInput.Meta):
        fields = ["team_id", *PlayerInput.Meta.fields]
