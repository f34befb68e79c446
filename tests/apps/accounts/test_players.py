"""Players."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Player, Role, Team, User
from apps.core.models import AuditEvent
from tests.factories.accounts import make_guardian, make_member, make_player, make_player_user

Clients = Callable[..., APIClient]


def test_a_player_is_shown_whole_and_what_is_missing_is_null(api_client: Clients, coach: User, player: Player) -> None:
    today = timezone.now().date()
    born_this_year = today.year - 2012 - ((today.month, today.day) < (3, 4))
    assert api_client(coach).get(f"/api/players/{player.pk}").json()["data"] == {
        "id": str(player.pk),
        "team_id": str(player.team_id),
        "external_id": "player_1",
        "first_name": "Kim",
        "last_name": player.last_name,
        "display_name": f"Kim {player.last_name}",
        "date_of_birth": "2012-03-04",
        "age_years": born_this_year,
        "position": None,
        "jersey_number": None,
        "height_cm": None,
        "weight_kg": None,
        "dominant_foot": None,
        "sex": None,
        "consent": {"given": False, "given_at": None},
    }


def test_a_player_is_found_by_external_id_in_ones_own_team(
    api_client: Clients, coach: User, player: Player, other_team: Team
) -> None:
    make_player(other_team, external_id="player_1")
    assert api_client(coach).get("/api/players/player_1").json()["data"]["id"] == str(player.pk)


def test_an_external_id_of_two_own_teams_is_ambiguous(
    api_client: Clients, coach: User, player: Player, other_team: Team
) -> None:
    make_player(other_team, external_id="player_1")
    make_member(other_team, Role.ANALYST, coach)
    answer = api_client(coach).get("/api/players/player_1")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")


def test_a_coach_adds_a_player(api_client: Clients, coach: User, team: Team) -> None:
    body = {"team_id": str(team.pk), "first_name": "Ona", "position": "forward", "height_cm": 161.5, "sex": None}
    answer = api_client(coach).post("/api/players", body)
    assert answer.status_code == 201
    row = Player.objects.get()
    assert (row.team, row.first_name, row.position, row.height_cm, row.sex) == (team, "Ona", "forward", 161.5, "")
    assert answer.json()["data"]["id"] == str(row.pk)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("position", "sweeper"),
        ("height_cm", 1.75),
        ("weight_kg", -3),
        ("jersey_number", 100),
        ("date_of_birth", "2050-01-01"),
        ("date_of_birth", "yesterday"),
        ("sex", "x"),
    ],
)
def test_nonsense_is_refused_and_nothing_changes(
    api_client: Clients, coach: User, team: Team, player: Player, field: str, value: object
) -> None:
    before = Player.objects.values().get()
    new = api_client(coach).post("/api/players", {"team_id": str(team.pk), "first_name": "A", field: value})
    changed = api_client(coach).patch(f"/api/players/{player.pk}", {field: value})
    assert [new.status_code, changed.status_code] == [400, 400]
    assert field in new.json()["error"]["details"][0]
    assert Player.objects.values().get() == before


def test_missing_fields_are_named(api_client: Clients, coach: User) -> None:
    details = api_client(coach).post("/api/players", {}).json()["error"]["details"]
    assert details == ["Field 'team_id' is required", "Field 'first_name' is required"]


def test_an_external_id_that_looks_like_ours_is_refused(
    api_client: Callable[..., Any], coach: User, team: Team
) -> None:
    body = {"team_id": str(team.pk), "first_name": "B", "external_id": "6F9619FF-8B86-D011-B42D-00C04FC964FF"}
    answer = api_client(coach).post("/api/players", body)
    assert answer.status_code == 400
    assert "the form of an Axolotl id" in str(answer.json()["error"]["details"])


def test_an_external_id_is_unique_in_its_team_only(
    api_client: Clients, coach: User, team: Team, player: Player, other_team: Team, other_coach: User
) -> None:
    taken = api_client(coach).post(
        "/api/players", {"team_id": str(team.pk), "first_name": "B", "external_id": "player_1"}
    )
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "CONFLICT")
    body = {"team_id": str(other_team.pk), "first_name": "B", "external_id": "player_1"}
    assert api_client(other_coach).post("/api/players", body).status_code == 201
    nameless = {"team_id": str(team.pk), "first_name": "B", "external_id": None}
    assert [api_client(coach).post("/api/players", nameless).status_code for _ in range(2)] == [201, 201]


def test_a_change_leaves_the_rest(api_client: Clients, coach: User, player: Player) -> None:
    answer = api_client(coach).patch("/api/players/player_1", {"jersey_number": 7, "dominant_foot": "left"})
    assert answer.json()["data"]["jersey_number"] == 7
    player.refresh_from_db()
    assert (player.jersey_number, player.dominant_foot, player.external_id) == (7, "left", "player_1")


def test_the_team_of_a_player_cannot_be_changed(
    api_client: Clients, coach: User, player: Player, other_team: Team
) -> None:
    api_client(coach).patch(f"/api/players/{player.pk}", {"team_id": str(other_team.pk)})
    player.refresh_from_db()
    assert player.team_id != other_team.pk


def test_deleting_is_written_down(api_client: Clients, coach: User, player: Player) -> None:
    assert api_client(coach).delete(f"/api/players/{player.pk}").status_code == 204
    assert Player.objects.count() == 0
    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.object_id) == (coach, "player.deleted", str(player.pk))


def test_an_analyst_reads_but_does_not_edit(api_client: Clients, analyst: User, player: Player) -> None:
    client = api_client(analyst)
    assert client.get(f"/api/players/{player.pk}").status_code == 200
    refused = client.patch(f"/api/players/{player.pk}", {"first_name": "No"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "PERMISSION_DENIED")
    player.refresh_from_db()
    assert player.first_name == "Kim"


def test_a_player_reads_only_themselves(api_client: Clients, player_user: User, player: Player) -> None:
    client = api_client(player_user)
    own = player_user.players.get()
    assert [row["id"] for row in client.get("/api/players").json()["data"]] == [str(own.pk)]
    assert client.get(f"/api/players/{player.pk}").status_code == 404
    assert client.patch(f"/api/players/{own.pk}", {"first_name": "No"}).status_code == 403


def test_a_player_who_left_the_team_reads_nothing(api_client: Clients, player_user: User) -> None:
    player_user.memberships.all().delete()
    assert api_client(player_user).get("/api/players").json()["data"] == []


def test_a_guardian_reads_their_child_and_consents(api_client: Clients, player: Player, team: Team) -> None:
    make_player(team)
    client = api_client(make_guardian(player))
    assert [row["id"] for row in client.get("/api/players").json()["data"]] == [str(player.pk)]
    assert client.patch(f"/api/players/{player.pk}", {"first_name": "No"}).status_code == 403
    consent = client.post(f"/api/players/{player.pk}/consent", {"given": True}).json()["data"]["consent"]
    assert consent["given"] is True
    assert consent["given_at"].endswith("Z")
    assert client.post(f"/api/players/{player.pk}/consent", {"given": False}).json()["data"]["consent"] == {
        "given": False,
        "given_at": None,
    }


def test_an_analyst_does_not_consent_for_a_player(api_client: Clients, analyst: User, player: Player) -> None:
    assert api_client(analyst).post(f"/api/players/{player.pk}/consent", {"given": True}).status_code == 403
    player.refresh_from_db()
    assert player.consent_given_at is None


def names(client: APIClient, query: str) -> list[str]:
    return [row["display_name"] for row in client.get(f"/api/players?{query}").json()["data"]]


def test_the_list_filters_searches_and_orders(api_client: Clients, coach: User, team: Team, other_team: Team) -> None:
    make_member(other_team, Role.COACH, coach)
    make_player(team, first_name="Ada", last_name="Zorn", position="forward", jersey_number=9)
    make_player(team, first_name="Bo", last_name="Adams", jersey_number=3)
    make_player(other_team, first_name="Cy", last_name="Mond", position="forward")
    client = api_client(coach)
    assert names(client, "") == ["Bo Adams", "Cy Mond", "Ada Zorn"]
    assert names(client, f"team_id={team.pk}&ordering=jersey_number") == ["Bo Adams", "Ada Zorn"]
    assert names(client, "position=forward&ordering=-last_name") == ["Ada Zorn", "Cy Mond"]
    assert names(client, "q=ada+zor") == ["Ada Zorn"]


@pytest.mark.parametrize("query", ["team_id=nonsense", "position=sweeper"])
def test_a_nonsense_filter_is_refused(api_client: Clients, coach: User, query: str) -> None:
    assert api_client(coach).get(f"/api/players?{query}").status_code == 400


def test_a_page_costs_the_same_however_long(
    api_client: Clients, coach: User, team: Team, django_assert_num_queries: Any
) -> None:
    client = api_client(coach)
    for _ in range(3):
        make_player(team)
    with django_assert_num_queries(3):  # user, count, page
        assert len(client.get("/api/players").json()["data"]) == 3
    for _ in range(30):
        make_player_user(team)
    with django_assert_num_queries(3):
        assert len(client.get("/api/players?per_page=30").json()["data"]) == 30
