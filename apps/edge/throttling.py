"""Rate limit of edge boxes: each device by itself, so that a box that catches up does not silence its coach."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.views import APIView

from apps.core.throttling import ScopeThrottle


class NodeThrottle(ScopeThrottle):
    """As ordinary requests (100 a minute), counted by device: catching up 72 hours takes a few batches."""

    def idents(self, request: Request, view: APIView) -> list[str]:
        """Return the device; who is none is counted as everywhere."""
        device = getattr(request.user, "device", None)
        return [f"device:{device.pk}"] if device is not None else super().idents(request, view)
