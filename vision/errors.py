"""Errors of the vision layer. Each message says what is wrong and what would be right."""

from __future__ import annotations


class VisionError(Exception):
    """Base of every expected failure in `vision`.

    Attributes:
        code: stable upper-case code for machines.
        message: one sentence a coach understands.
    """

    code = "VISION_ERROR"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class ShapeError(VisionError, ValueError):
    """An array has the wrong shape or dtype."""

    code = "BAD_SHAPE"


class VideoError(VisionError):
    """A file is not a video that can be analysed. Codes: `UNSUPPORTED_CONTAINER`, `NO_VIDEO_STREAM`, `EMPTY_FILE`,
    `UNDECODABLE`, `TOO_SHORT`, `LOW_FRAME_RATE`, `TOO_LARGE`.
    """

    code = "UNDECODABLE"


class ModelError(VisionError):
    """A model file is missing, has the wrong hash or cannot be loaded. The message names the command that mends it."""

    code = "MODEL_UNAVAILABLE"


class CalibrationError(VisionError):
    """A calibration is impossible or would mislead."""

    code = "BAD_CALIBRATION"
