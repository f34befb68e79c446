"""Logging in and out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from rest_framework.test import APIClient

from apps.accounts.models import Role, Team, User
from apps.accounts.tokens import create_session_token, issue
from tests.factories.accounts import PASSWORD, make_member, make_user

Clients = Callable[..., APIClient]


def log_in(client: APIClient, email: str, password: str = PASSWORD, **headers: str) -> Any:
    return client.post("/api/auth/token", {"email": email, "password": password}, headers=headers)


def test_the_right_password_gives_tokens_that_work(api_client: Clients, coach: User) -> None:
    answer = log_in(api_client(), coach.email)
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"success", "data", "message", "timestamp"}
    assert set(body["data"]) == {"access", "refresh", "expires_in"}
    assert body["data"]["expires_in"] == 900
    client = api_client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {body['data']['access']}")
    assert client.get("/api/auth/me").json()["data"]["id"] == str(coach.pk)


def test_an_address_is_found_however_it_is_written(api_client: Clients, db: None) -> None:
    make_user(email="Coach@Example.ORG")
    assert log_in(api_client(), " coach@EXAMPLE.org ").status_code == 200


@pytest.mark.parametrize("case", ["unknown address", "wrong password", "closed account"])
def test_every_refusal_looks_the_same(api_client: Clients, coach: User, case: str) -> None:
    email, password = coach.email, PASSWORD
    if case == "unknown address":
        email = "nobody@example.org"
    elif case == "wrong password":
        password = "wrong"
    else:
        User.objects.filter(pk=coach.pk).update(is_active=False)
    answer = log_in(api_client(), email, password)
    assert answer.status_code == 401
    assert answer.json()["error"] == {"code": "AUTH_ERROR", "message": "Email or password is wrong.", "details": []}
    assert "X-Request-ID" in answer.headers


def test_me_names_teams_and_roles_in_few_queries(
    api_client: Clients, coach: User, team: Team, django_assert_num_queries: Any
) -> None:
    make_member(Team.objects.create(name="A first"), Role.ANALYST, coach)
    client = api_client(coach)
    with django_assert_num_queries(3):  # the token's user; the user with memberships; their teams joined
        data = client.get("/api/auth/me").json()["data"]
    assert [(m["team"]["name"], m["role"]) for m in data["memberships"]] == [("A first", "analyst"), ("U15", "coach")]
    assert data["memberships"][1]["team"] == {
        "id": str(team.pk),
        "name": "U15",
        "club": "SV Axolotl",
        "age_group": "U15",
        "time_zone": "UTC",
    }


def test_me_changes_name_language_and_units(api_client: Clients, coach: User) -> None:
    answer = api_client(coach).patch(
        "/api/auth/me", {"name": "Kim", "language": "de", "units": "imperial", "is_staff": True}
    )
    assert answer.json()["data"]["name"] == "Kim"
    coach.refresh_from_db()
    assert (coach.name, coach.language, coach.units, coach.is_staff) == ("Kim", "de", "imperial", False)


def test_me_has_a_language_once_one_was_chosen(api_client: Clients, coach: User) -> None:
    client = api_client(coach)
    assert client.get("/api/auth/me").json()["data"]["language"] is None
    for language in ("es", "pt-BR", None):
        assert client.patch("/api/auth/me", {"language": language}).json()["data"]["language"] == language
    for wrong in ("Spanish", "e", "es_ES", "es-es"):
        assert client.patch("/api/auth/me", {"language": wrong}).status_code == 400
    coach.refresh_from_db()
    assert coach.language == ""


def test_me_keeps_a_unit_of_speed_or_goes_by_the_units(api_client: Clients, coach: User) -> None:
    client = api_client(coach)
    assert client.get("/api/auth/me").json()["data"]["speed_unit"] is None
    for unit in ("m/s", "mph", None):
        assert client.patch("/api/auth/me", {"speed_unit": unit}).json()["data"]["speed_unit"] == unit
    assert client.patch("/api/auth/me", {"speed_unit": "knots"}).status_code == 400
    coach.refresh_from_db()
    assert coach.speed_unit == ""


def test_me_refuses_unknown_units(api_client: Clients, coach: User) -> None:
    answer = api_client(coach).patch("/api/auth/me", {"units": "furlongs"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    coach.refresh_from_db()
    assert coach.units == "metric"


def test_logging_out_ends_the_refresh_token(api_client: Clients, coach: User) -> None:
    raw = issue(coach).refresh
    assert api_client().post("/api/auth/logout", {"refresh": raw}).status_code == 204
    assert api_client().post("/api/auth/token/refresh", {"refresh": raw}).status_code == 401


def test_a_browser_keeps_the_refresh_token_in_a_cookie(api_client: Clients, coach: User) -> None:
    client = api_client()
    answer = log_in(client, coach.email, **{"X-Client": "spa"})
    assert set(answer.json()["data"]) == {"access", "expires_in"}
    cookie = answer.cookies["axolotl_refresh"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/api/auth/")
    refreshed = client.post("/api/auth/token/refresh", headers={"X-Client": "spa"})
    assert refreshed.status_code == 200
    assert refreshed.cookies["axolotl_refresh"].value != cookie.value
    gone = client.post("/api/auth/logout", headers={"X-Client": "spa"})
    assert gone.status_code == 204
    assert gone.cookies["axolotl_refresh"].value == ""
    assert client.post("/api/auth/token/refresh", headers={"X-Client": "spa"}).status_code == 401


def test_the_cookie_does_not_count_without_the_header(api_client: Clients, coach: User) -> None:
    client = api_client()
    log_in(client, coach.email, **{"X-Client": "spa"})
    assert client.post("/api/auth/token/refresh", {}).status_code == 401


def test_a_new_password_ends_older_tokens(api_client: Clients, coach: User) -> None:
    pair = issue(coach)
    coach.set_password("another long password")
    coach.save(update_fields=["password"])
    client = api_client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    assert client.get("/api/auth/me").status_code == 401
    assert api_client().post("/api/auth/token/refresh", {"refresh": pair.refresh}).status_code == 401


def test_a_closed_account_is_out_at_once(api_client: Clients, coach: User) -> None:
    pair = issue(coach)
    User.objects.filter(pk=coach.pk).update(is_active=False)
    assert api_client().post("/api/auth/token/refresh", {"refresh": pair.refresh}).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoxfQ."])
def test_a_made_up_access_token_is_refused(api_client: Clients, db: None, token: str) -> None:
    client = api_client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    answer = client.get("/api/auth/me")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "AUTH_ERROR")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_signed_by_somebody_else_is_refused(api_client: Clients, coach: User) -> None:
    claims = jwt.decode(create_session_token(str(coach.pk)), options={"verify_signature": False})
    client = api_client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {jwt.encode(claims, 'k' * 40, algorithm='HS256')}")
    assert client.get("/api/auth/me").status_code == 401


def test_a_session_token_of_nobody_is_not_made(db: None) -> None:
    with pytest.raises(User.DoesNotExist):
        create_session_token("00000000-0000-0000-0000-000000000000")


def reset_link(user: User) -> dict[str, str]:
    return {
        "uid": urlsafe_base64_encode(force_bytes(str(user.pk))),
        "token": default_token_generator.make_token(user),
    }


def test_a_forgotten_password_is_reset_by_mail(
    api_client: Clients, coach: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        asked = api_client().post("/api/auth/password/reset", {"email": coach.email})
    assert asked.status_code == 202
    assert [message.to for message in mail.outbox] == [[coach.email]]
    link = reset_link(coach)
    assert link["uid"] in mail.outbox[0].body
    confirmed = api_client().post("/api/auth/password/confirm", {**link, "password": "an entirely new phrase"})
    assert confirmed.status_code == 204
    assert log_in(api_client(), coach.email, "an entirely new phrase").status_code == 200
    again = api_client().post("/api/auth/password/confirm", {**link, "password": "yet another new phrase"})
    assert (again.status_code, again.json()["error"]["code"]) == (410, "GONE")


def test_nobody_learns_whether_an_account_exists(
    api_client: Clients, coach: User, django_capture_on_commit_callbacks: Any
) -> None:
    known = api_client().post("/api/auth/password/reset", {"email": coach.email}).json()
    with django_capture_on_commit_callbacks(execute=True):
        unknown = api_client().post("/api/auth/password/reset", {"email": "nobody@example.org"}).json()
    assert mail.outbox == []
    assert {**known, "timestamp": ""} == {**unknown, "timestamp": ""}


def test_a_weak_password_is_refused_with_reasons(api_client: Clients, coach: User) -> None:
    answer = api_client().post("/api/auth/password/confirm", {**reset_link(coach), "password": "12345"})
    assert answer.status_code == 400
    assert len(answer.json()["error"]["details"]) == 3
    coach.refresh_from_db()
    assert coach.check_password(PASSWORD)


def test_guessing_is_slow_by_account_and_by_address(api_client: Clients, coach: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "5/min"}
    client = api_client()
    statuses = [
        client.post("/api/auth/token", {"email": coach.email, "password": "no"}, REMOTE_ADDR=f"10.0.0.{n}").status_code
        for n in range(7)
    ]
    assert statuses == [401] * 5 + [429] * 2
    blocked = client.post("/api/auth/token", {"email": coach.email, "password": PASSWORD}, REMOTE_ADDR="10.9.9.9")
    assert (blocked.status_code, blocked.json()["error"]["code"]) == (429, "RATE_LIMIT")
    assert 1 <= int(blocked.headers["Retry-After"]) <= 60
    assert blocked.headers["X-RateLimit-Limit"] == "5"
    assert blocked.headers["X-RateLimit-Remaining"] == "0"
    others = [log_in(client, f"user{n}@example.com", "no").status_code for n in range(6)]
    assert others == [401] * 5 + [429]
