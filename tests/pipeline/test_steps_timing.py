"""Which frames are looked at, and how films are cut into windows."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.params import EVERY_FRAME, PRESETS, ScanParams
from pipeline.steps.timing import analysed, chosen, in_batches, posed, spans, thinned
from vision.video.timebase import Timebase


def film(times: np.ndarray) -> Timebase:
    """A timebase of these frame times."""
    count = len(times)
    pts = np.round(90_000 * times).astype(np.int64)
    return Timebase(np.asarray(times, np.float64), pts, np.arange(count) % 50 == 0, count, 0.0, 0.0)


def steady(fps: float, seconds: float) -> Timebase:
    """A film of constant rate."""
    return film(np.arange(round(fps * seconds)) / fps)


@pytest.mark.parametrize("fps", [12, 24, 25, 29.97, 30, 50, 59.94, 60, 120, 240])
@pytest.mark.parametrize("preset", ["fast", "standard"])
def test_at_least_the_wanted_rate_at_even_intervals(fps: float, preset: str) -> None:
    params = PRESETS[preset]
    base = steady(fps, 10)
    frames = np.flatnonzero(analysed(base, params))
    gaps = np.diff(base.t_s[frames])
    assert frames[0] == 0
    assert 1 / gaps.max() >= min(params.detect_hz, fps) - 0.05
    assert 1 / gaps.min() <= 2 * max(params.detect_hz, 1)
    assert np.ptp(gaps) < 1e-6


def test_every_frame_is_every_frame() -> None:
    assert chosen(steady(25, 4), EVERY_FRAME).all()
    assert chosen(steady(25, 4), 30.0).all()


def test_a_variable_rate_is_sampled_by_time() -> None:
    times = np.cumsum(np.tile([0.01, 0.01, 0.06], 200))
    base = film(times - times[0])
    frames = np.flatnonzero(chosen(base, 5.0))
    assert np.diff(base.t_s[frames]).max() < 0.27
    assert len(frames) == pytest.approx(5 * base.duration_s, abs=2)


def test_poses_are_read_only_where_people_were_looked_for() -> None:
    params = ScanParams(detect_hz=10.0, pose_hz=3.0)
    base = steady(30, 10)
    looked, read = analysed(base, params), posed(base, params, params.pose_people)
    assert not (read & ~looked).any()
    gaps = np.diff(base.t_s[read])
    assert gaps.max() == pytest.approx(0.3) and gaps.min() == pytest.approx(0.3)
    assert thinned(base, looked, EVERY_FRAME).sum() == looked.sum()


def test_fewer_people_get_more_pictures_for_the_same_work() -> None:
    params = ScanParams(detect_hz=EVERY_FRAME, pose_hz=5.0, pose_people=4)
    base = steady(30, 10)
    read = {people: int(posed(base, params, people).sum()) for people in (0, 1, 2, 4, 9)}
    assert read == {0: 50, 1: 300, 2: 100, 4: 50, 9: 50}


def test_windows_cover_every_frame_once() -> None:
    base = steady(25, 50)
    cut = spans(base, 20.0)
    assert [(span.window, span.start, span.stop) for span in cut] == [(0, 0, 500), (1, 500, 1000), (2, 1000, 1250)]
    assert (cut[1].t0_s, cut[1].t1_s) == (20.0, 39.96)


def test_a_standstill_makes_no_empty_window() -> None:
    times = np.concatenate([np.arange(0, 5, 0.04), np.arange(65, 70, 0.04)])
    cut = spans(film(times), 20.0)
    assert [(span.window, span.start, span.stop) for span in cut] == [(0, 0, 125), (1, 125, 250)]


def test_batches_keep_the_order() -> None:
    assert list(in_batches(iter(range(7)), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(in_batches(iter([]), 3)) == []
