"""Headers that protect browsers, and who may call from where."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User

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


ROUTES = {
    "web app": "/",
    "deep link of the web app": "/sessions/1",
    "API": "/api/auth/me",
    "API that is not there": "/api/nothing",
    "schema": "/api/schema",
    "film link": "/media/signed/none/film",
    "attachment link": "/media/signed/none/attachment",
    "calendar link": "/api/calendar/feed/none.ics",
    "admin": "/admin/login/",
    "health": "/health",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ROUTES.values(), ids=ROUTES)
def test_no_kind_of_route_may_be_framed_sniffed_or_scripted(address: str) -> None:
    answer = Client().get(address)
    policy = answer.headers["Content-Security-Policy"]
    scripts = dict(part.split(" ", 1) for part in policy.split("; ")).get("script-src", "'none'")
    assert "unsafe" not in scripts
    assert "http" not in scripts
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    for right in ("microphone=()", "geolocation=()", "payment=()"):
        assert right in answer.headers["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/api/auth/me", "/admin/login/"])
def test_by_https_browsers_are_told_to_stay_there(address: str, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT = 365 * 24 * 3600, True
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    safe = Client().get(address, secure=True)
    assert safe.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    plain = Client().get(address)
    assert (plain.status_code, plain.headers["Location"]) == (301, f"https://testserver{address}")


@pytest.mark.django_db
def test_the_admins_cookies_are_strict(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.get("/admin/login/")
    cookie = client.cookies["csrftoken"]
    assert (cookie["samesite"], cookie["secure"]) == ("Strict", True)


@pytest.mark.django_db
def test_the_admin_is_guessed_as_slowly_as_the_api(coach: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "3/min"}
    coach.is_staff = True
    coach.set_password("quite-a-long-one")
    coach.save(update_fields=["is_staff", "password"])
    guesses = [{"username": coach.email.upper(), "password": f"guess {number}"} for number in range(3)]
    for guess in guesses:
        assert "Too many tries" not in Client().post("/admin/login/", guess).content.decode()
    right = {"username": coach.email, "password": "quite-a-long-one"}
    late = Client().post("/admin/login/", right)
    assert late.status_code == 200
    assert "Too many tries. Wait" in late.content.decode()
    by_api = Client().post("/api/auth/token", json.dumps({"email": coach.email, "password": "x"}), "application/json")
    assert by_api.status_code == 429


@pytest.mark.django_db
def test_nobody_gives_themselves_rights_by_sending_more_fields(api_client: Any, coach: User) -> None:
    """Mass assignment: what a form does not offer is not taken from it."""
    before = User.objects.filter(pk=coach.pk).values().get()
    extra = {"is_staff": True, "is_superuser": True, "is_active": False, "password": "x", "email": "a@b.c", "id": "1"}
    answer = api_client(coach).patch("/api/auth/me", {**extra, "first_name": "Kim"}, format="json")
    assert answer.status_code in (200, 400)
    after = User.objects.filter(pk=coach.pk).values().get()
    assert {name for name in before if before[name] != after[name]} <= {"first_name"}
