"""Bodies that carry one frame: small enough for memory, and gone again in a moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from rest_framework.parsers import MultiPartParser


class FrameHandler(MemoryFileUploadHandler):
    """Keeps a frame in memory; the whole body is bounded before anything is read (`apps.scan.gate`)."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Never leave it to the disk."""
        self.activated = True


class FrameFormParser(MultiPartParser):
    """A multipart form whose `frame` is a picture in memory."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return fields and files."""
        request = (parser_context or {})["request"]
        request.upload_handlers = [FrameHandler(request._request)]
        return super().parse(stream, media_type, dict(parser_context or {}))
