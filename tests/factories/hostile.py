"""Films that somebody made to hurt whoever opens them, or that are two things at once."""

from __future__ import annotations

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from tests.factories import videos

HUGE = struct.pack(">I", 10**9)


def patched(at: bytes, offset: int, value: bytes) -> Callable[[Path], Path]:
    """A plain MP4 in which the bytes `offset` behind the first `at` are others."""

    def build(path: Path) -> Path:
        videos.h264_b_frames(path)
        content = bytearray(path.read_bytes())
        place = content.index(at) + offset
        content[place : place + len(value)] = value
        path.write_bytes(bytes(content))
        return path

    return build


def before(head: bytes) -> Callable[[Path], Path]:
    """A plain MP4 behind another file's beginning."""

    def build(path: Path) -> Path:
        path.write_bytes(head + videos.h264_b_frames(path).read_bytes())
        return path

    return build


def only(content: bytes) -> Callable[[Path], Path]:
    """These bytes, called a film."""

    def build(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return build


def one_pixel(path: Path) -> Path:
    """A film of one pixel."""
    black = np.zeros((1, 1, 3), np.uint8)
    return videos.write_video(path, (black for _ in range(50)), codec="ffv1", container="matroska", pix_fmt="bgr0")


def many_tracks(path: Path, tracks: int = 120) -> Path:
    """A film with many pictures at once."""
    with av.open(str(path), "w", format="matroska") as out:
        streams = []
        for _ in range(tracks):
            stream = out.add_stream("mjpeg", rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p"
            streams.append(stream)
        for number in range(20):
            for stream in streams:
                frame = VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="bgr24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                out.mux(stream.encode(frame))
    return path


def growing(path: Path, *, back_again: bool = False) -> Path:
    """Motion JPEG whose pictures are twice as large from the 26th on; `back_again`: and small again from the 51st."""
    kind = {"codec": "mjpeg", "container": "avi", "pix_fmt": "yuvj420p"}
    small = videos.numbered_video(path.with_name("small.avi"), 25, **kind)
    large = videos.numbered_video(path.with_name("large.avi"), 25, width=192, height=128, **kind)
    with av.open(str(path), "w", format="avi") as out:
        stream, number = None, 0
        for part in (small, large, small)[: 3 if back_again else 2]:
            with av.open(str(part)) as source:
                pictures = source.streams.video[0]
                stream = stream or out.add_stream_from_template(pictures)
                for packet in source.demux(pictures):
                    if packet.pts is not None:
                        packet.stream, packet.pts, packet.dts = stream, number, number
                        packet.time_base = Fraction(1, 25)
                        out.mux(packet)
                        number += 1
    return path


_LIST = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
_FTYP = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"

HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a thousand frames a second.mp4": (
        lambda path: videos.numbered_video(path, 600, fps=Fraction(1000)),
        "UNDECODABLE",
    ),
    "a thousand million frames.mp4": (patched(b"stts", 12, HUGE), "TOO_LARGE"),
    "a thousand million sizes.mp4": (patched(b"stsz", 12, HUGE), "UNDECODABLE"),
    "a thousand million equal frames.mp4": (patched(b"stsz", 8, struct.pack(">II", 1, 10**9)), "TOO_SHORT"),
    "no time passes.mp4": (patched(b"stts", 16, struct.pack(">I", 0)), "TOO_SHORT"),
    "time runs back.mp4": (patched(b"stts", 16, struct.pack(">i", -512)), "TOO_SHORT"),
    "absurd clock.mp4": (patched(b"mdhd", 16, b"\xff\xff\xff\xff"), "TOO_SHORT"),
    "pictures beyond the end.mp4": (patched(b"stco", 12, struct.pack(">I", 0xFFFFFF00)), "TOO_SHORT"),
    "begins after the end.mp4": (patched(b"elst", 12, struct.pack(">II", 0x7FFFFFFF, 0x7FFFFFFF)), "TOO_SHORT"),
    "one pixel.mkv": (one_pixel, "UNDECODABLE"),
    "many tracks.mkv": (many_tracks, "TOO_LARGE"),
    "growing.avi": (growing, "UNDECODABLE"),
    "page.mp4": (before(b"<html><script>alert(1)</script></html>"), "UNSUPPORTED_CONTAINER"),
    "archive.mp4": (before(b"PK\x03\x04"), "UNSUPPORTED_CONTAINER"),
    "gif.mp4": (only(b"GIF89a" + b"\x00" * 500), "UNSUPPORTED_CONTAINER"),
    "play list.mp4": (only(_LIST), "UNSUPPORTED_CONTAINER"),
    "play list behind a signature.mp4": (only(_FTYP + _LIST), "UNDECODABLE"),
    "list of files.mp4": (only(b"ffconcat version 1.0\nfile '/etc/passwd'\n"), "UNSUPPORTED_CONTAINER"),
}
"""Name → builder of files that must be refused, and the code."""
