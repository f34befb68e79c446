"""The form of every answer: the renderer wraps what a view returns; nobody builds an envelope by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypedDict

from rest_framework.renderers import JSONRenderer

from apps.core.languages import told, told_all

OK = "OK"


class ErrorBody(TypedDict):
    """What went wrong."""

    code: str
    message: str
    details: list[str]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a view returns when the data alone is not enough.

    Attributes:
        data: the answer.
        message: a sentence for a person.
        extra_top_level: keys beside `data` (the seed's client reads `job_id` and `session_id` there).
        pagination: set by the paginator.
    """

    data: Any
    message: str = OK
    extra_top_level: Mapping[str, Any] = field(default_factory=dict)
    pagination: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ErrorEnvelope:
    """Set by the exception handler; `extra` are further keys of the error object."""

    error: ErrorBody
    extra: Mapping[str, Any] = field(default_factory=dict)


def utc_now_text() -> str:
    """Return the time of the answer, ISO 8601 UTC with `Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def error_body(code: str, message: str, details: Sequence[str] = ()) -> dict[str, Any]:
    """Return the error form."""
    error: ErrorBody = {"code": code, "message": message, "details": list(details)}
    return {"success": False, "error": error, "timestamp": utc_now_text()}


def success_body(envelope: Envelope) -> dict[str, Any]:
    """Return the success form, our own words in it in the language of the request."""
    body: dict[str, Any] = {
        **envelope.extra_top_level,
        "success": True,
        "data": told_all(envelope.data),
        "message": told(envelope.message),
    }
    if envelope.pagination is not None:
        body["pagination"] = envelope.pagination
    return {**body, "timestamp": utc_now_text()}


class EnvelopeRenderer(JSONRenderer):
    """Writes the envelope around whatever the view returned; an answer without a body stays without."""

    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return UTF-8 JSON."""
        response = (renderer_context or {}).get("response")
        if data is None and response is not None and response.status_code in (204, 205, 304):
            return b""
        return super().render(self._wrapped(data), accepted_media_type, renderer_context)

    def _wrapped(self, data: Any) -> dict[str, Any]:
        if isinstance(data, ErrorEnvelope):
            body = error_body(**data.error)
            return {**body, "error": {**told_all(data.extra), **body["error"]}}
        if isinstance(data, Envelope):
            return success_body(data)
        return success_body(Envelope(data))
