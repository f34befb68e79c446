"""The smoothing path step by step, each against an independent way to the same number."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal
from scipy.interpolate import PchipInterpolator

from vision.errors import ShapeError
from vision.kpi.smoothing import (
    SmoothingParams,
    _median_of_7,
    acceleration_noise,
    butterworth,
    choose_acceleration_cutoff,
    choose_cutoff,
    choose_speed_cutoff,
    hampel,
    lowpass,
    pchip,
    position_noise,
    regularise,
    speed_noise,
)

PARAMS = SmoothingParams()


@pytest.mark.parametrize(("sigma_m", "cutoff_hz"), [(0.05, 2.0), (0.1, 1.3), (0.2, 0.8)])
def test_cutoff_table_of_the_kpi_page(sigma_m: float, cutoff_hz: float) -> None:
    assert choose_cutoff(sigma_m, 25.0, PARAMS) == pytest.approx(cutoff_hz, abs=0.05)


def test_cutoff_limits() -> None:
    assert choose_cutoff(0.0, 25.0, PARAMS) == 3.0
    assert choose_cutoff(0.01, 25.0, PARAMS) == 3.0
    assert choose_cutoff(0.01, 10.0, PARAMS) == 2.0, "below a fifth of the frame rate"
    assert choose_cutoff(0.25, 25.0, PARAMS) is None, "too noisy for the smallest cut-off"
    assert choose_cutoff(0.01, 3.0, PARAMS) is None, "3 frames a second cannot carry 0.8 Hz"


def test_speed_cutoff_falls_with_the_noise_between_its_limits() -> None:
    assert choose_speed_cutoff(0.0, 25.0, PARAMS) == 1.0
    assert choose_speed_cutoff(0.05, 25.0, PARAMS) == 1.0
    between = choose_speed_cutoff(0.1, 25.0, PARAMS)
    assert 0.8 < between < 1.0
    assert speed_noise(0.1, between, 25.0) == pytest.approx(PARAMS.even_speed_noise_mps)
    assert choose_speed_cutoff(0.2, 25.0, PARAMS) == 0.8, "lower, sprints are flattened"
    lower = choose_speed_cutoff(0.3, 25.0, PARAMS)
    assert 0.5 < lower < 0.8, "nobody's maximum is told of such noise"
    assert speed_noise(0.3, lower, 25.0) == pytest.approx(PARAMS.peak_speed_noise_mps)
    assert choose_speed_cutoff(2.0, 25.0, PARAMS) == 0.5
    assert choose_speed_cutoff(0.1, 100.0, PARAMS) == 1.0, "four times the frames, half the noise"
    assert choose_speed_cutoff(0.02, 3.0, PARAMS) == pytest.approx(0.6), "never above a fifth of the frame rate"


def test_acceleration_cutoff_keeps_its_noise_target() -> None:
    for sigma in (0.02, 0.04, 0.08):
        cutoff = choose_acceleration_cutoff(sigma, 25.0, PARAMS)
        assert cutoff is not None
        assert acceleration_noise(sigma, cutoff, 25.0) <= 0.5 + 1e-9
    assert choose_acceleration_cutoff(0.18, 25.0, PARAMS) is None


@pytest.mark.parametrize(("cutoff_hz", "fs_hz"), [(0.8, 25.0), (1.0, 25.0), (2.0, 25.0), (1.0, 50.0)])
def test_noise_formulas_match_simulation(cutoff_hz: float, fs_hz: float) -> None:
    """400,000 frames of white noise through the real filter and difference: speed within 8 % (bilinear warping and the
    central difference make up the rest); acceleration at most 8 % above, and below where the second difference damps.
    """
    noise = np.random.default_rng(0).normal(0.0, 0.1, (400_000, 1))
    smooth = lowpass(noise, cutoff_hz, fs_hz)[:, 0]
    velocity = np.gradient(smooth) * fs_hz
    acceleration = np.gradient(velocity) * fs_hz
    assert velocity.std() == pytest.approx(speed_noise(0.1, cutoff_hz, fs_hz), rel=0.08)
    stated = acceleration_noise(0.1, cutoff_hz, fs_hz)
    assert stated / (1.6 if cutoff_hz > fs_hz / 20 else 1.15) < acceleration.std() < 1.08 * stated


@pytest.mark.parametrize(("cutoff_hz", "fs_hz"), [(0.8, 25.0), (3.0, 25.0), (1.3, 59.94), (2.4, 8.0)])
def test_butterworth_equals_scipy(cutoff_hz: float, fs_hz: float) -> None:
    frequencies = np.linspace(0.0, 0.49 * fs_hz, 200)
    _, ours = signal.sosfreqz(butterworth(cutoff_hz, fs_hz), frequencies, fs=fs_hz)
    _, theirs = signal.sosfreqz(signal.butter(3, cutoff_hz, fs=fs_hz, output="sos"), frequencies, fs=fs_hz)
    np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-12)


def test_lowpass_has_no_lag_and_halves_power_at_the_cutoff() -> None:
    t = np.arange(0, 60, 0.04)
    for frequency, gain in ((0.1, 1.0), (1.0, np.sqrt(0.5)), (5.0, 0.0)):
        wave = np.sin(2 * np.pi * frequency * t)[:, None]
        smooth = lowpass(wave, 1.0, 25.0)[300:-300, 0]
        middle = wave[300:-300, 0]
        fitted = (smooth @ middle) / (middle @ middle)
        assert fitted == pytest.approx(gain, abs=0.02)
        assert np.abs(smooth - fitted * middle).max() < 0.02, "a lag would leave a quadrature part"


def test_lowpass_keeps_a_straight_run() -> None:
    line = np.stack([np.linspace(0, 40, 200), np.linspace(5, -5, 200)], axis=1)
    np.testing.assert_allclose(lowpass(line, 1.0, 25.0), line, atol=1e-6)


def test_pchip_equals_scipy() -> None:
    rng = np.random.default_rng(1)
    t = np.cumsum(rng.uniform(0.02, 0.3, 60))
    y = np.cumsum(rng.normal(0, 1, (60, 2)), axis=0)
    at = np.linspace(t[0], t[-1], 777)
    np.testing.assert_allclose(pchip(t, y, at), PchipInterpolator(t, y)(at), atol=1e-10)
    assert np.isnan(pchip(t, y, np.array([t[0] - 1, t[-1] + 1]))).all()


def test_pchip_with_two_knots_is_a_line() -> None:
    found = pchip(np.array([0.0, 1.0]), np.array([[0.0, 1.0], [2.0, 1.0]]), np.array([0.25]))
    np.testing.assert_allclose(found, [[0.5, 1.0]])


def test_median_network_equals_sorting() -> None:
    column = np.random.default_rng(2).normal(0, 1, 5000)
    windows = np.lib.stride_tricks.sliding_window_view(column, 7)
    np.testing.assert_array_equal(_median_of_7(column), np.median(windows, axis=1))


def test_hampel_equals_its_plain_twin() -> None:
    rng = np.random.default_rng(3)
    xy = np.cumsum(rng.normal(0.1, 0.05, (400, 2)), axis=0)
    xy[rng.random((400, 2)) < 0.05] += rng.choice([-3.0, 3.0])
    xy[100:110] = np.nan
    expected = xy.copy()
    for row in range(3, 397):
        for axis in (0, 1):
            window = xy[row - 3 : row + 4, axis]
            if np.isnan(window).any():
                continue
            middle = np.median(window)
            spread = 1.4826 * np.median(np.abs(window - middle))
            deviation = abs(xy[row, axis] - middle)
            if deviation > max(PARAMS.hampel_floor_m, 0) and deviation > 3 * spread:
                expected[row, axis] = middle
    np.testing.assert_array_equal(hampel(xy, PARAMS), expected)
    assert np.isnan(expected[100:110]).all()


def test_hampel_takes_out_a_jump_and_leaves_a_sprint() -> None:
    path = np.stack([np.arange(50) * 8.0 / 25, np.zeros(50)], axis=1)
    broken = path.copy()
    broken[20] += [4.0, -2.0]
    # The jump is replaced by the median of its neighbours: at most one frame of running (0.32 m) off.
    np.testing.assert_allclose(hampel(broken, PARAMS), path, atol=0.32 + 1e-9)
    np.testing.assert_array_equal(hampel(path, PARAMS), path)


@pytest.mark.parametrize("sigma_m", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("speed_mps", [0.0, 7.0])
def test_position_noise_is_measured(sigma_m: float, speed_mps: float) -> None:
    """3000 frames know a sigma to 2-3 %, whatever the player's speed."""
    t = np.arange(3000) / 25
    xy = np.stack([speed_mps * t, np.sin(t)], axis=1) + np.random.default_rng(4).normal(0, sigma_m, (3000, 2))
    assert position_noise(xy, np.ones(3000, bool)) == pytest.approx(sigma_m, rel=0.06)


