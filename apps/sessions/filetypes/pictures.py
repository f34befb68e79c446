"""Pictures: their structure from the first byte to the last, without decoding one."""

from __future__ import annotations

import struct
from typing import IO

MAX_PARTS = 100_000
"""Parts of one picture; a real one has thousands at most."""


class Damaged(Exception):
    """The structure does not hold to the end of the file."""


def _exactly(file: IO[bytes], count: int) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise Damaged
    return data


def walk_png(file: IO[bytes], size: int) -> None:
    """Walk a PNG's chunks; the last one ends the file.

    Raises:
        Damaged: they do not.
    """
    file.seek(8)
    kinds = []
    for _ in range(MAX_PARTS):
        length, kind = struct.unpack(">I4s", _exactly(file, 8))
        if not kind.isalpha() or file.tell() + length + 4 > size:
            raise Damaged
        kinds.append(kind)
        file.seek(length + 4, 1)
        if kind == b"IEND":
            break
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds or kinds[-1] != b"IEND" or file.tell() != size:
        raise Damaged


def walk_jpeg(file: IO[bytes], size: int) -> None:
    """Walk a JPEG's segments up to the picture's data. What phones add behind the picture is left alone.

    Raises:
        Damaged: no frame, or no data.
    """
    file.seek(2)
    has_frame = False
    for _ in range(MAX_PARTS):
        mark, code = _exactly(file, 2)
        while code == 0xFF:  # fill bytes
            code = _exactly(file, 1)[0]
        if mark != 0xFF or code in (0x00, 0xD8, 0xD9):
            raise Damaged
        (length,) = struct.unpack(">H", _exactly(file, 2))
        if length < 2 or file.tell() + length - 2 > size:
            raise Damaged
        file.seek(length - 2, 1)
        if code == 0xDA:
            break
        has_frame |= 0xC0 <= code <= 0xCF and code not in (0xC4, 0xC8, 0xCC)
    if not has_frame or not _has_end(file):
        raise Damaged


def _has_end(file: IO[bytes]) -> bool:
    """Whether an end-of-image mark follows."""
    last = b""
    while piece := file.read(64 * 1024):
        if b"\xff\xd9" in last + piece:
            return True
        last = piece[-1:]
    return False


def walk_webp(file: IO[bytes], size: int) -> None:
    """Walk a WebP's chunks; the container's length is the file's.

    Raises:
        Damaged: it is not.
    """
    file.seek(4)
    (length,) = struct.unpack("<I", _exactly(file, 4))
    if length + 8 != size or size < 20:
        raise Damaged
    file.seek(12)
    first = b""
    for _ in range(MAX_PARTS):
        kind, length = struct.unpack("<4sI", _exactly(file, 8))
        first = first or kind
        if file.tell() + length > size:
            raise Damaged
        file.seek(length + length % 2, 1)
        if file.tell() >= size:
            break
    if first not in (b"VP8 ", b"VP8L", b"VP8X") or file.tell() < size:
        raise Damaged


def walk_gif(file: IO[bytes], size: int) -> None:
    """Walk a GIF's blocks; its trailer is the file's last byte.

    Raises:
        Damaged: it is not.
    """
    file.seek(6)
    packed = _exactly(file, 7)[4]
    _skip_colours(file, packed)
    for _ in range(MAX_PARTS):
        mark = _exactly(file, 1)
        if mark == b";":
            break
        if mark == b"!":
            _exactly(file, 1)
        elif mark == b",":
            _skip_colours(file, _exactly(file, 9)[8])
            _exactly(file, 1)
        else:
            raise Damaged
        _skip_blocks(file)
    if file.tell() != size:
        raise Damaged


def _skip_colours(file: IO[bytes], packed: int) -> None:
    if packed & 0x80:
        _exactly(file, 3 * 2 ** ((packed & 7) + 1))


def _skip_blocks(file: IO[bytes]) -> None:
    while length := _exactly(file, 1)[0]:
        _exactly(file, length)
