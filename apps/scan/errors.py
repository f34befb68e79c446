"""What can go wrong with an upload, a scan or a calibration, in a coach's words."""

from __future__ import annotations

import math

from apps.core.errors import (
    Conflict,
    DomainError,
    Gone,
    InvalidFile,
    InvalidRequest,
    RateLimited,
    Unavailable,
    UndecodableFile,
)
from apps.core.errors import FileTooLarge as CoreFileTooLarge

__all__ = [
    "BadUploadRequest",
    "Busy",
    "CalibrationRefused",
    "ChecksumMismatch",
    "ChildFailed",
    "FileTooLarge",
    "FilmNotReady",
    "JobStateConflict",
    "PieceNotAccepted",
    "QuotaExceeded",
    "UndecodableVideo",
    "UnsupportedFormat",
    "UnsupportedTusVersion",
    "UploadExpired",
    "UploadLocked",
    "UploadNotUsable",
    "WrongOffset",
]


def size_words(size_bytes: int) -> str:
    """A size as people say it, rounded up, so that what is too large never reads as what fits."""
    if size_bytes < 1024**3:
        return f"{math.ceil(size_bytes / 1024**2)} MB"
    return f"{math.ceil(size_bytes / 1024**3 * 10) / 10:g} GB"


class BadUploadRequest(InvalidRequest):
    """400: a header or form field of an upload is missing or wrong."""


class UnsupportedTusVersion(InvalidRequest):
    """412: the client speaks another version of tus."""

    status = 412


class PieceNotAccepted(InvalidRequest):
    """415: the body of a PATCH has another content type."""

    status = 415


class FileTooLarge(CoreFileTooLarge):
    """413: more than one video may have."""

    @classmethod
    def for_limit(cls, size_bytes: int, limit_bytes: int) -> FileTooLarge:
        """Say what it has and what fits."""
        return cls(
            f"The video has {size_words(size_bytes)}; at most {size_words(limit_bytes)} are taken. Export it smaller "
            "(1080p at 8 Mbit/s has 3.4 GB an hour), or cut it."
        )

    @classmethod
    def for_form(cls, limit_bytes: int, in_pieces_bytes: int) -> FileTooLarge:
        """Say what fits into one request, and what fits otherwise."""
        return cls(
            f"Films in one request may have {size_words(limit_bytes)} together; send larger ones in pieces "
            f"(POST /api/scan/uploads), up to {size_words(in_pieces_bytes)} each."
        )


class QuotaExceeded(RateLimited):
    """429: this user has uploaded all that one may in a day, or has too many uploads open."""


class UnsupportedFormat(InvalidFile):
    """415: not one of the video formats that are read."""


class UndecodableVideo(UndecodableFile):
    """422: the right format, but a content that cannot be analysed."""


class ChecksumMismatch(DomainError):
    """460 (tus): the piece was damaged on the way."""

    code = "CHECKSUM_MISMATCH"
    status = 460


class WrongOffset(Conflict):
    """409: the piece does not start where the stored bytes end."""

    def __init__(self, message: str, *, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class UploadLocked(Conflict):
    """423: another request is writing."""

    status = 423


class UploadExpired(Gone):
    """410: nothing was sent for a day, so the bytes were dropped."""


class UploadNotUsable(Conflict):
    """409: the upload is not complete, or a scan has taken it already."""


class JobStateConflict(Conflict):
    """409: the scan is not in a state in which this can be done."""


class CalibrationRefused(DomainError):
    """422: these marks cannot calibrate a pitch, or would mislead."""

    code = "BAD_CALIBRATION"
    status = 422


class FilmNotReady(Conflict):
    """409: the film is shown without faces only, and that copy does not stand (yet)."""


class Busy(Unavailable):
    """503: all places for child processes are taken."""


class ChildFailed(Exception):
    """A child process ended badly.

    Attributes:
        timed_out: it was killed at its time limit.
        output: what it wrote to standard output.
        log: the end of what it wrote to standard error.
    """

    def __init__(self, module: str, *, timed_out: bool = False, output: bytes = b"", log: str = "") -> None:
        super().__init__(f"{module} {'timed out' if timed_out else 'failed'}: {log[-300:]}")
        self.timed_out = timed_out
        self.output = output
        self.log = log
