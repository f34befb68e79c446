"""Health, metrics, and answers for paths and crashes that no other view owns."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from apps.core import metrics
from apps.core.envelope import error_body, utc_now_text
from apps.core.health import readiness
from apps.core.languages import told
from apps.core.middleware import API_PREFIX
from apps.core.network import client_address, is_in


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "healthy", "timestamp": utc_now_text(), "version": settings.VERSION})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether everything that matters works: 200, or 503 with the parts that do not."""
    ok, parts = readiness()
    body = {"status": "ready" if ok else "unready", "timestamp": utc_now_text(), "version": settings.VERSION}
    return JsonResponse({**body, "parts": parts}, status=200 if ok else 503)


@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Show the metrics to staff and to the internal network; for everybody else they do not exist.

    Raises:
        Http404: neither.
    """
    user = getattr(request, "user", AnonymousUser())
    if not user.is_staff and not _is_internal(request):
        raise Http404
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def _is_internal(request: HttpRequest) -> bool:
    forwarded_unasked = "X-Forwarded-For" in request.headers and not settings.TRUSTED_PROXIES
    return not forwarded_unasked and is_in(client_address(request), settings.METRICS_ALLOWED_NETWORKS)


@csrf_exempt
def api_not_found(request: HttpRequest, path: str = "") -> JsonResponse:
    """Answer unknown paths below `/api/`, whatever the method."""
    return JsonResponse(error_body("NOT_FOUND", told(f"There is no {request.path}.")), status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's 400, as JSON below `/api/`."""
    return _either(request, 400, "VALIDATION_ERROR", "The request could not be read.") or defaults.bad_request(
        request, exception
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's 403, as JSON below `/api/`."""
    return _either(request, 403, "PERMISSION_DENIED", "This is not allowed.") or defaults.permission_denied(
        request, exception
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's 404, as JSON below `/api/`."""
    return _either(request, 404, "NOT_FOUND", "Not found.") or defaults.page_not_found(request, exception)


def server_error(request: HttpRequest, *args: Any) -> HttpResponseBase:
    """Django's 500, as JSON below `/api/`."""
    return _either(request, 500, "SERVER_ERROR", "Something went wrong on our side.") or defaults.server_error(request)


def _either(request: HttpRequest, status: int, code: str, message: str) -> JsonResponse | None:
    if not request.path.startswith(API_PREFIX):
        return None
    return JsonResponse(error_body(code, told(message)), status=status)
