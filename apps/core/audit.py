"""The audit trail: writing it, sealing it into a chain of hashes, and proving that nobody changed it since.

Rows are written in the transaction that does the work and sealed within the hour (`core.housekeeping`): a chain that
grew in every transaction would make them wait for one another. What is personal in a row (who, whom, what) enters the
chain as a salted hash; a person's erasure takes content and salt away, and the chain holds all the same.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from apps.core import audit_guard
from apps.core.models import AuditEvent
from apps.core.request_context import request_id

MOST_SEALED = 5_000
"""Rows that one run seals; a backlog goes in several."""
ERASURES = ("player.erased", "user.erased", "team.deleted", "session.deleted")
"""What may redact rows of the trail."""
SAME_ERASURE = timedelta(minutes=10)
"""A redaction without an erasure so near to it is somebody else's."""


@dataclass(slots=True)
class Verdict:
    """What the trail looks like.

    Attributes:
        sealed, unsealed, redacted: rows; the newest are unsealed for up to an hour.
        head: hash of the newest sealed row; noted elsewhere, it shows later whether the end was cut off.
        faults: what is wrong, a sentence each.
    """

    sealed: int = 0
    unsealed: int = 0
    redacted: int = 0
    head: str = ""
    faults: list[str] = field(default_factory=list)


def record(
    *,
    actor_id: uuid.UUID | None,
    action: str,
    target: models.Model,
    team_id: uuid.UUID | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write who did what to which object, in the transaction that does it."""
    AuditEvent.objects.create(
        actor_id=actor_id,
        team_id=team_id,
        action=action,
        object_type=target._meta.label_lower,
        object_id=str(target.pk),
        before=dict(before or {}),
        after=dict(after or {}),
        request_id=request_id(),
    )


def redact(event: AuditEvent, *, object_id: str, before: Any, after: Any) -> None:
    """Take an erased person out of a row: what was done stays, to whom does not."""
    if (object_id, before, after) == (event.object_id, event.before, event.after):
        return
    changes = {"object_id": object_id, "before": before, "after": after}
    AuditEvent.objects.filter(pk=event.pk).rewrite(**changes, salt="", redacted_at=timezone.now())


def seal() -> int:
    """Chain the rows that are not yet; answers how many. Of two that try at once one does it."""
    try:
        with transaction.atomic():
            return _seal()
    except IntegrityError:
        return 0


def verify(head: str = "") -> Verdict:
    """Look through the whole trail for a row that was changed, taken away, put in, or redacted without an erasure.

    Args:
        head: hash of the newest row at an earlier time: missing, the end was cut off.
    """
    found = Verdict()
    if head and not AuditEvent.objects.filter(hash=head).exists():
        found.faults.append("The head given does not stand in the trail any more: its end was cut off or written anew.")
    before, expected = "", 1
    erasures = list(AuditEvent.objects.filter(action__in=ERASURES).values_list("created_at", flat=True))
    for event in AuditEvent.objects.filter(sequence__isnull=False).order_by("sequence").iterator():
        found.sealed += 1
        found.faults += _faults(event, before, expected)
        if event.redacted_at is not None:
            found.redacted += 1
            if not any(abs(event.redacted_at - at) <= SAME_ERASURE for at in erasures):
                found.faults.append(f"Row {event.sequence} was redacted, but nobody was erased then.")
        before, expected = event.hash, (event.sequence or 0) + 1
    found.head = before
    found.unsealed = AuditEvent.objects.filter(sequence__isnull=True).count()
    if not audit_guard.is_installed(connection):
        found.faults.append("The database's triggers are missing: run `manage.py migrate`.")
    return found


def _seal() -> int:
    last = AuditEvent.objects.filter(sequence__isnull=False).order_by("-sequence").first()
    sequence, before = (last.sequence or 0, last.hash) if last else (0, "")
    rows = AuditEvent.objects.filter(sequence__isnull=True).order_by("created_at", "pk")[:MOST_SEALED]
    for event in rows:
        sequence += 1
        event.sequence = sequence
        event.salt = "" if event.redacted_at else secrets.token_hex(16)
        event.content_hash = _content_hash(event)
        event.hash = before = _hash(event, before)
        sealed = {name: getattr(event, name) for name in ("sequence", "salt", "content_hash", "hash")}
        if not AuditEvent.objects.filter(pk=event.pk, hash="").rewrite(**sealed):
            raise IntegrityError("somebody else seals")
    return len(rows)


def _faults(event: AuditEvent, before: str, expected: int) -> Iterator[str]:
    if event.sequence != expected:
        yield f"Rows {expected} to {(event.sequence or 0) - 1} are missing."
    elif event.hash != _hash(event, before):
        yield f"Row {event.sequence} does not follow from the one before it: one of them was changed."
    if event.redacted_at is None and event.actor_id is not None and event.content_hash != _content_hash(event):
        yield f"Row {event.sequence} ({event.action}, {event.created_at:%Y-%m-%d %H:%M}) was changed."
    if event.redacted_at is None and event.actor_id is None and event.content_hash not in _without_actor(event):
        yield f"Row {event.sequence} ({event.action}, {event.created_at:%Y-%m-%d %H:%M}) was changed."


def _hash(event: AuditEvent, before: str) -> str:
    """Of all that no erasure changes, and the hash before it."""
    fixed = [event.sequence, event.pk, event.action, event.object_type, event.team_id, event.request_id]
    return _digest([before, *fixed, event.created_at, event.content_hash])


def _content_hash(event: AuditEvent) -> str:
    """Of what is personal: the actor apart, since an account that goes takes its reference along."""
    return f"{_digest([event.salt, event.actor_id])[:24]}{_said(event)}"


def _without_actor(event: AuditEvent) -> tuple[str, ...]:
    """What it may be where the actor is gone, or never was one: the part of what was said must hold."""
    return (f"{event.content_hash[:24]}{_said(event)}",)


def _said(event: AuditEvent) -> str:
    return _digest([event.salt, event.object_id, event.before, event.after])[:40]


def _digest(parts: list[Any]) -> str:
    text = json.dumps(parts, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
