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


def timebase(times: list[float]) -> Timebase:
    t_s = np.array(times)
    return Timebase(t_s, np.arange(len(t_s)), np.ones(len(t_s), np.bool_), 0, 0.0, 0.0)


def test_a_pause_is_no_part_of_the_rate() -> None:
    half = np.arange(50) / 25
    found = timebase([*half, *(half + 3600)])
    assert found.fps == pytest.approx(25)
    assert not found.variable_rate
    assert found.pauses.tolist() == [[1.96, 3600.0]]
    assert found.duration_s == pytest.approx(3602.0)
    assert found.filmed_s == pytest.approx(4.0)
    assert found.warnings == ("the recording was paused once for 59:58 at 2.0 s; nothing is measured there",)
    assert found.damage == ()


def test_of_several_pauses_the_longest_is_told() -> None:
    part = np.arange(30) / 30
    found = timebase([*part, *(part + 100), *(part + 4000), *(part + 4005)])
    assert len(found.pauses) == 3
    assert found.fps == pytest.approx(30)
    assert found.warnings == (
        "the recording was paused 3 times, the longest for 1:04:59 at 1:41; nothing is measured there",
    )


@pytest.mark.parametrize(
    ("times", "fps"),
    [
        ([n / 25 for n in range(50)], 25.0),
        ([0.0, 0.9, 1.8, 2.7], 1 / 0.9),  # slow throughout
        ([30.0 * n for n in range(20)], 1 / 30),  # a time lapse
        ([n / 25 for n in range(25)] + [1.9 + n / 25 for n in range(25)], 49 / 2.86),  # dropped pictures, under 1 s
        ([0.0, 5.0], 0.2),
        ([0.0], 25.0),
    ],
)
def test_a_steady_film_has_no_pause(times: list[float], fps: float) -> None:
    found = timebase(times)
    assert len(found.pauses) == 0
    assert found.fps == pytest.approx(fps)
    assert found.filmed_s == pytest.approx(found.duration_s)
    assert found.warnings == ()


def test_a_variable_rate_stays_variable_with_a_pause() -> None:
    gaps = np.tile([0.02, 0.04, 0.08], 20)
    gaps[30] = 600.0
    found = timebase([0.0, *np.cumsum(gaps)])
    assert found.variable_rate
    assert found.fps == pytest.approx(59 / (20 * 0.14 - 0.02))
