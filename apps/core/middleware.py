"""What happens around every request: an id, counters, headers, and JSON where a page would be wrong."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from apps.core import languages, metrics, request_context

API_PREFIX = "/api/"

Handler = Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]


class HybridMiddleware:
    """Runs in the event loop under ASGI and in the thread under WSGI without a hop between them.

    Subclasses say what happens `before` (its result is passed on) and `after`.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self):
            return self._acall(request)
        state = self.before(request)
        return self.after(request, self.get_response(request), state)

    async def _acall(self, request: HttpRequest) -> HttpResponseBase:
        state = self.before(request)
        return self.after(request, await self.get_response(request), state)

    def before(self, request: HttpRequest) -> Any:
        """Look at or change the request."""
        return None

    def after(self, request: HttpRequest, response: HttpResponseBase, state: Any) -> HttpResponseBase:
        """Look at or change the response."""
        return response


class RequestContextMiddleware(HybridMiddleware):
    """Gives the request an id, in logs and in the answer, and the answer its rate headers."""

    def before(self, request: HttpRequest) -> str:
        """Start the request's context."""
        request_id = request_context.begin(request.headers.get("X-Request-ID"))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        return request_id

    def after(self, request: HttpRequest, response: HttpResponseBase, state: str) -> HttpResponseBase:
        """Write the headers."""
        response["X-Request-ID"] = state
        count = getattr(request, "rate_count", None)
        if count is not None:
            response["X-RateLimit-Limit"] = str(count.limit)
            response["X-RateLimit-Remaining"] = str(count.remaining)
            response["X-RateLimit-Reset"] = str(count.reset_s)
        if request.path.startswith(API_PREFIX) and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response


class MetricsMiddleware(HybridMiddleware):
    """Counts requests and their time by route, never by path: ids would make endless series."""

    def before(self, request: HttpRequest) -> float:
        """Note the time."""
        return time.perf_counter()

    def after(self, request: HttpRequest, response: HttpResponseBase, state: float) -> HttpResponseBase:
        """Count the answer."""
        match = request.resolver_match
        route = match.route if match is not None else "unmatched"
        metrics.observe_request(
            method=request.method or "", route=route, status=response.status_code, seconds=time.perf_counter() - state
        )
        return response


class SecurityHeadersMiddleware(HybridMiddleware):
    """Content security and permissions policy; a view may have set its own."""

    def after(self, request: HttpRequest, response: HttpResponseBase, state: None) -> HttpResponseBase:
        """Write the headers."""
        if not response.has_header("Content-Security-Policy"):
            policy = settings.CONTENT_SECURITY_POLICY
            response["Content-Security-Policy"] = "; ".join(f"{k} {' '.join(v)}" for k, v in policy.items())
        response["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        return response


class ApiPathMiddleware(HybridMiddleware):
    """API routes are written without a trailing slash and work with one."""

    def before(self, request: HttpRequest) -> None:
        """Strip one trailing slash below `/api/`."""
        if request.path_info.startswith(API_PREFIX) and request.path_info.endswith("/"):
            request.path_info = request.path_info[:-1]


class LanguageMiddleware(HybridMiddleware):
    """Answers in the language that the request asks for; an account's own is set where it logs in."""

    def before(self, request: HttpRequest) -> None:
        translation.activate(languages.asked_for(request) or settings.LANGUAGE_CODE)

    def after(self, request: HttpRequest, response: HttpResponseBase, state: None) -> HttpResponseBase:
        if request.path.startswith(API_PREFIX) and response.get("Content-Type", "").startswith("application/json"):
            patch_vary_headers(response, ("Accept-Language",))
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        translation.deactivate()
        return response
