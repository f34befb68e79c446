"""Abstract bases, the audit trail and stored answers of repeated writes."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class UUIDModel(models.Model):
    """A row whose id we make ourselves, so that an answer never waits for the database to name it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class TimestampedModel(UUIDModel):
    """A row that knows when it was made and last saved."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class AuditTrailKept(Exception):
    """Somebody tried to change or remove what stands in the audit trail."""


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    """The trail grows and is read; `core.audit` alone seals and redacts, the database refuses the rest."""

    def delete(self) -> NoReturn:
        """Never.

        Raises:
            AuditTrailKept: always.
        """
        raise AuditTrailKept("The audit trail is append-only; its rows are never deleted.")

    def update(self, **changes: Any) -> NoReturn:
        """Never.

        Raises:
            AuditTrailKept: always.
        """
        raise AuditTrailKept("The audit trail is append-only; its rows are never changed.")

    def rewrite(self, **changes: Any) -> int:
        """Seal or redact: for `core.audit` only, and as far as the database lets it."""
        return super().update(**changes)


class AuditEvent(UUIDModel):
    """Who did what to which object: overrides, deletions, exports, relabels, membership changes. Append-only.

    Attributes:
        sequence, content_hash, hash: place in the chain, set once (`core.audit.seal`): `content_hash` is of who, whom
            and what with the row's own `salt`, `hash` of that, the rest of the row and the hash before it.
        redacted_at: when the person it names was erased; the content has changed since and its salt is gone.
    """

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    team_id = models.UUIDField(null=True, db_index=True)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64)
    object_id = models.CharField(max_length=64)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder, blank=True)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    sequence = models.BigIntegerField(null=True, unique=True, editable=False)
    salt = models.CharField(max_length=32, default="", db_default="", blank=True, editable=False)
    content_hash = models.CharField(max_length=64, default="", db_default="", blank=True, editable=False)
    hash = models.CharField(max_length=64, default="", db_default="", blank=True, editable=False)
    redacted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row.

        Raises:
            AuditTrailKept: it stands already.
        """
        if not self._state.adding:
            raise AuditTrailKept("The audit trail is append-only; its rows are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never.

        Raises:
            AuditTrailKept: always.
        """
        raise AuditTrailKept("The audit trail is append-only; its rows are never deleted.")


class IdempotencyKey(UUIDModel):
    """The answer to a write that a phone may repeat, kept in the transaction that did the work."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "scope", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
