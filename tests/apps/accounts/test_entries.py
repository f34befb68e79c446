"""What is entered about players: who may, what is refused, what is asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Concussion, FitnessTest, Measurement, Player, Team, User, WellnessReport
from apps.accounts.services.entries import save_wellness
from apps.core.models import AuditEvent
from tests.factories.accounts import (
    make_concussion,
    make_guardian,
    make_measurement,
    make_player,
    make_wellness,
)

Clients = Callable[..., APIClient]


def url(player: Player, kind: str, entry: Any = None) -> str:
    return f"/api/players/{player.pk}/{kind}" + (f"/{entry.pk}" if entry is not None else "")


def error(answer: Any) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()["error"]
    return body


def test_a_measurement_is_stored_and_the_player_follows(api_client: Clients, coach: User, player: Player) -> None:
    body = {"date": "2026-03-01", "height_cm": 165.5, "sitting_height_cm": 86, "weight_kg": 54.2}
    answer = api_client(coach).post(url(player, "measurements"), body)
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert {**data, "id": "", "created_at": "", "updated_at": ""} == {
        **body,
        "id": "",
        "created_at": "",
        "updated_at": "",
        "entered_by": {"id": str(coach.pk), "name": coach.name},
    }
    player.refresh_from_db()
    assert (player.height_cm, player.weight_kg) == (165.5, 54.2)


def test_the_newest_measurement_counts_for_the_player(api_client: Clients, coach: User, player: Player) -> None:
    client = api_client(coach)
    client.post(url(player, "measurements"), {"date": "2026-03-01", "height_cm": 165})
    client.post(url(player, "measurements"), {"date": "2025-03-01", "height_cm": 158, "weight_kg": 48})
    player.refresh_from_db()
    assert (player.height_cm, player.weight_kg) == (165, 48)
    newest = Measurement.objects.get(height_cm=165)
    assert client.delete(url(player, "measurements", newest)).status_code == 204
    player.refresh_from_db()
    assert player.height_cm == 158


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("measurements", {"date": "2026-03-01"}, "measurement is empty"),
        ("measurements", {"date": "2026-03-01", "height_cm": 1.65}, "height_cm"),
        ("measurements", {"date": "2026-03-01", "height_cm": 86, "sitting_height_cm": 86}, "swapped"),
        ("measurements", {"date": "2026-03-01", "weight_kg": "NaN"}, "weight_kg"),
        ("measurements", {"date": "2999-03-01", "weight_kg": 50}, "in the future"),
        ("measurements", {"date": "2012-03-03", "weight_kg": 50}, "before the player was born"),
        ("measurements", {"weight_kg": 50}, "'date' is required"),
        ("fitness-tests", {"date": "2026-03-01", "kind": "mss", "value_mps": 25.2}, "faster than 12.5 m/s (45 km/h)"),
        ("fitness-tests", {"date": "2026-03-01", "kind": "mas", "value_mps": 12}, "12 m/s (43 km/h)"),
        ("fitness-tests", {"date": "2026-03-01", "kind": "jump", "value_mps": 5}, "kind"),
        ("wellness", {"date": "2026-03-01"}, "report is empty"),
        ("wellness", {"date": "2026-03-01", "pain": 11}, "pain"),
        ("wellness", {"date": "2026-03-01", "sleep_quality": 0}, "sleep_quality"),
        ("wellness", {"date": "2999-03-01", "pain": 1}, "in the future"),
        ("concussions", {"injured_at": "2999-03-01T10:00:00Z"}, "in the future"),
        ("concussions", {"injured_at": "2012-03-01T10:00:00Z"}, "before the player was born"),
        (
            "concussions",
            {"injured_at": "2026-03-05T10:00:00Z", "symptom_free_since": "2026-03-04"},
            "before the injury",
        ),
        ("concussions", {"injured_at": "0001-01-01T00:00:00Z"}, "injured_at"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    api_client: Clients, coach: User, player: Player, kind: str, body: dict[str, Any], words: str
) -> None:
    answer = api_client(coach).post(url(player, kind), body)
    assert answer.status_code == 400
    said = error(answer)
    assert words in said["message"] + " ".join(said["details"])
    for model in (Measurement, FitnessTest, WellnessReport, Concussion):
        assert model._default_manager.count() == 0


@pytest.mark.parametrize(
    ("earlier", "body", "words"),
    [
        ({"height_cm": 165.0}, {"height_cm": 163.0}, "Height falls from 165 cm on 2026-03-01 to 163 cm on 2026-04-01"),
        ({"height_cm": 125.0}, {"height_cm": 165.0}, "Height grows by 40.0 cm in 31 days"),
        ({"sitting_height_cm": 80.0}, {"sitting_height_cm": 86.0}, "Sitting height grows by 6.0 cm"),
        ({"weight_kg": 40.0}, {"weight_kg": 88.0}, "Weight rises by 48.0 kg in 31 days"),
        ({"weight_kg": 60.0}, {"weight_kg": 50.0}, "Weight falls by 10.0 kg"),
        ({}, {"height_cm": 165.0, "sitting_height_cm": 130.0}, "Was the stool taken off?"),
        ({}, {"height_cm": 165.0, "weight_kg": 119.0}, "unusually heavy"),
        ({}, {"height_cm": 165.0, "weight_kg": 25.0}, "unusually light"),
    ],
)
def test_what_hardly_can_be_is_asked_about_and_stored_when_confirmed(
    api_client: Clients, coach: User, player: Player, earlier: dict[str, float], body: dict[str, float], words: str
) -> None:
    if earlier:
        nothing = {"height_cm": None, "sitting_height_cm": None, "weight_kg": None}
        make_measurement(player, **{**nothing, **earlier})
    client, sent = api_client(coach), {"date": "2026-04-01", **body}
    asked = client.post(url(player, "measurements"), sent)
    assert (asked.status_code, error(asked)["code"]) == (409, "CONFLICT")
    assert "confirm: true" in error(asked)["message"]
    assert len(error(asked)["details"]) == 1
    assert words in error(asked)["details"][0]
    assert client.post(url(player, "measurements"), {**sent, "confirm": True}).status_code == 201


def test_a_later_measurement_is_looked_at_too(api_client: Clients, coach: User, player: Player) -> None:
    make_measurement(player, date=date(2026, 4, 1), height_cm=160, sitting_height_cm=None, weight_kg=None)
    asked = api_client(coach).post(url(player, "measurements"), {"date": "2026-03-01", "height_cm": 170})
    assert "falls from 170 cm on 2026-03-01 to 160 cm" in error(asked)["details"][0]


@pytest.mark.parametrize("days", [1, 30, 365])
def test_a_growing_child_is_not_asked_about(api_client: Clients, coach: User, player: Player, days: int) -> None:
    make_measurement(player, date=date(2025, 3, 1))
    body = {"height_cm": 165 + 9 * days / 365, "sitting_height_cm": 86 + 4 * days / 365, "weight_kg": 54 + days / 60}
    day = date(2025, 3, 1) + timedelta(days=days)
    assert api_client(coach).post(url(player, "measurements"), {"date": str(day), **body}).status_code == 201


def test_a_correction_is_checked_like_a_new_one_but_not_against_itself(
    api_client: Clients, coach: User, player: Player
) -> None:
    row = make_measurement(player)
    client = api_client(coach)
    assert client.patch(url(player, "measurements", row), {"height_cm": 160}).status_code == 200
    assert client.patch(url(player, "measurements", row), {"sitting_height_cm": 120}).status_code == 409
    assert client.patch(url(player, "measurements", row), {"date": "2999-01-01"}).status_code == 400
    cleared = {"height_cm": None, "sitting_height_cm": None, "weight_kg": None}
    assert client.patch(url(player, "measurements", row), cleared).status_code == 400
    row.refresh_from_db()
    assert (row.height_cm, row.sitting_height_cm, row.date) == (160, 86, date(2026, 3, 1))


def test_there_is_one_measurement_and_one_report_a_day(api_client: Clients, coach: User, player: Player) -> None:
    make_measurement(player)
    make_wellness(player)
    client = api_client(coach)
    twice = client.post(url(player, "measurements"), {"date": "2026-03-01", "height_cm": 165})
    assert (twice.status_code, error(twice)["details"]) == (409, [])
    assert "change that one" in error(twice)["message"]
    assert client.post(url(player, "wellness"), {"date": "2026-03-01", "pain": 4}).status_code == 409
    assert (Measurement.objects.count(), WellnessReport.objects.count()) == (1, 1)


def test_the_day_is_that_of_the_team(
    api_client: Clients, coach: User, player: Player, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 22:30 UTC it is tomorrow already in Auckland, and not yet in Los Angeles."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
    client = api_client(coach)
    for zone, status in (("America/Los_Angeles", 400), ("Pacific/Auckland", 201)):
        Team.objects.filter(pk=team.pk).update(time_zone=zone)
        answer = client.post(url(player, "wellness"), {"date": "2026-11-21", "pain": 1})
        assert (zone, answer.status_code) == (zone, status)


def test_a_player_and_a_guardian_tell_how_it_goes(api_client: Clients, player_user: User) -> None:
    own = player_user.players.get()
    for user, day in ((player_user, "2026-03-01"), (make_guardian(own), "2026-03-02")):
        client = api_client(user)
        answer = client.post(url(own, "wellness"), {"date": day, "pain": 5, "fever": False})
        assert answer.status_code == 201
        row = WellnessReport.objects.get(date=day)
        assert row.entered_by == user
        assert client.patch(url(own, "wellness", row), {"pain": 2}).json()["data"]["pain"] == 2
        assert client.post(url(own, "measurements"), {"date": day, "height_cm": 170}).status_code == 403
    assert [row["date"] for row in api_client(player_user).get(url(own, "wellness")).json()["data"]] == [
        "2026-03-02",
        "2026-03-01",
    ]


def test_a_player_tells_of_a_concussion_but_does_not_clear_it(api_client: Clients, player_user: User) -> None:
    own = player_user.players.get()
    client = api_client(player_user)
    told = client.post(url(own, "concussions"), {"injured_at": "2026-03-01T17:00:00Z"})
    assert told.status_code == 201
    row = Concussion.objects.get()
    assert client.patch(url(own, "concussions", row), {"symptom_free_since": "2026-03-02"}).status_code == 403
    assert client.delete(url(own, "concussions", row)).status_code == 403
    guardian = api_client(make_guardian(own))
    assert guardian.patch(url(own, "concussions", row), {"symptom_free_since": "2026-03-09"}).status_code == 200
    assert guardian.delete(url(own, "concussions", row)).status_code == 403
    row.refresh_from_db()
    assert row.symptom_free_since == date(2026, 3, 9)
    assert [event.action for event in AuditEvent.objects.order_by("created_at")] == [
        "concussion.added",
        "concussion.changed",
    ]


def test_an_entry_is_found_only_with_its_own_player(
    api_client: Clients, coach: User, player: Player, team: Team
) -> None:
    other = make_player(team)
    row = make_concussion(other)
    assert api_client(coach).patch(url(player, "concussions", row), {"symptom_free_since": None}).status_code == 404


def test_a_page_costs_the_same_however_long(
    api_client: Clients, coach: User, player: Player, django_assert_num_queries: Any
) -> None:
    client = api_client(coach)
    for days in (1, 30):
        for number in range(days):
            WellnessReport.objects.get_or_create(
                player=player, date=date(2026, 1, 1) + timedelta(days=number), defaults={"pain": 1, "entered_by": coach}
            )
        with django_assert_num_queries(4):  # user, player, count, page
            assert len(client.get(url(player, "wellness") + "?per_page=50").json()["data"]) == days


@pytest.mark.parametrize("name", ["%00", "a%00b", "%F0%9F%98%80", "%0A", "x" * 3000])
def test_a_player_of_an_impossible_name_is_not_there(api_client: Clients, coach: User, name: str) -> None:
    assert api_client(coach).get(f"/api/players/{name}/wellness").status_code == 404


@pytest.mark.parametrize(
    "raw", ['{"sleep_h": 1e400}', '{"sleep_h": NaN}', f'{{"pain": {"9" * 5000}}}', r'{"notes": "\ud800"}', "[]", '"x"']
)
def test_no_body_brings_it_down(api_client: Clients, coach: User, player: Player, raw: str) -> None:
    body = raw.replace("{", '{"date": "2026-03-01", ', 1)
    answer = api_client(coach).post(url(player, "wellness"), body, content_type="application/json")
    assert (answer.status_code, WellnessReport.objects.count()) == (400, 0)


def test_saving_a_report_twice_keeps_the_later_word(player_user: User) -> None:
    own = player_user.players.get()
    for pain in (3, 6):
        save_wellness(user=player_user, player_id=str(own.pk), fields={"date": date(2026, 3, 1), "pain": pain})
    assert WellnessReport.objects.get().pain == 6


def test_growth_is_shown_with_its_interval_or_why_not(api_client: Clients, coach: User, player: Player) -> None:
    Player.objects.filter(pk=player.pk).update(sex="male")
    make_measurement(player, date=date(2025, 3, 1), height_cm=157, sitting_height_cm=83)
    make_measurement(player)
    data = api_client(coach).get(url(player, "growth")).json()["data"]
    assert data["height_cm_per_year"]["value"] == pytest.approx(8.005, abs=1e-3)
    assert data["height_cm_per_year"]["not_assessed"] is None
    assert data["leg_cm_per_year"]["value"] == pytest.approx(5.003, abs=1e-3)
    assert data["maturity"]["stage"] == "around"
    assert data["maturity"]["low_years"] < data["maturity"]["offset_years"] < data["maturity"]["high_years"]
    Measurement.objects.all().delete()
    empty = api_client(coach).get(url(player, "growth")).json()["data"]
    assert (empty["height_cm_per_year"]["value"], empty["maturity"]["offset_years"]) == (None, None)
    assert empty["maturity"]["not_assessed"] == "Needs height, sitting height and weight of one day."
