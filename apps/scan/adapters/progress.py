"""Progress over Channels: the whole versioned state to the job's group, at most twice a second a job."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F
from django.utils import timezone

from apps.scan.adapters.patience import patient
from apps.scan.events import group_of
from apps.scan.models import JobStep, ProcessingJob
from apps.scan.status import percent_done, status_of
from pipeline.ports import StepKey, StepStatus

log = logging.getLogger(__name__)

REPORT_EVERY_S = 0.5
SEND_TIMEOUT_S = 2.0


class ChannelsProgressSink:
    """`ProgressSink` over the job's row and the channel layer. A lost message is mended by the next."""

    def step_progress(self, key: StepKey, fraction: float) -> None:
        """See `ProgressSink.step_progress`. One worker in half a second wins the right to speak for the job."""
        now = timezone.now()
        due = ProcessingJob.objects.filter(
            pk=key.job_id, progress_at__lt=now - timedelta(seconds=REPORT_EVERY_S)
        ).update(progress_at=now)
        if not due:
            return
        row = JobStep.objects.filter(job__pk=key.job_id, step=key.step, camera=key.camera, window=key.window)
        row.filter(status=StepStatus.RUNNING.value).update(progress=fraction)
        self._announce(key.job_id)

    @patient
    def job_changed(self, job_id: str) -> None:
        """See `ProgressSink.job_changed`."""
        ProcessingJob.objects.filter(pk=job_id).update(progress_at=timezone.now())
        self._announce(job_id)

    def _announce(self, job_id: str) -> None:
        ProcessingJob.objects.filter(pk=job_id).update(state_version=F("state_version") + 1)
        job = ProcessingJob.objects.filter(pk=job_id).first()
        if job is None:
            return
        percent = percent_done(job, list(JobStep.objects.filter(job=job, step=job.current_step)))
        ProcessingJob.objects.filter(pk=job_id, state_version=job.state_version).update(progress=percent)
        state = json.loads(json.dumps(status_of(job), cls=DjangoJSONEncoder))
        try:
            async_to_sync(_send)(group_of(job_id), {"type": "scan.state", "state": state})
        except Exception:
            # Redis away: the state stands in the database and the page asks for it when nothing comes.
            log.warning("progress of job %s could not be sent", job_id, exc_info=True)


async def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        await asyncio.wait_for(layer.group_send(group, message), SEND_TIMEOUT_S)
