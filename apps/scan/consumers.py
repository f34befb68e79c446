"""The socket of one scan: its state at once, then every change until it ends."""

from __future__ import annotations

import json
import uuid
from typing import Any

from channels.db import database_sync_to_async
from rest_framework.utils.encoders import JSONEncoder

from apps.core.sockets import ObjectConsumer
from apps.scan.events import group_of, to_event
from apps.scan.models import ProcessingJob
from apps.scan.status import ScanStatus, status_of


class ScanConsumer(ObjectConsumer):
    """`/ws/scan/<job_id>`: `progress`, `completed`, `failed`, each with the whole versioned state."""

    purpose = "scan"
    device_scopes = frozenset({"scan"})

    def find(self, user: Any, object_id: str) -> ProcessingJob | None:
        """Return the job if the user may see it."""
        try:
            job_id = uuid.UUID(object_id)
        except ValueError:
            return None
        job: ProcessingJob | None = ProcessingJob.objects.visible_to(user).filter(pk=job_id).first()
        return job

    def group_name(self, found: ProcessingJob) -> str:
        """Return the group of the job."""
        return group_of(str(found.pk))

    async def opened(self, found: ProcessingJob) -> None:
        """Say where the job stands, read after the group was joined, so that no change falls between."""
        self.version = -1
        await self._tell(await database_sync_to_async(self._state)(found.pk))

    async def scan_state(self, event: dict[str, Any]) -> None:
        """Pass a new state on; an older one than was sent is dropped."""
        await self._tell(event["state"])

    async def _tell(self, state: ScanStatus | None) -> None:
        if state is None or state["version"] <= self.version:
            return
        self.version = state["version"]
        await self.send(json.dumps(to_event(state), cls=JSONEncoder))

    @staticmethod
    def _state(job_id: uuid.UUID) -> ScanStatus | None:
        job = ProcessingJob.objects.filter(pk=job_id).first()
        return status_of(job) if job else None
