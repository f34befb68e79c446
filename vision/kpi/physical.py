"""Physical KPIs from movement: load and energy."""

from __future__ import annotations

import numpy as np

from vision.kpi.motion import Series
from vision.types import Float64Array

GRAVITY_MPS2 = 9.80665
FLAT_RUNNING_COST = 3.6
"""Energy cost of running on the flat [J/kg/m] (Minetti & Pavei 2018, as used by floodlight)."""


def energy_cost(acceleration_mps2: Float64Array) -> Float64Array:
    """Cost of running while speeding up or slowing down [J/kg/m].

    Source: Minetti & Pavei 2018: equivalent slope ES = a/g, equivalent mass √(ES² + 1).
    """
    slope = acceleration_mps2 / GRAVITY_MPS2
    mass = np.sqrt(slope**2 + 1.0)
    bent = np.exp(np.where(slope < 0, 13.0, -4.0) * slope)
    cost: Float64Array = (np.where(slope < 0, -8.34, 39.5) * slope + FLAT_RUNNING_COST * bent) * mass
    return cost


def load_values(series: Series) -> dict[str, float]:
    """Acceleration density, movement load, metabolic power and equivalent distance by catalogue key; empty where the
    noise forbids them.
    """
    present = np.isfinite(series.speed_mps) & np.isfinite(series.steady_mps2)
    if not present.any():
        return {}
    acceleration, speed = series.steady_mps2[present], series.speed_mps[present]
    power = energy_cost(acceleration) * np.where(speed >= series.dead_band_mps, speed, 0.0)
    # Noise adds to |a| in quadrature; taken out the same way, half of a standing player's reading goes.
    change = np.sqrt(np.maximum(acceleration**2 - series.steady_noise_mps2**2, 0.0))
    return {
        "acceleration_density_mps2": float(change.mean()),
        "movement_load": float(change.sum()) / series.fs_hz,
        "metabolic_power_wkg": float(power.mean()),
        "equivalent_distance_m": float(power.sum()) / series.fs_hz / FLAT_RUNNING_COST,
    }
