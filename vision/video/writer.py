"""Writing H.264 video that every browser plays."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vision.types import ImageBGR, check_shape

_TICKS_PER_S = 90_000
"""Time unit of the file [1/s]: divides 24, 25, 30, 50, 60 frames/s and is near enough for the rest."""
_QUALITY = "23"
"""x264's constant rate factor: its default, visually near the original."""


class VideoWriter:
    """Writes an MP4 (H.264, yuv420p, index first) from BGR pictures with their own times.

    Pictures of odd size are padded by repeating the last row or column (H.264 with halved colour needs even sizes).
    Use as a context manager; the file appears under `path` only when it is complete.

    Args:
        path: the file to make.
        size: width, height of the pictures [px].
        fps: nominal rate, for the header and the encoder's rate control.
    """

    def __init__(self, path: Path, size: tuple[int, int], fps: Fraction) -> None:
        self._path = path
        self._partial = path.with_name(path.name + ".part")
        self._size = size
        self._fps = fps
        self._last_pts = -1
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None

    def __enter__(self) -> VideoWriter:
        options = {"movflags": "+faststart"}
        self._container = av.open(str(self._partial), mode="w", format="mp4", options=options)
        stream = self._container.add_stream("libx264", rate=self._fps, options={"crf": _QUALITY, "preset": "veryfast"})
        stream.width, stream.height = (side + side % 2 for side in self._size)
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS_PER_S)
        self._stream = stream
        return self

    def write(self, image_bgr: ImageBGR, t_s: float) -> None:
        """Append one picture shown at `t_s` [s]; times must grow."""
        width, height = self._size
        check_shape("image_bgr", image_bgr, (height, width, 3))
        if self._container is None or self._stream is None:
            raise ValueError("open the writer first: with VideoWriter(…) as writer")
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(_even(image_bgr)), format="bgr24")
        frame.pts = max(self._last_pts + 1, round(t_s * _TICKS_PER_S))
        frame.time_base = Fraction(1, _TICKS_PER_S)
        self._last_pts = frame.pts
        self._container.mux(self._stream.encode(frame))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._container is None or self._stream is None:
            return
        if kind is None:
            self._container.mux(self._stream.encode(None))
        self._container.close()
        if kind is None:
            self._partial.replace(self._path)
        else:
            self._partial.unlink(missing_ok=True)


class FilmJoiner:
    """Makes one MP4 of several that a `VideoWriter` wrote with one size and rate, without decoding them.

    Use as a context manager, with the path of the film to make.
    """

    def __init__(self, path: Path) -> None:
        self.frames = 0
        self._path = path
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None

    def __enter__(self) -> FilmJoiner:
        self._container = av.open(str(self._path), mode="w", format="mp4", options={"movflags": "+faststart"})
        return self

    def add(self, piece: bytes, t0_s: float) -> None:
        """Append a film that begins at `t0_s` [s] of the whole."""
        if self._container is None:
            raise ValueError("open the joiner first: with FilmJoiner(…) as joiner")
        with av.open(io.BytesIO(piece), mode="r", format="mp4") as source:
            pictures = source.streams.video[0]
            if self._stream is None:
                self._stream = self._container.add_stream_from_template(pictures)
                self._stream.time_base = Fraction(1, _TICKS_PER_S)
            start = round(t0_s / pictures.time_base) if pictures.time_base else 0
            for packet in source.demux(pictures):
                if packet.pts is None or packet.dts is None:
                    continue  # the empty one at the end
                packet.pts, packet.dts = packet.pts + start, packet.dts + start
                packet.stream = self._stream
                self._container.mux(packet)
                self.frames += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._container is not None:
            self._container.close()


def _even(image: ImageBGR) -> ImageBGR:
    height, width = image.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return image
    return np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
