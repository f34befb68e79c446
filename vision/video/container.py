"""Opening a video file by its content: which family it is, its picture stream and how it is turned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vision.errors import VideoError

_SNIFFED_BYTES = 4096
_ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")
_EBML_MAGIC = b"\x1a\x45\xdf\xa3"
_DEMUXER = {"mp4": "mp4", "mov": "mov", "avi": "avi", "mkv": "matroska", "webm": "matroska"}
_FAMILY = {"webm": "mkv"}
"""WebM is a subset of Matroska: where mkv is allowed, webm is."""


def sniff_container(path: Path) -> str:
    """Name the container (`mp4`, `mov`, `avi`, `mkv`, `webm`) from the first bytes, never from the file's name.

    Only the matching demuxer is opened afterwards, so a play list or an image dressed up as a video is never parsed.

    Raises:
        VideoError: `EMPTY_FILE`, or `UNSUPPORTED_CONTAINER` when the content is none of these.
    """
    with path.open("rb") as file:
        head = file.read(_SNIFFED_BYTES)
    if not head:
        raise VideoError("The file is empty. Choose the video again and wait until it is copied.", code="EMPTY_FILE")
    if head[4:8] in _ISO_BOXES:
        return "mov" if head[4:8] != b"ftyp" or head[8:12] == b"qt  " else "mp4"
    if head[:4] == b"RIFF" and head[8:11] == b"AVI":
        return "avi"
    if head[:4] == _EBML_MAGIC:
        return "webm" if b"webm" in head[:64] else "mkv"
    raise VideoError(
        "This is not a video file that can be read, whatever its name says. Use MP4, MOV, AVI or MKV.",
        code="UNSUPPORTED_CONTAINER",
    )


def is_cut_off(path: Path) -> bool:
    """Whether an MP4 or MOV ends inside one of its parts: recording or copying stopped before it was whole.

    A file recorded in fragments (browsers, some phones) announces no length, so nothing else tells.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        place = 0
        while place < size:
            file.seek(place)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if length < 8:  # 0 means "up to the end"; other small numbers are not a box but a camera's padding
                return False
            if place + length > size:
                return head[4:8] in (b"mdat", b"moof", b"moov")
            place += length
    return False


def is_allowed(container: str, formats: tuple[str, ...]) -> bool:
    """Whether `container` is one of `formats`; mp4 and mov are told apart, webm goes with mkv."""
    return container in formats or _FAMILY.get(container) in formats


@dataclass(frozen=True, slots=True)
class OpenVideo:
    """An open file and its picture stream."""

    container: InputContainer
    stream: VideoStream
    name: str


@contextmanager
def open_video(path: Path) -> Iterator[OpenVideo]:
    """Open the file's largest moving-picture stream.

    Decoding uses one thread: what a damaged picture looks like must not depend on the number of threads.

    Raises:
        VideoError: `EMPTY_FILE`, `UNSUPPORTED_CONTAINER`, `NO_VIDEO_STREAM` or `UNDECODABLE`.
    """
    name = sniff_container(path)
    options = {"protocol_whitelist": "file"}
    try:
        container = av.open(str(path), mode="r", format=_DEMUXER[name], options=options, metadata_errors="replace")
    except (av.FFmpegError, ValueError, MemoryError) as error:
        raise VideoError(
            "The video file is damaged or was not copied completely: its index is unreadable. Copy or export it again.",
            code="UNDECODABLE",
        ) from error
    with container:
        stream = _picture_stream(container)
        stream.codec_context.thread_count = 1
        yield OpenVideo(container, stream, name)


def _picture_stream(container: InputContainer) -> VideoStream:
    moving = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not moving:
        raise VideoError("The file has sound but no picture. Choose a video.", code="NO_VIDEO_STREAM")
    known = [s for s in moving if s.codec_context is not None and s.codec_context.codec is not None]
    if not known:
        raise VideoError("The video's codec is not known here. Export it as H.264 (MP4).", code="UNDECODABLE")
    return max(known, key=lambda stream: stream.codec_context.width * stream.codec_context.height)


def quarter_turns(frame: VideoFrame) -> int:
    """How many counter-clockwise quarter turns (0-3) bring the stored picture upright."""
    return round(frame.rotation / 90) % 4
