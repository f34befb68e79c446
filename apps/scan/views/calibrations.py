"""Calibration by clicking pitch marks."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.idempotency import Answer, idempotent_json
from apps.core.parsing import parsed
from apps.core.tenancy import TeamScopedMixin
from apps.scan.filters import CalibrationFilter
from apps.scan.models import Calibration
from apps.scan.serializers.calibrations import (
    CalibrationChoiceInput,
    CalibrationCreateInput,
    CalibrationFitInput,
    CalibrationFitOutput,
    CalibrationOutput,
    PitchOutput,
    PitchQuery,
)
from apps.scan.serializers.scans import JobStateOutput
from apps.scan.services import calibrations
from apps.scan.views import examples
from apps.scan.views.base import KEY, ScanView, changed_once, queried


class PitchView(ScanView):
    """A pitch as data."""

    @extend_schema(parameters=[PitchQuery], responses=PitchOutput)
    def get(self, request: Request) -> Response:
        """List the marks that can be clicked and the lines to draw."""
        asked = queried(PitchQuery, request)
        return Response(calibrations.pitch(asked["format"], asked.get("length"), asked.get("width")))


class CalibrationFitView(ScanView):
    """A calibration on trial."""

    @extend_schema(request=CalibrationFitInput, responses=CalibrationFitOutput, examples=[examples.FIT])
    def post(self, request: Request) -> Response:
        """Fit the marks and show the error; nothing is kept."""
        return Response(calibrations.fit(parsed(CalibrationFitInput, request)))


class CalibrationListView(TeamScopedMixin, ScanView, ListAPIView[Calibration]):
    """The team's calibrations."""

    queryset = Calibration.objects.order_by("-created_at", "id")
    serializer_class = CalibrationOutput
    filterset_class = CalibrationFilter

    @extend_schema(
        request=CalibrationCreateInput,
        responses={201: CalibrationOutput},
        parameters=[KEY],
        examples=[examples.KEEP],
    )
    def post(self, request: Request) -> Response:
        """Fit the marks and keep the calibration under a name."""
        sent: dict[str, Any] = parsed(CalibrationCreateInput, request)
        name, team_id = sent.pop("name"), sent.pop("team_id", None)
        team = calibrations.team_to_calibrate(user=self.user, team_id=team_id)
        fitted = calibrations.fit(sent)

        def work() -> Answer:
            made = calibrations.keep_calibration(
                user=self.user, team=team, name=name, points=sent["points"], fitted=fitted
            )
            return Answer(CalibrationOutput(made).data, status=201)

        return idempotent_json(request, "calibration.create", work)


class UseCalibrationView(ScanView):
    """Which calibration a session uses."""

    @extend_schema(
        request=CalibrationChoiceInput,
        responses=JobStateOutput,
        parameters=[KEY],
        examples=[examples.USE, examples.CHANGED],
    )
    def post(self, request: Request, object_id: uuid.UUID) -> Response:
        """Measure with this calibration from now on; the scan runs again from `world`."""
        job = self.scan(object_id)
        chosen = parsed(CalibrationChoiceInput, request)["calibration_id"]
        return changed_once(
            request, job, lambda: calibrations.use_calibration(user=self.user, job=job, calibration_id=chosen)
        )
