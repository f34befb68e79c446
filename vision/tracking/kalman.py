"""One Kalman step for all tracks at once.

A track's state is its box as centre x, centre y, width, height [px] and their velocities [px/s]. The four are
independent of one another, so a covariance is three numbers each (position, cross, velocity) and a step for all
tracks is a dozen operations on `(4, M)` arrays instead of M products of 8 × 8 matrices. States are columns, because
a slice of rows is contiguous, and on arrays this small the layout is half of the time.

The velocity is an Ornstein-Uhlenbeck process around a common drift: it forgets itself with a time constant, as players
do who cannot run straight for ever, while a linear motion would carry a hidden player off the pitch. Its transition is
known in closed form, so that one step of 0.2 s equals five of 0.04 s: real timestamps may come at any rate.

Source: Bar-Shalom, Li & Kirubarajan, Estimation with Applications to Tracking and Navigation, 2001, ch. 5 and 6
(decoupled filters, exponentially correlated velocity).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.types import Float64Array

MEAN, VELOCITY, VAR_POSITION, COVARIANCE, VAR_VELOCITY = (slice(start, start + 4) for start in range(0, 20, 4))
KALMAN_ROWS = 20
POSITION = slice(0, 2)
SIDES = slice(2, 4)
HEIGHT = slice(3, 4)

_WIDTH_HEIGHT_TWICE = np.array([2, 3, 2, 3])
_MICROSECONDS_PER_S = 1e6
_KEPT_STEPS = 256
_LEAST_SIDE_PX = 1.0


@dataclass(frozen=True, slots=True)
class MotionModel:
    """How boxes of people move and how well they are measured.

    Lengths are in box heights (a standing person, about 1.7 m), so that near and far players share one model. The
    speeds fit the frame-to-frame changes of the football sequences of SportsMOT (99 % of the horizontal ones against
    the others in the picture are below 3.8 heights/s), where a panning camera adds up to 7.5 heights/s to all.

    Attributes:
        speed_x_hps: usual horizontal speed against the common drift [heights/s].
        speed_y_hps: usual vertical speed [heights/s]; less, as depth is foreshortened.
        speed_width_hps: usual change of the width [heights/s]: the stride opens and closes.
        speed_height_hps: usual change of the height [heights/s].
        speed_start_hps: usual speed while the drift is not known yet (first frame) [heights/s].
        memory_s: time constant after which a velocity is forgotten [s].
        memory_size_s: the same for the sides, about half a stride [s].
        measurement: error of a measured centre, as a share of the box's side.
        measurement_size: error of a measured side, as a share of it.
    """

    speed_x_hps: float = 1.5
    speed_y_hps: float = 0.6
    speed_width_hps: float = 2.0
    speed_height_hps: float = 1.0
    speed_start_hps: float = 4.0
    memory_s: float = 0.7
    memory_size_s: float = 0.15
    measurement: float = 0.04
    measurement_size: float = 0.05


@dataclass(frozen=True, slots=True)
class _Transition:
    """Closed-form step over one `dt`; arrays `(4, 1)`, noise in squared box heights."""

    dt: float
    keep: Float64Array
    reach: Float64Array
    keep_sq: Float64Array
    noise_position: Float64Array
    noise_cross: Float64Array
    noise_velocity: Float64Array


class Kalman:
    """Filters of one motion model; states are columns `(20, M)` of the caller's.

    Rows: `MEAN`, `VELOCITY`, `VAR_POSITION`, `COVARIANCE`, `VAR_VELOCITY`, each `(4, M)` for centre x, centre y,
    width, height.
    """

    def __init__(self, model: MotionModel) -> None:
        self.model = model
        self._speeds = np.array(
            [model.speed_x_hps, model.speed_y_hps, model.speed_width_hps, model.speed_height_hps],
        )[:, None]
        self._shares = np.array(
            [model.measurement, model.measurement, model.measurement_size, model.measurement_size],
        )[:, None]
        self._steps: dict[int, _Transition] = {}

    def initiate(self, boxes: Float64Array, drift: Float64Array, *, drift_known: bool) -> Float64Array:
        """New states `(20, N)` that move with the drift.

        Args:
            boxes: `(4, N)` centre x, centre y, width, height [px].
            drift: `(4, 1)` common velocity [px/s].
            drift_known: without it the start speed is the usual one.
        """
        model = self.model
        speeds = self._speeds.copy()
        if not drift_known:
            speeds[POSITION, 0] = model.speed_start_hps, model.speed_start_hps * model.speed_y_hps / model.speed_x_hps
        states = np.zeros((KALMAN_ROWS, boxes.shape[1]))
        states[MEAN] = boxes
        states[VELOCITY] = drift
        states[VAR_POSITION] = self.measurement_variance(boxes)
        states[VAR_VELOCITY] = (boxes[HEIGHT] * speeds) ** 2
        return states

    def predict(self, states: Float64Array, dt: float, drift: Float64Array) -> None:
        """Move the states by `dt` seconds, in place; velocities are forgotten towards `drift` `(4, 1)` [px/s]."""
        step = self._transition(dt)
        mean, velocity = states[MEAN], states[VELOCITY]
        position, cross, speed = states[VAR_POSITION], states[COVARIANCE], states[VAR_VELOCITY]
        height_sq = np.square(mean[HEIGHT])
        own = velocity - drift
        mean += own * step.reach + drift * step.dt
        np.add(own * step.keep, drift, out=velocity)
        gained = speed * step.reach
        position += (cross + cross + gained) * step.reach + height_sq * step.noise_position
        np.add((cross + gained) * step.keep, height_sq * step.noise_cross, out=cross)
        np.add(speed * step.keep_sq, height_sq * step.noise_velocity, out=speed)
        sides = mean[SIDES]
        np.maximum(sides, _LEAST_SIDE_PX, out=sides)

    def measurement_variance(self, boxes: Float64Array) -> Float64Array:
        """`(4, N)` variance of a measurement of boxes `(4, N)` [px²]."""
        scaled: Float64Array = boxes.take(_WIDTH_HEIGHT_TWICE, 0)
        scaled *= self._shares
        return np.square(scaled, out=scaled)

    def update(self, states: Float64Array, measured: Float64Array, variance: Float64Array) -> None:
        """Correct the states by measured boxes, in place.

        Args:
            states: `(20, M)` predicted states.
            measured: `(4, M)` centre x, centre y, width, height [px].
            variance: `(4, M)` variance of the measurements [px²].
        """
        mean, velocity = states[MEAN], states[VELOCITY]
        position, cross, speed = states[VAR_POSITION], states[COVARIANCE], states[VAR_VELOCITY]
        weight = 1.0 / (position + variance)
        innovation = (measured - mean) * weight
        mean += position * innovation
        velocity += cross * innovation
        speed -= cross * cross * weight
        weight *= variance
        position *= weight
        cross *= weight

    def _transition(self, dt: float) -> _Transition:
        key = round(dt * _MICROSECONDS_PER_S)
        step = self._steps.get(key)
        if step is None:
            if len(self._steps) >= _KEPT_STEPS:
                self._steps.clear()
            step = self._steps[key] = self._new_transition(key / _MICROSECONDS_PER_S)
        return step

    def _new_transition(self, dt: float) -> _Transition:
        model = self.model
        memory = np.array([model.memory_s, model.memory_s, model.memory_size_s, model.memory_size_s])[:, None]
        power = self._speeds**2
        keep = np.exp(-dt / memory)
        return _Transition(
            dt=dt,
            keep=keep,
            reach=memory * (1 - keep),
            keep_sq=keep**2,
            noise_position=power * memory**2 * np.maximum(2 * dt / memory - 3 + 4 * keep - keep**2, 0.0),
            noise_cross=power * memory * (1 - keep) ** 2,
            noise_velocity=power * (1 - keep**2),
        )
