"""Writing the audit trail."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models

from apps.core.models import AuditEvent
from apps.core.request_context import request_id


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
