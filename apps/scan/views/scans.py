"""Starting, following, stopping and repeating a scan."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.idempotency import Answer, key_of
from apps.core.parsing import BodyParser, parsed
from apps.core.throttling import StreamThrottle, UploadThrottle
from apps.scan.parsers import FilmsFormParser, VideoFormParser, received_video
from apps.scan.permissions import require_uploader
from apps.scan.selectors.presets import list_presets
from apps.scan.serializers.multiview import MultiviewScanInput
from apps.scan.serializers.scans import (
    JobStateOutput,
    PresetInput,
    PresetOutput,
    QuickScanInput,
    ScanStartedOutput,
    ScanStatusOutput,
)
from apps.scan.services import multiview, scans
from apps.scan.status import status_of
from apps.scan.views import examples
from apps.scan.views.base import KEY, ScanView, changed_once, queried


class QuickScanView(ScanView):
    """One video in, a scan under way."""

    device_scopes = frozenset({"scan"})
    parser_classes = (VideoFormParser, BodyParser)
    throttle_classes = (UploadThrottle,)
    envelope_extra = {name: {"type": "string", "format": "uuid"} for name in ("job_id", "session_id")}

    @extend_schema(
        request={"multipart/form-data": QuickScanInput, "application/json": QuickScanInput},
        responses=ScanStartedOutput,
        parameters=[KEY],
        examples=examples.QUICK,
    )
    def post(self, request: Request) -> Response:
        """Scan a video sent here, or a finished resumable upload."""
        require_uploader(self.user)
        sent = parsed(QuickScanInput, request)
        return self._start(sent, key_of(request)).response()

    def _start(self, sent: dict[str, Any], key: str) -> Answer:
        video, upload_id = sent.pop("video", None), sent.pop("upload_id", None)
        wish = scans.ScanWish(**sent)
        if upload_id:
            return scans.scan_upload(user=self.user, wish=wish, upload_id=upload_id, key=key)
        return scans.scan_file(user=self.user, wish=wish, video=received_video(video), key=key)


class MultiviewScanView(ScanView):
    """Several cameras' films in, one scan under way."""

    parser_classes = (FilmsFormParser, BodyParser)
    throttle_classes = (UploadThrottle,)
    envelope_extra = {name: {"type": "string", "format": "uuid"} for name in ("job_id", "session_id")}

    @extend_schema(
        request={"multipart/form-data": MultiviewScanInput, "application/json": MultiviewScanInput},
        responses=ScanStartedOutput,
        parameters=[KEY],
        examples=examples.MULTIVIEW,
    )
    def post(self, request: Request) -> Response:
        """Scan films of two to eight calibrated cameras together: postures in space, metres without a marked pitch."""
        require_uploader(self.user)
        sent = parsed(MultiviewScanInput, request)
        return self._start(sent, key_of(request)).response()

    def _start(self, sent: dict[str, Any], key: str) -> Answer:
        names, files, finished = (sent.pop(field, None) for field in ("cameras", "videos", "uploads"))
        rig = multiview.RigWish(
            sent.pop("calibration", ""), sent.pop("sync"), sent.pop("offsets_s"), sent.pop("refine")
        )
        wish = scans.ScanWish(**sent)
        if finished:
            named = {item["camera"]: item["upload_id"] for item in finished}
            return multiview.scan_uploads(user=self.user, wish=wish, rig=rig, named=named, key=key)
        films = dict(zip(names, map(received_video, files), strict=True))
        return multiview.scan_films(user=self.user, wish=wish, rig=rig, films=films, key=key)


class ScanStatusView(ScanView):
    """Where a scan stands."""

    device_scopes = frozenset({"scan"})
    throttle_classes = (StreamThrottle,)

    @extend_schema(responses=ScanStatusOutput, examples=[examples.STATUS])
    def get(self, request: Request, object_id: uuid.UUID) -> Response:
        """Say how far the scan is, step by step."""
        return Response(status_of(self.job(object_id)))


class ScanCancelView(ScanView):
    """Stop a scan."""

    @extend_schema(request=None, responses=JobStateOutput, parameters=[KEY], examples=[examples.CANCELLED])
    def post(self, request: Request, object_id: uuid.UUID) -> Response:
        """Stop within seconds and remove what was half made."""
        job = self.job(object_id)
        return changed_once(request, job, lambda: scans.cancel_scan(user=self.user, job=job))


class ScanRetryView(ScanView):
    """Repeat a scan."""

    @extend_schema(request=None, responses=JobStateOutput, parameters=[KEY], examples=[examples.CHANGED])
    def post(self, request: Request, object_id: uuid.UUID) -> Response:
        """Continue a failed or cancelled scan where it ended."""
        job = self.job(object_id)
        return changed_once(request, job, lambda: scans.retry_scan(user=self.user, job=job))


class PresetsView(ScanView):
    """How thoroughly to look."""

    device_scopes = frozenset({"scan"})

    @extend_schema(parameters=[PresetInput], responses=PresetOutput(many=True), examples=[examples.PRESETS])
    def get(self, request: Request) -> Response:
        """List the presets with the time they take on this machine."""
        return Response(list_presets(duration_s=queried(PresetInput, request).get("duration_s")))
