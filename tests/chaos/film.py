"""What the scripted film shows."""

from __future__ import annotations

FRAMES = 60


def walk(frame: int) -> list[tuple[float, float]]:
    """Two people: one walks, one stands."""
    return [(-10 + 0.1 * frame, 0.0), (10.0, -8.0)]
