"""What a scan found: summary, arrays, KPIs, film, pictures."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.storage import default_storage
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.ranges import serve_file
from apps.core.throttling import StreamThrottle
from apps.scan import media
from apps.scan.formats import content_type
from apps.scan.renderers import ArraysRenderer, NpzRenderer, PictureRenderer
from apps.scan.selectors.jobs import find_linked_video, find_session, find_video
from apps.scan.selectors.kpis import catalogue, session_kpis
from apps.scan.selectors.results import read_results
from apps.scan.selectors.shown import ShownFilm
from apps.scan.serializers.results import (
    CatalogueEntryOutput,
    FilmQuery,
    FrameQuery,
    KpisOutput,
    KpisQuery,
    ResultsOutput,
    ResultsQuery,
)
from apps.scan.services import sharing
from apps.scan.services.stills import still, thumbnail
from apps.scan.views import examples
from apps.scan.views.base import ScanView, queried

_RANGE = OpenApiParameter("Range", str, OpenApiParameter.HEADER)


class ResultsView(ScanView):
    """Summary and arrays."""

    renderer_classes = (ArraysRenderer, NpzRenderer)
    throttle_classes = (StreamThrottle,)

    @extend_schema(parameters=[ResultsQuery], responses=ResultsOutput, examples=[examples.RESULTS])
    def get(self, request: Request, object_id: uuid.UUID) -> Response:
        """Say what was found; `include` adds arrays of a span of time, as JSON or (by Accept) as NumPy's npz."""
        asked = queried(ResultsQuery, request)
        span = (asked.get("from"), asked.get("to"))
        scan = self.scan(object_id)
        found = read_results(self.user, scan, include=asked["include"], span=span, camera=asked["camera"])
        sharing.prepare(found, scan.session)
        return Response(found)


class KpisView(ScanView):
    """KPIs of a session."""

    @extend_schema(parameters=[KpisQuery], responses=KpisOutput, examples=[examples.KPIS])
    def get(self, request: Request, object_id: uuid.UUID) -> Response:
        """List the KPIs of every player, in four groups, with quality."""
        return Response(session_kpis(self.user, find_session(self.user, object_id), **queried(KpisQuery, request)))


class KpiCatalogueView(ScanView):
    """What the KPIs mean."""

    @extend_schema(responses=CatalogueEntryOutput(many=True))
    def get(self, request: Request) -> Response:
        """List every KPI with definition, formula, unit, needs and source; names and definitions in the language of the
        request (English, Spanish).
        """
        return Response(catalogue(translation.get_language()))


def send_film(request: Request, film: ShownFilm) -> HttpResponseBase:
    """The film's bytes, or where they lie."""
    path = media.local_path(film.key)
    if path is None:
        return HttpResponseRedirect(default_storage.url(film.key))
    return serve_file(
        request._request,
        media.existing(path),
        content_type=content_type(film.key),
        etag=f'"{film.sha256[:32]}"',
        disposition=f'inline; filename="{media.download_name(film.video, film.key)}"',
    )


class VideoView(ScanView):
    """The film of a session."""

    renderer_classes = (PictureRenderer,)
    throttle_classes = (StreamThrottle,)

    @extend_schema(
        parameters=[_RANGE, FilmQuery],
        responses={(200, "video/*"): OpenApiTypes.BINARY, 206: OpenApiTypes.BINARY},
    )
    def get(self, request: Request, object_id: uuid.UUID) -> HttpResponseBase:
        """Send the film, or the ranges asked for; to players and guardians, and wherever asked for, without faces."""
        blurred = queried(FilmQuery, request)["faces"] == "blurred"
        return send_film(request, sharing.shown(self.user, find_video(self.user, object_id), blurred=blurred))

    @extend_schema(exclude=True)
    def head(self, request: Request, object_id: uuid.UUID) -> HttpResponseBase:
        """Say how long the film is."""
        return self.get(request, object_id)


class SignedVideoView(APIView):
    """The film behind a signed link: for players that send no header. Rights are asked again at every request."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes = (PictureRenderer,)
    throttle_classes = (StreamThrottle,)

    @extend_schema(exclude=True)
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """Send the film, or the ranges asked for."""
        video_id, user_id = media.read_link(token)
        return send_film(request, sharing.shown(*find_linked_video(user_id=user_id, video_id=video_id)))

    @extend_schema(exclude=True)
    def head(self, request: Request, token: str) -> HttpResponseBase:
        """Say how long the film is."""
        return self.get(request, token)


class SignedThumbnailView(APIView):
    """The small picture of a film behind a signed link: for lists. Rights are asked again at every request."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes = (PictureRenderer,)
    throttle_classes = (StreamThrottle,)

    @extend_schema(exclude=True)
    def get(self, request: Request, token: str) -> HttpResponse:
        """Send the picture as JPEG."""
        video_id, user_id = media.read_thumbnail_link(token)
        picture = thumbnail(*find_linked_video(user_id=user_id, video_id=video_id))
        response = HttpResponse(picture, content_type="image/jpeg")
        response["Cache-Control"] = "private, max-age=900"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class FrameView(ScanView):
    """One picture of the film."""

    renderer_classes = (PictureRenderer,)

    @extend_schema(parameters=[FrameQuery], responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, object_id: uuid.UUID) -> HttpResponse:
        """Send the picture shown at a time, as JPEG."""
        asked: dict[str, Any] = queried(FrameQuery, request)
        film = sharing.shown(self.user, find_video(self.user, object_id))
        response = HttpResponse(
            still(film=film, t_s=asked["t"], max_side_px=asked.get("max_side")), content_type="image/jpeg"
        )
        response["Cache-Control"] = "private, max-age=3600"
        return response
