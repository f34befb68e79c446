"""Postures of people who stand, walk and run: joint rotations whose feet stay where they are put.

Body frame as of SMPL: x to the left, y up, z forward. In a stance the foot goes backwards below the hip exactly as
fast as the body goes forward, so it does not slide on the grass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from vision.types import Float64Array

PELVIS, SPINES, NECK, HEAD = 0, (3, 6, 9), 12, 15
HIPS, KNEES, ANKLES = (1, 2), (4, 5), (7, 8)
COLLARS, SHOULDERS, ELBOWS = (13, 14), (16, 17), (18, 19)
WRISTS = (20, 21)
"""Joint numbers of SMPL; left first."""
JOINTS = 24
BODY_TO_WORLD = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
"""A body that looks along +x of the world, whose z is up."""

SPEEDS_MPS = (0.0, 1.4, 2.8, 4.8, 8.2)
STRIDE_HZ = (0.8, 0.93, 1.35, 1.55, 2.1)
"""Strides a second: two steps each, from strolling to sprinting (walking about 110 steps a minute, sprinting 250)."""
STANCE = (0.64, 0.62, 0.42, 0.33, 0.25)
"""Share of the stride that a foot is on the ground."""
LIFT_M = (0.03, 0.09, 0.2, 0.33, 0.45)
"""How high the ankle rises in its swing."""
SINK = (0.005, 0.02, 0.06, 0.075, 0.085)
"""How much lower than straight legs the hip is, as a share of the leg."""
BOUNCE_M = (0.0, 0.015, 0.035, 0.035, 0.03)
LEAN_RAD = (0.02, 0.05, 0.12, 0.18, 0.25)
ARM_RAD = (0.05, 0.35, 0.45, 0.7, 0.95)
ELBOW_RAD = (0.25, 0.35, 1.2, 1.5, 1.6)
ARM_OUT_RAD = 0.16
"""Arms hang so far from the body."""
HEEL_RISE_M = 0.09
FULL_REACH = 0.998
"""Of a straight leg: a knee locked at the last millimetre jumps."""


@dataclass(frozen=True, slots=True)
class BodyMeasures:
    """What the gait must know of a body at rest: joints `(24, 3)` [m, body frame] and where its soles are."""

    joints: Float64Array
    sole_y_m: float

    @property
    def thigh_m(self) -> float:
        """Hip to knee [m]."""
        return float(np.linalg.norm(self.joints[KNEES[0]] - self.joints[HIPS[0]]))

    @property
    def shank_m(self) -> float:
        """Knee to ankle [m]."""
        return float(np.linalg.norm(self.joints[ANKLES[0]] - self.joints[KNEES[0]]))

    @property
    def ankle_m(self) -> float:
        """Height of the ankle above the sole [m]."""
        return float(self.joints[ANKLES[0], 1] - self.sole_y_m)


@dataclass(frozen=True, slots=True)
class Motion:
    """`pose` `(T, 24, 3)` axis-angle [rad] and `translation` `(T, 3)` [m, world] as a body model takes them."""

    pose: Float64Array
    translation: Float64Array


def walk_the_way(
    body: BodyMeasures, xy_m: Float64Array, speed_mps: Float64Array, heading_rad: Float64Array, rate_hz: float
) -> Motion:
    """Lead a body along `(T, 2)` ground points at `(T,)` speeds, looking along `(T,)` headings."""
    phase = np.cumsum(_of(speed_mps, STRIDE_HZ) * np.clip(speed_mps / 0.5, 0.0, 1.0)) / rate_hz
    # Whoever starts at another place is in another phase, so that nobody marches in step.
    phase += float(xy_m[0] @ np.array([0.37, 0.73]))
    legs = [_leg(body, speed_mps, phase + shift) for shift in (0.0, 0.5)]
    hip_m = _hip_height(body, speed_mps, phase)
    turn = _about(2, heading_rad) * Rotation.from_matrix(BODY_TO_WORLD)
    local = {PELVIS: turn}
    for side in (0, 1):
        local |= _leg_rotations(body, side, legs[side], hip_m)
        local |= _arm_rotations(body, side, speed_mps, phase + 0.5 * side)
    lean, twist = _of(speed_mps, LEAN_RAD), 0.3 * _of(speed_mps, ARM_RAD) * np.sin(2 * np.pi * phase)
    for joint in SPINES:
        local[joint] = _about_x(lean / 3) * _about(1, twist / 3)
    local[NECK] = _about_x(-0.6 * lean) * _about(1, -twist)
    pose = np.zeros((len(xy_m), JOINTS, 3))
    for joint, rotation in local.items():
        pose[:, joint] = rotation.as_rotvec()
    hips = body.joints[list(HIPS)].mean(axis=0)
    root = np.column_stack([xy_m, hip_m]) - turn.apply(hips - body.joints[PELVIS])
    return Motion(pose, root - body.joints[PELVIS])


def _of(speed: Float64Array, values: tuple[float, ...]) -> Float64Array:
    return np.interp(speed, SPEEDS_MPS, values)


def _about(axis: int, angle: Float64Array) -> Rotation:
    turn = np.zeros((len(angle), 3))
    turn[:, axis] = angle
    return Rotation.from_rotvec(turn)


def _about_x(angle: Float64Array) -> Rotation:
    return _about(0, angle)


def _hip_height(body: BodyMeasures, speed: Float64Array, phase: Float64Array) -> Float64Array:
    leg = body.thigh_m + body.shank_m
    bounce = _of(speed, BOUNCE_M) * np.cos(4 * np.pi * (phase - _of(speed, STANCE) / 2))
    # Lowest in the middle of a running stance, highest in that of a walking one.
    return np.asarray(body.ankle_m + leg * (1.0 - _of(speed, SINK)) + np.where(speed > 2.0, -bounce, bounce) - 0.01)


def _leg(body: BodyMeasures, speed: Float64Array, phase: Float64Array) -> tuple[Float64Array, ...]:
    """Forward [m], height [m] of the ankle and pitch of the foot [rad] at each moment."""
    stance = _of(speed, STANCE)
    share = np.mod(phase, 1.0)
    stride_hz = np.maximum(_of(speed, STRIDE_HZ) * np.clip(speed / 0.5, 0.0, 1.0), 1e-6)
    reach = np.where(speed > 1e-3, speed * stance / stride_hz, 0.0)
    on_ground = share < stance
    stand = np.clip(share / stance, 0.0, 1.0)
    swing = np.clip((share - stance) / (1.0 - stance), 0.0, 1.0)
    forward = np.where(on_ground, 0.5 - stand, -0.5 + swing * swing * (3.0 - 2.0 * swing)) * reach
    going = np.clip(speed / 1.0, 0.0, 1.0)
    heel = HEEL_RISE_M * going * np.where(on_ground, np.clip((stand - 0.6) / 0.4, 0.0, 1.0) ** 2, (1.0 - swing) ** 2)
    lift = _of(speed, LIFT_M) * going * np.where(on_ground, 0.0, np.sin(np.pi * swing**0.8))
    pitch = heel / HEEL_RISE_M * 0.7 - 0.25 * going * np.where(on_ground, (1.0 - stand) ** 6, swing**3)
    return forward, body.ankle_m + heel + lift, pitch


def _leg_rotations(
    body: BodyMeasures, side: int, leg: tuple[Float64Array, ...], hip_m: Float64Array
) -> dict[int, Rotation]:
    forward, height, pitch = leg
    thigh, shank = body.thigh_m, body.shank_m
    down = hip_m - height
    length = np.minimum(np.hypot(forward, down), FULL_REACH * (thigh + shank))
    knee = np.pi - np.arccos(np.clip((thigh**2 + shank**2 - length**2) / (2 * thigh * shank), -1.0, 1.0))
    above = np.arccos(np.clip((thigh**2 + length**2 - shank**2) / (2 * thigh * length), -1.0, 1.0))
    hip = np.arctan2(forward, down) + above
    joints = body.joints
    upright = _straight(joints[KNEES[side]] - joints[HIPS[side]])
    upright_shank = _straight(joints[ANKLES[side]] - joints[KNEES[side]])
    return {
        HIPS[side]: _about_x(-hip) * upright,
        KNEES[side]: upright.inv() * _about_x(knee) * upright_shank,
        ANKLES[side]: upright_shank.inv() * _about_x(pitch + hip - knee),
    }


def _arm_rotations(body: BodyMeasures, side: int, speed: Float64Array, phase: Float64Array) -> dict[int, Rotation]:
    joints = body.joints
    upper = joints[ELBOWS[side]] - joints[SHOULDERS[side]]
    fore = joints[WRISTS[side]] - joints[ELBOWS[side]]
    outward = 1.0 if side == 0 else -1.0
    hanging = _straight(upper, toward=np.array([outward * np.sin(ARM_OUT_RAD), -np.cos(ARM_OUT_RAD), 0.0]))
    # An arm swings against its own leg.
    swing = -_of(speed, ARM_RAD) * np.cos(2 * np.pi * phase) + 0.1 * np.clip(speed / 3.0, 0.0, 1.0)
    axis = np.cross(fore, [0.0, 0.0, 1.0])
    axis /= np.linalg.norm(axis)
    bend = _of(speed, ELBOW_RAD) * (1.0 + 0.15 * np.sin(2 * np.pi * phase))
    return {
        SHOULDERS[side]: _about_x(-swing) * hanging,
        ELBOWS[side]: Rotation.from_rotvec(bend[:, None] * axis),
    }


def _straight(bone: Float64Array, toward: Float64Array | None = None) -> Rotation:
    """The smallest rotation that turns a bone downwards (or `toward`)."""
    goal = np.array([0.0, -1.0, 0.0]) if toward is None else toward
    unit = bone / np.linalg.norm(bone)
    axis = np.cross(unit, goal)
    sine = float(np.linalg.norm(axis))
    angle = float(np.arctan2(sine, unit @ goal))
    return Rotation.from_rotvec(axis / max(sine, 1e-12) * angle)
