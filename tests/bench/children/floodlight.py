"""Runs in the environment of `floodlight`: its kinematic models over a match, processor seconds of the
fits back.

`arrays`: `xy` (T, 2·P) metres, x and y of the players side by side; `params`: `framerate`. Four models, as a match
report needs them: distance, velocity, acceleration, metabolic power.
"""

from __future__ import annotations

import time

import numpy as np
from floodlight import XY
from floodlight.models.kinematics import AccelerationModel, DistanceModel, VelocityModel
from floodlight.models.kinetics import MetabolicPowerModel


def run(arrays, params):
    xy = XY(arrays["xy"], framerate=params["framerate"])
    start = time.process_time()
    totals = {}
    for name, model, read in (
        ("distance", DistanceModel(), "cumulative_distance_covered"),
        ("velocity", VelocityModel(), "velocity"),
        ("acceleration", AccelerationModel(), "acceleration"),
        ("power", MetabolicPowerModel(), "cumulative_metabolic_power"),
    ):
        model.fit(xy)
        totals[name] = getattr(model, read)().property[-1]
    seconds = time.process_time() - start
    return {"seconds": np.array([seconds]), **totals}
