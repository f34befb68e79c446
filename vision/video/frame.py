"""The picture shown at a time of a video, as JPEG.

`python -m vision.video.frame FILE --t SECONDS` writes the picture to standard output, for processes that must not
load a video library themselves. A refusal is one line of JSON and exit code 1.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import sys
from pathlib import Path

import numpy as np
from av.video.reformatter import VideoReformatter
from PIL import Image

from vision.errors import VideoError
from vision.types import ImageBGR
from vision.video.reader import VideoReader, upright_bgr

JPEG_QUALITY = 88
"""Fine enough to click a pitch line's edge; half the size of 95."""
_MEMORY_LIMIT_BYTES = 1 << 30
_CPU_LIMIT_S = 20


def still(path: Path, t_s: float, *, max_side_px: int | None = None) -> bytes:
    """The upright picture on the screen at `t_s` [s], as JPEG.

    Args:
        t_s: before the start gives the first picture, after the end the last.
        max_side_px: shrink so that no side is longer [px].

    Raises:
        VideoError: `UNDECODABLE`, nothing near this time can be decoded.
    """
    reader = VideoReader(path)
    times = reader.timebase.t_s
    index = int(np.clip(np.searchsorted(times, t_s, side="right") - 1, 0, len(times) - 1))
    picture = next(reader.pictures(index), None)
    if picture is None:
        raise VideoError(f"The picture at {t_s:.1f} s is damaged; choose another moment.", code="UNDECODABLE")
    return jpeg(upright_bgr(picture, VideoReformatter()), max_side_px=max_side_px)


def jpeg(image_bgr: ImageBGR, *, max_side_px: int | None = None) -> bytes:
    """A picture `(H, W, 3)` as JPEG; the same picture gives the same bytes.

    Args:
        max_side_px: shrink so that no side is longer [px].
    """
    image = Image.fromarray(np.ascontiguousarray(image_bgr[:, :, ::-1]))
    if max_side_px is not None:
        image.thumbnail((max_side_px, max_side_px))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=JPEG_QUALITY)
    return written.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Write the picture (exit code 0), or the reason why there is none (1)."""
    parser = argparse.ArgumentParser(prog="python -m vision.video.frame", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--t", type=float, default=0.0, help="seconds from the start")
    parser.add_argument("--max-side", type=int, default=None, help="pixels")
    options = parser.parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT_BYTES, _MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_LIMIT_S, _CPU_LIMIT_S))
    try:
        sys.stdout.buffer.write(still(options.file, options.t, max_side_px=options.max_side))
    except VideoError as error:
        sys.stdout.write(json.dumps({"ok": False, "code": error.code, "message": error.message}))
        return 1
    except (OSError, MemoryError) as error:
        message = f"The picture at {options.t:.1f} s cannot be read: {error}."
        sys.stdout.write(json.dumps({"ok": False, "code": "UNREADABLE", "message": message}))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
