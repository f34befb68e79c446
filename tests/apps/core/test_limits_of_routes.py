"""Every route counts its callers in the scope that the API contract gives it, and says so."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.urls import get_resolver
from rest_framework.test import APIClient

from apps.accounts.models import User
from tests.apps.test_tenancy import methods_of, routes

Clients = Callable[..., APIClient]
SCOPES = ("ordinary", "upload", "login", "pairing", "wrong_codes", "stream")
LIMITS = {scope: 1000 + number for number, scope in enumerate(SCOPES)}
"""Told apart by their number."""
NOT_COUNTED = {
    "POST api/auth/token/refresh": "a page that reloads often; each token works once",
    "POST api/auth/logout": "whoever leaves is never kept in",
}
SCOPED = {
    "POST api/scan/quick": "upload",
    "POST api/scan/multiview": "upload",
    "POST api/scan/smpl": "upload",
    "POST api/scan/uploads": "upload",
    "POST api/sessions/<uuid:session_id>/attachments": "upload",
    "PATCH api/scan/uploads/<uuid:upload_id>": "stream",
    "DELETE api/scan/uploads/<uuid:upload_id>": "stream",
    "GET api/scan/<uuid:object_id>/status": "stream",
    "GET api/scan/<uuid:object_id>/results": "stream",
    "GET api/scan/<uuid:object_id>/video": "stream",
    "GET api/scan/<uuid:object_id>/body.glb": "stream",
    "GET api/scan/<uuid:object_id>/events": "stream",
    "POST api/live/frame": "stream",
    "GET api/live/<uuid:session_id>/status": "stream",
    "GET api/live/<uuid:session_id>/picture": "stream",
    "POST api/pairing/ntp_sync": "stream",
    "POST api/auth/token": "login",
    "POST api/auth/password": "login",
    "POST api/auth/password/reset": "login",
    "POST api/auth/password/confirm": "login",
    "POST api/auth/email": "login",
    "POST api/auth/email/confirm": "login",
    "POST api/auth/invitations/accept": "login",
    "POST api/me/erasure": "login",
}
"""All others are ordinary; joining by a code counts as `pairing` once a code was tried (`test_connect`)."""


def counted() -> list[tuple[str, str]]:
    """Every (method, route) of the API but the answer to unknown paths."""
    leaves = [(route, view) for route, view in routes(get_resolver().url_patterns) if route.startswith("api/")]
    return sorted({(method, route) for route, view in leaves for method in methods_of(view)})


def ask(clients: Clients, user: User, method: str, route: str) -> Any:
    values = {"uuid": str(uuid.uuid4()), "int": "1"}
    address = re.sub(r"<(?:(\w+):)?\w+>", lambda match: values.get(match[1] or "str", "x"), route)
    return getattr(clients(user), method.lower())(f"/{address}", {} if method not in ("GET", "DELETE") else None)


@pytest.mark.django_db
def test_every_route_is_counted_in_its_scope(api_client: Clients, coach: User, settings: Any) -> None:
    settings.RATE_LIMITS = {scope: f"{limit}/min" for scope, limit in LIMITS.items()}
    names = {str(limit): scope for scope, limit in LIMITS.items()}
    found = {}
    for method, route in counted():
        answer = ask(api_client, coach, method, route)
        assert answer.status_code < 500, f"{method} {route}"
        found[f"{method} {route}"] = names.get(answer.headers.get("X-RateLimit-Limit", ""), "none")
    expected = {name: "none" if name in NOT_COUNTED else SCOPED.get(name, "ordinary") for name in found}
    assert {name: scope for name, scope in found.items() if scope != expected[name]} == {}
    assert set(SCOPED) | set(NOT_COUNTED) <= set(found)


@pytest.mark.django_db
def test_who_is_over_the_limit_is_told_how_long_to_wait(api_client: Clients, coach: User, settings: Any) -> None:
    settings.RATE_LIMITS = dict.fromkeys(SCOPES, "0/min")
    caches["default"].clear()
    wrong = []
    for method, route in counted():
        if f"{method} {route}" in NOT_COUNTED:
            continue
        answer = ask(api_client, coach, method, route)
        headers = answer.headers
        told = (headers.get("X-RateLimit-Limit"), headers.get("X-RateLimit-Remaining"))
        waits = headers.get("Retry-After", "0")
        if answer.status_code != 429 or told != ("0", "0") or not 1 <= int(waits) <= 60:
            wrong.append(f"{method} {route}: {answer.status_code} {told} {waits}")
        else:
            assert answer.json()["error"]["code"] == "RATE_LIMIT"
    assert wrong == []
