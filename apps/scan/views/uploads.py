"""Resumable uploads: tus 1.0 core, creation, termination, expiration, checksum."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import http_date
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from apps.core.idempotency import Answer, fingerprint, key_of, run_once
from apps.core.parsing import BodyParser
from apps.core.throttling import StreamThrottle, UploadThrottle
from apps.scan import uploads as tus
from apps.scan.errors import WrongOffset
from apps.scan.parsers import PieceParser, piece_of
from apps.scan.permissions import require_uploader
from apps.scan.serializers.uploads import UploadOutput
from apps.scan.services import uploads
from apps.scan.views import examples
from apps.scan.views.base import KEY, ScanView


def _header(name: str, kind: type, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, **more)


_RESUMABLE = _header("Tus-Resumable", str, required=True, enum=[tus.VERSION])
_LENGTH = _header("Upload-Length", int, required=True)
_METADATA = _header("Upload-Metadata", str, required=True, description="filename and its base64")
_OFFSET = _header("Upload-Offset", int, required=True)
_CHECKSUM = _header("Upload-Checksum", str, description="sha1, sha256 or md5, and its base64")


class TusView(ScanView):
    """Speaks tus: its version in every answer, and where the stored bytes end when a piece does not fit."""

    device_scopes = frozenset({"scan"})

    def get_permissions(self) -> Any:
        """Anybody may ask what is spoken here."""
        return [AllowAny()] if self.request.method == "OPTIONS" else super().get_permissions()

    def get_throttles(self) -> list[BaseThrottle]:
        """New uploads are few; pieces are many."""
        return [UploadThrottle() if self.request.method == "POST" else StreamThrottle()]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the version."""
        response["Tus-Resumable"] = tus.VERSION
        if response.status_code == 412:
            response["Tus-Version"] = tus.VERSION
        return super().finalize_response(request, response, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        """Tell a client that lost an answer where to go on."""
        response = super().handle_exception(exc)
        if isinstance(exc, WrongOffset):
            response["Upload-Offset"] = str(exc.offset)
        return response

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Say what is spoken here."""
        response = HttpResponse(status=204)
        response["Tus-Version"] = tus.VERSION
        response["Tus-Extension"] = tus.EXTENSIONS
        response["Tus-Max-Size"] = str(settings.MAX_UPLOAD_SIZE)
        response["Tus-Checksum-Algorithm"] = ",".join(tus.CHECKSUMS)
        return response


def _with_expiry(response: HttpResponseBase, expires_at: datetime, offset: int) -> HttpResponseBase:
    response["Upload-Offset"] = str(offset)
    response["Upload-Expires"] = http_date(expires_at.timestamp())
    return response


class UploadListView(TusView):
    """Open an upload."""

    parser_classes = (PieceParser, BodyParser)

    @extend_schema(
        request=None,
        responses={201: UploadOutput},
        parameters=[_RESUMABLE, _LENGTH, _METADATA, KEY],
        examples=[examples.UPLOAD_OPENED],
    )
    def post(self, request: Request) -> HttpResponseBase:
        """Announce length and name; the answer says where the pieces go."""
        tus.require_version(request.headers.get("Tus-Resumable"))
        require_uploader(self.user)
        metadata = tus.read_metadata(request.headers.get("Upload-Metadata", ""))
        length = tus.read_count(request.headers, "Upload-Length")

        def work() -> Answer:
            upload = uploads.create_upload(user=self.user, length=length, metadata=metadata)
            body = {
                "upload_id": upload.pk,
                "url": reverse("upload", args=[upload.pk]),
                "length_bytes": upload.length_bytes,
                "offset_bytes": 0,
                "piece_bytes": tus.MAX_PIECE_BYTES,
                "expires_at": upload.expires_at,
            }
            return Answer(dict(UploadOutput(body).data), status=201)

        digest = fingerprint({"length": length, "metadata": dict(metadata)})
        answer = run_once(user=self.user, scope="scan.upload", key=key_of(request), body_digest=digest, work=work)
        response = answer.response()
        response["Location"] = answer.data["url"]
        return _with_expiry(response, datetime.fromisoformat(answer.data["expires_at"]), 0)


class UploadView(TusView):
    """One upload."""

    parser_classes = (PieceParser,)

    @extend_schema(responses={200: None}, parameters=[_RESUMABLE])
    def head(self, request: Request, upload_id: uuid.UUID) -> HttpResponseBase:
        """Say how many bytes are stored."""
        tus.require_version(request.headers.get("Tus-Resumable"))
        upload = uploads.find_upload(user=self.user, upload_id=upload_id)
        response = HttpResponse(status=200)
        response["Upload-Length"] = str(upload.length_bytes)
        response["Upload-Metadata"] = tus.write_metadata(upload.filename)
        response["Cache-Control"] = "no-store"
        return _with_expiry(response, upload.expires_at, uploads.stored_bytes(upload))

    @extend_schema(
        request={"application/offset+octet-stream": bytes},
        responses={204: None},
        parameters=[_RESUMABLE, _OFFSET, _CHECKSUM],
    )
    def patch(self, request: Request, upload_id: uuid.UUID) -> HttpResponseBase:
        """Add a piece where the stored bytes end."""
        tus.require_version(request.headers.get("Tus-Resumable"))
        offset = tus.read_count(request.headers, "Upload-Offset")
        checksum = tus.read_checksum(request.headers.get("Upload-Checksum"))
        upload = uploads.find_upload(user=self.user, upload_id=upload_id)
        size = uploads.receive_piece(upload=upload, source=piece_of(request), offset=offset, checksum=checksum)
        return _with_expiry(HttpResponse(status=204), upload.expires_at, size)

    @extend_schema(responses={204: None}, parameters=[_RESUMABLE])
    def delete(self, request: Request, upload_id: uuid.UUID) -> HttpResponseBase:
        """Forget the upload and its bytes."""
        tus.require_version(request.headers.get("Tus-Resumable"))
        uploads.delete_upload(upload=uploads.find_upload(user=self.user, upload_id=upload_id))
        return HttpResponse(status=204)
