"""Bodies that run and jump by script: joints in three dimensions with exactly known contacts, flights and angles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.calibration.camera import PinholeCamera
from vision.types import Float32Array, Float64Array

GRAVITY_MPS2 = 9.80665
FINE_HZ = 1000.0
"""Rate at which the hip's motion is integrated [Hz]."""
THIGH_M, SHANK_M = 0.43, 0.43
HIP_M, ANKLE_M = 0.93, 0.08
"""Heights of hip and ankle of somebody who stands [m]; 0.53 and 0.039 of stature (Drillis & Contini 1966), rounded."""
TRUNK_M = 0.5
HALF_HIPS_M, HALF_SHOULDERS_M = 0.09, 0.18
JOINTS = 17


def place_body(
    hip_m: Float64Array, ankles_m: Float64Array, heading_rad: Float64Array, *, lean_rad: float = 0.0
) -> Float64Array:
    """COCO-17 joints of a body whose hip and ankles are known; knees bend forward.

    Args:
        hip_m: `(N, 3)` middle of the hips [m, pitch frame, z up].
        ankles_m: `(N, 2, 3)` left and right ankle [m].
        heading_rad: `(N,)` where the body looks.
        lean_rad: of the trunk, forward.

    Returns:
        `(N, 17, 3)` [m].
    """
    forward = np.stack([np.cos(heading_rad), np.sin(heading_rad), np.zeros(len(hip_m))], axis=1)
    left = np.stack([-forward[:, 1], forward[:, 0], forward[:, 2]], axis=1)
    up = np.array([0.0, 0.0, 1.0])
    trunk = np.cos(lean_rad) * up + np.sin(lean_rad) * forward
    joints = np.zeros((len(hip_m), JOINTS, 3))
    shoulder = hip_m + TRUNK_M * trunk
    joints[:, :5] = (shoulder + 0.25 * trunk)[:, None]
    for side, sign in ((0, 1.0), (1, -1.0)):
        hip = hip_m + sign * HALF_HIPS_M * left
        joints[:, 5 + side] = shoulder + sign * HALF_SHOULDERS_M * left
        joints[:, 7 + side] = joints[:, 5 + side] - 0.28 * up
        joints[:, 9 + side] = joints[:, 7 + side] + 0.25 * forward
        joints[:, 11 + side] = hip
        joints[:, 13 + side] = _knee(hip, ankles_m[:, side], forward)
        joints[:, 15 + side] = ankles_m[:, side]
    return joints


def _knee(hip: Float64Array, ankle: Float64Array, forward: Float64Array) -> Float64Array:
    """Where thigh and shank meet: in front of the line from hip to ankle; straight where the leg is not long enough."""
    line = ankle - hip
    length = np.linalg.norm(line, axis=1, keepdims=True)
    along = (length**2 + THIGH_M**2 - SHANK_M**2) / (2 * length)
    bend = np.sqrt(np.maximum(THIGH_M**2 - along**2, 0.0))
    unit = line / length
    out = forward - (forward * unit).sum(axis=1, keepdims=True) * unit
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    return np.asarray(hip + along * unit + bend * out)


@dataclass(frozen=True, slots=True)
class RunScript:
    """How somebody runs straight ahead.

    The foot is a point that stands still: no heel rises, so at the ends of a stance the straight leg is a little longer
    than it can be.

    Attributes:
        speed_mps: constant.
        step_s: time from a left to a right foot strike, and from right to left [s]: equal is symmetric.
        contact_s: time on the ground, left and right [s].
        lift_m: height of the ankle in the middle of its swing [m].
        lean_deg: of the trunk.
    """

    speed_mps: float = 4.5
    step_s: tuple[float, float] = (0.34, 0.34)
    contact_s: tuple[float, float] = (0.22, 0.22)
    lift_m: float = 0.35
    lean_deg: float = 8.0

    @property
    def stride_hz(self) -> float:
        """Strides a second."""
        return 1.0 / sum(self.step_s)

    @property
    def flight_s(self) -> float:
        """Mean time in the air of a step [s]."""
        return float(np.mean(self.step_s) - np.mean(self.contact_s))


def running_body(script: RunScript, t_s: Float64Array, start_m: tuple[float, float] = (0.0, 0.0)) -> Float64Array:
    """`(T, 17, 3)` joints [m] of somebody who runs towards +x from `start_m` at time 0."""
    stride = sum(script.step_s)
    count = int(np.ceil(t_s[-1] / stride)) + 3
    first = (np.arange(count) - 1) * stride
    strikes = np.stack([first, first + script.step_s[0]], axis=1)  # (count, 2): left, right
    ankles = np.zeros((len(t_s), 2, 3))
    for foot, sign in ((0, 1.0), (1, -1.0)):
        ankles[:, foot] = _foot(script, strikes[:, foot], script.contact_s[foot], t_s)
        ankles[:, foot, 1] = sign * HALF_HIPS_M
    hip = np.stack([script.speed_mps * t_s, np.zeros(len(t_s)), _hip_height(script, strikes, t_s)], axis=1)
    offset = np.array([*start_m, 0.0])
    heading = np.zeros(len(t_s))
    return place_body(hip + offset, ankles + offset, heading, lean_rad=float(np.radians(script.lean_deg)))


