"""What the scan routes share."""

from __future__ import annotations

import uuid
from typing import Any, cast

from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.scan.models import ProcessingJob
from apps.scan.selectors.jobs import find_job


class ScanView(APIView):
    """A route of somebody who is logged in."""

    @property
    def user(self) -> User:
        """Who asks."""
        return cast(User, self.request.user)

    def job(self, object_id: uuid.UUID) -> ProcessingJob:
        """The scan named in the path: a job, or a session's newest."""
        return find_job(self.user, object_id)


def queried(serializer: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """Return the checked query string.

    Raises:
        rest_framework.exceptions.ValidationError: with every field's error.
    """
    checked = serializer(data=request.query_params.dict())
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)
