"""Bodies in SMPL's form: fitting them, and the file that a viewer plays."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.idempotency import key_of
from apps.core.parsing import parsed
from apps.core.throttling import StreamThrottle, UploadThrottle
from apps.scan.renderers import PictureRenderer
from apps.scan.selectors.body import body_file, find_clip
from apps.scan.serializers.body import BodyClipQuery, BodyFitInput
from apps.scan.serializers.scans import ScanStartedOutput
from apps.scan.services import body
from apps.scan.views import examples
from apps.scan.views.base import KEY, ScanView, queried

GLB = "model/gltf-binary"
START_HEADER = "X-Body-Start-S"
_KNOWN = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="ETag of the file at hand: 304 where it is the same."
)


class BodyFitView(ScanView):
    """Bodies for the people of a scan."""

    throttle_classes = (UploadThrottle,)
    envelope_extra = {name: {"type": "string", "format": "uuid"} for name in ("job_id", "session_id")}

    @extend_schema(request=BodyFitInput, responses=ScanStartedOutput, parameters=[KEY], examples=[*examples.BODY_FIT])
    def post(self, request: Request) -> Response:
        """Fit 3D bodies to people of a completed scan; follow the job by `/api/scan/{job_id}/status`.

        The scan's own results stay as they are; `results` says whose body is there.
        """
        wish = body.BodyWish(**parsed(BodyFitInput, request))
        return body.fit_bodies(user=self.user, wish=wish, key=key_of(request)).response()


class BodyView(ScanView):
    """The file of one person's body."""

    renderer_classes = (PictureRenderer,)
    throttle_classes = (StreamThrottle,)

    @extend_schema(
        parameters=[BodyClipQuery, _KNOWN],
        responses={(200, GLB): OpenApiTypes.BINARY, 304: None},
    )
    def get(self, request: Request, object_id: uuid.UUID) -> HttpResponseBase:
        """Send a moving body as glTF: metres, y up; its clock starts at the film's second in `X-Body-Start-S`.

        404 where no body was fitted, 409 where it is outdated. Players and guardians get their own.
        """
        asked: dict[str, Any] = queried(BodyClipQuery, request)
        clip = find_clip(
            self.user, object_id, track_id=asked.get("track_id"), span=(asked.get("from"), asked.get("to"))
        )
        if request.headers.get("If-None-Match") == clip.etag:
            return _marked(HttpResponseNotModified(), clip.etag)
        made = body_file(clip)
        response = HttpResponse(made.data, content_type=GLB)
        response[START_HEADER] = f"{made.start_s:.4f}"
        response["X-Content-Type-Options"] = "nosniff"
        return _marked(response, clip.etag)


def _marked(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
