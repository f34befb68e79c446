"""A coach's code and phones that want in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from apps.accounts.models import User

Answer = Any
Generate = Callable[..., dict[str, Any]]
Connect = Callable[..., Answer]
PHONE = {"name": "Touchline phone", "type": "mobile"}


@pytest.fixture
def generate(coach: User, api_client: Callable[..., Any]) -> Generate:
    """Make a code as the coach."""

    def make(**wish: Any) -> dict[str, Any]:
        answer = api_client(coach).post("/api/pairing/generate", {"device_type": "mobile", **wish})
        assert answer.status_code == 201, answer.content
        made: dict[str, Any] = answer.json()["data"]
        return made

    return make


@pytest.fixture
def connect(api_client: Callable[..., Any]) -> Connect:
    """Join as a phone: by `token` or `code`, with `key` as Idempotency-Key."""

    def send(*, key: str = "", device: Mapping[str, Any] = PHONE, **way: Any) -> Answer:
        headers = {"Idempotency-Key": key} if key else {}
        return api_client().post("/api/pairing/connect", {**way, "device": device}, headers=headers)

    return send


@pytest.fixture
def by_key(api_client: Callable[..., Any]) -> Callable[[str], Any]:
    """A client that sends a device's key (or token)."""

    def make(key: str) -> Any:
        client = api_client()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
        return client

    return make
