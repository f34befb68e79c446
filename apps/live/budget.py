"""How many frames a camera may send: a bucket that fills with time, and the patience with one who overdoes it."""

from __future__ import annotations

from dataclasses import dataclass, field

HEADROOM = 1.5
"""A phone's clock and a busy line make bursts; half as much again is no offence."""
BURST_S = 2.0
"""So many seconds' worth may come at once: what piled up while the line was away."""
PATIENCE_FRAMES = 300
"""Refused frames beyond the accepted ones: half a minute at four times the rate, a third of a second at a hundred times
10 a second, never below three times the rate."""


@dataclass(slots=True)
class FrameBudget:
    """One camera's allowance.

    Attributes:
        fps: frames a second that were agreed on.
        refused: how many were over it, in all.
    """

    fps: float
    refused: int = 0
    _tokens: float = field(default=-1.0)
    _at_s: float = 0.0
    _anger: float = 0.0

    def allows(self, now_s: float) -> bool:
        """Take one frame's worth; False where there is none."""
        most = self.fps * HEADROOM * BURST_S
        self._tokens = most if self._tokens < 0 else min(most, self._tokens + (now_s - self._at_s) * self._rate)
        self._at_s = now_s
        if self._tokens < 1.0:
            self.refused += 1
            self._anger += 1.0
            return False
        self._tokens -= 1.0
        self._anger = max(0.0, self._anger - 1.0)
        return True

    @property
    def is_abused(self) -> bool:
        """Whether this sender should be sent away."""
        return self._anger >= PATIENCE_FRAMES

    @property
    def _rate(self) -> float:
        return self.fps * HEADROOM
