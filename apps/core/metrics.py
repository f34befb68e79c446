"""Prometheus: requests here; every app adds its own collectors to the same registry."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest

REGISTRY = CollectorRegistry(auto_describe=True)

_LATENCY_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)

_requests = Counter("axolotl_http_requests", "HTTP requests answered", ["method", "route", "status"], registry=REGISTRY)
_seconds = Histogram(
    "axolotl_http_request_seconds",
    "Time to the first byte of an answer",
    ["method", "route"],
    registry=REGISTRY,
    buckets=_LATENCY_BUCKETS_S,
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


listeners: list[Callable[[str, str, int, float], None]] = []
"""Told of every answered request: method, route, status, seconds."""


def observe_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    known = method if method in _METHODS else "OTHER"
    for listener in listeners:
        listener(known, route, status, seconds)
    _requests.labels(known, route, str(status)).inc()
    _seconds.labels(known, route).observe(seconds)


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
