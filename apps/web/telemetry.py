"""Errors to Sentry and traces to OpenTelemetry, without anybody's name.

What leaves is built from a list of what may: types and places of errors, routes, tasks, times. Texts of errors, local
variables, addresses, bodies, headers and users are not on it, as each may name a child.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings

from apps.core import metrics

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_EVENT_NAME = re.compile(r"^[a-z_0-9]+(\.[a-z_0-9]+)+$")
"""How our logs call what happened; a sentence of somebody else's may hold anything."""
_TOP = ("event_id", "timestamp", "level", "platform", "release", "environment", "logger")
_FRAME = ("filename", "function", "module", "lineno", "in_app")
_KNOWN_PLACES = frozenset({"route", "component", "task"})
NS_PER_S = 1e9
TASK_KEPT = 10_000
"""Starts of tasks remembered at most; a task that never ends must not fill the memory."""


def start() -> None:
    """Begin to tell, where the settings name somebody to tell."""
    if settings.SENTRY_DSN:
        _start_sentry()
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        _start_traces()


def may_leave(event: Mapping[str, Any], hint: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an error may go to Sentry."""
    kept = {name: event[name] for name in _TOP if name in event}
    if (event.get("transaction_info") or {}).get("source") in _KNOWN_PLACES:
        kept["transaction"] = event.get("transaction")
    told = getattr(hint.get("log_record"), "msg", None)
    told = told if isinstance(told, dict) else {}
    errors = (event.get("exception") or _caught(told) or {}).get("values") or []
    kept["exception"] = {"values": [_error(error) for error in errors]}
    name = told.get("event")
    if isinstance(name, str) and _EVENT_NAME.match(name):
        kept["logentry"] = {"message": name}
    return kept


def _caught(told: Mapping[str, Any]) -> dict[str, Any]:
    """The error that one of our log lines is about: structlog carries it in the line, where Sentry does not look."""
    from sentry_sdk.utils import event_from_exception

    error = told.get("exc_info")
    found = sys.exc_info() if error is True else error
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if not isinstance(found, tuple) or found[0] is None:
        return {}
    about: Any = event_from_exception(found)[0]
    return dict(about.get("exception") or {})


def _error(error: Mapping[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames") or []
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "stacktrace": {"frames": [{name: frame.get(name) for name in _FRAME} for frame in frames]},
    }


def _start_sentry() -> None:
    import logging

    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration

    def keep(event: Any, hint: Any) -> Any:
        return may_leave(event, hint)

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=settings.VERSION,
        before_send=keep,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        # The automatic ones would load whatever library is installed, models' among them.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            AtexitIntegration(callback=lambda pending, timeout: None),
            CeleryIntegration(),
            DjangoIntegration(),
            ExcepthookIntegration(),
            LoggingIntegration(level=None, event_level=logging.ERROR),
        ],
    )


def _start_traces() -> None:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = OTLPSpanExporter(
        f"{settings.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces", headers=settings.OTEL_EXPORTER_OTLP_HEADERS
    )
    about = {"service.name": "axolotl", "service.version": settings.VERSION}
    provider = TracerProvider(resource=Resource(about))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _trace_requests(provider.get_tracer("axolotl"))
    _trace_tasks(provider.get_tracer("axolotl"))


def _trace_requests(tracer: Tracer) -> None:
    from opentelemetry.trace import SpanKind

    def request_done(method: str, route: str, status: int, seconds: float) -> None:
        told: dict[str, str | int] = {"http.request.method": method, "http.route": route}
        told["http.response.status_code"] = status
        _span(tracer, f"{method} {route}", seconds, told, kind=SpanKind.SERVER, failed=status >= 500)

    metrics.listeners.append(request_done)


def _trace_tasks(tracer: Tracer) -> None:
    from celery.signals import task_postrun, task_prerun
    from opentelemetry.trace import SpanKind

    began: dict[str, float] = {}

    def before(task_id: str, **about: Any) -> None:
        if len(began) < TASK_KEPT:
            began[task_id] = time.perf_counter()

    def after(task_id: str, task: Any, state: str | None = None, **about: Any) -> None:
        seconds = time.perf_counter() - began.pop(task_id, time.perf_counter())
        told = {"messaging.system": "celery", "axolotl.task.state": state or ""}
        _span(tracer, task.name, seconds, told, kind=SpanKind.CONSUMER, failed=state == "FAILURE")

    task_prerun.connect(before, weak=False)
    task_postrun.connect(after, weak=False)


def _span(tracer: Tracer, name: str, seconds: float, told: Mapping[str, str | int], *, kind: Any, failed: bool) -> None:
    from opentelemetry.trace import Status, StatusCode

    end_ns = time.time_ns()
    span = tracer.start_span(name, kind=kind, attributes=told, start_time=end_ns - int(seconds * NS_PER_S))
    if failed:
        span.set_status(Status(StatusCode.ERROR))
    span.end(end_ns)
