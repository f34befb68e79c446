"""Telling open calendars of a change, after the commit, each audience in its own group: nobody filters at the end."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from rest_framework.utils.encoders import JSONEncoder

from apps.calendar.bodies import whole_body
from apps.calendar.events import MESSAGE, CalendarUpdate, RecommendationReady, family_group, player_group, staff_group
from apps.calendar.models import TrainingEvent

Action = Literal["created", "updated", "deleted"]


def announce(action: Action, event: TrainingEvent, *, was_for: uuid.UUID | Literal["same"] | None = "same") -> None:
    """Tell the team's staff and those whom the event is for; those for whom it no longer is hear that it went.

    Args:
        was_for: whom it was for before (None: the team), where that changed.
    """
    messages = [
        (staff_group(event.team_id), _update(action, whole_body(event))),
        (_audience(event.team_id, event.player_id), _update(action, whole_body(event, frozenset()))),
    ]
    if was_for != "same" and was_for != event.player_id:
        gone = _update("deleted", {"id": str(event.pk), "team_id": str(event.team_id)})
        messages.append((_audience(event.team_id, was_for), gone))
    _send_after_commit(messages)


def announce_proposals(team_id: uuid.UUID, request_id: uuid.UUID, proposals: Sequence[Mapping[str, Any]]) -> None:
    """Tell the team's staff that proposals are there; players see what becomes of them, not drafts."""
    ready = RecommendationReady(
        type="recommendation_ready", request_id=str(request_id), proposals=[dict(item) for item in proposals]
    )
    _send_after_commit([(staff_group(team_id), ready)])


def _audience(team_id: uuid.UUID, player_id: uuid.UUID | None) -> str:
    return family_group(team_id) if player_id is None else player_group(player_id)


def _update(action: Action, event: dict[str, Any]) -> CalendarUpdate:
    return CalendarUpdate(type="calendar_update", action=action, event=event)


def _send_after_commit(messages: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    # Through JSON once: the channel layer carries plain data only.
    plain = [(group, json.loads(json.dumps(body, cls=JSONEncoder))) for group, body in messages]

    def send() -> None:
        layer = get_channel_layer()
        if layer is None:
            return
        for group, body in plain:
            async_to_sync(layer.group_send)(group, {"type": MESSAGE, "body": body})

    transaction.on_commit(send, robust=True)
