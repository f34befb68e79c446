"""Written files play everywhere and keep their times."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.factories import videos
from vision.errors import ShapeError
from vision.video.probe import probe
from vision.video.reader import VideoReader
from vision.video.writer import VideoWriter


def write(path: Path, times: list[float], *, size: tuple[int, int] = (96, 64)) -> Path:
    """A file of numbered pictures at these times."""
    with VideoWriter(path, size, Fraction(25)) as writer:
        for number, t_s in enumerate(times):
            writer.write(videos.numbered_picture(number, *size), t_s)
    return path


def test_what_is_written_is_read_back_with_its_times(tmp_path: Path) -> None:
    times = [0.0, 0.02, 0.1, 0.11, 0.3, 0.34, 0.5, 0.7]
    reader = VideoReader(write(tmp_path / "a.mp4", times))
    frames = list(reader.frames())
    assert [videos.read_number(frame.image_bgr) for frame in frames] == list(range(8))
    np.testing.assert_allclose([frame.t_s for frame in frames], times, atol=1e-4)


def test_browsers_can_play_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", [n / 25 for n in range(20)])
    found = probe(path)
    assert (found.codec, found.pixel_format, found.container) == ("h264", "yuv420p", "mp4")
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_odd_sizes_are_padded_by_one_pixel(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", [n / 25 for n in range(20)], size=(97, 65))
    found = probe(path)
    assert (found.width, found.height) == (98, 66)


def test_a_failed_writing_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match="expected"), VideoWriter(tmp_path / "a.mp4", (96, 64), Fraction(25)) as writer:
        writer.write(videos.numbered_picture(0), 0.0)
        writer.write(videos.numbered_picture(0, 64, 96), 0.04)
    assert list(tmp_path.iterdir()) == []
