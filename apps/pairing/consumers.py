"""The socket of the page that shows a code: who comes, who joined, what went wrong, and when time is up."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from channels.db import database_sync_to_async
from django.utils import timezone

from apps.core.sockets import ObjectConsumer
from apps.pairing.events import DeviceBrief, EventType, PairingEvent, group_of
from apps.pairing.models import OfferState, PairingRequest
from apps.pairing.selectors import find_offer, offer_state


class PairingConsumer(ObjectConsumer):
    """`/ws/pairing/<pairing_id>`: `pairing_state` at once, then each step, to whoever made the code and nobody else."""

    purpose = "pairing"

    def find(self, user: Any, object_id: str) -> PairingRequest | None:
        """Return the offer if it is the user's own."""
        try:
            return find_offer(user, uuid.UUID(object_id))
        except ValueError:
            return None

    def group_name(self, found: PairingRequest) -> str:
        """Return the group of the offer."""
        return group_of(found.pk)

    async def opened(self, found: PairingRequest) -> None:
        """Say where the offer stands, and wait for its end."""
        self.pairing_id = found.pk
        await self._tell("pairing_state")
        seconds = (found.expires_at - timezone.now()).total_seconds()
        if found.state_at(timezone.now()) == OfferState.OPEN:
            self.ending = asyncio.create_task(self._end_after(seconds))

    async def disconnect(self, code: int) -> None:
        """Stop waiting."""
        ending: asyncio.Task[None] | None = getattr(self, "ending", None)
        if ending is not None:
            ending.cancel()
        await super().disconnect(code)

    async def pairing_event(self, event: dict[str, Any]) -> None:
        """Pass a step on, with the state as it is now."""
        await self._tell(event["kind"], device=event["device"], reason=event["reason"])

    async def _end_after(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))
        state = await database_sync_to_async(offer_state)(self.pairing_id)
        if state is not None and state["state"] == OfferState.EXPIRED:
            await self._tell("pairing_failed", reason=str(OfferState.EXPIRED))

    async def _tell(self, kind: EventType, *, device: DeviceBrief | None = None, reason: str | None = None) -> None:
        state = await database_sync_to_async(offer_state)(self.pairing_id)
        if state is not None:
            await self.send_json(PairingEvent(type=kind, pairing=state, device=device, reason=reason))
