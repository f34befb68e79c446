"""OpenAPI examples: every request and answer without one of its own gets one that fits its schema.

Values come from the field's name where it is a known one, else from its type. A view that has something to show names
its own example (`OpenApiExample`), which stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

WITH_EXAMPLES = frozenset({"application/json", "multipart/form-data"})
"""Content that has fields to show; films and pieces of them have none."""

MAX_DEPTH = 16
"""Nesting that is followed; deeper is left empty."""

BY_NAME: dict[str, Any] = {
    "access": "eyJhbGciOiJIUzI1NiIs…",
    "age_group": "U15",
    "age_years": 14,
    "club": "SV Example",
    "colour": "#d32f2f",
    "code": "VALIDATION_ERROR",
    "description": "Small-sided games on a short pitch.",
    "display_name": "Kim Berg",
    "email": "coach@example.org",
    "expires_in": 900,
    "external_id": "player_1",
    "first_name": "Kim",
    "height_cm": 168.0,
    "jersey_number": 9,
    "language": "en",
    "last_name": "Berg",
    "message": "OK",
    "name": "Kim Berg",
    "page": 1,
    "pages": 1,
    "password": "four words in a row",
    "per_page": 20,
    "player_id": "player_1",
    "purpose": "scan",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "success": True,
    "text": "Presses well, loses the ball under pressure.",
    "time_zone": "Europe/Berlin",
    "title": "Tuesday training",
    "total": 1,
    "weight_kg": 54.0,
}
BY_FORMAT: dict[str, Any] = {
    "uuid": "7d0f2c9e-58b1-4c1b-9d8a-0f4f2b1f6a10",
    "date-time": "2026-05-02T16:30:00Z",
    "date": "2012-03-04",
    "email": "coach@example.org",
    "uri": "https://axolotl.example/",
    "decimal": "1.0",
    "binary": "(the bytes of the file)",
}
BY_TYPE: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.0, "boolean": True, "null": None}


def fill_in(result: Schema, generator: Any, request: Any, public: bool) -> Schema:  # noqa: FBT001  (the hook's form)
    """Add what is missing (a postprocessing hook of drf-spectacular)."""
    for content in _contents(result):
        if "schema" in content and not {"example", "examples"} & content.keys():
            content["example"] = example_of(content["schema"], result)
    return result


def example_of(schema: Schema, document: Schema, name: str = "", depth: int = 0) -> Any:
    """Return a value that fits a schema."""
    schema = _resolved(schema, document)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = _kind(schema)
    if kind == "object" or "properties" in schema:
        return _object(schema, document, depth)
    if kind == "array":
        return _array(schema, document, name, depth)
    return _scalar(schema, kind, name)


def _object(schema: Schema, document: Schema, depth: int) -> dict[str, Any]:
    if depth >= MAX_DEPTH:
        return {}
    fields = schema.get("properties", {}).items()
    return {name: example_of(part, document, name, depth + 1) for name, part in fields}


def _array(schema: Schema, document: Schema, name: str, depth: int) -> list[Any]:
    if depth >= MAX_DEPTH:
        return []
    return [example_of(schema.get("items", {}), document, name, depth + 1)] * max(1, schema.get("minItems", 1))


def _scalar(schema: Schema, kind: str, name: str) -> Any:
    if schema.get("examples"):
        return schema["examples"][0]
    if "default" in schema:
        return schema["default"]
    by_format = BY_FORMAT.get(schema.get("format", ""))
    value = by_format if by_format is not None else BY_NAME.get(name, BY_TYPE.get(kind))
    if kind in ("integer", "number"):
        number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else BY_TYPE[kind]
        return min(max(number, schema.get("minimum", number)), schema.get("maximum", number))
    return value if kind == "string" and isinstance(value, str) else BY_TYPE.get(kind)


def _resolved(schema: Schema, document: Schema) -> Schema:
    """Follow references, and take the first of alternatives."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif choices := schema.get("allOf") or schema.get("oneOf") or schema.get("anyOf"):
            schema = choices[0]
        else:
            return schema


def _kind(schema: Schema) -> str:
    kind = schema.get("type", "string" if not schema else "object")
    return str(kind[0] if isinstance(kind, list) else kind)


def _contents(document: Schema) -> Iterator[Schema]:
    for methods in document["paths"].values():
        for operation in methods.values():
            if not isinstance(operation, dict):
                continue
            bodies = [operation.get("requestBody", {}), *operation.get("responses", {}).values()]
            for body in bodies:
                yield from (part for kind, part in body.get("content", {}).items() if kind in WITH_EXAMPLES)
