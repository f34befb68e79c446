"""Health, readiness, metrics."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.test import Client
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core import health

Clients = Callable[..., APIClient]
OWN_PARTS = ("database", "broker", "channel_layer", "storage")


@pytest.fixture
def own_parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, health.Part]:
    """Only the parts of every installation; workers and models have tests of their own."""
    parts = {name: health._parts[name] for name in OWN_PARTS}
    monkeypatch.setattr(health, "_parts", parts)
    return parts


def test_health_is_exactly_three_keys() -> None:
    answer = Client().get("/health")
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"status", "timestamp", "version"}
    assert (body["status"], body["version"]) == ("healthy", "0.1.0")
    assert body["timestamp"].endswith("Z")
    assert datetime.fromisoformat(body["timestamp"]).utcoffset() is not None


@pytest.mark.django_db(transaction=True)
def test_ready_while_a_socket_is_open(own_parts: dict[str, health.Part]) -> None:
    """The layer of the process receives in the sockets' event loop; readiness must not want it for itself."""
    layer = get_channel_layer()
    assert layer is not None

    async def open_socket_and_look() -> Any:
        waiting = asyncio.create_task(layer.receive(await layer.new_channel()))
        await asyncio.sleep(0.05)
        try:
            return await asyncio.to_thread(Client().get, "/health/ready")
        finally:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)

    body = asyncio.run(open_socket_and_look()).json()

    assert body["parts"]["channel_layer"] == {"ok": True, "detail": "RedisChannelLayer", "matters": True}
    assert body["status"] == "ready"


@pytest.mark.django_db(transaction=True)
def test_ready_when_every_part_is(own_parts: dict[str, health.Part]) -> None:
    answer = Client().get("/health/ready")
    body = answer.json()
    assert (answer.status_code, body["status"]) == (200, "ready"), body
    assert {name: part["ok"] for name, part in body["parts"].items()} == dict.fromkeys(OWN_PARTS, True)


def test_a_dead_broker_makes_it_unready(own_parts: dict[str, health.Part], settings: Any, db: None) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    answer = Client().get("/health/ready")
    part = answer.json()["parts"]["broker"]
    assert answer.status_code == 503
    assert (part["ok"], part["detail"]) == (False, "ConnectionError")
    assert "nowhere" not in answer.content.decode()


def test_a_part_that_does_not_matter_is_only_reported(own_parts: dict[str, health.Part]) -> None:
    def broken() -> str:
        raise health.PartDown("no models")

    own_parts.clear()
    own_parts["models"] = health.Part(broken, matters=False)
    answer = Client().get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["parts"]["models"] == {"ok": False, "detail": "no models", "matters": False}


def test_a_part_that_hangs_is_down(own_parts: dict[str, health.Part], monkeypatch: pytest.MonkeyPatch) -> None:
    def hang() -> str:
        time.sleep(0.5)
        return "late"

    monkeypatch.setattr(health, "PART_TIMEOUT_S", 0.05)
    own_parts.clear()
    own_parts["slow"] = health.Part(hang)
    started = time.monotonic()
    ok, states = health.readiness()
    assert time.monotonic() - started < 0.4
    assert (ok, states["slow"]["ok"], states["slow"]["detail"]) == (False, False, "no answer in 0.05 s")


def test_metrics_count_by_route_not_by_path(api_client: Clients, coach: User) -> None:
    api_client(coach).get("/api/players/player-one-of-many")
    text = Client().get("/metrics").content.decode()
    wanted = 'axolotl_http_requests_total{method="GET",route="api/players/<str:player_id>",status="404"}'
    assert wanted in text
    assert "player-one-of-many" not in text


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("10.1.2.3", 200), ("8.8.8.8", 404)])
def test_metrics_are_for_the_internal_network(db: None, address: str, status: int) -> None:
    assert Client(REMOTE_ADDR=address).get("/metrics").status_code == status


def test_metrics_behind_an_unknown_proxy_are_not_internal(db: None) -> None:
    assert Client().get("/metrics", headers={"X-Forwarded-For": "8.8.8.8"}).status_code == 404


def test_metrics_are_for_staff_from_anywhere(db: None, coach: User) -> None:
    client = Client(REMOTE_ADDR="8.8.8.8")
    client.force_login(coach)
    assert client.get("/metrics").status_code == 404
    coach.is_staff = True
    coach.save(update_fields=["is_staff"])
    assert client.get("/metrics").status_code == 200
