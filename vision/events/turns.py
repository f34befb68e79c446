"""Turns: changes of direction on the run, from smoothed places in metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.events.scene import Event
from vision.types import Float64Array, check_shape


@dataclass(frozen=True, slots=True)
class TurnParams:
    """What counts [proposal].

    Attributes:
        angle_deg: change of direction at least [°].
        within_s: between the two directions [s]; the speed filter passes 1 Hz.
        speed_mps: before and after at least [m/s]: who walks or stands turns on the spot.
        sigmas: the speeds must be so many sigmas of their noise, or directions are noise.
    """

    angle_deg: float = 60.0
    within_s: float = 1.2
    speed_mps: float = 1.8
    sigmas: float = 6.0


def find_turns(
    track_id: int,
    t_s: Float64Array,
    xy_m: Float64Array,
    speed_noise_mps: float,
    params: TurnParams | None = None,
) -> list[Event]:
    """Turns of one player.

    Args:
        track_id: of the player.
        t_s: `(N,)` times at a constant rate [s].
        xy_m: `(N, 2)` smoothed places [m], NaN where missing.
        speed_noise_mps: 1σ per axis that the filter left in a speed [m/s].
        params: what counts.
    """
    params = params or TurnParams()
    check_shape("xy_m", xy_m, (len(t_s), 2))
    if len(t_s) < 4:
        return []
    step = float(t_s[1] - t_s[0])
    half = max(1, round(params.within_s / 2 / step))
    if len(t_s) <= 2 * half + 2:
        return []
    velocity = np.gradient(xy_m, step, axis=0)
    before, after = velocity[: -2 * half], velocity[2 * half :]
    slow = np.minimum(np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1))
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    angle = np.degrees(np.arctan2(cross, (before * after).sum(axis=1)))
    with np.errstate(invalid="ignore"):
        fits = (np.abs(angle) >= params.angle_deg) & (slow >= params.speed_mps)
        fits &= slow >= params.sigmas * speed_noise_mps
    whole = np.convolve(~np.isfinite(xy_m[:, 0]), np.ones(2 * half + 1), "valid") == 0
    return [
        _event(track_id, t_s, velocity, angle, row, half) for row in _peaks(np.where(fits & whole, angle, 0.0), half)
    ]


def _peaks(angle: Float64Array, half: int) -> list[int]:
    """Rows of the sharpest turn of each, at least a turn's length apart."""
    size = np.abs(angle)
    kept: list[int] = []
    for row in np.argsort(-size, kind="stable"):
        if size[row] == 0.0:
            break
        if all(abs(int(row) - other) > 2 * half for other in kept):
            kept.append(int(row))
    return sorted(kept)


def _event(track_id: int, t_s: Float64Array, velocity: Float64Array, angle: Float64Array, row: int, half: int) -> Event:
    speeds = np.linalg.norm(velocity[row : row + 2 * half + 1], axis=1)
    turned = float(angle[row])
    side = "left" if turned > 0 else "right"
    return Event(
        "turn",
        float(t_s[row]),
        float(t_s[row + 2 * half]),
        track_id,
        round(min(1.0, 0.5 + abs(turned) / 360.0 + float(min(speeds[0], speeds[-1])) / 20.0), 3),
        {
            "angle_deg": round(turned),
            "entry_mps": round(float(speeds[0]), 1),
            "exit_mps": round(float(speeds[-1]), 1),
            "slowest_mps": round(float(speeds.min()), 1),
        },
        (f"{abs(turned):.0f}° to the {side} within {t_s[row + 2 * half] - t_s[row]:.1f} s.",),
    )
