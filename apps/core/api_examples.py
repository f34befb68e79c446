"""What a view's OpenAPI examples are made with."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample


def asked(name: str, value: Any, **kind: Any) -> OpenApiExample:
    """A request; `kind` as `OpenApiExample` takes it (`media_type`)."""
    return OpenApiExample(name, value, request_only=True, **kind)


def answered(name: str, value: Any, status: str | None = None) -> OpenApiExample:
    """An answer's data, of one HTTP status or of every successful one."""
    return OpenApiExample(name, value, response_only=True, status_codes=[status] if status else None)
