"""Request bodies that may be half a gigabyte: streamed to disk, hashed on the way, never held in memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.request import Request

from apps.scan.errors import BadUploadRequest, FileTooLarge, PieceNotAccepted
from apps.scan.formats import check_extension
from apps.scan.services.scans import ReceivedVideo
from apps.scan.uploads import MAX_PIECE_BYTES

PIECE_CONTENT_TYPE = "application/offset+octet-stream"


class VideoUploadHandler(TemporaryFileUploadHandler):
    """Puts the one file of the form on disk and leaves its SHA-256 at the file as `sha256`."""

    file: TemporaryUploadedFile

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._digest = hashlib.sha256()
        self._started: bool = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Judge field and file name; a form has one video."""
        super().new_file(*args, **kwargs)
        if self.field_name != "video":
            raise BadUploadRequest(f"Field '{self.field_name}' takes no file; the video goes into field 'video'")
        if self._started:
            raise BadUploadRequest("Field 'video' takes one file")
        self._started = True
        check_extension(self.file_name or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write and hash a piece."""
        if start + len(raw_data) > settings.MAX_UPLOAD_SIZE:
            raise FileTooLarge.for_limit(settings.MAX_UPLOAD_SIZE)
        self._digest.update(raw_data)
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> TemporaryUploadedFile | None:
        """Hand over the file with its hash."""
        file: Any = super().file_complete(file_size)
        file.sha256 = self._digest.hexdigest()
        return file  # type: ignore[no-any-return]

    def upload_interrupted(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "file"):
            self.file.close()


class VideoFormParser(MultiPartParser):
    """A multipart form whose `video` is a file on disk with a `sha256`."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> DataAndFiles[Any, Any]:
        """Parse with our handler in place of Django's, which keep small files in memory."""
        request = (parser_context or {})["request"]
        handler = VideoUploadHandler(request)
        request.upload_handlers = [handler]
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
        try:
            return super().parse(stream, media_type, parser_context)
        except BaseException:
            handler.upload_interrupted()
            raise


def received_video(file: TemporaryUploadedFile) -> ReceivedVideo:
    """The uploaded file of a form as the services take it."""
    sha256: str = file.sha256  # type: ignore[attr-defined]  # set by VideoUploadHandler
    return ReceivedVideo(Path(file.temporary_file_path()), file.name or "video", file.size or 0, sha256)


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
