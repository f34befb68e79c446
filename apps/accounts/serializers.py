"""Shapes of people in the API: `…Input` is what comes, `…Output` what goes."""

from __future__ import annotations

import zoneinfo
from datetime import date
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apps.accounts.models import Foot, Invitation, Membership, Player, Position, Role, Sex, Team, Units, User
from apps.core.fields import BlankAsNullCharField, BlankAsNullChoiceField

MAX_PASSWORD_LENGTH = 256
"""Characters; hashing is meant to be slow, so its input is bounded."""
OLDEST_YEARS = 110
TICKET_PURPOSES = [(name, name) for name in ("scan", "calendar", "pairing", "edge", "feedback", "live")]
"""Kinds of sockets; a ticket for one opens no other."""


class PasswordField(serializers.CharField):
    """A password: never trimmed, never shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False, write_only=True, **kwargs)


class LoginInput(serializers.Serializer[Any]):
    """Email and password."""

    email = serializers.EmailField()
    password = PasswordField()


class RefreshInput(serializers.Serializer[Any]):
    """The refresh token; a browser sends it as a cookie instead."""

    refresh = serializers.CharField(required=False, allow_blank=True, max_length=4096)


class TokenOutput(serializers.Serializer[Any]):
    """A log-in. `refresh` is missing where it went into a cookie."""

    access = serializers.CharField()
    refresh = serializers.CharField(required=False)
    expires_in = serializers.IntegerField(help_text="Seconds until the access token ends.")


class TicketInput(serializers.Serializer[Any]):
    """What the socket is for, and which object it shows."""

    purpose = serializers.ChoiceField(TICKET_PURPOSES)
    object_id = serializers.UUIDField(required=False, allow_null=True)


class TicketOutput(serializers.Serializer[Any]):
    """A single-use ticket for `/ws/…?ticket=`."""

    ticket = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")


class PasswordResetInput(serializers.Serializer[Any]):
    """The address whose password is forgotten."""

    email = serializers.EmailField()


class PasswordConfirmInput(serializers.Serializer[Any]):
    """The two parts of the mailed link, and the new password."""

    uid = serializers.CharField(max_length=128)
    token = serializers.CharField(max_length=128)
    password = PasswordField()


class TeamBrief(serializers.ModelSerializer[Team]):
    """A team, named."""

    class Meta:
        model = Team
        fields = ["id", "name", "club", "age_group"]
        read_only_fields = fields


class OwnMembershipOutput(serializers.ModelSerializer[Membership]):
    """One of my teams and what I am there."""

    team = TeamBrief()

    class Meta:
        model = Membership
        fields = ["team", "role"]
        read_only_fields = fields


class MeOutput(serializers.ModelSerializer[User]):
    """Who is logged in."""

    memberships = OwnMembershipOutput(many=True)

    class Meta:
        model = User
        fields = ["id", "email", "name", "language", "units", "is_staff", "memberships"]
        read_only_fields = fields


class MeInput(serializers.Serializer[Any]):
    """What people change about themselves."""

    name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    language = serializers.RegexField(r"^[a-z]{2}(-[A-Z]{2})?$", required=False)
    units = serializers.ChoiceField(Units.choices, required=False)


class TeamOutput(serializers.ModelSerializer[Team]):
    """A team."""

    class Meta:
        model = Team
        fields = ["id", "name", "club", "age_group", "default_training_duration_min", "time_zone", "created_at"]
        read_only_fields = fields


class TeamInput(serializers.ModelSerializer[Team]):
    """A team's particulars."""

    default_training_duration_min = serializers.IntegerField(min_value=10, max_value=600, required=False)

    class Meta:
        model = Team
        fields = ["name", "club", "age_group", "default_training_duration_min", "time_zone"]

    def validate_time_zone(self, value: str) -> str:
        """Only zones that exist."""
        if value not in zoneinfo.available_timezones():
            raise serializers.ValidationError(f"{value!r} is not a time zone; write for example Europe/Berlin.")
        return value


class MemberUserOutput(serializers.ModelSerializer[User]):
    """A member's person."""

    class Meta:
        model = User
        fields = ["id", "email", "name"]
        read_only_fields = fields


class MemberOutput(serializers.ModelSerializer[Membership]):
    """A member of a team."""

    user = MemberUserOutput()

    class Meta:
        model = Membership
        fields = ["id", "user", "role", "created_at"]
        read_only_fields = fields


class MemberInput(serializers.Serializer[Any]):
    """Another role."""

    role = serializers.ChoiceField(Role.choices)


class InvitationInput(serializers.Serializer[Any]):
    """Whom to invite as what; `player_id` ties a player's log-in to their own data."""

    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.choices)
    player_id = serializers.CharField(max_length=64, required=False, allow_null=True, default=None)


class InvitationOutput(serializers.ModelSerializer[Invitation]):
    """An open invitation; its token is only in the mail."""

    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "player_id", "created_at", "expires_at"]
        read_only_fields = fields


class InvitationAcceptInput(serializers.Serializer[Any]):
    """The mailed token, and a password: a new one, or that of the existing account."""

    token = serializers.CharField(max_length=128)
    name = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    password = PasswordField()


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
