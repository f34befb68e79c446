"""One walk over every route and socket as everybody: who may not, gets nothing and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from apps.accounts.tokens import issue_ticket
from axolotl_project.routing import sockets, websocket_urlpatterns
from tests.apps.tenancy import OPEN_TO_ALL, ROWS, SOCKETS, WITH_TESTS_OF_THEIR_OWN
from tests.apps.tenancy.walk import ALLOWED, DEVICES, OPENS, PERSONAS, Row, World

LABELS = ("core", "accounts", "training_sessions", "scan", "pairing", "edge", "calendar", "feedback", "live")
NOT_OURS = ("admin/", "^(?!")
"""Django's admin (staff only, by Django) and the pages of the web app (no data)."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every leaf of the resolver as (route, view)."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern.callback


def methods_of(view: Callable[..., Any]) -> list[str]:
    view_class = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if view_class is None:
        return ["GET"]
    return [method for method in METHODS if hasattr(view_class, method.lower())]


def walked() -> set[tuple[str, str]]:
    """Every (method, route) that is ours."""
    leaves = routes(get_resolver().url_patterns)
    ours = [(route, view) for route, view in leaves if not route.startswith(NOT_OURS)]
    return {(method, route) for route, view in ours for method in methods_of(view)}


def test_every_route_has_a_row() -> None:
    rows = {(row.method, row.route) for row in ROWS}
    excused = set(OPEN_TO_ALL) | set(WITH_TESTS_OF_THEIR_OWN)
    missing = {
        f"{method} {route}"
        for method, route in walked() - rows
        if route not in excused and f"{method} {route}" not in excused
    }
    assert missing == set(), "add rows to tests/apps/tenancy/<app>.py"


def test_no_row_is_of_a_route_that_is_gone() -> None:
    there = walked()
    routes_there = {route for _, route in there}
    assert {(row.method, row.route) for row in ROWS} - there == set()
    named = {name.split(" ", 1)[-1] for name in [*OPEN_TO_ALL, *WITH_TESTS_OF_THEIR_OWN]}
    assert named - routes_there == set()


def test_every_socket_has_a_row() -> None:
    there = {str(pattern.pattern) for pattern in websocket_urlpatterns}
    assert there == {row.route for row in SOCKETS}


def everything() -> dict[str, list[dict[str, Any]]]:
    """The contents of all our tables."""
    models = [model for label in LABELS for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def address_of(row: Row, world: World) -> str:
    return "/" + re.sub(r"<\w+:(\w+)>", lambda match: str(row.args[match[1]](world)), row.route)


def cases(rows: list[Row]) -> list[Any]:
    return [
        pytest.param(row, persona, id=f"{row.method} {row.route} [{number}] as {persona}")
        for number, row in enumerate(rows)
        for persona in (*PERSONAS, *DEVICES)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("row", "persona"), cases(ROWS))
def test_a_route(row: Row, persona: str, api_client: Callable[..., APIClient]) -> None:
    world = World()
    key = row.key_of(persona, world)
    client = api_client(world.people.get(persona))
    if key is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    before = everything()
    body = row.body(world) if row.body else (row.query(world) if row.query else None)
    answer = getattr(client, row.method.lower())(address_of(row, world), body)
    expected = row.expected[persona]
    if expected == ALLOWED:
        assert answer.status_code not in (401, 403, 404)
        assert answer.status_code < 500, answer.content
    else:
        assert answer.status_code == expected, answer.content
    if answer.status_code in (401, 403, 404):
        assert everything() == before
        assert set(answer.json()) == {"success", "error", "timestamp"}
    if persona in row.empty_for:
        assert answer.json()["data"] == []
        assert everything() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("row", "persona"), cases(SOCKETS))
async def test_a_socket(row: Row, persona: str) -> None:
    world = await sync_to_async(World)()
    user, key = world.people.get(persona), row.key_of(persona, world)
    ticket = await sync_to_async(issue_ticket)(user.pk, row.purpose, None) if user else ""
    headers = [(b"authorization", f"Bearer {key}".encode())] if key else []
    socket = WebsocketCommunicator(sockets, f"{address_of(row, world)}?ticket={ticket}", headers)
    assert (await socket.connect())[0]
    message = await socket.receive_output(timeout=3)
    if row.expected[persona] == OPENS:
        assert message["type"] == "websocket.send"
    else:
        assert (message["type"], message["code"]) == ("websocket.close", row.expected[persona])
    await socket.disconnect()


@pytest.mark.django_db
def test_the_walk_would_notice_a_change() -> None:
    world = World()
    before = everything()
    world.session.title = "changed"
    world.session.save(update_fields=["title"])
    assert everything() != before
