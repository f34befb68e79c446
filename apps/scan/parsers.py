"""Request bodies that may be half a gigabyte: streamed to disk, hashed on the way, never held in memory."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from apps.core.uploads import OneFileHandler, OneFileParser, received
from apps.scan.errors import BadUploadRequest, FileTooLarge, PieceNotAccepted
from apps.scan.formats import check_extension
from apps.scan.services.scans import ReceivedVideo
from apps.scan.uploads import MAX_PIECE_BYTES, form_limit

MAX_CAMERAS = 8
"""Films of one scan."""
PIECE_CONTENT_TYPE = "application/offset+octet-stream"


class VideoUploadHandler(OneFileHandler):
    """Takes the film of a form."""

    field = "video"
    what = "video"

    def limit_bytes(self) -> int:
        """As the settings say."""
        return form_limit()

    def too_large(self) -> FileTooLarge:
        """In a coach's words."""
        return FileTooLarge.for_form(form_limit(), settings.MAX_UPLOAD_SIZE)

    def judge_name(self, name: str) -> None:
        """A film's ending is needed."""
        check_extension(name)

    @staticmethod
    def bad_form(message: str) -> BadUploadRequest:
        """As every upload says it."""
        return BadUploadRequest(message)


class VideoFormParser(OneFileParser):
    """A multipart form whose `video` is a file on disk with a `sha256`."""

    handler = VideoUploadHandler


class FilmsUploadHandler(VideoUploadHandler):
    """Takes the films of several cameras."""

    field = "videos"
    most = MAX_CAMERAS


class FilmsFormParser(OneFileParser):
    """A multipart form whose `videos` are files on disk, each with a `sha256`."""

    handler = FilmsUploadHandler


def received_video(file: TemporaryUploadedFile) -> ReceivedVideo:
    """The uploaded file of a form as the services take it."""
    video = received(file)
    return ReceivedVideo(video.path, video.name or "video", video.size_bytes, video.sha256)


class PieceParser(BaseParser):
    """The body of a tus PATCH, unread: the service copies it to its place."""

    media_type = PIECE_CONTENT_TYPE

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the stream itself."""
        return stream


def piece_of(request: Request) -> IO[bytes]:
    """The body of a PATCH as a stream.

    Raises:
        FileTooLarge: longer than one piece may be.
        rest_framework.exceptions.UnsupportedMediaType: not `application/offset+octet-stream`.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_PIECE_BYTES:
        raise FileTooLarge(f"A piece may have at most {MAX_PIECE_BYTES // 1024**2} MB; send smaller ones.")
    if request.content_type != PIECE_CONTENT_TYPE:
        raise PieceNotAccepted(f"The Content-Type of a piece must be {PIECE_CONTENT_TYPE}.")
    body: Any = request.data
    return body if hasattr(body, "read") else io.BytesIO()
