"""Logging in, oneself, and socket tickets."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers
from rest_framework_simplejwt.tokens import Token

from apps.accounts.models import LogIn, Membership, SpeedUnit, Team, Theme, Units, User
from apps.accounts.tokens import LOGIN_CLAIM
from apps.core.fields import BlankAsNullCharField, BlankAsNullChoiceField

MAX_PASSWORD_LENGTH = 256
"""Characters; hashing is meant to be slow, so its input is bounded."""
TICKET_PURPOSES = [(name, name) for name in ("scan", "calendar", "pairing", "edge", "feedback", "live")]
"""Kinds of sockets; a ticket for one opens no other."""


def check_time_zone(value: str) -> str:
    """Return the name of a time zone that exists.

    Raises:
        ValidationError: there is none of this name.
    """
    if value not in zoneinfo.available_timezones():
        raise serializers.ValidationError(f"{value!r} is not a time zone; write for example Europe/Berlin.")
    return value


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
        fields = ["id", "name", "club", "age_group", "time_zone"]
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
    speed_unit = BlankAsNullChoiceField(
        SpeedUnit.choices,
        read_only=True,
        required=None,
        help_text="`null` = km/h in metric units, mph in imperial ones.",
    )
    time_zone = BlankAsNullCharField(read_only=True, required=None)
    language = BlankAsNullCharField(read_only=True, required=None, help_text="`null` = each device's own.")

    class Meta:
        model = User
        fields = [
            *("id", "email", "name", "language", "units", "speed_unit", "time_zone", "theme"),
            *("is_staff", "memberships"),
        ]
        read_only_fields = fields


class MeInput(serializers.Serializer[Any]):
    """What people change about themselves."""

    name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    language = BlankAsNullCharField(
        max_length=8,
        validators=[RegexValidator(r"^([a-z]{2}(-[A-Z]{2})?)?$", "Write a language such as en, es or pt-BR.")],
        help_text="Such as `en` or `pt-BR`; `null` = each device's own.",
    )
    units = serializers.ChoiceField(Units.choices, required=False)
    speed_unit = BlankAsNullChoiceField(
        SpeedUnit.choices, help_text="Of speeds; `null` = km/h in metric units, mph in imperial ones."
    )
    time_zone = BlankAsNullCharField(max_length=64, help_text="Of the pages; `null` = the team's.")
    theme = serializers.ChoiceField(Theme.choices, required=False)

    def validate_time_zone(self, value: str) -> str:
        """Only zones that exist, or none."""
        return check_time_zone(value) if value else ""


class PasswordChangeInput(serializers.Serializer[Any]):
    """The present password and the new one."""

    old = PasswordField()
    new = PasswordField()


class EmailChangeInput(serializers.Serializer[Any]):
    """The new address, and the present password."""

    email = serializers.EmailField()
    password = PasswordField()


class EmailConfirmInput(serializers.Serializer[Any]):
    """The token of the mailed link."""

    token = serializers.CharField(max_length=1024)


class LogInOutput(serializers.ModelSerializer[LogIn]):
    """Where somebody is logged in."""

    current = serializers.SerializerMethodField(help_text="Whether this request came from it.")

    class Meta:
        model = LogIn
        fields = ["id", "device", "user_agent", "created_at", "last_used_at", "expires_at", "current"]
        read_only_fields = fields

    def get_current(self, login: LogIn) -> bool:
        """Whether the request's token belongs to it."""
        token = self.context["request"].auth
        return isinstance(token, Token) and token.get(LOGIN_CLAIM) == str(login.pk)
