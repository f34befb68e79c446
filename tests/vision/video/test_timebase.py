"""Frame times: from the container's stamps, whatever the container does."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.factories import videos
from vision.errors import VideoError
from vision.video.timebase import NO_PTS, Timebase, is_variable, read_timebase


def timebase_of(times: list[float], *, keys: list[int], pts: list[int] | None = None) -> Timebase:
    """A hand-made index."""
    count = len(times)
    stamps = np.array(pts if pts is not None else [round(1000 * t) for t in times], np.int64)
    return Timebase(np.array(times), stamps, np.isin(np.arange(count), keys), count, 0.0, 0.0)


def test_constant_rate_is_exact(tmp_path: Path) -> None:
    rate = Fraction(30_000, 1001)
    found = read_timebase(videos.h264_b_frames(tmp_path / "a.mp4", 50, fps=rate))
    assert found.t_s.dtype == np.float64
    np.testing.assert_allclose(found.t_s, np.arange(50) * 1001 / 30_000, atol=1e-9)
    assert found.fps == pytest.approx(float(rate))
    assert list(np.flatnonzero(found.keyframe)) == [0, 12, 24, 36, 48]
    assert found.duration_s == pytest.approx(50 * 1001 / 30_000)


def test_variable_rate_keeps_every_stamp(tmp_path: Path) -> None:
    found = read_timebase(videos.variable_rate(tmp_path / "a.mp4", 61))
    np.testing.assert_allclose(np.diff(found.t_s), np.tile([0.02, 0.04, 0.08], 20), atol=1e-9)
    assert found.variable_rate


def test_matroskas_millisecond_rounding_is_not_variable_rate(tmp_path: Path) -> None:
    path = videos.numbered_video(tmp_path / "a.mkv", 120, fps=Fraction(60_000, 1001), container="matroska")
    found = read_timebase(path)
    assert set(np.round(1000 * np.diff(found.t_s))) == {16.0, 17.0}
    assert not found.variable_rate


def test_avi_without_presentation_stamps_counts_frames(tmp_path: Path) -> None:
    found = read_timebase(videos.mpeg4_b_frames_avi(tmp_path / "a.avi", 50))
    assert len(found) == 50
    np.testing.assert_allclose(found.t_s, np.arange(50) / 25, atol=1e-9)


def test_a_late_start_is_told_apart_from_frame_times(tmp_path: Path) -> None:
    times = [2.0 + n / 25 for n in range(30)]
    path = videos.numbered_video(tmp_path / "a.mkv", 30, times_s=times, container="matroska")
    found = read_timebase(path)
    assert found.t_s[0] == 0.0
    assert found.start_s == pytest.approx(2.0, abs=1e-3)


def test_a_lying_header_is_compared_with_what_is_there(tmp_path: Path) -> None:
    found = read_timebase(videos.lying(tmp_path / "a.mp4"))
    assert found.declared == 250
    assert found.declared_s == pytest.approx(10.0)
    assert found.warnings == (f"the file ends early: {len(found) / 25:.1f} of 10.0 s could be read",)


def test_a_file_without_pictures_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="no picture") as refusal:
        read_timebase(videos.no_frames(tmp_path / "a.avi"))
    assert refusal.value.code == "TOO_SHORT"


def test_equal_stamps_are_spread_and_make_a_file_unseekable(tmp_path: Path) -> None:
    times = [0.0, 0.04, 0.08, 0.08001, 0.12, 0.16]
    path = videos.numbered_video(
        tmp_path / "a.mkv", 6, times_s=times, container="matroska", codec="mjpeg", pix_fmt="yuvj420p"
    )
    found = read_timebase(path)
    np.testing.assert_allclose(found.t_s, [0.0, 0.04, 0.08, 0.10, 0.12, 0.16], atol=1e-9)
    assert not found.seekable


def test_lookup_by_time_and_keyframe() -> None:
    base = timebase_of([0.0, 0.1, 0.2, 0.4], keys=[0, 2])
    assert [base.at(t) for t in (-1.0, 0.0, 0.05, 0.1, 0.39, 0.4, 9.0)] == [0, 0, 0, 1, 2, 3, 3]
    assert [base.keyframe_before(n) for n in range(4)] == [0, 0, 2, 2]
    assert timebase_of([0.0, 0.1], keys=[], pts=[NO_PTS, NO_PTS]).keyframe_before(1) == 0


def test_one_late_frame_in_a_thousand_is_not_variable_rate() -> None:
    times = np.arange(1000) / 25
    times[500:] += 0.04
    assert not is_variable(times)
    assert is_variable(np.cumsum(np.tile([0.02, 0.06], 500)))
