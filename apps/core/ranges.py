"""HTTP byte ranges of a file on disk (RFC 9110 §14), sent piece by piece on either kind of server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

PIECE_BYTES = 256 * 1024
"""Read at once: large enough that a seek costs one read, small enough that a hundred viewers cost 25 MB."""
MAX_RANGES = 8
"""More ranges than any player asks for; a request with more is an attack on the disk and gets 416."""
_RANGE = re.compile(r"^\s*(\d{0,18})\s*-\s*(\d{0,18})\s*$")
"""Places of a file; what has more digits is no place in any file, and Python reads no number of 5,000."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` to `end`, both included."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Number of bytes."""
        return self.end - self.start + 1


class RangeNotSatisfiable(Exception):
    """No requested byte exists in the file."""


def parse_ranges(header: str, size: int) -> list[Span] | None:
    """Spans a `Range` header asks of a file of `size` bytes, in the order asked.

    Returns:
        `None` when the header is not a valid byte range and must be ignored.

    Raises:
        RangeNotSatisfiable: every range lies beyond the file, or there are more than `MAX_RANGES`.
    """
    unit, equals, listed = header.partition("=")
    if unit.strip().lower() != "bytes" or not equals:
        return None
    texts = [text for text in listed.split(",") if text.strip()]
    spans = [_span(text, size) for text in texts]
    if not texts or any(span is None for span in spans):
        return None
    wanted = [span for span in spans if span is not None and 0 <= span.start <= span.end]
    if not wanted or len(texts) > MAX_RANGES:
        raise RangeNotSatisfiable
    return wanted


def _span(text: str, size: int) -> Span | None:
    """One range; `None` if malformed; an empty span (start > end) if it lies beyond the file."""
    match = _RANGE.match(text)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return Span(max(0, size - int(last)), size - 1) if int(last) else Span(1, 0)
    if last and int(last) < int(first):
        return None
    return Span(int(first), min(int(last), size - 1) if last else size - 1)


class FileSpansResponse(StreamingHttpResponse):
    """Sends byte spans of a file, each between an optional head and the common tail, reading as the client takes.

    Django joins a plain iterator in memory under ASGI and an asynchronous one under WSGI, so both are offered.
    """

    def __init__(self, path: Path, parts: Sequence[tuple[bytes, Span]], tail: bytes = b"", **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._path = path
        self._parts = parts
        self._tail = tail
        self["Content-Length"] = str(sum(len(head) + span.length for head, span in parts) + len(tail))

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            for head, span in self._parts:
                yield head
                file.seek(span.start)
                left = span.length
                while left > 0 and (piece := file.read(min(PIECE_BYTES, left))):
                    left -= len(piece)
                    yield piece
        yield self._tail

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        try:
            while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                yield piece
        finally:
            pieces.close()  # type: ignore[attr-defined]


def _is_current(if_range: str, etag: str, modified_s: float) -> bool:
    """Whether the client's copy named by `If-Range` is still this file (strong comparison)."""
    if if_range.startswith(('"', "W/")):
        return if_range == etag
    try:
        return int(modified_s) <= parsedate_to_datetime(if_range).timestamp()
    except ValueError:
        return False


def _matches(header: str, etag: str) -> bool:
    """`If-None-Match` (weak comparison)."""
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in header.split(","))


def _asked(request: HttpRequest, size: int, etag: str, modified_s: float) -> list[Span] | None:
    """The spans to send, or `None` for the whole file."""
    header = request.headers.get("Range", "")
    if request.method != "GET" or not header:
        return None
    if_range = request.headers.get("If-Range", "").strip()
    if if_range and not _is_current(if_range, etag, modified_s):
        return None
    return parse_ranges(header, size)


def _partial(path: Path, spans: Sequence[Span], size: int, content_type: str) -> HttpResponseBase:
    if len(spans) == 1:
        response = FileSpansResponse(path, [(b"", spans[0])], status=206, content_type=content_type)
        response["Content-Range"] = f"bytes {spans[0].start}-{spans[0].end}/{size}"
        return response
    boundary = uuid4().hex
    parts = []
    for span in spans:
        head = (
            f"\r\n--{boundary}\r\nContent-Type: {content_type}\r\n"
            f"Content-Range: bytes {span.start}-{span.end}/{size}\r\n\r\n"
        )
        parts.append((head.encode(), span))
    tail = f"\r\n--{boundary}--\r\n".encode()
    return FileSpansResponse(path, parts, tail, status=206, content_type=f"multipart/byteranges; boundary={boundary}")


def serve_file(request: HttpRequest, path: Path, *, content_type: str, etag: str, disposition: str) -> HttpResponseBase:
    """Answer GET or HEAD for a private file: 200, 206, 304 or 416.

    Args:
        etag: strong validator in quotes, e.g. made of the content's hash.
        disposition: `Content-Disposition`: whether it is shown or saved, and how it is called then.
    """
    stat = path.stat()
    response: HttpResponseBase
    if _matches(request.headers.get("If-None-Match", ""), etag):
        response = HttpResponse(status=304)
    else:
        try:
            spans = _asked(request, stat.st_size, etag, stat.st_mtime)
        except RangeNotSatisfiable:
            response = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{stat.st_size}"
        else:
            response = _body(request, path, spans, stat.st_size, content_type)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(stat.st_mtime)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = disposition
    return response


def _body(
    request: HttpRequest, path: Path, spans: Sequence[Span] | None, size: int, content_type: str
) -> HttpResponseBase:
    if request.method == "HEAD":
        response = HttpResponse(content_type=content_type)
        response["Content-Length"] = str(size)
        return response
    if spans is None:
        return FileSpansResponse(path, [(b"", Span(0, size - 1))], content_type=content_type)
    return _partial(path, spans, size, content_type)