def _foot(script: RunScript, strikes: Float64Array, contact_s: float, t_s: Float64Array) -> Float64Array:
    """`(T, 3)` an ankle: fixed on the ground below the hip's way in contact, on an arc in between."""
    places = script.speed_mps * (strikes + contact_s / 2)
    step = np.clip(np.searchsorted(strikes, t_s, side="right") - 1, 0, len(strikes) - 2)
    since = t_s - strikes[step]
    swing = np.clip((since - contact_s) / (strikes[step + 1] - strikes[step] - contact_s), 0.0, 1.0)
    smooth = swing * swing * (3 - 2 * swing)
    x = places[step] + smooth * (places[step + 1] - places[step])
    z = ANKLE_M + script.lift_m * np.sin(np.pi * swing) ** 2
    return np.stack([x, np.zeros(len(t_s)), z], axis=1)


def _hip_height(script: RunScript, strikes: Float64Array, t_s: Float64Array) -> Float64Array:
    """Hip height [m] of a mass that falls freely in flight and is pushed by half a sine in each contact."""
    fine = np.arange(t_s[0], t_s[-1] + 2 / FINE_HZ, 1 / FINE_HZ)
    start = strikes.ravel()
    contact = np.tile(script.contact_s, len(strikes))
    middle = start + contact / 2
    # Each contact carries the weight from the middle of the flight before to that of the flight after.
    share = np.gradient(middle)
    accel = np.full(len(fine), -GRAVITY_MPS2)
    for begin, length, carried in zip(start, contact, share, strict=True):
        phase = (fine - begin) / length
        push = GRAVITY_MPS2 * carried / length * np.pi / 2 * np.sin(np.pi * np.clip(phase, 0, 1))
        accel += push
    velocity = np.cumsum(accel) / FINE_HZ
    velocity -= np.polyval(np.polyfit(fine, velocity, 1), fine)
    height = np.cumsum(velocity) / FINE_HZ
    height -= np.polyval(np.polyfit(fine, height, 1), fine)
    return np.asarray(HIP_M - 0.05 + np.interp(t_s, fine, height), np.float64)


@dataclass(frozen=True, slots=True)
class JumpScript:
    """Jumps on the spot, straight up with straight legs.

    Attributes:
        take_off_s: when each begins [s].
        air_s: how long each is in the air [s].
        dip_m: how far the hip sinks before and after [m].
    """

    take_off_s: tuple[float, ...] = (2.0, 5.0, 8.0)
    air_s: tuple[float, ...] = (0.45, 0.52, 0.38)
    dip_m: float = 0.25

    @property
    def heights_m(self) -> tuple[float, ...]:
        """Height of each [m]."""
        return tuple(GRAVITY_MPS2 * air**2 / 8 for air in self.air_s)


def jumping_body(script: JumpScript, t_s: Float64Array, place_m: tuple[float, float] = (0.0, 0.0)) -> Float64Array:
    """`(T, 17, 3)` joints [m] of somebody who stands at a place, looks along +x and jumps by script."""
    hip, foot = np.full(len(t_s), HIP_M), np.full(len(t_s), ANKLE_M)
    for begin, air in zip(script.take_off_s, script.air_s, strict=True):
        since = t_s - begin
        flying = (since >= 0) & (since <= air)
        rise = GRAVITY_MPS2 / 2 * since * (air - since)
        hip, foot = np.where(flying, HIP_M + rise, hip), np.where(flying, ANKLE_M + rise, foot)
        for until, length in ((0.0, 0.7), (air + 0.7, 0.7)):
            phase = (since - until + length) / length
            sinking = (phase > 0) & (phase < 1)
            hip = np.where(sinking & ~flying, HIP_M - script.dip_m * np.sin(np.pi * phase) ** 2, hip)
    x, y = np.full(len(t_s), place_m[0]), np.full(len(t_s), place_m[1])
    ankles = np.stack([np.stack([x, y + sign * HALF_HIPS_M, foot], axis=1) for sign in (1.0, -1.0)], axis=1)
    return place_body(np.stack([x, y, hip], axis=1), ankles, np.zeros(len(t_s)))


@dataclass(frozen=True, slots=True)
class PoseFaults:
    """What a detector and a pose model make of a body.

    Attributes:
        joint_share: 1σ of a keypoint per axis, as a share of the body's height in the picture.
        box_share: 1σ of each edge of the box, likewise.
        hidden_rate: share of keypoints with a low score.
        score: of the others.
    """

    joint_share: float = 0.015
    box_share: float = 0.02
    hidden_rate: float = 0.0
    score: float = 0.8


def film_body(
    joints_m: Float64Array, camera: PinholeCamera, rng: np.random.Generator, faults: PoseFaults | None = None
) -> tuple[Float64Array, Float32Array]:
    """Boxes `(T, 4)` [px] and keypoints `(T, 17, 3)` of a body as a camera and its models see it."""
    faults = faults or PoseFaults()
    count = len(joints_m)
    pixels = camera.project(joints_m.reshape(-1, 3)).reshape(count, JOINTS, 2)
    top = camera.project(joints_m[:, 0] + np.array([0.0, 0.0, 0.12]))
    sole = camera.project(joints_m[:, 15:17].reshape(-1, 3) - np.array([0.0, 0.0, ANKLE_M])).reshape(count, 2, 2)
    low, high = pixels.min(axis=1), pixels.max(axis=1)
    box = np.column_stack([low[:, 0], top[:, 1], high[:, 0], sole[:, :, 1].max(axis=1)])
    tall = box[:, 3] - box[:, 1]
    box = box + rng.normal(0.0, 1.0, box.shape) * faults.box_share * tall[:, None]
    keypoints = np.zeros((count, JOINTS, 3), np.float32)
    keypoints[:, :, :2] = pixels + rng.normal(0.0, 1.0, pixels.shape) * faults.joint_share * tall[:, None, None]
    keypoints[:, :, 2] = np.where(rng.random((count, JOINTS)) < faults.hidden_rate, 0.1, faults.score)
    return box, keypoints
