"""The tus 1.0 protocol: headers in and out, pieces onto the disk. What may be uploaded is in `services.uploads`."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from apps.scan.errors import BadUploadRequest, ChecksumMismatch, UnsupportedTusVersion, UploadLocked, WrongOffset

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration,checksum"
MAX_PIECE_BYTES = 8 * 1024 * 1024
"""A PATCH body is spooled before the view runs; this bounds what a bad line loses."""
COPY_BYTES = 64 * 1024
CHECKSUMS = ("sha1", "sha256", "md5")


@dataclass(frozen=True, slots=True)
class Checksum:
    """`Upload-Checksum`: algorithm and expected digest of one piece."""

    algorithm: str
    digest: bytes


def form_limit() -> int:
    """Most bytes of films in one request."""
    return int(min(settings.MAX_FORM_UPLOAD_SIZE, settings.MAX_UPLOAD_SIZE))


def require_version(header: str | None) -> None:
    """Refuse a client that does not speak tus 1.0.0.

    Raises:
        UnsupportedTusVersion: the `Tus-Resumable` header is missing or names another version.
    """
    if header != VERSION:
        raise UnsupportedTusVersion(f"Header 'Tus-Resumable' must be '{VERSION}', got '{header or 'nothing'}'")


def read_count(headers: Mapping[str, str], name: str) -> int:
    """A header that holds a number of bytes.

    Raises:
        BadUploadRequest: it is missing or is not a whole number from 0.
    """
    text = headers.get(name, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise BadUploadRequest(f"Header '{name}' must be a whole number of bytes, got '{text[:40] or 'nothing'}'")
    return int(text)


def read_metadata(header: str) -> dict[str, str]:
    """`Upload-Metadata`: comma-separated `key base64(value)` pairs.

    Raises:
        BadUploadRequest: a key twice, without a name, or a value that is not base64 of UTF-8.
    """
    found: dict[str, str] = {}
    for pair in filter(None, (text.strip() for text in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            text = base64.b64decode(value.strip(), validate=True).decode()
        except ValueError as error:  # no base64, no UTF-8, or letters that base64 does not know
            raise BadUploadRequest(f"Upload-Metadata '{key[:40]}' must be base64 of UTF-8 text") from error
        if not key or key in found or "\x00" in text:
            raise BadUploadRequest(f"Upload-Metadata key '{key[:40]}' is empty, doubled or has a bad value")
        found[key] = text
    return found


def write_metadata(filename: str) -> str:
    """`Upload-Metadata` of an upload whose file has this name."""
    return f"filename {base64.b64encode(filename.encode()).decode()}"


def read_checksum(header: str | None) -> Checksum | None:
    """`Upload-Checksum`, or `None` when the client sends none.

    Raises:
        BadUploadRequest: unknown algorithm or a digest that is not base64.
    """
    if not header:
        return None
    algorithm, _, value = header.strip().partition(" ")
    if algorithm not in CHECKSUMS:
        raise BadUploadRequest(f"Upload-Checksum must use one of {', '.join(CHECKSUMS)}, got '{algorithm[:20]}'")
    try:
        return Checksum(algorithm, base64.b64decode(value, validate=True))
    except ValueError as error:  # binascii.Error among them; letters beyond ASCII are another
        raise BadUploadRequest("Upload-Checksum digest must be base64") from error


@contextmanager
def locked(path: Path) -> Iterator[IO[bytes]]:
    """The part file, open for appending, for one writer at a time; the lock dies with the process.

    Raises:
        UploadLocked: another request writes to it.
        FileNotFoundError: the upload was removed.
    """
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UploadLocked("Another request writes to this upload; wait for it, or ask for the offset") from error
        yield file


def append_piece(path: Path, source: IO[bytes], *, offset: int, limit: int, checksum: Checksum | None) -> int:
    """Add one piece at `offset`, copying through a small buffer, and return the new size on disk [bytes].

    Args:
        limit: size the whole file may reach [bytes].

    Raises:
        WrongOffset: the file on disk ends elsewhere; the answer to a lost response is to ask for the offset again.
        BadUploadRequest: the piece would pass `limit`; nothing of it is kept.
        ChecksumMismatch: the piece differs from its checksum; nothing of it is kept.
        UploadLocked: another request writes to it.
    """
    with locked(path) as file:
        end = file.seek(0, os.SEEK_END)
        if end != offset:
            raise WrongOffset(f"Upload-Offset is {offset}, but {end} bytes are stored; continue there", offset=end)
        try:
            size = _copy(source, file, end, limit, checksum)
        except (BadUploadRequest, ChecksumMismatch):
            file.truncate(end)
            raise
        file.flush()
        if size == limit:
            os.fsync(file.fileno())
        return size


def _copy(source: IO[bytes], file: IO[bytes], size: int, limit: int, checksum: Checksum | None) -> int:
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    while piece := source.read(COPY_BYTES):
        size += len(piece)
        if size > limit:
            raise BadUploadRequest(f"The piece passes the declared length of {limit} bytes")
        file.write(piece)
        if digest:
            digest.update(piece)
    if checksum and digest and digest.digest() != checksum.digest:
        raise ChecksumMismatch("The piece arrived damaged; send it again from the same offset")
    return size
