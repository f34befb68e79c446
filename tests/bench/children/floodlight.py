"""Runs in the environment of `floodlight`: its kinematic models over a match, processor seconds of the
fits back.

`arrays`: `xy` (T, 2·P) metres, x and y of the players side by side; `params`: `framerate`. Four models, as a match
report needs them: distance, velocity, acceleration, metabolic power. With `params` `speeds` instead: speed of everybody
in every frame, as it comes and behind floodlight's own Butterworth filter (`cutoff_hz`; gaps bridged by its
interpolation, without which it would filter the pieces between two misses).
"""

from __future__ import annotations

import time

import numpy as np
from floodlight import XY
from floodlight.models.kinematics import AccelerationModel, DistanceModel, VelocityModel
from floodlight.models.kinetics import MetabolicPowerModel
from floodlight.transforms.filter import butterworth_lowpass
from floodlight.transforms.interpolation import interpolate_linear


def run(arrays, params):
    xy = XY(arrays["xy"], framerate=params["framerate"])
    if params.get("speeds"):
        return speeds(xy, params)
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


def speeds(xy, params):
    found = {}
    smooth = butterworth_lowpass(interpolate_linear(xy), Wn=params["cutoff_hz"])
    for name, path in (("plain", xy), ("smooth", smooth)):
        model = VelocityModel()
        model.fit(path)
        found[name] = np.asarray(model.velocity().property, np.float64).T
    return found
