"""Pictures of a camera, a film or a network stream at a steady rate, for `manage.py live`: a program of its own.

`python -m pipeline.live_feed SOURCE` writes one record a picture to standard output: when it was read [µs since 1970]
and the length of the JPEG (`RECORD`), then the JPEG. A film plays at its own speed. What goes wrong is one line on
standard error, and exit code 2.
"""

from __future__ import annotations

import argparse
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, cast

import av
import cv2
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from vision.types import ImageBGR
from vision.video.reader import upright_bgr

RECORD = struct.Struct(">QI")
OPEN_S, READ_S = 10.0, 10.0
"""How long a network camera may take to answer, and to send the next picture [s]."""
QUALITY = 80
"""Of the JPEG: 60 to 150 kB at 1280 x 720, and small players keep their edges."""


def open_source(source: str) -> Any:
    """Open a film, an address (`rtsp://…`, `http://…`) or a camera (`0`, `/dev/video0`).

    Raises:
        FFmpegError, OSError: it cannot be opened.
    """
    if source.isdigit():
        source = f"/dev/video{source}"
    if source.startswith("/dev/video"):
        return av.open(source, format="v4l2", timeout=(OPEN_S, READ_S))
    options = {"rtsp_transport": "tcp"} if source.startswith("rtsp") else {}
    return av.open(source, options=options, timeout=(OPEN_S, READ_S))


def pictures(source: str, *, fps: float, max_side: int, is_film: bool) -> Iterator[tuple[int, bytes]]:
    """When each picture was shown [µs since 1970], and its JPEG; at most `fps` a second, at most `max_side` px wide.

    Raises:
        FFmpegError, OSError: it cannot be opened or breaks off.
    """
    reformatter = VideoReformatter()
    with open_source(source) as container:
        began, due_s = time.monotonic(), 0.0
        for frame in container.decode(video=0):
            t_s = float(frame.time or 0.0) if is_film else time.monotonic() - began
            if t_s < due_s:
                continue
            due_s = max(due_s + 1.0 / fps, t_s - 1.0 / fps)
            if is_film:
                time.sleep(max(0.0, began + t_s - time.monotonic()))
            yield time.time_ns() // 1000, _jpeg(frame, reformatter, max_side)


def _jpeg(frame: VideoFrame, reformatter: VideoReformatter, max_side: int) -> bytes:
    image: ImageBGR = upright_bgr(frame, reformatter)
    scale = max_side / max(image.shape[:2])
    if scale < 1.0:
        image = cast(ImageBGR, cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 at the end of a film, or when nobody reads any more."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.live_feed", description=__doc__)
    parser.add_argument("source", metavar="SOURCE", help="film, rtsp://… or camera number")
    parser.add_argument("--fps", type=float, default=10.0, help="pictures a second (%(default)s)")
    parser.add_argument("--max-side", type=int, default=1280, help="longer side of the pictures [px] (%(default)s)")
    options = parser.parse_args(argv)
    is_camera = options.source.isdigit() or options.source.startswith("/dev/") or "://" in options.source
    try:
        for at_us, jpeg in pictures(options.source, fps=options.fps, max_side=options.max_side, is_film=not is_camera):
            sys.stdout.buffer.write(RECORD.pack(at_us, len(jpeg)) + jpeg)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        return 0
    except (FFmpegError, OSError, IndexError) as error:
        sys.stderr.write(f"{options.source} cannot be read: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
