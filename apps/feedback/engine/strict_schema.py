"""The JSON schema of a Pydantic model as a strict `response_format` takes it.

Strict structured output knows a part of JSON Schema only and refuses the rest with 400: every property is required,
objects are closed, and lengths, bounds and defaults are not allowed. What is left out is checked by Pydantic after.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

LEFT_OUT = frozenset(
    {
        "default", "exclusiveMaximum", "exclusiveMinimum", "format", "maxItems", "maxLength", "maximum", "minItems",
        "minLength", "minimum", "multipleOf", "pattern", "title", "uniqueItems",
    }
)  # fmt: skip


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the `json_schema` object of a `response_format`."""
    schema = model.model_json_schema()
    return {"name": model.__name__, "strict": True, "schema": _strict(schema)}


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:  # nothing may stand beside a reference
        return {"$ref": node["$ref"]}
    kept = {name: value for name, value in node.items() if name not in LEFT_OUT or not _is_keyword(name, value)}
    for place in ("properties", "$defs"):
        if place in kept:
            kept[place] = {name: _strict(value) for name, value in kept[place].items()}
    kept = {name: value if name in ("properties", "$defs") else _strict(value) for name, value in kept.items()}
    if kept.get("type") == "object":
        kept |= {"additionalProperties": False, "required": list(kept.get("properties", {}))}
    return kept


def _is_keyword(name: str, value: Any) -> bool:
    """A property may be called `title`; its value is then a schema, not a keyword's."""
    return name != "title" or not isinstance(value, dict)
