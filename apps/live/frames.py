"""A frame as it comes in: what it may be, and when it may be from. Nobody decodes it here.

On the socket a frame is eight bytes, the time of the picture in microseconds since 1970 by the server's clock
(big-endian; 0 = the sender does not know), and then the picture's file.
"""

from __future__ import annotations

import base64
import binascii
import struct
import time
from dataclasses import dataclass

from apps.live.errors import ClockOff, FrameError, FrameTooLarge, InvalidFrame

MAX_FRAME_BYTES = 1024 * 1024
"""A 1080p JPEG of good quality has 300 to 600 kB; more only costs the phone's line."""
HEADER = struct.Struct(">Q")
PICTURES: tuple[tuple[bytes, bytes], ...] = (
    (b"\xff\xd8\xff", b""),
    (b"\x89PNG\r\n\x1a\n", b""),
    (b"RIFF", b"WEBP"),
)
"""How the files of the three formats begin; WebP says its name at byte 8."""
WEBP_NAME_AT = 8
MAX_AHEAD_US = 5_000_000
"""A clock that was set by `/api/pairing/ntp_sync` is right to milliseconds; seconds ahead is one that was not."""
MAX_BEHIND_US = 60_000_000
"""A picture this old came from a buffer; a whole clip of them is uploaded as a film instead."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame that may be taken. Times in microseconds since 1970 by the server's clock."""

    captured_us: int
    received_us: int
    data: bytes


def now_us() -> int:
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1000


def read_binary(message: bytes, *, received_us: int) -> Picture:
    """A binary message of the socket.

    Raises:
        FrameError: too short, too large, no picture, or of an impossible time.
    """
    if len(message) <= HEADER.size:
        raise InvalidFrame("A binary frame is eight bytes of time and then the picture; this one has no picture.")
    check_size(len(message) - HEADER.size)
    return checked(message[HEADER.size :], HEADER.unpack_from(message)[0], received_us=received_us)


def read_base64(text: object, timestamp_us: object, *, received_us: int) -> Picture:
    """A picture inside JSON.

    Raises:
        FrameError: not base64, or as `read_binary`.
    """
    if not isinstance(text, str):
        raise InvalidFrame("frame_data needs `frame`, the picture in base64; or send it as a binary message.")
    encoded = text.partition(",")[2] if text.startswith("data:") else text
    check_size(len(encoded) * 3 // 4 - 2)
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidFrame("The frame is not base64.") from error
    return checked(data, timestamp_us, received_us=received_us)


def checked(data: bytes, timestamp_us: object, *, received_us: int) -> Picture:
    """A picture and its time, both looked at from outside.

    Raises:
        FrameError: too large, no picture, or of an impossible time.
    """
    check_size(len(data))
    if not is_picture(data):
        raise InvalidFrame("A frame is a JPEG, PNG or WebP file; this is none of them.")
    return Picture(captured_at(timestamp_us, received_us=received_us), received_us, data)


def check_size(size: int) -> None:
    """Refuse what is too large.

    Raises:
        FrameTooLarge: says what fits.
    """
    if size > MAX_FRAME_BYTES:
        limit = MAX_FRAME_BYTES // 1024
        raise FrameTooLarge(f"The frame has {size // 1024} kB; at most {limit} kB. Send a smaller picture.")


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin as a JPEG, PNG or WebP does."""
    return any(
        data.startswith(start) and data.startswith(name, WEBP_NAME_AT if name else 0) for start, name in PICTURES
    )


def captured_at(timestamp_us: object, *, received_us: int) -> int:
    """When a picture was taken; where the sender does not say, when it came.

    Raises:
        ClockOff: the time is no number, or too far from now.
    """
    if timestamp_us in (None, "", 0, "0"):
        return received_us
    if isinstance(timestamp_us, bool) or not isinstance(timestamp_us, int):
        raise ClockOff("`timestamp` is a whole number of microseconds since 1970 by the server's clock.")
    off_s = (timestamp_us - received_us) // 1_000_000  # whole: a number of 4,000 digits is no float
    if timestamp_us > received_us + MAX_AHEAD_US:
        raise ClockOff(
            f"The frame says it is from {_span(off_s)} in the future. "
            "Add the offset that POST /api/pairing/ntp_sync gives to your clock."
        )
    if timestamp_us < received_us - MAX_BEHIND_US:
        raise ClockOff(
            f"The frame says it is {_span(-off_s)} old; live frames are at most {MAX_BEHIND_US // 1_000_000} s old. "
            "Set the clock by POST /api/pairing/ntp_sync, or upload the clip as a film."
        )
    return timestamp_us


def _span(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds / 3600:.1f} hours" if seconds < 1e6 else "years"


__all__ = [
    "HEADER",
    "MAX_FRAME_BYTES",
    "FrameError",
    "Picture",
    "captured_at",
    "check_size",
    "checked",
    "is_picture",
    "now_us",
    "read_base64",
    "read_binary",
]
