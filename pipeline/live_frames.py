"""Opening pictures that strangers sent: their size is read before a single pixel is unpacked."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from vision.types import ImageBGR

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG's frame headers: 0xC0 to 0xCF without the tables' three."""
_JPEG_ALONE = {0x01, *range(0xD0, 0xDA)}
"""Markers without a length."""


class BadFrame(Exception):
    """A picture that is not looked at; the message says why."""


@dataclass(frozen=True, slots=True)
class FrameLimits:
    """What is unpacked.

    Attributes:
        side_px: longest side [px]: phones film 3840.
        pixels: most pixels; a small file can claim more than a computer's memory holds.
        least_px: shortest side [px]; in less nobody can be found.
    """

    side_px: int = 4096
    pixels: int = 16_000_000
    least_px: int = 32


def open_frame(data: bytes, limits: FrameLimits | None = None) -> ImageBGR:
    """Unpack a JPEG, PNG or WebP.

    Raises:
        BadFrame: no such file, of a size that is not taken, or damaged.
    """
    import cv2

    width, height = read_size(data)
    limits = limits or FrameLimits()
    if max(width, height) > limits.side_px or width * height > limits.pixels:
        raise BadFrame(f"A picture of {width}x{height} pixels is too large; send at most {limits.side_px} a side.")
    if min(width, height) < limits.least_px:
        raise BadFrame(f"A picture of {width}x{height} pixels is too small to find anybody in.")
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None or image.ndim != 3:
        raise BadFrame("A picture was damaged on the way.")
    return np.asarray(image, np.uint8)


def read_size(data: bytes) -> tuple[int, int]:
    """Width and height [px] as the file's header says.

    Raises:
        BadFrame: it says none, or is of another kind.
    """
    try:
        if data.startswith(b"\xff\xd8"):
            return _jpeg_size(data)
        if data.startswith(_PNG) and data[12:16] == b"IHDR":
            width, height = struct.unpack_from(">II", data, 16)
            return int(width), int(height)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _webp_size(data)
    except (struct.error, IndexError) as error:
        raise BadFrame("A picture was cut off on the way.") from error
    raise BadFrame("A frame is a JPEG, PNG or WebP file; this is none of them.")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise BadFrame("A picture was damaged on the way.")
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return int(width), int(height)
        elif marker in _JPEG_ALONE:
            at += 2
        else:
            at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return int(width) & 0x3FFF, int(height) & 0x3FFF
    if kind == b"VP8L":
        bits = int(struct.unpack_from("<I", data, 21)[0])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
        if len(data) < 30:
            raise BadFrame("A picture was cut off on the way.")
        return width + 1, height + 1
    raise BadFrame("This WebP file has no picture.")
