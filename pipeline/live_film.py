"""A film made of the pictures that a live session kept: each at its own time, so that what was found sits on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from vision.types import ImageBGR
from vision.video.writer import VideoWriter

MIN_FRAMES = 2
"""One picture is no film."""


@dataclass(frozen=True, slots=True)
class WrittenFilm:
    """What was written: pictures, their size [px], and the time of the last one [s]."""

    frames: int
    width: int
    height: int
    duration_s: float


def write_film(pictures: Iterable[tuple[float, bytes]], path: Path, *, fps: float) -> WrittenFilm | None:
    """Write an H.264 film that every browser plays.

    Args:
        pictures: time since the first one that was looked at [s], growing, and JPEG, PNG or WebP of each picture. Those
            before it, those that cannot be read, and those of another size (a phone was turned) are left out.
        path: the file to make.
        fps: nominal rate, for the encoder.

    Returns:
        `None`, and no file, where there were fewer than two.
    """
    readable = _decoded(pictures)
    first = next(readable, None)
    second = next(readable, None)
    if first is None or second is None:
        return None
    height, width = first[1].shape[:2]
    count, last_s = 0, 0.0
    with VideoWriter(path, (width, height), Fraction(fps).limit_denominator(1000)) as writer:
        if first[0] > 0:
            writer.write(first[1], 0.0)  # a film begins at its first picture; this one with what was found
        for t_s, image in _chained(first, second, readable):
            if image.shape[:2] == (height, width):
                writer.write(image, t_s)
                count, last_s = count + 1, t_s
    return WrittenFilm(count, int(width), int(height), last_s)


def _decoded(pictures: Iterable[tuple[float, bytes]]) -> Iterator[tuple[float, ImageBGR]]:
    for t_s, data in pictures:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if image is not None and t_s >= 0:
            yield t_s, cast(ImageBGR, image)


def _chained(
    first: tuple[float, ImageBGR], second: tuple[float, ImageBGR], rest: Iterator[tuple[float, ImageBGR]]
) -> Iterator[tuple[float, ImageBGR]]:
    yield first
    yield second
    yield from rest
