"""The vectorised filters against textbook matrices and against what the model says."""

from __future__ import annotations

import numpy as np
import pytest

from vision.tracking.kalman import COVARIANCE, MEAN, VAR_POSITION, VAR_VELOCITY, VELOCITY, Kalman, MotionModel

MODEL = MotionModel()
STILL = np.zeros((4, 1))


class PlainKalman:
    """One coordinate of one track with 2 × 2 matrices, as in the textbook."""

    def __init__(self, position, velocity, covariance, memory):
        self.state = np.array([position, velocity])
        self.covariance = np.array(covariance)
        self.memory = memory

    def predict(self, dt, noise_speed, drift):
        keep = np.exp(-dt / self.memory)
        transition = np.array([[1, self.memory * (1 - keep)], [0, keep]])
        own = transition @ (self.state - [0, drift])
        self.state = own + np.array([drift * dt, drift])
        # The noise of the exponentially correlated velocity, integrated numerically.
        at = (np.arange(4000) + 0.5) / 4000 * dt
        reach = np.stack((self.memory * (1 - np.exp(-at / self.memory)), np.exp(-at / self.memory)))
        noise = (reach * dt / 4000) @ reach.T * 2 * noise_speed**2 / self.memory
        self.covariance = transition @ self.covariance @ transition.T + noise

    def update(self, measured, variance):
        observe = np.array([[1.0, 0.0]])
        spread = observe @ self.covariance @ observe.T + variance
        gain = self.covariance @ observe.T / spread
        self.state = self.state + (gain * (measured - self.state[0]))[:, 0]
        self.covariance = (np.eye(2) - gain @ observe) @ self.covariance


def plain_twin(kalman, boxes, drift):
    variance = kalman.measurement_variance(boxes)
    speeds = np.array([MODEL.speed_x_hps, MODEL.speed_y_hps, MODEL.speed_width_hps, MODEL.speed_height_hps])
    memory = [MODEL.memory_s] * 2 + [MODEL.memory_size_s] * 2
    return [
        [
            PlainKalman(boxes[c, m], drift[c, 0], np.diag([variance[c, m], (speeds[c] * boxes[3, m]) ** 2]), memory[c])
            for c in range(4)
        ]
        for m in range(boxes.shape[1])
    ], speeds


def test_a_run_over_uneven_frames_equals_the_plain_filter():
    rng = np.random.default_rng(1)
    kalman = Kalman(MODEL)
    boxes = np.array([[100.0, 400, 900], [200.0, 300, 50], [20.0, 60, 30], [50.0, 150, 80]])
    drift = np.array([[35.0], [-4.0], [0.0], [0.0]])
    states = kalman.initiate(boxes, drift, drift_known=True)
    plain, speeds = plain_twin(kalman, boxes, drift)
    for dt in (0.04, 0.033, 0.2, 0.04, 1.0, 0.016):
        heights = states[3].copy()
        kalman.predict(states, dt, drift)
        for track, filters in enumerate(plain):
            for coordinate, one in enumerate(filters):
                one.predict(dt, speeds[coordinate] * heights[track], drift[coordinate, 0])
        measured = states[MEAN] + rng.normal(0, 2, (4, 3))
        variance = kalman.measurement_variance(states[MEAN])
        kalman.update(states, measured, variance)
        for track, filters in enumerate(plain):
            for coordinate, one in enumerate(filters):
                one.update(measured[coordinate, track], variance[coordinate, track])
    for track, filters in enumerate(plain):
        for c, one in enumerate(filters):
            got = [states[part][c, track] for part in (MEAN, VELOCITY, VAR_POSITION, COVARIANCE, VAR_VELOCITY)]
            want = [*one.state, one.covariance[0, 0], one.covariance[0, 1], one.covariance[1, 1]]
            np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("steps", [1, 2, 5, 25])
def test_many_short_steps_equal_one_long_step(steps):
    kalman = Kalman(MODEL)
    boxes = np.array([[100.0], [200.0], [40.0], [100.0]])
    drift = np.array([[50.0], [5.0], [0.0], [0.0]])
    long, short = (kalman.initiate(boxes, drift, drift_known=True) for _ in range(2))
    for states in (long, short):
        states[VELOCITY] = [[200.0], [-30.0], [0.0], [0.0]]
    kalman.predict(long, 1.0, drift)
    for _ in range(steps):
        kalman.predict(short, 1.0 / steps, drift)
    np.testing.assert_allclose(short, long, rtol=1e-9, atol=1e-9)


def test_a_hidden_player_slows_down_to_the_drift():
    kalman = Kalman(MODEL)
    states = kalman.initiate(np.array([[0.0], [0.0], [40.0], [100.0]]), STILL, drift_known=True)
    states[VELOCITY] = [[300.0], [0.0], [0.0], [0.0]]
    drift = np.array([[60.0], [0.0], [0.0], [0.0]])
    kalman.predict(states, 20 * MODEL.memory_s, drift)
    assert states[VELOCITY][0, 0] == pytest.approx(60.0, abs=1e-3)
    assert states[MEAN][0, 0] == pytest.approx(60.0 * 20 * MODEL.memory_s + 240.0 * MODEL.memory_s, rel=1e-6)


def test_scaling_the_picture_scales_the_states():
    kalman = Kalman(MODEL)
    boxes = np.array([[100.0, 300], [200.0, 100], [40.0, 30], [100.0, 90]])
    small, large = (kalman.initiate(boxes * factor, STILL, drift_known=False) for factor in (1.0, 3.0))
    for states, factor in ((small, 1.0), (large, 3.0)):
        kalman.predict(states, 0.04, STILL)
        measured = (boxes + 5) * factor
        kalman.update(states, measured, kalman.measurement_variance(states[MEAN]))
    np.testing.assert_allclose(large[:8], small[:8] * 3, rtol=1e-12)
    np.testing.assert_allclose(large[8:], small[8:] * 9, rtol=1e-12)


def test_covariances_stay_valid_over_many_frames():
    kalman = Kalman(MODEL)
    rng = np.random.default_rng(0)
    boxes = np.array([[100.0], [200.0], [40.0], [100.0]])
    states = kalman.initiate(boxes, STILL, drift_known=True)
    for _ in range(2000):
        kalman.predict(states, rng.choice([0.01, 0.04, 0.5]), STILL)
        if rng.random() < 0.8:
            kalman.update(states, boxes * rng.normal(1, 0.02, (4, 1)), kalman.measurement_variance(states[MEAN]))
        determinant = states[VAR_POSITION] * states[VAR_VELOCITY] - states[COVARIANCE] ** 2
        assert (states[VAR_POSITION] > 0).all() and (states[VAR_VELOCITY] > 0).all() and (determinant > 0).all()


def test_kept_steps_are_bounded():
    kalman = Kalman(MODEL)
    states = kalman.initiate(np.ones((4, 1)), STILL, drift_known=True)
    for step in range(1000):
        kalman.predict(states, 0.04 + step * 1e-5, STILL)
    assert len(kalman._steps) <= 256
