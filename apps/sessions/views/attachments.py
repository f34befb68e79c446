"""Private files beside sessions."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core import media
from apps.core.errors import NotFound
from apps.core.idempotency import Answer, key_of
from apps.core.parsing import BodyParser, parsed
from apps.core.ranges import serve_file
from apps.core.throttling import OrdinaryThrottle, StreamThrottle, UploadThrottle
from apps.core.uploads import received
from apps.sessions import selectors
from apps.sessions.models import SessionAttachment
from apps.sessions.parsers import AttachmentParser
from apps.sessions.serializers.attachments import AttachmentInput, AttachmentOutput
from apps.sessions.services import attachments
from apps.sessions.views import examples

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and file give the same answer."
)


class AttachmentListView(generics.ListAPIView[SessionAttachment]):
    """A session's files."""

    serializer_class = AttachmentOutput
    parser_classes = (AttachmentParser, BodyParser)
    ordering_fields = ("created_at", "name", "size_bytes")

    def get_throttles(self) -> list[BaseThrottle]:
        """New files are few."""
        return [UploadThrottle() if self.request.method == "POST" else OrdinaryThrottle()]

    def get_queryset(self) -> Any:
        """Only this session's, and only for the staff of its team."""
        if getattr(self, "swagger_fake_view", False):
            return SessionAttachment.objects.none()
        user = cast(User, self.request.user)
        return selectors.list_attachments(user, selectors.get_session(user, self.kwargs["session_id"]).pk)

    @extend_schema(
        request={"multipart/form-data": AttachmentInput},
        responses={201: AttachmentOutput},
        parameters=[KEY],
        examples=[examples.ATTACHMENT],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        """Keep a file beside the session (owner, coach, analyst)."""
        user = cast(User, request.user)
        session = attachments.require_attacher(user, session_id)
        file = received(parsed(AttachmentInput, request)["file"])

        def shown(row: SessionAttachment) -> Answer:
            return Answer(dict(self.get_serializer(row).data), 201)

        return attachments.add_attachment(
            user=user, session=session, file=file, key=key_of(request), shown=shown
        ).response()


class AttachmentView(APIView):
    """One file."""

    @extend_schema(responses=AttachmentOutput, examples=[examples.ATTACHMENT])
    def get(self, request: Request, session_id: uuid.UUID, attachment_id: uuid.UUID) -> Response:
        """Show the file's particulars with a fresh link to it (the team's staff)."""
        row = selectors.get_attachment(cast(User, request.user), session_id, attachment_id)
        return Response(AttachmentOutput(row, context={"request": request}).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, session_id: uuid.UUID, attachment_id: uuid.UUID) -> Response:
        """Delete the file (who added it, an owner or a coach)."""
        user = cast(User, request.user)
        attachments.delete_attachment(user=user, session_id=session_id, attachment_id=attachment_id)
        return Response(status=204)


class SignedAttachmentView(APIView):
    """The file behind a signed link. Rights are asked again at every request; a browser saves it, never shows it."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (StreamThrottle,)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002  (DRF)
        """Whatever is asked for: a picture element takes no JSON, but gets the file, or an error it will not read."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(exclude=True)
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """Send the file, or the ranges asked for."""
        row = selectors.linked_attachment(token)
        response = _sent(request, row)
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response

    @extend_schema(exclude=True)
    def head(self, request: Request, token: str) -> HttpResponseBase:
        """Say how long the file is."""
        return self.get(request, token)


def _sent(request: Request, row: SessionAttachment) -> HttpResponseBase:
    disposition = content_disposition_header(as_attachment=True, filename=row.name) or "attachment"
    path = media.local_path(row.file.name or "")
    if path is None:
        return HttpResponseRedirect(
            row.file.storage.url(row.file.name, parameters={"content_disposition": disposition})  # type: ignore[call-arg]
        )
    if not path.is_file():
        raise NotFound("This file is no longer stored.")
    etag = f'"{row.sha256[:32] or row.pk.hex}"'
    return serve_file(request._request, path, content_type=row.content_type, etag=etag, disposition=disposition)
