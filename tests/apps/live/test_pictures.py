"""The picture that a state was made of, for those who watch from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from redis.exceptions import ConnectionError as RedisDown
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.live import broker, pictures
from apps.live.frames import Picture
from apps.live.models import LiveSession
from apps.live.stream import FRAMES_PER_CAMERA
from tests.factories.live import JPEG, PNG, WEBP

pytestmark = pytest.mark.django_db
Client = Callable[..., APIClient]


def send(live: LiveSession, number: int, data: bytes = b"", camera: str = "main") -> None:
    at = 1_000_000 + number
    broker.push(live.pk, camera, Picture(at, at, data or JPEG + str(number).encode()))


def ask(live: LiveSession, coach: User, api_client: Client, **query: Any) -> Any:
    return api_client(coach).get(f"/api/live/{live.pk}/picture", query)


def test_each_picture_is_found_by_its_number_and_camera(live: LiveSession, coach: User, api_client: Client) -> None:
    for number in (1, 2, 3):
        send(live, number)
        send(live, number, JPEG + b"other" + str(number).encode(), camera="phone")
    answer = ask(live, coach, api_client, seq=2)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, JPEG + b"2", "image/jpeg")
    assert answer["Cache-Control"] == "private, no-store"
    assert ask(live, coach, api_client, seq=3, camera="phone").content == JPEG + b"other3"


@pytest.mark.parametrize(("data", "kind"), [(PNG, "image/png"), (WEBP, "image/webp")])
def test_other_formats_are_named(live: LiveSession, coach: User, api_client: Client, data: bytes, kind: str) -> None:
    send(live, 1, data)
    assert ask(live, coach, api_client, seq=1)["Content-Type"] == kind


def test_what_newer_pictures_pushed_out_is_gone_and_the_oldest_kept_is_not(
    live: LiveSession, coach: User, api_client: Client
) -> None:
    for number in range(1, FRAMES_PER_CAMERA + 3):
        send(live, number)
    assert ask(live, coach, api_client, seq=2).status_code == 404
    assert ask(live, coach, api_client, seq=3).content == JPEG + b"3"


def test_what_was_never_there(live: LiveSession, coach: User, api_client: Client) -> None:
    send(live, 1)
    assert ask(live, coach, api_client, seq=2).json()["error"]["code"] == "NOT_FOUND"
    assert ask(live, coach, api_client, seq=1, camera="phone").status_code == 404
    assert ask(live, coach, api_client, seq=0).status_code == 400
    assert ask(live, coach, api_client).status_code == 400


def test_a_number_of_another_life_of_redis_is_not_mistaken(live: LiveSession) -> None:
    """Redis lost everything and the camera's count went on: places do not tell numbers any more."""
    broker.push(live.pk, "main", Picture(1, 1, JPEG), floor=100)
    assert pictures.picture_of(live.pk, "main", 101) == JPEG
    with pytest.raises(pictures.NotFound):
        pictures.picture_of(live.pk, "main", 100)


def test_redis_away_is_said(
    live: LiveSession, coach: User, api_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise RedisDown

    monkeypatch.setattr(pictures, "client", away)
    answer = ask(live, coach, api_client, seq=1)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")
