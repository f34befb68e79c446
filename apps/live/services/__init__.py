"""What a live session's people do with it; `broadcast_metrics_update` keeps its place for programs that know it."""

from __future__ import annotations

from apps.live.services.broadcast import broadcast_metrics_update

__all__ = ["broadcast_metrics_update"]
