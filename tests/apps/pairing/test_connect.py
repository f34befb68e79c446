"""Joining by code or token: once, in time, by the right kind of device, and again when the answer was lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Membership, Role, Team, User
from apps.core.models import AuditEvent
from apps.pairing import codes
from apps.pairing.auth import verify_api_key
from apps.pairing.models import MAX_WRONG_TRIES, PairedDevice, PairingRequest
from tests.factories.accounts import make_player

ByKey = Callable[[str], Any]
SECRET = "3f0c6a1e-made-up-by-the-phone"
pytestmark = pytest.mark.django_db


def wrong_second_half(code: str) -> str:
    """The code with another last sign."""
    return code[:-1] + ("2" if code[-1] != "2" else "3")


def wrong_first_half(code: str) -> str:
    """The code with another first sign."""
    return ("2" if code[0] != "2" else "3") + code[1:]


def expire(offer: dict[str, Any]) -> None:
    PairingRequest.objects.filter(pk=offer["pairing_id"]).update(expires_at=timezone.now())


@pytest.mark.parametrize("way", ["token", "code"])
def test_a_phone_joins_and_its_key_works(
    way: str, generate: Any, connect: Any, by_key: ByKey, team: Team, coach: User, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://axolotl.example"
    player = make_player(team)
    offer = generate(player_id=str(player.pk))
    about = {"name": "Pixel", "type": "mobile", "model": "Pixel 9", "os_version": "17", "app_version": "1.0"}
    answer = connect(**{way: offer[way]}, device=about)
    assert answer.status_code == 201
    got = answer.json()["data"]
    assert set(got) == {
        "device_id",
        "api_key",
        "access",
        "refresh",
        "expires_in",
        "ws_url",
        "team_id",
        "player_id",
        "scopes",
    }
    assert (got["team_id"], got["player_id"]) == (str(team.pk), str(player.pk))
    assert (got["scopes"], got["ws_url"]) == (["scan", "live"], "wss://axolotl.example/ws")
    device = PairedDevice.objects.get()
    assert str(device.pk) == got["device_id"]
    assert (device.team, device.user, device.player, device.name) == (team, coach, player, "Pixel")
    assert (device.model, device.os_version, device.app_version) == ("Pixel 9", "17", "1.0")
    for credential in (got["api_key"], got["access"]):
        assert by_key(credential).get("/api/scan/presets").status_code == 200
    event = AuditEvent.objects.get(action="device.paired")
    assert (event.actor, event.team_id, event.object_id) == (coach, team.pk, got["device_id"])


@pytest.mark.parametrize(("kind", "scopes"), [("camera", ["live"]), ("edge", ["edge", "scan"])])
def test_the_offer_decides_what_the_key_opens(kind: str, scopes: list[str], generate: Any, connect: Any) -> None:
    offer = generate(device_type=kind)
    assert connect(code=offer["code"], device={"name": "Box", "type": kind}).json()["data"]["scopes"] == scopes


def test_another_kind_of_device_is_told_and_takes_no_place(generate: Any, connect: Any) -> None:
    offer = generate(device_type="edge")
    answer = connect(code=offer["code"])
    assert answer.status_code == 400
    assert "edge box, not phone" in answer.json()["error"]["message"]
    assert PairedDevice.objects.count() == 0
    assert connect(code=offer["code"], device={"name": "Box", "type": "edge"}).status_code == 201


def test_a_code_is_good_for_as_many_devices_as_it_says(generate: Any, connect: Any) -> None:
    offer = generate(max_devices=2)
    assert [connect(code=offer["code"]).status_code for _ in range(3)] == [201, 201, 410]
    gone = connect(token=offer["token"])
    assert gone.json()["error"]["code"] == "GONE"
    assert gone.json()["error"]["reason"] == "full"
    assert PairedDevice.objects.count() == 2


def test_after_ten_minutes_it_is_gone(generate: Any, connect: Any) -> None:
    offer = generate()
    expire(offer)
    for way in ("token", "code"):
        answer = connect(**{way: offer[way]})
        assert (answer.status_code, answer.json()["error"]["reason"]) == (410, "expired")


def test_the_token_s_own_clock_says_the_same(generate: Any, connect: Any, monkeypatch: Any) -> None:
    offer = generate()
    now = codes.signing.time.time()
    monkeypatch.setattr(codes.signing.time, "time", lambda: now + codes.OFFER_S + 2)
    assert connect(token=offer["token"]).json()["error"]["reason"] == "expired"


# Wrong tries -------------------------------------------------------------------------------------------------------


def test_five_wrong_second_halves_kill_the_code_and_the_token(generate: Any, connect: Any) -> None:
    offer = generate()
    for number in range(1, MAX_WRONG_TRIES + 1):
        answer = connect(code=wrong_second_half(offer["code"]))
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")
        assert PairingRequest.objects.get().wrong_tries == number
    for way in ("token", "code"):
        answer = connect(**{way: offer[way]})
        assert (answer.status_code, answer.json()["error"]["reason"]) == (410, "wrong_tries")


def test_four_wrong_tries_do_not(generate: Any, connect: Any) -> None:
    offer = generate()
    for _ in range(MAX_WRONG_TRIES - 1):
        connect(code=wrong_second_half(offer["code"]))
    assert connect(code=offer["code"]).status_code == 201


def test_a_stranger_s_guesses_hurt_nobody_and_learn_nothing(generate: Any, connect: Any) -> None:
    offer = generate()
    nobodys = [connect(code=wrong_first_half(offer["code"])).json()["error"] for _ in range(MAX_WRONG_TRIES + 1)]
    near = connect(code=wrong_second_half(offer["code"])).json()["error"]
    assert all(answer == near for answer in nobodys)  # who hits a first half is not told
    assert PairingRequest.objects.get().wrong_tries == 1
    for broken in (offer["token"][:-1], "x" + offer["token"], "nonsense", f"{uuid.uuid4()}:a:b"):
        assert connect(token=broken).status_code == 404
    assert PairingRequest.objects.get().wrong_tries == 1
    assert connect(token=offer["token"]).status_code == 201


def test_a_wrong_try_at_a_spent_code_changes_nothing(generate: Any, connect: Any) -> None:
    offer = generate()
    connect(code=offer["code"])
    connect(code=wrong_second_half(offer["code"]))
    assert PairingRequest.objects.get().wrong_tries == 0


# Limits ------------------------------------------------------------------------------------------------------------


def test_an_address_gets_five_failures_a_minute(generate: Any, connect: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "pairing": "5/min"}
    offer = generate()
    failed = [connect(code=wrong_first_half(offer["code"])) for _ in range(5)]
    assert [answer.status_code for answer in failed] == [404] * 5
    assert [answer["X-RateLimit-Remaining"] for answer in failed] == ["4", "3", "2", "1", "0"]
    limited = connect(code=offer["code"])
    assert (limited.status_code, limited.json()["error"]["code"]) == (429, "RATE_LIMIT")
    assert 1 <= int(limited["Retry-After"]) <= 60


def test_a_team_s_phones_behind_one_address_do_not_queue(generate: Any, connect: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "pairing": "5/min", "wrong_codes": "5/min"}
    offer = generate(max_devices=12)
    assert [connect(code=offer["code"]).status_code for _ in range(6)] == [201] * 6
    assert [connect(token=offer["token"]).status_code for _ in range(6)] == [201] * 6


def test_one_ipv6_customer_is_one_address(generate: Any, api_client: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "pairing": "5/min"}
    body = {"code": "22222222", "device": {"name": "x", "type": "mobile"}}

    def status(number: int, net: str) -> int:
        body["code"] = f"2222222{codes.ALPHABET[number]}"
        answer = api_client().post("/api/pairing/connect", body, REMOTE_ADDR=f"2001:db8:0:{net}::{number:x}")
        return int(answer.status_code)

    assert [status(number, "a") for number in range(6)] == [404] * 5 + [429]
    assert status(6, "b") == 404


def test_many_addresses_together_are_bounded_and_qr_codes_go_on(generate: Any, api_client: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "pairing": "5/min", "wrong_codes": "8/min"}
    offer = generate(max_devices=3)
    phone = {"name": "x", "type": "mobile"}

    def send(number: int, **way: str) -> int:
        answer = api_client().post("/api/pairing/connect", {**way, "device": phone}, REMOTE_ADDR=f"10.0.0.{number}")
        return int(answer.status_code)

    wrong = [send(number, code=f"{codes.ALPHABET[number]}2222222") for number in range(9)]
    assert wrong == [404] * 8 + [429]
    assert send(100, code=offer["code"]) == 429
    assert send(101, token=offer["token"]) == 201


def test_one_limited_address_does_not_use_up_everybody_s_limit(generate: Any, api_client: Any, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "pairing": "5/min", "wrong_codes": "8/min"}
    offer = generate()
    phone = {"name": "x", "type": "mobile"}
    for number in range(30):
        body = {"code": f"{codes.ALPHABET[number]}2222222", "device": phone}
        api_client().post("/api/pairing/connect", body, REMOTE_ADDR="10.0.0.1")
    answer = api_client().post("/api/pairing/connect", {"code": offer["code"], "device": phone}, REMOTE_ADDR="10.0.0.2")
    assert answer.status_code == 201


# Bad Wi-Fi ---------------------------------------------------------------------------------------------------------


def test_a_lost_answer_comes_again_with_the_same_key_and_takes_no_second_place(generate: Any, connect: Any) -> None:
    offer = generate()
    first, again = (connect(token=offer["token"], key=SECRET) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    for name in ("device_id", "api_key", "team_id", "scopes"):
        assert first.json()["data"][name] == again.json()["data"][name]
    assert PairedDevice.objects.count() == 1
    assert PairingRequest.objects.get().places_taken == 1
    assert verify_api_key(again.json()["data"]["api_key"]) == PairedDevice.objects.get()
    assert AuditEvent.objects.filter(action="device.paired").count() == 1


def test_the_other_way_in_finds_the_same_place(generate: Any, connect: Any) -> None:
    offer = generate(max_devices=3)
    scanned = connect(token=offer["token"], key=SECRET).json()["data"]
    assert connect(code=offer["code"], key=SECRET).json()["data"]["api_key"] == scanned["api_key"]
    assert PairedDevice.objects.count() == 1


def test_once_the_key_was_used_it_is_not_shown_again(generate: Any, connect: Any, by_key: ByKey) -> None:
    offer = generate(max_devices=3)
    key = connect(token=offer["token"], key=SECRET).json()["data"]["api_key"]
    by_key(key).get("/api/scan/presets")
    answer = connect(token=offer["token"], key=SECRET)
    assert answer.status_code == 410
    assert "key was shown" in answer.json()["error"]["message"]
    assert PairedDevice.objects.count() == 1


def test_nor_after_the_offer_s_time_or_the_device_s_end(
    generate: Any, connect: Any, coach: User, api_client: Any
) -> None:
    offer = generate()
    device_id = connect(token=offer["token"], key=SECRET).json()["data"]["device_id"]
    api_client(coach).delete(f"/api/pairing/devices/{device_id}")
    assert connect(token=offer["token"], key=SECRET).status_code == 410
    late = generate()
    connect(token=late["token"], key=SECRET)
    expire(late)
    assert connect(token=late["token"], key=SECRET).json()["error"]["reason"] == "expired"


def test_who_knows_the_code_but_not_the_secret_gets_no_other_s_key(generate: Any, connect: Any) -> None:
    offer = generate()
    connect(token=offer["token"], key=SECRET)
    for other in ("", SECRET + "x", SECRET.upper()):
        assert connect(token=offer["token"], key=other).status_code == 410


def test_the_same_secret_with_another_device_is_409(generate: Any, connect: Any) -> None:
    offer = generate(max_devices=2)
    connect(token=offer["token"], key=SECRET)
    answer = connect(token=offer["token"], key=SECRET, device={"name": "Another", "type": "mobile"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")
    assert PairedDevice.objects.count() == 1


def test_the_same_secret_at_two_offers_gives_two_keys(generate: Any, connect: Any) -> None:
    keys = {connect(token=generate()["token"], key=SECRET).json()["data"]["api_key"] for _ in range(2)}
    assert len({key.split("_", 2)[2] for key in keys}) == 2


def test_a_secret_that_can_be_guessed_is_refused(generate: Any, connect: Any) -> None:
    answer = connect(token=generate()["token"], key="1")
    assert answer.status_code == 400
    assert "at least 16" in answer.json()["error"]["message"]
    assert PairedDevice.objects.count() == 0


# Whose phone it will be --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["left", "demoted", "closed"])
def test_a_host_who_may_no_more_pairs_no_more(end: str, generate: Any, connect: Any, coach: User) -> None:
    offer = generate()
    if end == "left":
        Membership.objects.get(user=coach).delete()
    elif end == "demoted":
        Membership.objects.filter(user=coach).update(role=Role.ANALYST)
    else:
        User.objects.filter(pk=coach.pk).update(is_active=False)
    answer = connect(token=offer["token"])
    assert (answer.status_code, answer.json()["error"]["reason"]) == (410, "closed")
    assert PairedDevice.objects.count() == 0
    assert PairingRequest.objects.get().places_taken == 0


def test_a_code_of_a_team_that_is_gone_is_gone(generate: Any, connect: Any, team: Team) -> None:
    offer = generate()
    team.delete()
    assert connect(token=offer["token"]).status_code == 410
    assert connect(code=offer["code"]).status_code == 404


# Worst inputs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        {"device": {"name": "x", "type": "mobile"}},
        {"code": "", "device": {"name": "x", "type": "mobile"}},
        {"code": None, "device": {"name": "x", "type": "mobile"}},
        {"code": ["K7MPX2QD"], "device": {"name": "x", "type": "mobile"}},
        {"code": {"a": 1}, "device": {"name": "x", "type": "mobile"}},
        {"code": "K7MPX2QD", "token": "x", "device": {"name": "x", "type": "mobile"}},
        {"code": "K" * 33, "device": {"name": "x", "type": "mobile"}},
        {"token": "x" * 501, "device": {"name": "x", "type": "mobile"}},
        {"code": "K7MPX2QD"},
        {"code": "K7MPX2QD", "device": "x"},
        {"code": "K7MPX2QD", "device": {"name": "x"}},
        {"code": "K7MPX2QD", "device": {"name": "", "type": "mobile"}},
        {"code": "K7MPX2QD", "device": {"name": "\u202e\u200b \n", "type": "mobile"}},
        {"code": "K7MPX2QD", "device": {"name": "x" * 81, "type": "mobile"}},
        {"code": "K7MPX2QD", "device": {"name": "x", "type": "toaster"}},
    ],
)
def test_worst_bodies_are_400(body: Any, api_client: Any) -> None:
    answer = api_client().post("/api/pairing/connect", body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("code", ["--------", "O0O0O0O0", "ключключ", "K7MPX2Q", "' OR 1=1"])
def test_what_can_be_no_code_is_404(code: str, connect: Any) -> None:
    assert connect(code=code).status_code == 404


def test_a_name_shows_only_what_can_be_seen(generate: Any, connect: Any) -> None:
    connect(
        token=generate()["token"], device={"name": " Pho\u202ene\n of Kim\x00 ", "type": "mobile", "model": "\u200b"}
    )
    device = PairedDevice.objects.get()
    assert (device.name, device.model) == ("Phone of Kim", "")


def test_a_person_s_or_device_s_credentials_do_not_matter_here(
    generate: Any, by_key: ByKey, coach: User, api_client: Any
) -> None:
    offer = generate(max_devices=2)
    body = {"token": offer["token"], "device": {"name": "x", "type": "mobile"}}
    assert by_key("axk_nonsense").post("/api/pairing/connect", body).status_code == 201
    assert api_client(coach).post("/api/pairing/connect", body).status_code == 201


def test_joining_costs_few_queries(generate: Any, connect: Any, django_assert_max_num_queries: Any) -> None:
    offer = generate()
    with django_assert_max_num_queries(12):
        assert connect(token=offer["token"], key=SECRET).status_code == 201


def test_time_left_is_read_at_each_try(generate: Any, connect: Any) -> None:
    offer = generate(max_devices=2)
    PairingRequest.objects.update(expires_at=timezone.now() + timedelta(seconds=30))
    assert connect(code=offer["code"]).status_code == 201
