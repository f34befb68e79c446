"""Device keys: what they open, for whom, and when they stop."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from apps.accounts.models import Membership, Role, Team, User
from apps.accounts.selectors import get_player, get_team
from apps.accounts.tokens import create_session_token
from apps.core.errors import NotFound
from apps.pairing import tokens
from apps.pairing.auth import SEEN_EVERY, generate_api_key, verify_api_key
from apps.pairing.models import DeviceType, DeviceUser, PairedDevice
from tests.factories.accounts import make_member, make_player, make_team
from tests.factories.devices import make_device
from tests.factories.scans import make_job
from tests.factories.sessions import make_session

ByKey = Callable[[str], Any]
pytestmark = pytest.mark.django_db


def test_a_key_has_256_random_bits_and_is_stored_as_a_hash() -> None:
    key, prefix, key_hash = generate_api_key()
    assert re.fullmatch(rf"axk_{prefix}_[A-Za-z0-9_-]{{43}}", key)  # 43 characters of 6 bits hold 256
    assert re.fullmatch(r"[0-9a-f]{64}", key_hash)
    secrets = {generate_api_key()[0].split("_", 2)[2] for _ in range(200)}
    assert len(secrets) == 200


def test_a_key_finds_its_device(team: Team) -> None:
    device, key = make_device(team)
    assert verify_api_key(key) == device


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key[:-1],
        lambda key: key + "A",
        lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
        lambda key: key.upper(),
        lambda key: key.replace("axk_", "axk-"),
        lambda key: " " + key,
        lambda key: key + "\n",
        lambda key: "",
        lambda key: "axk_",
        lambda key: "axk_" + "é" * 60,
        lambda key: "axk_" + "0" * 100_000,
        lambda key: generate_api_key()[0],
        lambda key: generate_api_key(prefix=key.split("_")[1])[0],
    ],
)
def test_anything_else_finds_nothing(team: Team, spoil: Callable[[str], str]) -> None:
    _, key = make_device(team)
    assert verify_api_key(spoil(key)) is None


def test_a_bad_key_is_401_in_the_envelope(by_key: ByKey) -> None:
    for bad in ("axk_", "axk_x_y", generate_api_key()[0], "axk_\xe9"):
        answer = by_key(bad).get("/api/scan/presets")
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "AUTH_ERROR"
        assert "Pair the device anew" in answer.json()["error"]["message"]
        assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_device_gets_what_its_scope_opens_and_nothing_else(team: Team, by_key: ByKey) -> None:
    _, phone = make_device(team)
    _, camera = make_device(team, device_type=DeviceType.CAMERA)
    assert by_key(phone).get("/api/scan/presets").status_code == 200
    refused = by_key(camera).get("/api/scan/presets")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "PERMISSION_DENIED")
    for closed in ("/api/players", "/api/teams", "/api/auth/me", "/api/sessions", "/api/pairing/devices"):
        assert by_key(phone).get(closed).status_code == 403, closed


def test_a_device_sees_only_its_one_team(coach: User, team: Team, other_team: Team, by_key: ByKey) -> None:
    make_member(other_team, Role.COACH, coach)
    own, other = (make_job(make_session(where)) for where in (team, other_team))
    _, key = make_device(team, coach)
    assert by_key(key).get(f"/api/scan/{own.pk}/status").status_code == 200
    assert by_key(key).get(f"/api/scan/{other.pk}/status").status_code == 404
    user = DeviceUser.acting(PairedDevice.objects.get(user=coach), "")
    assert get_team(user, team.pk) == team
    for hidden in (lambda: get_team(user, other_team.pk), lambda: get_player(user, str(make_player(other_team).pk))):
        with pytest.raises(NotFound):
            hidden()


def test_a_device_is_never_staff_and_never_changes_its_user(team: Team) -> None:
    admin = make_member(team)
    admin.is_staff = admin.is_superuser = True
    admin.save(update_fields=["is_staff", "is_superuser"])
    device, _ = make_device(team, admin)
    user = DeviceUser.acting(PairedDevice.objects.select_related("user").get(pk=device.pk), device.key_hash)
    assert (user.pk, user.is_staff, user.is_superuser, user.has_perm("accounts.delete_user")) == (
        admin.pk,
        False,
        False,
        False,
    )
    with pytest.raises(TypeError, match="never changes"):
        user.save()
    admin.refresh_from_db()
    assert admin.is_superuser


def test_a_guardian_by_chance_brings_no_other_team_into_the_device(team: Team, coach: User) -> None:
    child = make_player(make_team())
    child.guardianships.create(guardian=coach)
    device, _ = make_device(team, coach)
    user = DeviceUser.acting(device, device.key_hash)
    assert list(coach.own_player_ids()) == [child.pk]
    assert list(user.own_player_ids()) == []


def test_a_revoked_key_is_dead_at_once(team: Team, by_key: ByKey) -> None:
    device, key = make_device(team)
    assert by_key(key).get("/api/scan/presets").status_code == 200
    PairedDevice.objects.filter(pk=device.pk).update(revoked_at=timezone.now())
    assert by_key(key).get("/api/scan/presets").status_code == 401


def test_leaving_the_team_kills_the_key_for_good(coach: User, team: Team, by_key: ByKey) -> None:
    device, key = make_device(team, coach)
    Membership.objects.get(user=coach, team=team).delete()
    assert by_key(key).get("/api/scan/presets").status_code == 401
    make_member(team, Role.COACH, coach)
    assert by_key(key).get("/api/scan/presets").status_code == 401
    device.refresh_from_db()
    assert not device.is_live


def test_a_closed_account_closes_its_devices(coach: User, team: Team, by_key: ByKey) -> None:
    _, key = make_device(team, coach)
    coach.is_active = False
    coach.save(update_fields=["is_active"])
    assert by_key(key).get("/api/scan/presets").status_code == 401


def test_a_demoted_coach_s_phone_scans_no_more(coach: User, team: Team, by_key: ByKey) -> None:
    _, key = make_device(team, coach)
    job = make_job(make_session(team))
    assert by_key(key).get(f"/api/scan/{job.pk}/status").status_code == 200
    Membership.objects.filter(user=coach, team=team).update(role=Role.PLAYER)
    assert by_key(key).get(f"/api/scan/{job.pk}/status").status_code == 404


def test_last_seen_is_written_once_a_minute(
    team: Team, by_key: ByKey, monkeypatch: Any, django_assert_num_queries: Any
) -> None:
    device, key = make_device(team)
    client = by_key(key)
    client.get("/api/scan/presets")
    device.refresh_from_db()
    first = device.last_seen_at
    assert first is not None
    with django_assert_num_queries(1):  # the key; no write
        verify_api_key(key)
    client.get("/api/scan/presets")
    device.refresh_from_db()
    assert device.last_seen_at == first
    PairedDevice.objects.filter(pk=device.pk).update(last_seen_at=first - SEEN_EVERY - timedelta(seconds=1))
    client.get("/api/scan/presets")
    device.refresh_from_db()
    assert device.last_seen_at > first


def test_no_column_of_any_table_holds_a_key(team: Team, generate: Any, connect: Any, by_key: ByKey) -> None:
    offer = generate()
    joined = connect(code=offer["code"], key="a-random-text-of-the-phone").json()["data"]
    rotated = by_key(joined["api_key"]).post(f"/api/pairing/devices/{joined['device_id']}/rotate").json()["data"]
    secrets = [joined["api_key"], rotated["api_key"], offer["code"], offer["token"], "a-random-text-of-the-phone"]
    for name in ("pairing", "core"):
        for model in apps.get_app_config(name).get_models():
            kept = str(list(model._base_manager.values()))
            assert [secret for secret in secrets if secret in kept or secret.split("_", 2)[-1] in kept] == []


# Tokens that stand for a key ---------------------------------------------------------------------------------------


def test_a_device_s_access_token_opens_what_the_key_opens(team: Team, by_key: ByKey) -> None:
    device, _ = make_device(team)
    pair = tokens.issue(device.pk, device.key_hash)
    assert by_key(pair.access).get("/api/scan/presets").status_code == 200
    assert by_key(pair.access).get("/api/players").status_code == 403
    assert by_key(pair.refresh).get("/api/scan/presets").status_code == 401  # a refresh token opens nothing


def test_tokens_die_with_the_key(team: Team, by_key: ByKey, api_client: Any) -> None:
    device, _ = make_device(team)
    pair = tokens.issue(device.pk, device.key_hash)
    fresh = api_client().post("/api/pairing/token", {"refresh": pair.refresh})
    assert fresh.status_code == 200
    assert by_key(fresh.json()["data"]["access"]).get("/api/scan/presets").status_code == 200
    PairedDevice.objects.filter(pk=device.pk).update(revoked_at=timezone.now())
    assert by_key(pair.access).get("/api/scan/presets").status_code == 401
    assert api_client().post("/api/pairing/token", {"refresh": pair.refresh}).status_code == 401


def test_a_device_s_token_is_no_person_s_and_the_other_way_round(
    team: Team, coach: User, by_key: ByKey, api_client: Any
) -> None:
    device, _ = make_device(team, coach)
    pair = tokens.issue(device.pk, device.key_hash)
    assert api_client().post("/api/auth/token/refresh", {"refresh": pair.refresh}).status_code == 401
    person = create_session_token(str(coach.pk))
    for wrong in (person, pair.access, "x", "a.b.c", "é" * 400):
        assert api_client().post("/api/pairing/token", {"refresh": wrong}).status_code == 401
    assert by_key(person).get("/api/players").status_code == 200
