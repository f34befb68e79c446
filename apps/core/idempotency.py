"""Writes that a phone on a bad network may repeat: the same key and body give the same answer, once done.

The key is claimed, the work done and the answer stored in one transaction. A rival with the same key waits at the
unique index (PostgreSQL) or the write lock (SQLite) until the first has committed, and then finds its answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.envelope import OK, Envelope
from apps.core.errors import Conflict, InvalidRequest
from apps.core.models import IdempotencyKey

MAX_KEY_LENGTH = 200
REPLAYED_HEADER = "Idempotency-Replayed"


class KeyOwner(Protocol):
    """Whose keys these are."""

    pk: Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What the work answers: plain JSON data, as `Envelope` has it.

    Attributes:
        replayed: true where it is an earlier request's answer; the caller then drops what it had prepared.
    """

    data: Any
    status: int = 200
    message: str = OK
    extra_top_level: Mapping[str, Any] = field(default_factory=dict)
    replayed: bool = False

    def response(self) -> Response:
        """Return it as a view's answer."""
        response = Response(Envelope(self.data, self.message, self.extra_top_level), status=self.status)
        if self.replayed:
            response[REPLAYED_HEADER] = "true"
        return response


class _Taken(Exception):
    """Somebody else has the key."""


def key_of(request: Request) -> str:
    """Return the request's `Idempotency-Key`, "" without one.

    Raises:
        InvalidRequest: longer than 200 characters, or not printable.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > MAX_KEY_LENGTH or not key.isprintable():
        raise InvalidRequest(f"Idempotency-Key must be printable and at most {MAX_KEY_LENGTH} characters.")
    return key


def fingerprint(body: Mapping[str, Any]) -> str:
    """Return the digest of a body; an upload passes its fields and the digest of its file, never the bytes."""
    text = json.dumps(body, cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def run_once(*, user: KeyOwner, scope: str, key: str, body_digest: str, work: Callable[[], Answer]) -> Answer:
    """Do the work, unless this key was used: then return the stored answer.

    Args:
        scope: what the key is for, for example "scan.quick"; the same key elsewhere is another key.
        key: "" = not repeatable: the work is simply done, in a transaction.
        body_digest: `fingerprint` of the body.
        work: short; runs in the transaction, raises to undo (the key is then free again).

    Raises:
        Conflict: the key was used with another body.
    """
    if not key:
        with transaction.atomic():
            return work()
    try:
        with transaction.atomic():
            row = _claim(user=user, scope=scope, key=key, body_digest=body_digest)
            answer = work()
            _store(row, answer)
            return answer
    except _Taken:
        return _replay(user=user, scope=scope, key=key, body_digest=body_digest)


def idempotent_json(request: Request, scope: str, work: Callable[[], Answer]) -> Response:
    """Run a JSON write once: key from the header, digest from the parsed body and the path."""
    assert request.user.pk is not None  # noqa: S101  (routes with idempotent writes need a log-in)
    digest = fingerprint({"path": request.path, "body": request.data})
    return run_once(user=request.user, scope=scope, key=key_of(request), body_digest=digest, work=work).response()


def forget_old_answers() -> int:
    """Delete the answers that no phone will ask for again; answers how many."""
    before = timezone.now() - timedelta(hours=settings.IDEMPOTENCY_HOURS)
    return IdempotencyKey.objects.filter(created_at__lt=before).delete()[0]


def _claim(*, user: KeyOwner, scope: str, key: str, body_digest: str) -> IdempotencyKey:
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user_id=user.pk, scope=scope, key=key, fingerprint=body_digest)
    except IntegrityError:
        raise _Taken from None


def _store(row: IdempotencyKey, answer: Answer) -> None:
    row.status_code = answer.status
    row.answer = {"data": answer.data, "message": answer.message, "extra": dict(answer.extra_top_level)}
    row.save(update_fields=["status_code", "answer"])


def _replay(*, user: KeyOwner, scope: str, key: str, body_digest: str) -> Answer:
    row = IdempotencyKey.objects.get(user_id=user.pk, scope=scope, key=key)
    if row.fingerprint != body_digest:
        raise Conflict("This Idempotency-Key was used with another body. Use a new key for a new request.")
    stored = row.answer
    return Answer(stored["data"], row.status_code, stored["message"], stored["extra"], replayed=True)
