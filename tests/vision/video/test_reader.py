"""Frame n is frame n, bit for bit, wherever reading starts."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.factories import videos
from vision.video.prefetch import Prefetch
from vision.video.reader import VideoReader


@pytest.mark.parametrize("name", sorted(set(videos.GOOD) - {"4k.mp4"}))
def test_reading_from_anywhere_gives_the_same_pictures(name: str, tmp_path: Path) -> None:
    reader = VideoReader(videos.GOOD[name](tmp_path / name))
    whole = list(reader.frames())
    assert [frame.index for frame in whole] == list(range(len(reader.timebase)))
    assert [videos.read_number(frame.image_bgr) for frame in whole] == list(range(len(whole)))
    np.testing.assert_array_equal([frame.t_s for frame in whole], reader.timebase.t_s)
    for start in range(0, len(whole), 3):
        part = list(reader.frames(start, start + 4))
        assert [frame.index for frame in part] == list(range(start, min(start + 4, len(whole))))
        for frame in part:
            np.testing.assert_array_equal(frame.image_bgr, whole[frame.index].image_bgr)
    assert reader.warnings == ()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_turned_pictures_stand_upright_as_another_reader_shows_them(rotation: int, tmp_path: Path) -> None:
    path = videos.numbered_video(tmp_path / "a.mp4", 12, rotation=rotation)
    ours = next(VideoReader(path).frames()).image_bgr
    read, peer = cv2.VideoCapture(str(path)).read()
    assert read
    assert ours.shape == peer.shape == ((96, 64, 3) if rotation in (90, 270) else (64, 96, 3))
    assert np.abs(ours.astype(int) - peer).mean() < 3.0
    assert ours.flags.c_contiguous


def test_a_stride_chooses_by_index_from_any_start(tmp_path: Path) -> None:
    reader = VideoReader(videos.h264_b_frames(tmp_path / "a.mp4"))
    assert [frame.index for frame in reader.frames(7, 31, wanted=5)] == [10, 15, 20, 25, 30]
    assert reader.report.expected == reader.report.delivered == 5


def test_a_mask_chooses_frames(tmp_path: Path) -> None:
    reader = VideoReader(videos.h264_b_frames(tmp_path / "a.mp4"))
    mask = np.zeros(50, np.bool_)
    mask[[3, 14, 15, 49]] = True
    assert [frame.index for frame in reader.frames(wanted=mask)] == [3, 14, 15, 49]
    assert list(reader.frames(4, 14, wanted=mask)) == []


def test_a_lying_file_is_read_to_its_real_end_and_says_so(tmp_path: Path) -> None:
    reader = VideoReader(videos.lying(tmp_path / "a.mp4"))
    numbers = [videos.read_number(frame.image_bgr) for frame in reader.frames()]
    assert numbers == list(range(len(reader.timebase)))
    assert reader.warnings == (f"the file ends early: {len(numbers) / 25:.1f} of 10.0 s could be read",)


def test_damaged_frames_are_skipped_counted_and_leave_the_rest_in_place(tmp_path: Path) -> None:
    reader = VideoReader(videos.damaged_middle(tmp_path / "a.mp4", 60))
    frames = list(reader.frames())
    assert reader.report.expected == 60
    assert 0 < reader.report.missing == 60 - len(frames) < 40
    assert reader.warnings == (f"{60 - len(frames)} of 60 frames are damaged and were skipped",)
    for frame in frames:
        if frame.index < 12 or frame.index >= 48:
            assert videos.read_number(frame.image_bgr) == frame.index


def test_leaving_early_stops_the_decoding_thread(tmp_path: Path) -> None:
    reader = VideoReader(videos.h264_b_frames(tmp_path / "a.mp4"))
    frames = reader.frames()
    next(frames)
    assert any(thread.name == "prefetch" for thread in threading.enumerate())
    frames.close()
    assert not any(thread.name == "prefetch" for thread in threading.enumerate())


def test_prefetch_works_at_most_depth_ahead_and_hands_errors_over() -> None:
    made: list[int] = []

    def source():
        for number in range(10):
            made.append(number)
            yield number
        raise RuntimeError("broken source")

    with Prefetch(source(), depth=2) as ahead, pytest.raises(RuntimeError, match="broken source"):
        for item in ahead:
            assert len(made) <= item + 1 + 2 + 1  # taken, two waiting, one in the worker's hand
    assert made == list(range(10))


def resident_mib() -> float:
    """Resident memory of this process."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    reader = VideoReader(videos.numbered_video(tmp_path / "a.mp4", 300, width=640, height=480))
    for _ in reader.frames(0, 50):
        pass
    before = resident_mib()
    for _ in reader.frames():
        pass
    assert resident_mib() - before < 30  # 300 pictures held would be 276 MB
