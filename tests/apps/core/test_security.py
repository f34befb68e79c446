"""Headers that protect browsers, and who may call from where."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

PAGES = ["/health", "/api/auth/me", "/api/nothing", "/admin/login/", "/api/docs"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_every_answer_carries_the_headers(address: str) -> None:
    headers = Client().get(address).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert headers["X-Request-ID"]


@pytest.mark.django_db
def test_answers_of_the_api_are_not_cached() -> None:
    assert Client().get("/api/auth/me").headers["Cache-Control"] == "no-store"


def test_other_origins_are_refused_unless_named(settings: Any) -> None:
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    assert "Access-Control-Allow-Origin" not in Client().options("/api/auth/token", headers=preflight).headers
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    allowed = Client().options("/api/auth/token", headers={**preflight, "Origin": "https://app.example"}).headers
    assert allowed["Access-Control-Allow-Origin"] == "https://app.example"
    assert "x-client" in allowed["Access-Control-Allow-Headers"]
    refused = Client().options("/api/auth/token", headers=preflight).headers
    assert "Access-Control-Allow-Origin" not in refused


def test_another_host_is_refused() -> None:
    answer = Client().get("/api/auth/me", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")


@pytest.mark.django_db
def test_the_docs_load_nothing_from_elsewhere() -> None:
    page = Client().get("/api/docs").content.decode()
    assert "http://" not in page
    assert "https://" not in page
    assert "swagger-ui" in page
