"""The OpenAPI description: complete, true to the envelope, with unique names."""

from __future__ import annotations

import re
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from apps.core.errors import DomainError
from apps.core.exception_handler import _BY_STATUS


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    built: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return built


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for path, methods in schema["paths"].items():
        found += [(path, method, operation) for method, operation in methods.items() if method != "parameters"]
    return found


def resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    return part


def test_it_is_valid_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"] == "3.1.0"
    validate_schema(schema)


def test_nothing_had_to_be_guessed(schema: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})


FILES = {"/api/scan/{object_id}/export"}
"""Answers that are files to keep, even where the file is JSON."""


def test_every_json_answer_is_an_envelope(schema: dict[str, Any]) -> None:
    bare = []
    for path, method, operation in operations(schema):
        for status, response in operation["responses"].items():
            content = response.get("content", {}).get("application/json")
            if content is None or status == "default" or path in FILES:
                continue
            required = set(resolved(schema, content["schema"]).get("required", []))
            if not {"success", "data", "message", "timestamp"} <= required:
                bare.append(f"{method} {path} {status}")
    assert bare == []


def test_every_operation_describes_its_errors(schema: dict[str, Any]) -> None:
    error = {"$ref": "#/components/schemas/Error"}
    without = [
        f"{method} {path}"
        for path, method, operation in operations(schema)
        if operation["responses"].get("default", {}).get("content", {}).get("application/json", {}).get("schema")
        != error
    ]
    assert without == []


def test_lists_say_where_the_page_lies(schema: dict[str, Any]) -> None:
    content = schema["paths"]["/api/sessions"]["get"]["responses"]["200"]["content"]["application/json"]
    page = resolved(schema, content["schema"])
    assert page["properties"]["data"]["items"] == {"$ref": "#/components/schemas/SessionOutput"}
    assert page["properties"]["pagination"]["required"] == [
        "page",
        "per_page",
        "total",
        "pages",
        "has_next",
        "has_prev",
    ]


def bodies_with_fields(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path, method, operation in operations(schema):
        bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for status, body in bodies.items():
            for kind in {"application/json", "multipart/form-data"} & body.get("content", {}).keys():
                found.append((f"{method} {path} {status}", body["content"][kind]))
    return found


def test_every_request_and_answer_has_an_example(schema: dict[str, Any]) -> None:
    assert [name for name, content in bodies_with_fields(schema) if not {"example", "examples"} & content.keys()] == []


def test_every_example_fits_its_schema(schema: dict[str, Any]) -> None:
    wrong = []
    for name, content in bodies_with_fields(schema):
        values = [content["example"]] if "example" in content else [e["value"] for e in content["examples"].values()]
        validator = Draft202012Validator({**content["schema"], "components": schema["components"]})
        wrong += [f"{name}: {error.message}" for value in values for error in validator.iter_errors(value)]
    assert wrong == []


def test_public_routes_ask_for_no_token(schema: dict[str, Any]) -> None:
    assert schema["paths"]["/api/auth/token"]["post"].get("security", [{}]) == [{}]
    assert {"jwtAuth": []} in schema["paths"]["/api/players"]["get"]["security"]


def test_every_operation_and_parameter_says_what_it_is_for(schema: dict[str, Any]) -> None:
    silent = []
    for path, method, operation in operations(schema):
        silent += [f"{method} {path}"] if len(operation.get("description", "")) < 15 else []
        silent += [f"{method} {path} {p['name']}" for p in operation.get("parameters", []) if not p.get("description")]
    assert silent == []


def test_every_number_has_its_unit_or_meaning(schema: dict[str, Any]) -> None:
    silent = []
    for name, component in schema["components"]["schemas"].items():
        for field, part in component.get("properties", {}).items():
            kinds = part.get("type", [])
            numeric = {"number", "integer"} & set([kinds] if isinstance(kinds, str) else kinds)
            silent += [f"{name}.{field}"] if numeric and not part.get("description") else []
    assert silent == []


def test_every_shape_says_what_it_is(schema: dict[str, Any]) -> None:
    shapes = schema["components"]["schemas"]
    assert [n for n, shape in shapes.items() if shape.get("type") == "object" and not shape.get("description")] == []


def test_every_error_code_is_explained(schema: dict[str, Any]) -> None:
    code = schema["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]
    sentences = dict(re.findall(r"- `([A-Z_]+)` (.+)", code["description"]))
    assert list(sentences) == code["enum"]
    assert [name for name, text in sentences.items() if not re.match(r"[45]\d\d[: ]", text)] == []
    raised, waiting = {"METHOD_NOT_ALLOWED"}, [DomainError]
    for error in waiting:
        waiting += error.__subclasses__()
        raised.add(error.code)
    assert set(sentences) == raised | {code for code, _ in _BY_STATUS.values()}


def test_refusals_tell_of_their_headers(schema: dict[str, Any]) -> None:
    expected = {"X-Request-ID", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
    found = [operation["responses"]["default"].get("headers", {}) for _, _, operation in operations(schema)]
    assert [headers.keys() for headers in found if headers.keys() != expected] == []
