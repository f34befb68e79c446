"""What can be said of a rig of cameras without looking at a film. Light: the web process asks before it takes one."""

from __future__ import annotations

from collections.abc import Sequence

PADDING_PX = 16
"""Encoders cut or pad a picture to whole blocks; the calibration holds all the same [px]."""


def size_refusal(camera: str, calibrated: Sequence[int] | None, film: tuple[int, int]) -> str:
    """Why a film of this size [px] cannot be one of this calibrated camera; empty where it can, or nobody knows."""
    if calibrated is None or all(abs(int(a) - b) <= PADDING_PX for a, b in zip(calibrated, film, strict=True)):
        return ""
    return (
        f"Camera {camera} was calibrated at {int(calibrated[0])} × {int(calibrated[1])} pixels, but its film has "
        f"{film[0]} × {film[1]}: film as you calibrated, or calibrate as you film."
    )
