"""Devices after they have joined: the list, names, the next key, the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Membership, Role, Team, User
from apps.core.lifecycle import lifecycle
from apps.core.models import AuditEvent
from apps.pairing import tokens
from apps.pairing.models import DeviceType, DeviceUser, PairedDevice, PairingRequest
from apps.pairing.services import devices
from tests.factories.accounts import make_member, make_player, make_user
from tests.factories.devices import make_device, make_pairing

ByKey = Callable[[str], Any]
SECRET = "made-up-for-this-replacement"
PROBE = "/api/scan/presets"
pytestmark = pytest.mark.django_db


def rotate(by_key: ByKey, device: PairedDevice, key: str, secret: str = "") -> Any:
    headers = {"Idempotency-Key": secret} if secret else {}
    return by_key(key).post(f"/api/pairing/devices/{device.pk}/rotate", headers=headers)


# The list ----------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_a_coach_needs_and_nothing_of_a_key(team: Team, coach: User, api_client: Any) -> None:
    device, key = make_device(team, coach, name="Behind the goal", model="Pixel 9")
    (row,) = api_client(coach).get("/api/pairing/devices").json()["data"]
    assert row == {
        "device_id": str(device.pk),
        "team_id": str(team.pk),
        "player_id": None,
        "name": "Behind the goal",
        "device_type": "mobile",
        "model": "Pixel 9",
        "os_version": "",
        "app_version": "",
        "scopes": ["scan", "live"],
        "key_prefix": key.split("_")[1],
        "paired_by": coach.name,
        "paired_at": row["paired_at"],
        "last_seen_at": None,
        "revoked_at": None,
        "is_live": True,
    }
    assert device.key_hash not in str(row)


def test_it_is_filtered_sorted_and_cut_in_pages(team: Team, coach: User, other_team: Team, api_client: Any) -> None:
    player = make_player(team)
    phone, _ = make_device(team, coach, name="b", player=player)
    box, _ = make_device(team, coach, DeviceType.EDGE, name="a")
    gone, _ = make_device(team, coach, name="c", revoked_at=timezone.now())
    left, _ = make_device(team, make_user(), name="d")
    make_device(other_team)

    def names(query: str) -> list[str]:
        return [row["name"] for row in api_client(coach).get(f"/api/pairing/devices?{query}").json()["data"]]

    assert names("ordering=name") == ["a", "b", "c", "d"]
    assert names("device_type=edge") == [box.name]
    assert names(f"player_id={player.pk}") == [phone.name]
    assert names("is_live=true&ordering=name") == [box.name, phone.name]
    assert names("is_live=false&ordering=name") == [gone.name, left.name]
    assert names(f"team_id={other_team.pk}") == []
    page = api_client(coach).get("/api/pairing/devices?per_page=3").json()["pagination"]
    assert (page["total"], page["pages"]) == (4, 2)


def test_it_costs_the_same_however_long(
    team: Team, coach: User, api_client: Any, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = api_client(coach)
    make_device(team, coach)
    with django_assert_max_num_queries(5) as few:
        client.get("/api/pairing/devices")
    for _ in range(8):
        make_device(team)
    with django_assert_num_queries(len(few)):
        client.get("/api/pairing/devices")


# Names -------------------------------------------------------------------------------------------------------------


def test_a_coach_and_the_device_itself_give_names(team: Team, coach: User, api_client: Any, by_key: ByKey) -> None:
    device, key = make_device(team)
    assert api_client(coach).patch(f"/api/pairing/{device.pk}", {"name": "One"}).json()["data"]["name"] == "One"
    assert by_key(key).patch(f"/api/pairing/devices/{device.pk}", {"name": "Two"}).json()["data"]["name"] == "Two"
    for bad in ({}, {"name": ""}, {"name": "x" * 81}, {"name": None}, {"name": "\n"}):
        assert api_client(coach).patch(f"/api/pairing/{device.pk}", bad).status_code == 400
    device.refresh_from_db()
    assert device.name == "Two"


# The next key ------------------------------------------------------------------------------------------------------


def test_after_a_replacement_both_keys_count_then_only_the_new_one(team: Team, by_key: ByKey) -> None:
    device, old = make_device(team)
    pair = tokens.issue(device.pk, device.key_hash)
    answer = rotate(by_key, device, old).json()["data"]
    new = answer["api_key"]
    assert new != old
    assert new.split("_")[1] == old.split("_")[1]
    for credential in (old, new, pair.access, answer["access"]):
        assert by_key(credential).get(PROBE).status_code == 200
    device.refresh_from_db()
    assert device.previous_key_until is not None
    assert timedelta(minutes=4) < device.previous_key_until - timezone.now() <= devices.KEY_OVERLAP
    PairedDevice.objects.update(previous_key_until=timezone.now())
    assert [by_key(credential).get(PROBE).status_code for credential in (old, new)] == [401, 200]
    assert [by_key(credential).get(PROBE).status_code for credential in (pair.access, answer["access"])] == [401, 200]
    event = AuditEvent.objects.get(action="device.key_replaced")
    assert event.after["by_device"] == str(device.pk)


def test_a_lost_answer_comes_again_by_the_old_key_and_the_same_secret(team: Team, by_key: ByKey) -> None:
    device, old = make_device(team)
    first, again = (rotate(by_key, device, old, SECRET).json()["data"] for _ in range(2))
    assert first["api_key"] == again["api_key"]
    assert first["previous_key_until"] == again["previous_key_until"]  # not prolonged
    assert AuditEvent.objects.filter(action="device.key_replaced").count() == 1


def test_a_replaced_key_replaces_nothing_more(team: Team, by_key: ByKey) -> None:
    device, leaked = make_device(team)
    new = rotate(by_key, device, leaked, SECRET).json()["data"]["api_key"]
    for secret in ("", "another secret made up"):
        answer = rotate(by_key, device, leaked, secret)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")
    assert by_key(new).get(PROBE).status_code == 200


def test_the_same_secret_later_gives_another_key(team: Team, by_key: ByKey) -> None:
    device, key = make_device(team)
    second = rotate(by_key, device, key, SECRET).json()["data"]["api_key"]
    PairedDevice.objects.update(previous_key_until=timezone.now())
    third = rotate(by_key, device, second, SECRET).json()["data"]["api_key"]
    assert len({key, second, third}) == 3
    assert by_key(third).get(PROBE).status_code == 200


def test_a_coach_replaces_a_key_too(team: Team, coach: User, api_client: Any, by_key: ByKey) -> None:
    device, _ = make_device(team)
    key = api_client(coach).post(f"/api/pairing/devices/{device.pk}/rotate").json()["data"]["api_key"]
    assert by_key(key).get(PROBE).status_code == 200


def test_a_revoked_device_gets_no_new_key(team: Team, coach: User, api_client: Any) -> None:
    device, _ = make_device(team, revoked_at=timezone.now())
    answer = api_client(coach).post(f"/api/pairing/devices/{device.pk}/rotate")
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "GONE")


# The end -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["/api/pairing/{}", "/api/pairing/devices/{}/"])
def test_a_coach_revokes_any_device_of_the_team_at_once(
    route: str, team: Team, coach: User, api_client: Any, by_key: ByKey
) -> None:
    device, key = make_device(team)
    pair = tokens.issue(device.pk, device.key_hash)
    for _ in range(2):
        assert api_client(coach).delete(route.format(device.pk)).status_code == 204
    for credential in (key, pair.access):
        assert by_key(credential).get(PROBE).status_code == 401
    device.refresh_from_db()
    assert device.revoked_at is not None
    assert (device.key_hash, device.previous_key_hash) == ("", "")
    event = AuditEvent.objects.get(action="device.revoked")
    assert (event.actor, event.object_id) == (coach, str(device.pk))


def test_a_phone_ends_itself(team: Team, by_key: ByKey) -> None:
    device, key = make_device(team)
    assert by_key(key).delete(f"/api/pairing/devices/{device.pk}").status_code == 204
    assert by_key(key).get(PROBE).status_code == 401
    assert AuditEvent.objects.get(action="device.revoked").after["by_device"] == str(device.pk)


def test_a_device_s_queries_see_nothing_from_the_moment_of_its_end(team: Team, coach: User) -> None:
    device, _ = make_device(team, coach)
    user = DeviceUser.acting(device, device.key_hash)  # authenticated just before
    assert list(user.staffed_team_ids()) == [team.pk]
    devices.end_device(device)
    assert list(user.staffed_team_ids()) == list(user.joined_team_ids()) == []


# People and teams that go ------------------------------------------------------------------------------------------


def test_erasing_a_person_team_or_player_takes_devices_along(team: Team, coach: User) -> None:
    player = make_player(team)
    other = make_member(team, Role.COACH)
    of_player, _ = make_device(team, other, player=player)
    of_coach, _ = make_device(team, coach)
    of_other, _ = make_device(team, other)
    make_pairing(team, coach)
    lifecycle.erase("player", [player.pk])
    assert set(PairedDevice.objects.values_list("pk", flat=True)) == {of_coach.pk, of_other.pk}
    lifecycle.erase("user", [coach.pk])
    assert set(PairedDevice.objects.values_list("pk", flat=True)) == {of_other.pk}
    assert PairingRequest.objects.count() == 0
    lifecycle.erase("team", [team.pk])
    assert PairedDevice.objects.count() == 0
    assert of_player.pk != of_other.pk


def test_an_export_names_devices_and_no_key(team: Team, coach: User) -> None:
    player = make_player(team)
    device, _ = make_device(team, coach, player=player, last_seen_at=timezone.now())
    for kind, whose in (("user", coach.pk), ("player", player.pk)):
        (row,) = lifecycle.export(kind, whose)["pairing"]["devices"]
        assert (row["device_id"], row["name"]) == (str(device.pk), device.name)
        assert device.key_hash not in str(row)
        assert device.key_prefix not in str(row)
    assert lifecycle.export("user", make_user().pk)["pairing"] == {"devices": []}


# The admin ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def test_the_admin_shows_no_hash_and_revokes(staff: Client, team: Team, coach: User, by_key: ByKey) -> None:
    device, key = make_device(team, coach)
    offer = make_pairing(team, coach, code_hash="c" * 64)
    for model, row, hidden in (("paireddevice", device, device.key_hash), ("pairingrequest", offer, offer.code_hash)):
        listed = staff.get(reverse(f"admin:pairing_{model}_changelist"), {"q": team.name})
        shown = staff.get(reverse(f"admin:pairing_{model}_change", args=[row.pk]))
        assert (listed.status_code, shown.status_code) == (200, 200)
        assert hidden not in listed.content.decode() + shown.content.decode()
    changelist = reverse("admin:pairing_paireddevice_changelist")
    staff.post(changelist, {"action": "revoke", "_selected_action": [str(device.pk)]})
    assert by_key(key).get(PROBE).status_code == 401
    assert AuditEvent.objects.get(action="device.revoked").object_id == str(device.pk)
    assert staff.post(reverse("admin:pairing_paireddevice_add")).status_code == 403


def test_a_left_member_s_devices_say_so(team: Team, coach: User, owner: User, api_client: Any) -> None:
    device, _ = make_device(team, coach)
    membership = Membership.objects.get(user=coach)
    assert api_client(owner).delete(f"/api/teams/{team.pk}/members/{membership.pk}").status_code == 204
    (row,) = api_client(owner).get("/api/pairing/devices").json()["data"]
    assert (row["device_id"], row["is_live"], row["revoked_at"]) == (str(device.pk), False, None)
