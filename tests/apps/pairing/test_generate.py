"""Making a code: team, limits, and that the pictures really carry the address."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import cv2
import numpy as np
import pytest
from django.utils import timezone

from apps.accounts.models import Role, Team, User
from apps.pairing.models import PairingRequest
from apps.pairing.services.offers import MAX_OPEN
from tests.factories.accounts import make_member, make_player, make_team
from tests.factories.devices import make_pairing

Client = Callable[..., Any]
pytestmark = pytest.mark.django_db


def decoded(image: Any) -> str:
    text, points, _ = cv2.QRCodeDetectorAruco().detectAndDecode(image)
    assert points is not None
    return str(text)


def drawn(svg: str) -> Any:
    """The SVG's squares as a picture, 8 px each."""
    size = int(re.search(r'viewBox="0 0 (\d+) \d+"', svg)[1])  # type: ignore[index]
    image = np.full((size * 8, size * 8), 255, np.uint8)
    squares = re.findall(r"M(\d+),(\d+)H(\d+)V(\d+)H\d+z", svg)
    assert len(squares) > 100
    assert '<rect fill="white" x="0" y="0" width="100%" height="100%"/>' in svg  # readable on a dark page
    for left, top, right, bottom in (map(int, square) for square in squares):
        image[top * 8 : bottom * 8, left * 8 : right * 8] = 0
    return image


def test_an_offer_holds_all_that_the_page_shows(generate: Any, team: Team) -> None:
    before = timezone.now()
    offer = generate(max_devices=2)
    assert set(offer) == {
        "pairing_id",
        "code",
        "token",
        "pairing_url",
        "qr_png",
        "qr_svg",
        "device_type",
        "max_devices",
        "expires_at",
    }
    assert (offer["device_type"], offer["max_devices"]) == ("mobile", 2)
    expires = datetime.fromisoformat(offer["expires_at"])
    assert timedelta(minutes=10) <= expires - before < timedelta(minutes=10, seconds=5)
    assert PairingRequest.objects.get(pk=offer["pairing_id"]).team == team


def test_both_pictures_carry_the_address(generate: Any, settings: Any) -> None:
    settings.PUBLIC_URL = "https://axolotl.example"
    offer = generate()
    assert offer["pairing_url"] == f"https://axolotl.example/pair?token={offer['token']}"
    png = base64.b64decode(offer["qr_png"].removeprefix("data:image/png;base64,"))
    assert decoded(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)) == offer["pairing_url"]
    assert decoded(drawn(offer["qr_svg"])) == offer["pairing_url"]
    assert len(png) < 8_000
    assert "script" not in offer["qr_svg"]


def test_the_team_is_the_player_s_the_named_or_the_only_one(coach: User, team: Team, api_client: Client) -> None:
    second = make_team()
    make_member(second, Role.COACH, coach)
    player = make_player(second, external_id="nine")
    client = api_client(coach)

    def team_of(**wish: Any) -> Any:
        answer = client.post("/api/pairing/generate", {"device_type": "mobile", **wish})
        assert answer.status_code == 201, answer.content
        return PairingRequest.objects.get(pk=answer.json()["data"]["pairing_id"])

    assert team_of(team_id=str(team.pk)).team == team
    assert team_of(player_id="nine").team == second
    assert team_of(player_id=str(player.pk)).player == player
    refused = client.post("/api/pairing/generate", {"device_type": "mobile"})
    assert refused.status_code == 400
    assert "several teams" in refused.json()["error"]["message"]
    assert client.post("/api/pairing/generate", {"device_type": "mobile", "team_id": None}).status_code == 400
    wrong = {"device_type": "mobile", "player_id": "nine", "team_id": str(team.pk)}
    assert client.post("/api/pairing/generate", wrong).status_code == 404


@pytest.mark.parametrize("role", [Role.ANALYST, Role.PLAYER])
def test_who_may_not_scan_may_not_pair(role: Role, team: Team, api_client: Client) -> None:
    answer = api_client(make_member(team, role)).post("/api/pairing/generate", {"device_type": "mobile"})
    assert answer.status_code == 403
    assert PairingRequest.objects.count() == 0


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"device_type": "toaster"},
        {"device_type": "mobile", "max_devices": 0},
        {"device_type": "mobile", "max_devices": 17},
        {"device_type": "mobile", "max_devices": 10**400},
        {"device_type": "mobile", "max_devices": "many"},
        {"device_type": "mobile", "team_id": "x"},
        {"device_type": ["mobile"]},
        {"device_type": "mobile", "player_id": "x" * 65},
        [],
        "text",
    ],
)
def test_worst_wishes_are_400(wish: Any, coach: User, api_client: Client) -> None:
    answer = api_client(coach).post("/api/pairing/generate", wish)
    assert answer.status_code == 400
    assert PairingRequest.objects.count() == 0


def test_the_oldest_of_many_open_codes_closes(generate: Any, connect: Any) -> None:
    made = [generate() for _ in range(MAX_OPEN + 1)]
    gone = connect(code=made[0]["code"])
    assert (gone.status_code, gone.json()["error"]["reason"]) == (410, "closed")
    assert connect(code=made[1]["code"]).status_code == 201
    assert connect(code=made[-1]["code"]).status_code == 201


def test_spent_offers_are_forgotten_after_a_day(generate: Any, coach: User, team: Team) -> None:
    old = make_pairing(team, coach, expires_at=timezone.now() - timedelta(days=1, minutes=1))
    late = make_pairing(team, coach, expires_at=timezone.now() - timedelta(hours=23))
    generate()
    kept = set(PairingRequest.objects.values_list("pk", flat=True))
    assert old.pk not in kept
    assert late.pk in kept


def test_closing_ends_the_code_and_keeps_the_devices(generate: Any, connect: Any, coach: User, api_client: Any) -> None:
    offer = generate(max_devices=2)
    joined = connect(token=offer["token"]).json()["data"]
    url = f"/api/pairing/{offer['pairing_id']}/close"
    assert api_client(coach).post(url).status_code == 204
    assert api_client(coach).post(url).status_code == 204
    assert connect(token=offer["token"]).status_code == 410
    listed = api_client(coach).get("/api/pairing/devices").json()["data"]
    assert [(row["device_id"], row["is_live"]) for row in listed] == [(joined["device_id"], True)]


def test_a_code_costs_the_same_number_of_queries_however_many_there_are(
    coach: User, team: Team, api_client: Client, django_assert_max_num_queries: Any
) -> None:
    client = api_client(coach)
    for _ in range(30):
        make_pairing(team, coach, expires_at=timezone.now() - timedelta(hours=1))
    with django_assert_max_num_queries(15):
        assert client.post("/api/pairing/generate", {"device_type": "mobile"}).status_code == 201
