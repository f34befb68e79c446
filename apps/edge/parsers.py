"""Bodies that nodes send: JSON, packed with gzip where the network is narrow, never unpacked beyond a bound."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework.exceptions import ParseError

from apps.core.errors import FileTooLarge
from apps.core.parsing import BodyParser
from apps.core.uploads import OneFileHandler, OneFileParser

_GZIP = 31
"""zlib's window bits for a gzip header."""
MAX_EXTRACT_BYTES = 32 * 1024**2
"""As `pipeline.extracted` takes it."""


class PackedBodyParser(BodyParser):
    """JSON, with `Content-Encoding: gzip` or without."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the data.

        Raises:
            ParseError: 400, it is not what its headers say.
            FileTooLarge: 413, it unpacks to more than a plain body may have.
        """
        request = (parser_context or {})["request"]
        encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
        if encoding in ("", "identity"):
            return super().parse(stream, media_type, parser_context)
        if encoding != "gzip":
            raise ParseError("Content-Encoding must be gzip, or left out.")
        return super().parse(io.BytesIO(unpacked(stream)), media_type, parser_context)


def unpacked(stream: Any) -> bytes:
    """The content of a gzip stream.

    Raises:
        ParseError: it is none, or ends early.
        FileTooLarge: it has more than a plain body may have; what lies beyond is never unpacked.
    """
    limit = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    packed = stream.read(limit + 1)
    if len(packed) > limit:
        raise _too_large(limit)
    unpacker = zlib.decompressobj(_GZIP)
    try:
        content = unpacker.decompress(packed, limit + 1)
    except zlib.error:
        raise ParseError("The body is no gzip, though Content-Encoding says so.") from None
    if len(content) > limit:
        raise _too_large(limit)
    if not unpacker.eof:
        raise ParseError("The gzip body ends too early; send it again.")
    return content


def _too_large(limit: int) -> FileTooLarge:
    return FileTooLarge(f"The body has more than {limit // 1024**2} MB; send smaller batches.")


class ExtractHandler(OneFileHandler):
    """Takes what a node found in a film."""

    field = "extracted"
    what = "file of arrays"

    def limit_bytes(self) -> int:
        """As the pipeline takes it."""
        return MAX_EXTRACT_BYTES

    def too_large(self) -> FileTooLarge:
        """What to do instead."""
        return FileTooLarge(
            f"The arrays have more than {MAX_EXTRACT_BYTES // 1024**2} MB; send the film itself as a resumable upload."
        )


class ExtractFormParser(OneFileParser):
    """A multipart form whose `extracted` is a file on disk with a `sha256`."""

    handler = ExtractHandler
