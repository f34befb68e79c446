"""Logs without persons: walk a story that logs, goes wrong and crashes, and look for the names in every line."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from rest_framework.test import APIClient

from apps.accounts.models import Player, Team
from apps.core.log_privacy import LEFT_OUT, scrubbed, without_persons
from apps.sessions.services import sessions as session_services
from axolotl_project.settings.logging import logging_config
from tests.factories.accounts import PASSWORD, make_member, make_player, make_user

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyIjoia2ltIn0.c2lnbmF0dXJl"


@pytest.fixture(params=["json", "console"])
def lines(request: Any) -> Iterator[Callable[[], str]]:
    """Everything that is logged, as it would be written."""
    config = logging_config(request.param, "DEBUG")["formatters"]["structured"]
    made = structlog.stdlib.ProcessorFormatter(
        processors=config["processors"], foreign_pre_chain=config["foreign_pre_chain"]
    )
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(made)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream.getvalue
    root.removeHandler(handler)
    root.setLevel(level)


def test_values_that_name_a_person_are_left_out_and_ids_stay(lines: Callable[[], str]) -> None:
    log = structlog.get_logger("tests.privacy")
    log.warning(
        "mail.failed",
        email="kim@example.org",
        player_id="7d0c1d2e",
        body={"first_name": "Kim", "n": 3},
        error="no route",
    )
    logging.getLogger("a.library").warning("550 kim@example.org unknown; Bearer %s; ?ticket=abc.def&x=1", TOKEN)
    said = lines()
    for gone in ("kim@example.org", "Kim", TOKEN, "abc.def"):
        assert gone not in said
    for kept in ("mail.failed", "7d0c1d2e", "no route", "550", "unknown"):
        assert kept in said


def test_a_crash_shows_neither_variables_nor_the_row_that_a_database_quotes(lines: Callable[[], str]) -> None:
    def crash(first_name: str) -> None:
        raise ValueError("duplicate key: Key (email)=(kim@example.org) already exists.")

    try:
        crash("Kim Berg")
    except ValueError:
        logging.getLogger("a.library").exception("it broke")
    said = lines()
    assert "ValueError" in said
    assert "already exists" in said
    assert "Key (email)=(" in said
    for gone in ("kim@example.org", "Kim Berg"):
        assert gone not in said.replace('crash("Kim Berg")', "")


@pytest.mark.django_db
def test_a_story_leaves_no_name_in_the_logs(
    lines: Callable[[], str], team: Team, monkeypatch: pytest.MonkeyPatch, api_client: Callable[..., APIClient]
) -> None:
    coach = make_member(team)
    coach.name, coach.email = "Quintus Trainerson", "quintus@trainerson.example"
    coach.save()
    child: Player = make_player(team, first_name="Zebedee", last_name="Winterbottom", external_id="zeb-9")
    client = api_client(coach)
    wrong = {"email": "quintus@trainerson.example", "password": "wrong"}
    assert client.post("/api/auth/token", wrong).status_code == 401
    make_user(email="other@trainerson.example")
    login = {"email": "other@trainerson.example", "password": PASSWORD}
    client.post("/api/auth/token", login)
    client.get(f"/api/players/{child.pk}")
    client.post("/api/players", {"team_id": str(team.pk), "first_name": "Zebedee", "last_name": "Winterbottom"})
    client.post(f"/api/players/{child.pk}/guardians", {"email": "mum@winterbottom.example"})
    client.post(f"/api/players/{child.pk}/wellness", {"notes": "Winterbottom slept badly", "date": "nonsense"})

    def breaks(**wish: Any) -> None:
        raise RuntimeError("Key (title)=(Zebedee Winterbottom, alone) already exists.")

    monkeypatch.setattr(session_services, "create_session", breaks)
    body = {"team_id": str(team.pk), "title": "Zebedee Winterbottom, alone", "start": "2026-05-02T15:00:00Z"}
    assert client.post("/api/sessions", body, format="json").status_code == 500
    client.get("/api/sessions?q=Winterbottom")
    said = lines()
    assert "request.crashed" in said
    for gone in ("Zebedee", "Winterbottom", "winterbottom", "Quintus", "trainerson", PASSWORD):
        assert gone not in said, [line for line in said.splitlines() if gone in line][:3]


def test_what_is_personal_by_name_goes_at_any_depth() -> None:
    record = {"event": "x", "request": {"user": {"display_name": "Kim", "id": 3}}, "rows": [{"token": "t"}]}
    left_out = {"user": {"display_name": LEFT_OUT, "id": 3}}
    wanted = {"event": "x", "request": left_out, "rows": [{"token": LEFT_OUT}], "name": ""}
    assert without_persons(None, "info", {**record, "name": ""}) == wanted
    assert scrubbed("GET /media/signed/abc:def/film.mp4 for 7d0c1d2e") == f"GET /media/signed/{LEFT_OUT} for 7d0c1d2e"
