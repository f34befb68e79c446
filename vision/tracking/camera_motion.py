"""How the picture moved between two frames because the camera did."""

from __future__ import annotations

import numpy as np

from vision.tracking.kalman import COVARIANCE, POSITION, SIDES, VAR_POSITION, VAR_VELOCITY, VELOCITY
from vision.types import Float64Array


def move_boxes(states: Float64Array, H_prev_curr: Float64Array) -> None:
    """Carry states over to the picture of a moved camera, in place.

    Centres are mapped, velocities turned and sides scaled by the map's linear part at the centre.

    Args:
        states: `(20, M)`, see `kalman.Kalman`.
        H_prev_curr: `(3, 3)` maps pixels of this frame to the last frame's.
    """
    H_curr_prev = np.linalg.inv(H_prev_curr)
    mapped = H_curr_prev[:, :2] @ states[POSITION] + H_curr_prev[:, 2:]
    place = mapped[:2] / mapped[2]
    # Derivative of the projection, (2, 2, M).
    linear = (H_curr_prev[:2, :2, None] - place[:, None] * H_curr_prev[2, :2, None]) / mapped[2]
    scale = np.sqrt(np.abs(linear[0, 0] * linear[1, 1] - linear[0, 1] * linear[1, 0]))
    states[POSITION] = place
    states[SIDES] *= scale
    velocity = states[VELOCITY]
    velocity[POSITION] = np.einsum("ijm,jm->im", linear, velocity[POSITION])
    velocity[SIDES] *= scale
    for part in (VAR_POSITION, COVARIANCE, VAR_VELOCITY):
        states[part] *= scale**2
