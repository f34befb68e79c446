"""OpenAPI: every answer is described inside the envelope it is sent in, every error in its own."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from apps.core.errors import known_codes

JSON = "application/json"
PAGINATED = "Paginated"

TIMESTAMP: dict[str, Any] = {"type": "string", "format": "date-time"}


def error_schema() -> dict[str, Any]:
    """Return the shape of every refusal, with each code and what it means."""
    codes = known_codes()
    meanings = "\n".join(f"- `{code}` {meaning}" for code, meaning in codes.items())
    error = {
        "type": "object",
        "description": "Some errors have further keys, for a program that shows more than sentences.",
        "properties": {
            "code": {"type": "string", "enum": list(codes), "description": meanings},
            "message": {"type": "string", "description": "What is wrong, and what would be right."},
            "details": {"type": "array", "items": {"type": "string"}, "description": "One sentence each."},
        },
        "required": ["code", "message", "details"],
    }
    return {
        "type": "object",
        "description": "What every refused or failed request answers.",
        "properties": {"success": {"type": "boolean", "const": False}, "error": error, "timestamp": TIMESTAMP},
        "required": ["success", "error", "timestamp"],
    }


ERROR_HEADERS: dict[str, Any] = {
    "X-Request-ID": {"description": "Names this request in our logs.", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "Seconds to wait before the next try; with 429, and with 503 where it is known.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "X-RateLimit-Limit": {"description": "Requests in a window.", "schema": {"type": "integer"}},
    "X-RateLimit-Remaining": {"description": "Requests left in this window.", "schema": {"type": "integer"}},
    "X-RateLimit-Reset": {"description": "Seconds until the next window.", "schema": {"type": "integer"}},
}

ERROR_EXAMPLE: dict[str, Any] = {
    "success": False,
    "error": {
        "code": "VALIDATION_ERROR",
        "message": "The request has errors.",
        "details": ["Field 'email' is required"],
    },
    "timestamp": "2026-05-01T12:00:00.000Z",
}

PAGINATION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "page": {"type": "integer", "examples": [1]},
        "per_page": {"type": "integer", "examples": [20]},
        "total": {"type": "integer", "examples": [145]},
        "pages": {"type": "integer", "examples": [8]},
        "has_next": {"type": "boolean"},
        "has_prev": {"type": "boolean"},
    },
    "required": ["page", "per_page", "total", "pages", "has_next", "has_prev"],
}


def envelope_schema(data: dict[str, Any], extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the schema of a success answer around the schema of its data; `extra` are keys beside `data`."""
    properties = {
        **(extra or {}),
        "success": {"type": "boolean", "const": True},
        "data": data,
        "message": {"type": "string"},
        "timestamp": TIMESTAMP,
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


class EnvelopeSchema(AutoSchema):
    """Wraps JSON answers in the envelope, but for views that send files (`sends_files = True`).

    A view names keys beside `data` in `envelope_extra` (name → schema).
    """

    def _get_response_for_code(
        self, serializer: Any, status_code: str, media_types: Any = None, direction: Any = "response"
    ) -> dict[str, Any]:
        response: dict[str, Any] = super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, media_types, direction
        )
        if getattr(self.view, "sends_files", False):
            return response
        content = response.get("content", {}).get(JSON)
        if content and "schema" in content and status_code < "300" and not _is_page(content["schema"]):
            extra = getattr(self.view, "envelope_extra", None) or {}
            content["schema"] = envelope_schema(content["schema"], extra)
            for example in content.get("examples", {}).values():
                beside = {name: example["value"].get(name) for name in extra}
                example["value"] = {**beside, **_example(example["value"])}
        return response

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = dict(super()._get_response_bodies(direction))
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name="Error", type=ResolvedComponent.SCHEMA, schema=error_schema(), object="Error"
        )
        self.registry.register_on_missing(component)
        bodies["default"] = {
            "description": "Refused or failed.",
            "headers": ERROR_HEADERS,
            "content": {JSON: {"schema": component.ref, "example": ERROR_EXAMPLE}},
        }
        return bodies


def _is_page(schema: dict[str, Any]) -> bool:
    return f"/{PAGINATED}" in str(schema.get("$ref", ""))


def _example(data: Any) -> dict[str, Any]:
    return {"success": True, "data": data, "message": "OK", "timestamp": "2026-05-01T12:00:00.000Z"}