def test_position_noise_sees_errors_that_stick() -> None:
    """A detector whose error holds for three frames looks three times smoother than it is; the wider strides see it."""
    held = np.repeat(np.random.default_rng(5).normal(0, 0.1, (1000, 2)), 3, axis=0)
    assert position_noise(held, np.ones(3000, bool)) == pytest.approx(0.1, rel=0.1)
    assert position_noise(held[:20], np.ones(20, bool)) is None


class TestRegularise:
    """Frame times to a uniform grid."""

    def test_uniform_stays(self) -> None:
        t = np.arange(100) / 30.0
        xy = np.random.default_rng(0).normal(0, 1, (100, 2))
        track = regularise(t, xy, PARAMS)
        np.testing.assert_array_equal(track.xy_m, xy)
        assert track.fs_hz == pytest.approx(30.0) and track.seen.all()

    def test_dropped_frames_leave_slots(self) -> None:
        t = np.delete(np.arange(100) / 25.0, [10, 50, 51])
        line = np.stack([t, -2 * t], axis=1)
        track = regularise(t, line, PARAMS)
        assert len(track.xy_m) == 100 and track.seen.sum() == 97
        np.testing.assert_allclose(
            track.xy_m, np.stack([np.arange(100) / 25, -np.arange(100) / 12.5], axis=1), atol=1e-9
        )

    def test_millisecond_stamps_do_not_drift(self) -> None:
        """Ninety minutes at 29.97 with times rounded to the millisecond keep one slot a frame."""
        t = np.round(np.arange(161_838) / 29.97, 3)
        track = regularise(t, np.zeros((len(t), 2)), PARAMS)
        assert len(track.xy_m) == len(t) and track.fs_hz == pytest.approx(29.97, rel=1e-5)

    def test_variable_rate_is_resampled(self) -> None:
        rng = np.random.default_rng(1)
        t = np.cumsum(rng.uniform(0.02, 0.06, 500))
        xy = np.stack([5 * t, 2 * np.sin(t)], axis=1)
        track = regularise(t, xy, PARAMS)
        expected = np.stack([5 * track.t_s, 2 * np.sin(track.t_s)], axis=1)
        # Between 4 cm steps the cubic is good to a tenth of a millimetre; the last slot may lie past the last frame.
        np.testing.assert_allclose(track.xy_m[1:-1], expected[1:-1], atol=1e-3)

    @pytest.mark.parametrize(("lost", "filled"), [(12, True), (13, False)])
    def test_half_a_second_is_filled_and_no_more(self, lost: int, filled: bool) -> None:
        """At 25 fps twelve lost frames are 0.48 s, thirteen 0.52 s."""
        t = np.arange(100) / 25.0
        xy = np.stack([3 * t, t], axis=1)
        xy[40 : 40 + lost] = np.nan
        track = regularise(t, xy, PARAMS)
        assert np.isfinite(track.xy_m[40 : 40 + lost]).all() == filled
        assert not track.seen[40 : 40 + lost].any()
        assert np.isfinite(track.xy_m[:40]).all() and np.isfinite(track.xy_m[40 + lost :]).all()

    def test_never_seen(self) -> None:
        track = regularise(np.arange(10) / 25, np.full((10, 2), np.nan), PARAMS)
        assert np.isnan(track.xy_m).all() and not track.seen.any()

    @pytest.mark.parametrize("t", [np.array([0.0]), np.array([0.0, 0.0, 0.1]), np.array([0.0, 0.2, 0.1])])
    def test_bad_times_are_refused(self, t: np.ndarray) -> None:
        with pytest.raises(ShapeError, match="rising frame times"):
            regularise(t, np.zeros((len(t), 2)), PARAMS)
