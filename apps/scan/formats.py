"""Which files are videos we take, judged by name before a byte is stored; the content is probed afterwards."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from apps.scan.errors import UnsupportedFormat

CONTENT_TYPES = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "mkv": "video/x-matroska",
    "webm": "video/webm",
}


def check_extension(filename: str) -> None:
    """Refuse a file whose name is not a video's.

    Raises:
        UnsupportedFormat: names the formats that are taken.
    """
    extension = Path(filename).suffix.lower().removeprefix(".")
    if extension not in settings.ALLOWED_VIDEO_FORMATS:
        wanted = ", ".join(name.upper() for name in settings.ALLOWED_VIDEO_FORMATS)
        raise UnsupportedFormat(f"'{filename[-80:]}' is not a video file that can be read. Use {wanted}.")


def content_type(key: str) -> str:
    """Media type of a stored video by its ending."""
    return CONTENT_TYPES.get(Path(key).suffix.lower().removeprefix("."), "application/octet-stream")
