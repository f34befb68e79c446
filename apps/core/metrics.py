"""Prometheus: requests here; every app adds its own collectors to the same registry.

Where several web processes share a port (`WEB_CONCURRENCY`), each writes its counts into one folder, and whichever is
asked tells the sum. What apps add asks database and broker, which is the same in each.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

if settings.METRICS_FOLDER is not None:
    settings.METRICS_FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)

REGISTRY = CollectorRegistry(auto_describe=True)
_COUNTS = REGISTRY if settings.METRICS_FOLDER is None else None
"""Nobody's own counts are told beside the sum of all."""

_LATENCY_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)

_requests = Counter("axolotl_http_requests", "HTTP requests answered", ["method", "route", "status"], registry=_COUNTS)
_seconds = Histogram(
    "axolotl_http_request_seconds",
    "Time to the first byte of an answer",
    ["method", "route"],
    registry=_COUNTS,
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
    own = generate_latest(REGISTRY)
    if settings.METRICS_FOLDER is None:
        return own
    everybody = CollectorRegistry()
    MultiProcessCollector(everybody, str(settings.METRICS_FOLDER))  # type: ignore[no-untyped-call]  # has no types
    return own + generate_latest(everybody)
