"""Taking one's data along: complete, readable, private, for minutes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from rest_framework.test import APIClient

from apps.accounts.models import Player, Role, User
from apps.accounts.services import exports
from apps.accounts.services.erasure import erase_player_now
from apps.accounts.traces import SECRET, records_of, rows_about
from apps.core.lifecycle import lifecycle
from apps.core.models import AuditEvent
from tests.apps.tenancy.walk import World
from tests.factories.accounts import make_guardian, make_measurement, make_member, make_player

Clients = Callable[..., APIClient]


def opened(answer: Any) -> dict[str, Any]:
    """The files of a ZIP, the JSON ones read."""
    assert answer.status_code == 200, answer.content
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    return {name: json.loads(text) if name.endswith(".json") else text for name, text in texts.items()}


def test_a_guardian_takes_the_childs_data_along(api_client: Clients, player: Player) -> None:
    make_measurement(player)
    make_measurement(make_player(player.team), height_cm=199)
    client = api_client(make_guardian(player))
    link = client.get(f"/api/players/{player.pk}/export").json()["data"]
    assert set(link) == {"url", "expires_at"}
    answer = api_client().get(link["url"])
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "private, no-store"
    assert "attachment" in answer["Content-Disposition"]
    found = opened(answer)
    assert found["README.txt"].startswith(f"What Axolotl keeps about {player}, as of 20")
    own = found["records/accounts.Player.json"]
    assert [row["first_name"] for row in own] == ["Kim"]
    measured = found["records/accounts.Measurement.player.json"]
    assert [(row["height_cm"], row["date"]) for row in measured] == [(165.0, "2026-03-01")]
    assert set(lifecycle.exporters["player"]) == {
        name.removeprefix("apps/").removesuffix(".json") for name in found if name.startswith("apps/")
    }
    actions = AuditEvent.objects.order_by("created_at").values_list("action", flat=True)
    assert list(actions) == ["player.export_asked", "player.exported"]


def test_every_row_about_a_person_is_in_and_no_secret(api_client: Clients, db: None) -> None:
    world = World()
    for target in (world.subject, world.owner, world.people["coach"]):
        there = {f"{model._meta.label}.{name}": rows.count() for model, name, rows in rows_about(target)}
        found = records_of(target)
        counts = {name: len(rows) for name, rows in found.items()}
        assert {name: count for name, count in there.items() if count} == {
            name: count for name, count in counts.items() if name != target._meta.label
        }
        columns = {column for rows in found.values() for row in rows for column in row}
        assert not [column for column in columns if SECRET.search(column)]
        assert "password" not in json.dumps(found)


def test_ones_own_account_is_exported(api_client: Clients, coach: User) -> None:
    found = opened(api_client().get(api_client(coach).get("/api/me/export").json()["data"]["url"]))
    assert [row["email"] for row in found["records/accounts.User.json"]] == [coach.email]
    assert [row["role"] for row in found["records/accounts.Membership.user.json"]] == ["coach"]
    assert set(lifecycle.exporters["user"]) <= {name[5:-5] for name in found if name.startswith("apps/")}


@pytest.mark.parametrize(
    ("person", "status"),
    [("stranger", 404), ("player", 404), ("guardian", 200), ("analyst", 403), ("coach", 200)],
)
def test_who_takes_a_players_data_along(api_client: Clients, db: None, person: str, status: int) -> None:
    world = World()
    answer = api_client(world.people[person]).get(f"/api/players/{world.subject.pk}/export")
    assert answer.status_code == status


def test_a_link_dies_with_the_right(api_client: Clients, coach: User, player: Player) -> None:
    url = api_client(coach).get(f"/api/players/{player.pk}/export").json()["data"]["url"]
    coach.memberships.update(role=Role.ANALYST)
    assert api_client().get(url).status_code == 403
    coach.memberships.all().delete()
    assert api_client().get(url).status_code == 404
    User.objects.filter(pk=coach.pk).update(is_active=False)
    assert api_client().get(url).status_code == 404


def test_a_link_dies_after_minutes_and_is_not_made_up(api_client: Clients, coach: User, settings: Any) -> None:
    url = api_client(coach).get("/api/me/export").json()["data"]["url"]
    settings.SIGNED_URL_SECONDS = -1
    assert api_client().get(url).status_code == 410
    assert api_client().get("/api/exports/made:up:token").status_code == 404
    foreign = signing.dumps({"k": "user", "o": str(coach.pk), "u": str(coach.pk)}, salt="another")
    assert api_client().get(f"/api/exports/{foreign}").status_code == 404


def test_an_export_costs_a_bounded_number_of_queries(
    coach: User, player: Player, django_assert_max_num_queries: Any
) -> None:
    link = exports.link_player_export(user=coach, player_id=str(player.pk))
    for count in (1, 12):
        for month in range(1, count + 1):
            player.measurements.get_or_create(date=f"2025-{month:02d}-01", defaults={"height_cm": 150 + month})
        with django_assert_max_num_queries(90):
            exports.open_export(token=link.url.rpartition("/")[2])


def test_two_players_of_one_name_are_kept_apart(api_client: Clients, coach: User, player: Player) -> None:
    twin = make_player(player.team, first_name=player.first_name, last_name=player.last_name)
    make_member(player.team)
    url = api_client(coach).get(f"/api/players/{twin.pk}/export").json()["data"]["url"]
    assert [row["id"] for row in opened(api_client().get(url))["records/accounts.Player.json"]] == [str(twin.pk)]


def test_an_export_that_meets_an_erasure_names_nobody_again(
    api_client: Clients, player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = api_client(make_guardian(player)).get(f"/api/players/{player.pk}/export").json()["data"]["url"]
    seen_before = Player.objects.get(pk=player.pk)
    erase_player_now(Player.objects.get(pk=player.pk), actor=None)
    monkeypatch.setattr(exports, "get_player", lambda user, player_id: seen_before)
    monkeypatch.setattr(exports, "is_family", lambda user, target: True)
    assert api_client().get(url).status_code == 404
    assert not AuditEvent.objects.filter(object_id=str(player.pk)).exists()
