"""Cameras and marks with known truth, shared by calibration, KPI and pipeline tests."""

from __future__ import annotations

import numpy as np

from vision.calibration.camera import PinholeCamera
from vision.calibration.homography import PitchHomography
from vision.calibration.pitch_model import PitchModel
from vision.synthetic.scenes import stand_camera
from vision.types import Float64Array

PITCH = PitchModel()


def visible_marks(camera: PinholeCamera, pitch: PitchModel = PITCH) -> tuple[list[str], Float64Array, Float64Array]:
    """Names, pixels and metres of the marks that the camera sees."""
    marks = pitch.marks()
    metres = np.array(list(marks.values()))
    pixels = camera.project_ground(metres)
    seen = camera.inside(pixels)
    return [name for name, there in zip(marks, seen, strict=True) if there], pixels[seen], metres[seen]


def clicked(
    camera: PinholeCamera, rng: np.random.Generator, sigma_px: float, *, estimate_lens: bool = False
) -> PitchHomography:
    """A calibration from marks that a person clicked with `sigma_px` of error."""
    names, pixels, metres = visible_marks(camera)
    return PitchHomography.fit(
        pixels + rng.normal(0.0, sigma_px, pixels.shape),
        metres,
        image_size=camera.image_size,
        estimate_lens=estimate_lens,
        names=names,
    )


def straight_camera() -> PinholeCamera:
    """The stand camera without lens distortion."""
    return stand_camera(PITCH)
