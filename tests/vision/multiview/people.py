"""People who walk about, as COCO-17 joints in metres, and what cameras' trackers make of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.multiview.association import ViewTrack
from vision.multiview.cameras import CameraRig
from vision.skeletons import COCO17

HEIGHT_SHARES = {
    "nose": 0.93,
    "eye": 0.95,
    "ear": 0.94,
    "shoulder": 0.82,
    "elbow": 0.63,
    "wrist": 0.48,
    "hip": 0.53,
    "knee": 0.29,
    "ankle": 0.04,
}
SIDE_M = {"nose": 0.0, "eye": 0.03, "ear": 0.08, "shoulder": 0.18, "elbow": 0.22, "wrist": 0.24, "hip": 0.13}
SWING_M = {"knee": 0.12, "ankle": 0.3, "wrist": 0.25, "elbow": 0.12}
STRIDE_S = (0.9, 1.3)
BOB_M = 0.05


def walkers(people: int, seconds: float, *, rate_hz: float = 25.0, seed: int = 0) -> NDArray[np.float64]:
    """`(people, N, 17, 3)` [m]: each turns about a place of its own at a speed of its own, arms and legs swinging."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    found = []
    for _ in range(people):
        centre, radius = rng.uniform(-2.0, 2.0, 2), rng.uniform(0.4, 1.5)
        turn = rng.choice([-1, 1]) * rng.uniform(0.5, 1.2) / radius
        angle = rng.uniform(0, 2 * np.pi) + turn * t
        place = centre + radius * np.column_stack([np.cos(angle), np.sin(angle)])
        ahead = np.sign(turn) * np.column_stack([-np.sin(angle), np.cos(angle)])
        found.append(
            _body(
                t,
                place,
                ahead,
                height_m=rng.uniform(1.3, 1.9),
                phase=rng.uniform(0, 2 * np.pi),
                stride_s=rng.uniform(*STRIDE_S),
            )
        )
    return np.stack(found)


def jumper(seconds: float, at_s: float, *, rate_hz: float = 25.0) -> NDArray[np.float64]:
    """One walker who jumps once."""
    body = walkers(1, seconds, rate_hz=rate_hz)[0]
    t = np.arange(len(body)) / rate_hz - at_s
    flight = 0.5
    inside = (t > 0) & (t < flight)
    body[inside, :, 2] += (9.81 / 2 * t[inside] * (flight - t[inside]))[:, None]
    return body


def tracks_of(
    rig: CameraRig,
    truth: NDArray[np.float64],
    *,
    noise_px: float = 3.0,
    pieces: int = 1,
    missed: float = 0.05,
    seed: int = 1,
) -> tuple[list[ViewTrack], list[int]]:
    """Every camera's tracks, each cut into `pieces` at places of its own, and whose they are."""
    rng = np.random.default_rng(seed)
    people, frames, joints = truth.shape[:3]
    pixels = rig.project(truth.reshape(-1, 3)).reshape(len(rig.names), people, frames, joints, 2)
    tracks, owners = [], []
    for camera in range(len(rig.names)):
        for person in range(people):
            cuts = np.sort(rng.integers(1, frames, pieces - 1))
            for piece in np.split(np.arange(frames), cuts):
                kept = piece[rng.random(len(piece)) >= missed]
                xy = pixels[camera, person, kept] + rng.normal(0.0, noise_px, (len(kept), joints, 2))
                score = np.where(rng.random((len(kept), joints)) < 0.1, 0.05, 0.9)
                keypoints = np.concatenate([xy, score[..., None]], axis=2).astype(np.float32)
                tracks.append(ViewTrack(camera, kept.astype(np.int32), keypoints))
                owners.append(person)
    return tracks, owners


def _body(t: Any, place: Any, ahead: Any, *, height_m: float, phase: float, stride_s: float) -> NDArray[np.float64]:
    left = np.column_stack([-ahead[:, 1], ahead[:, 0]])
    step = 2 * np.pi * t / stride_s + phase
    joints = np.zeros((len(t), len(COCO17), 3))
    for number, joint in enumerate(COCO17.joints):
        side, _, part = joint.rpartition("_")
        sign = {"left": 1.0, "right": -1.0}.get(side, 0.0)
        swing = sign * SWING_M.get(part, 0.0) * np.sin(step) * (-1.0 if part in ("wrist", "elbow") else 1.0)
        joints[:, number, :2] = place + left * sign * SIDE_M.get(part, 0.1) * height_m / 1.8 + ahead * swing[:, None]
        joints[:, number, 2] = HEIGHT_SHARES[part] * height_m + BOB_M * np.sin(2 * step)
    return joints
