"""What a scan found, as a file."""

from __future__ import annotations

import uuid

from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from apps.core import audit
from apps.scan.exports import FORMATS, file_name, gather, of_one
from apps.scan.renderers import PictureRenderer
from apps.scan.serializers.exports import ExportQuery
from apps.scan.streams import PiecesResponse
from apps.scan.views import examples
from apps.scan.views.base import ScanView, queried


class ExportView(ScanView):
    """A file of a session's figures or tracks."""

    renderer_classes = (PictureRenderer,)
    sends_files = True

    @extend_schema(
        parameters=[ExportQuery],
        responses={
            (200, "text/csv"): OpenApiTypes.STR,
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "text/plain"): OpenApiTypes.STR,
            (200, "text/vtt"): OpenApiTypes.STR,
            (200, "application/zip"): OpenApiTypes.BINARY,
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "model/gltf-binary"): OpenApiTypes.BINARY,
        },
        examples=[examples.EXPORT_CSV, examples.EXPORT_MOT, examples.EXPORT_VTT],
    )
    def get(self, request: Request, object_id: uuid.UUID) -> HttpResponseBase:
        """Send figures (`csv`, `json`), boxes (`mot`: MOTChallenge), postures (`coco`), places on the marked pitch
        (`epts`: FIFA's format, zipped), events (`vtt`: chapters of the film), or of several cameras joints in space
        (`trc`, `c3d`); of fitted bodies the moving mesh of one (`glb`) or joint angles (`angles`: CSV) as a file.

        `pdf` is a report to print: a page of the session, or with `player` or `track_id` of one player, in the reader's
        language, units and time zone.

        Players and guardians get their own rows, and as a pdf their own pages. 409 while the scan is not completed, or
        where `epts` has no pitch.
        """
        asked = queried(ExportQuery, request)
        export = FORMATS[asked["format"]]
        about = asked.get("player", asked.get("track_id"))
        asks = "Accept-Language" in request.headers
        language = translation.get_language_from_request(request._request) if asks else None
        source = gather(self.user, object_id, told=export.told, about=about, language=language)
        if "track_id" in asked and export.of_one:
            source = of_one(source, asked["track_id"])
        response = PiecesResponse(export.write(source), content_type=export.content_type)
        audit.record(
            actor_id=self.user.pk,
            action="session.exported",
            target=source.session,
            team_id=source.session.team_id,
            after={"format": asked["format"]} | ({} if about is None else {"about": about}),
        )
        name = file_name(source.session, export.suffix)
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response
