"""The socket of one feedback: all that is written at once, then every sentence until it ends."""

from __future__ import annotations

import json
import uuid
from typing import Any

from channels.db import database_sync_to_async
from rest_framework.utils.encoders import JSONEncoder

from apps.core.sockets import ObjectConsumer
from apps.feedback.events import FeedbackState, group_of, state_of, to_event
from apps.feedback.models import Feedback


class FeedbackConsumer(ObjectConsumer):
    """`/ws/feedback/<feedback_id>`: `progress`, `completed`, `failed`, each with the whole versioned state."""

    purpose = "feedback"

    def find(self, user: Any, object_id: str) -> Feedback | None:
        """Return the feedback if the user may see it."""
        try:
            feedback_id = uuid.UUID(object_id)
        except ValueError:
            return None
        found: Feedback | None = Feedback.objects.visible_to(user).filter(pk=feedback_id).first()
        return found

    def group_name(self, found: Feedback) -> str:
        """Return the group of the feedback."""
        return group_of(str(found.pk))

    async def opened(self, found: Feedback) -> None:
        """Say where it stands, read after the group was joined, so that no sentence falls between."""
        self.version = -1
        await self._tell(await database_sync_to_async(self._state)(found.pk))

    async def feedback_state(self, event: dict[str, Any]) -> None:
        """Pass a new state on; an older one than was sent is dropped."""
        await self._tell(event["state"])

    async def _tell(self, state: FeedbackState | None) -> None:
        if state is None or state["version"] <= self.version:
            return
        self.version = state["version"]
        await self.send(json.dumps(to_event(state), cls=JSONEncoder))

    @staticmethod
    def _state(feedback_id: uuid.UUID) -> FeedbackState | None:
        found = Feedback.objects.filter(pk=feedback_id).first()
        return state_of(found) if found else None
