"""Taking one's data along, and having it erased."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.accounts.serializers.login import PasswordField


class ExportLinkOutput(serializers.Serializer[Any]):
    """A private link to a ZIP of JSON; it needs no header and works for 15 minutes."""

    url = serializers.CharField(help_text="Path on this server.")
    expires_at = serializers.DateTimeField()


class ErasurePlanOutput(serializers.Serializer[Any]):
    """What would go. Send `token` to the same route to have it done."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    rows = serializers.DictField(child=serializers.IntegerField(), help_text="Rows that point at the person, by table.")
    account_too = serializers.BooleanField(help_text="Whether a log-in goes as well.")


class ErasureReceiptOutput(serializers.Serializer[Any]):
    """What is left: the hash of an id, as the audit trail has it."""

    erased = serializers.CharField()
    texts_changed = serializers.IntegerField(help_text="Texts of the team from which the name was taken out.")
    at = serializers.DateTimeField()


class ErasureInput(serializers.Serializer[Any]):
    """Empty to ask what would go; with the token of that answer to have it done."""

    token = serializers.CharField(max_length=1024, required=False, allow_blank=True, default="")


class OwnErasureInput(ErasureInput):
    """The password to ask; the token of that answer to have it done."""

    password = PasswordField(required=False, allow_blank=True, default="")
