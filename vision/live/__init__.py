"""Live sessions: who is where and how fast, frame by frame, within a time budget. Arrays in, plain values out."""

from vision.live.budget import BudgetParams, BudgetReport, Rung, TimeBudget
from vision.live.fusion import FusionParams, PitchFusion
from vision.live.processor import LiveConfig, LiveProcessor, PlayerFacts
from vision.live.report import CALIBRATED, ESTIMATED, NONE, LiveReport, Placed, PlayerState
from vision.live.sizes import SizedDetector
from vision.live.view import CameraView, Sight

__all__ = [
    "CALIBRATED",
    "ESTIMATED",
    "NONE",
    "BudgetParams",
    "BudgetReport",
    "CameraView",
    "FusionParams",
    "LiveConfig",
    "LiveProcessor",
    "LiveReport",
    "PitchFusion",
    "Placed",
    "PlayerFacts",
    "PlayerState",
    "Rung",
    "Sight",
    "SizedDetector",
    "TimeBudget",
]
