"""What the scan routes share."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.idempotency import Answer, idempotent_json
from apps.scan.models import ProcessingJob
from apps.scan.selectors.jobs import find_job, find_scan

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body give the same answer."
)


class ScanView(APIView):
    """A route of somebody who is logged in."""

    @property
    def user(self) -> User:
        """Who asks."""
        return cast(User, self.request.user)

    def job(self, object_id: uuid.UUID) -> ProcessingJob:
        """The job named in the path: a scan, a body fit, or a session's newest scan."""
        return find_job(self.user, object_id)

    def scan(self, object_id: uuid.UUID) -> ProcessingJob:
        """The scan named in the path, by its own id, its session's, or that of a body fit of it."""
        return find_scan(self.user, object_id)


def job_ref(job: ProcessingJob) -> dict[str, str]:
    """Job and status after a change."""
    job.refresh_from_db(fields=["status"])
    return {"job_id": str(job.pk), "session_id": str(job.session_id), "status": job.status}


def changed_once(request: Request, job: ProcessingJob, change: Callable[[], None]) -> Response:
    """Change a job once for each `Idempotency-Key` and answer its new status."""

    def work() -> Answer:
        change()
        return Answer(job_ref(job))

    return idempotent_json(request, "scan.change", work)


def queried(serializer: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """Return the checked query string.

    Raises:
        rest_framework.exceptions.ValidationError: with every field's error.
    """
    checked = serializer(data=request.query_params.dict())
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)
