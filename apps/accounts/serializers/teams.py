"""Teams, members, invitations."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apps.accounts.models import Invitation, InvitedAs, Membership, Role, Team, User
from apps.accounts.serializers.login import PasswordField, check_time_zone

PARTICULARS = [
    "name",
    "club",
    "age_group",
    "default_training_duration_min",
    "time_zone",
    "policy_pack",
    "blur_shared_film",
]


class TeamOutput(serializers.ModelSerializer[Team]):
    """A team."""

    class Meta:
        model = Team
        fields = [
            "id",
            "name",
            "club",
            "age_group",
            "default_training_duration_min",
            "time_zone",
            "policy_pack",
            "blur_shared_film",
            "created_at",
        ]
        read_only_fields = fields


class TeamInput(serializers.ModelSerializer[Team]):
    """A team's particulars."""

    default_training_duration_min = serializers.IntegerField(min_value=10, max_value=600, required=False)

    class Meta:
        model = Team
        fields = PARTICULARS

    def validate_time_zone(self, value: str) -> str:
        """Only zones that exist."""
        return check_time_zone(value)


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


class TransferInput(serializers.Serializer[Any]):
    """Who is to own the team."""

    membership_id = serializers.UUIDField()


class InvitationInput(serializers.Serializer[Any]):
    """Whom to invite as what; `player_id` ties a player's log-in to their own data."""

    email = serializers.EmailField()
    role = serializers.ChoiceField(InvitedAs.choices)
    player_id = serializers.CharField(max_length=64, required=False, allow_null=True, default=None)


class InvitationOutput(serializers.ModelSerializer[Invitation]):
    """An open invitation; its token is only in the mail."""

    expired = serializers.SerializerMethodField()

    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "player_id", "created_at", "expires_at", "expired"]
        read_only_fields = fields

    def get_expired(self, invitation: Invitation) -> bool:
        """Whether the link is dead; sending it again makes a new one."""
        return invitation.expires_at <= timezone.now()


class InvitationAcceptInput(serializers.Serializer[Any]):
    """The mailed token, and a password: a new one, or that of the existing account."""

    token = serializers.CharField(max_length=128)
    name = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    password = PasswordField()
