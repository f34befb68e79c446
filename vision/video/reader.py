"""Exact frames: frame n is the same picture, wherever reading starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from vision.types import BoolArray, ImageBGR, check_shape
from vision.video.container import OpenVideo, open_video, quarter_turns
from vision.video.prefetch import Prefetch
from vision.video.timebase import Timebase, read_timebase

_AHEAD_BYTES = 64 * 1024 * 1024
_AHEAD_FRAMES = 8
"""Decoded frames waiting for the consumer: enough to hide a slow frame, at most about 64 MB of 4K pictures."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One upright picture.

    Attributes:
        index: place in the timebase.
        t_s: presentation time [s], 0 at the first frame.
        image_bgr: `(H, W, 3)` uint8.
    """

    index: int
    t_s: float
    image_bgr: ImageBGR


@dataclass(slots=True)
class ReadReport:
    """What the latest iteration met.

    Attributes:
        expected: wanted frames between start and stop.
        delivered: frames handed out.
    """

    expected: int = 0
    delivered: int = 0

    @property
    def missing(self) -> int:
        """Wanted frames that could not be decoded."""
        return self.expected - self.delivered

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a coach should know."""
        if self.missing <= 0:
            return ()
        return (f"{self.missing} of {self.expected} frames are damaged and were skipped",)


class VideoReader:
    """Reads frames of a file by index, bit-equal wherever reading starts.

    Args:
        path: the file.
        timebase: its index, if it was made before; else it is made now (one pass over the packets).
    """

    def __init__(self, path: Path, timebase: Timebase | None = None) -> None:
        self.path = path
        self.timebase = timebase if timebase is not None else read_timebase(path)
        self.report = ReadReport()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The file's and the latest iteration's warnings."""
        return self.timebase.warnings + self.report.warnings

    def frames(self, start: int = 0, stop: int | None = None, *, wanted: BoolArray | int = 1) -> Iterator[Frame]:
        """Decode frames `start` to `stop` (exclusive) in order, ahead of the consumer in a thread.

        Args:
            wanted: every how manyth frame of the file (index divisible by it), or an `(N,)` mask over all frames.
                Others are decoded where they must be, but not converted.

        Yields:
            Frames that could be decoded; damaged ones are missing and counted in `report`.
        """
        stop = len(self.timebase) if stop is None else min(stop, len(self.timebase))
        mask = self._mask(wanted)
        self.report = ReadReport(expected=int(mask[start:stop].sum()))
        if self.report.expected == 0:
            return
        with Prefetch(self._decode(start, stop, mask), self._depth()) as ahead:
            for frame in ahead:
                self.report.delivered += 1
                yield frame

    def _mask(self, wanted: BoolArray | int) -> BoolArray:
        if isinstance(wanted, int):
            return np.asarray(np.arange(len(self.timebase)) % wanted == 0)
        check_shape("wanted", wanted, (len(self.timebase),))
        return wanted

    def _depth(self) -> int:
        width, height = self._size()
        return max(1, min(_AHEAD_FRAMES, _AHEAD_BYTES // max(1, 3 * width * height)))

    def _size(self) -> tuple[int, int]:
        """Of the pictures as stored [px]. One of another size, which a codec may bring in the middle of a film, fits to
        nothing that was found before: it counts as damaged.
        """
        with open_video(self.path) as video:
            return video.stream.codec_context.width, video.stream.codec_context.height

    def _decode(self, start: int, stop: int, mask: BoolArray) -> Iterator[Frame]:
        chosen = np.flatnonzero(mask[:stop])
        last = int(chosen[-1])
        reformatter = VideoReformatter()
        size = self._size()
        for index, picture in self._pictures(start):
            if start <= index <= last and mask[index] and (picture.width, picture.height) == size:
                yield Frame(index, float(self.timebase.t_s[index]), upright_bgr(picture, reformatter))
            if index >= last:
                return

    def pictures(self, start: int) -> Iterator[VideoFrame]:
        """Decoded pictures from frame `start` on, neither converted nor turned upright; in the caller's thread."""
        return (picture for index, picture in self._pictures(start) if index >= start)

    def _pictures(self, start: int) -> Iterator[tuple[int, VideoFrame]]:
        """Decoded pictures with their index, from the keyframe before `start` on."""
        with open_video(self.path) as video:
            if not self.timebase.seekable:
                yield from enumerate(_decoded(video, _packets(video)))
                return
            first = _seek(video, self.timebase, start)
            for picture in _decoded(video, _packets(video, first)):
                index = self._index_of(picture)
                if index is not None:
                    yield index, picture

    def _index_of(self, picture: VideoFrame) -> int | None:
        if picture.pts is None:
            return None
        place = int(np.searchsorted(self.timebase.pts, picture.pts))
        known = place < len(self.timebase) and self.timebase.pts[place] == picture.pts
        return place if known else None


def upright_bgr(picture: VideoFrame, reformatter: VideoReformatter) -> ImageBGR:
    """Convert a decoded picture to upright `(H, W, 3)` BGR."""
    converted = reformatter.reformat(picture, format="bgr24", threads=1)
    image = np.asarray(converted.to_ndarray(), np.uint8)
    turns = quarter_turns(picture)
    return np.ascontiguousarray(np.rot90(image, turns)) if turns else image


def _seek(video: OpenVideo, timebase: Timebase, start: int) -> Packet[VideoStream] | None:
    """Place the demuxer at a keyframe at or before `start`; answers the first packet there.

    Demuxers seek by different clocks, so the landing place is checked, and an earlier keyframe is tried when it lies
    too late.
    """
    key = timebase.keyframe_before(start)
    while key > 0:
        wanted = int(timebase.pts[key])
        try:
            video.container.seek(wanted, stream=video.stream, backward=True)
            landed = next(_packets(video), None)
        except av.FFmpegError:
            landed = None
        if landed is not None and landed.is_keyframe and landed.pts is not None and landed.pts <= wanted:
            return landed
        key = timebase.keyframe_before(key - 1)
    if timebase.keyframe_before(start) > 0:
        video.container.seek(int(timebase.pts[0]), stream=video.stream, backward=True)
    return None


def _packets(video: OpenVideo, first: Packet[VideoStream] | None = None) -> Iterator[Packet[VideoStream]]:
    """Packets with content from here on, `first` before them, until the readable part of the file ends.

    Empty packets (repeated pictures in AVI, the demuxer's flush packet) would end the decoder's work and are left out.
    """
    if first is not None:
        yield first
    packets = video.container.demux(video.stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            return
        if packet is None:
            return
        if packet.size > 0 and not packet.is_corrupt:
            yield packet


def _decoded(video: OpenVideo, packets: Iterator[Packet[VideoStream]]) -> Iterator[VideoFrame]:
    """Whole pictures in the order shown; packets that cannot be decoded are passed over."""
    for packet in packets:
        try:
            pictures = packet.decode()
        except av.FFmpegError:
            continue
        yield from (picture for picture in pictures if not picture.is_corrupt)
    try:
        rest = video.stream.decode(None)
    except av.FFmpegError:
        return
    yield from (picture for picture in rest if not picture.is_corrupt)
