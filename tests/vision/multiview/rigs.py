"""Rigs of cameras around a small scene, and what they see of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.multiview.cameras import CameraRig

INTRINSICS = np.array([[1500.0, 0.0, 960.0], [0.0, 1500.0, 540.0], [0.0, 0.0, 1.0]])
LENS = (-0.1, 0.02, 0.001, -0.001, 0.0)


def ring(cameras: int, *, lens: bool = True, radius_m: float = 6.0) -> dict[str, dict[str, Any]]:
    """Cameras in a ring at 2 m height that look at the middle."""
    found = {}
    for number in range(cameras):
        angle = 2 * np.pi * number / cameras
        place = np.array([radius_m * np.cos(angle), radius_m * np.sin(angle), 2.0 + 0.5 * (number % 2)])
        forward = np.array([0.0, 0.0, 1.0]) - place
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        rotation = np.stack([right, np.cross(forward, right), forward])
        params: dict[str, Any] = {"K": INTRINSICS, "R": rotation, "t": -rotation @ place}
        found[f"camera{number}"] = {**params, "dist": LENS} if lens else params
    return found


def points(frames: int, joints: int, seed: int = 0) -> NDArray[np.float64]:
    """Anywhere in a room of 2 × 2 × 2 m around the middle."""
    rng = np.random.default_rng(seed)
    return rng.uniform([-1.0, -1.0, 0.0], [1.0, 1.0, 2.0], (frames, joints, 3))


def seen(params: dict[str, dict[str, Any]], xyz: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Exact pixels of every camera."""
    rig = CameraRig.from_params(params)
    pixels = rig.project(xyz.reshape(-1, 3)).reshape(len(rig.names), *xyz.shape[:2], 2)
    return dict(zip(rig.names, pixels, strict=True))


def disturbed(
    exact: dict[str, NDArray[np.float64]], *, noise_px: float, outliers: float = 0.0, seed: int = 1
) -> dict[str, NDArray[np.float64]]:
    """The same with normal noise, and a share of keypoints up to 300 px off."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, pixels in exact.items():
        moved = pixels + rng.normal(0.0, noise_px, pixels.shape)
        wrong = rng.random(pixels.shape[:2]) < outliers
        moved[wrong] += rng.uniform(-300.0, 300.0, (int(wrong.sum()), 2))
        found[name] = moved
    return found
