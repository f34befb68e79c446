"""Every exception of an API view becomes the error envelope; what nobody foresaw is logged and says so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.core import errors
from apps.core.envelope import EnvelopeRenderer, ErrorBody, ErrorEnvelope
from apps.core.languages import told

log = structlog.get_logger(__name__)

RETRY_AFTER_S = 5
"""When to try again where the database did not answer: restarts and switches to a replica take seconds."""

_DJANGO: tuple[tuple[type[Exception], type[errors.DomainError]], ...] = (
    (Http404, errors.NotFound),
    (DjangoPermissionDenied, errors.PermissionDenied),
    (RequestDataTooBig, errors.FileTooLarge),
    (TooManyFieldsSent, errors.InvalidRequest),
    (TooManyFilesSent, errors.InvalidRequest),
    (MultiPartParserError, errors.InvalidRequest),
)
_BY_STATUS: dict[int, tuple[str, str]] = {
    400: ("VALIDATION_ERROR", "The request could not be read."),
    401: ("AUTH_ERROR", "Log in first."),
    403: ("PERMISSION_DENIED", "This is not allowed."),
    404: ("NOT_FOUND", "Not found."),
    405: ("METHOD_NOT_ALLOWED", ""),
    406: ("VALIDATION_ERROR", "This route answers application/json."),
    409: ("CONFLICT", ""),
    415: ("INVALID_FILE", ""),
    429: ("RATE_LIMIT", errors.RateLimited.default_message),
}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Turn an exception into an answer (DRF's `EXCEPTION_HANDLER`)."""
    set_rollback()
    _answer_in_json(context.get("request"))
    if isinstance(error, errors.DomainError):
        return _domain(error)
    if isinstance(error, drf.ValidationError):
        return _answer(400, "VALIDATION_ERROR", "The request has errors.", list(_sentences(error.detail)))
    if isinstance(error, drf.APIException):
        return _drf(error)
    for raised, meant in _DJANGO:
        if isinstance(error, raised):
            return _domain(meant())
    if isinstance(error, (OperationalError, InterfaceError)):
        return _without_database(error, context)
    return _unforeseen(error, context)


def _answer_in_json(request: Any) -> None:
    """A view that writes YAML or a page (the schema, the documentation) knows no error envelope."""
    if request is not None and not isinstance(getattr(request, "accepted_renderer", None), EnvelopeRenderer):
        request.accepted_renderer, request.accepted_media_type = EnvelopeRenderer(), EnvelopeRenderer.media_type


def _domain(error: errors.DomainError) -> Response:
    response = Response(ErrorEnvelope(_body(error.code, error.message, error.details), error.extra), error.http_status)
    if error.http_status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="api"'
    if error.retry_after_s is not None:
        response["Retry-After"] = str(error.retry_after_s)
    return response


def _drf(error: drf.APIException) -> Response:
    nobody = isinstance(error, (drf.NotAuthenticated, drf.AuthenticationFailed))
    status = 401 if nobody else error.status_code  # DRF turns it into 403 where a view authenticates nobody
    code, message = _BY_STATUS.get(status, ("SERVER_ERROR", errors.ServerError.default_message))
    keep = status in (405, 409, 415) or isinstance(error, drf.ParseError)
    response = _answer(status, code, str(error.detail) if keep or not message else message, [])
    if nobody:
        response["WWW-Authenticate"] = getattr(error, "auth_header", 'Bearer realm="api"')
    wait = getattr(error, "wait", None)
    if wait is not None:
        response["Retry-After"] = str(max(1, math.ceil(wait)))
    return response


def _without_database(error: Exception, context: dict[str, Any]) -> Response:
    log.error("request.without_database", view=type(context.get("view")).__name__, exc_info=error)
    return _domain(errors.Unavailable(retry_after_s=RETRY_AFTER_S))


def _unforeseen(error: Exception, context: dict[str, Any]) -> Response:
    view = type(context.get("view")).__name__
    log.error("request.crashed", view=view, error=type(error).__name__, exc_info=error)
    return _answer(500, errors.ServerError.code, errors.ServerError.default_message, [])


def _answer(status: int, code: str, message: str, details: list[str]) -> Response:
    return Response(ErrorEnvelope(_body(code, message, details)), status=status)


def _body(code: str, message: str, details: list[str]) -> ErrorBody:
    """The error in the language of the request."""
    return {"code": code, "message": told(message), "details": [told(one) for one in details]}


def _sentences(detail: Any, field: str = "") -> Iterator[str]:
    """Flatten DRF's nested field errors into one sentence each."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            path = field if name == "non_field_errors" else f"{field}.{name}".strip(".")
            yield from _sentences(inner, path)
    elif isinstance(detail, (list, tuple)):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, (dict, list))
            yield from _sentences(inner, f"{field}[{index}]" if nested else field)
    elif getattr(detail, "code", "") == "required" and field:
        yield f"Field '{field}' is required"
    else:
        yield f"Field '{field}': {detail}" if field else str(detail)
