"""Where somebody is logged in: renewing, losing an answer, a stolen token, ending one or all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import jwt
import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.core import mail
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.clients import Client, named
from apps.accounts.models import LogIn, User
from apps.accounts.socket_auth import TicketAuthMiddleware
from apps.accounts.tokens import end_all_logins, issue, issue_ticket
from apps.core.models import AuditEvent
from axolotl_project.routing import router
from tests.factories.accounts import PASSWORD, make_member, make_team, make_user
from tests.factories.scans import make_job
from tests.factories.sessions import make_session

Clients = Callable[..., APIClient]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def refresh(token: str, user_agent: str = FIREFOX) -> Any:
    return APIClient().post("/api/auth/token/refresh", {"refresh": token}, headers={"User-Agent": user_agent})


def age(seconds: float) -> None:
    """Let time pass for every log-in."""
    for login in LogIn.objects.exclude(rotated_at=None):
        LogIn.objects.filter(pk=login.pk).update(rotated_at=login.rotated_at - timedelta(seconds=seconds))


def bearer(access: str) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access}")
    return client


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_a_refresh_token_is_traded_for_the_next(coach: User) -> None:
    first = issue(coach).refresh
    second = refresh(first).json()["data"]["refresh"]
    assert claims(first)["jti"] != claims(second)["jti"]
    assert claims(first)["sid"] == claims(second)["sid"] == str(LogIn.objects.get().pk)
    age(21)
    assert refresh(second).status_code == 200


def test_a_reload_that_races_stays_logged_in(coach: User) -> None:
    first = issue(coach).refresh
    answers = [refresh(first) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    ids = {claims(answer.json()["data"]["refresh"])["jti"] for answer in answers}
    assert len(ids) == 1
    age(21)
    assert refresh(answers[2].json()["data"]["refresh"]).status_code == 200


def test_reloading_again_and_again_leaves_no_earlier_reload_behind(coach: User) -> None:
    first = issue(coach).refresh
    second = refresh(first).json()["data"]["refresh"]
    third = refresh(second).json()["data"]["refresh"]
    assert refresh(first).status_code == 200
    age(21)
    assert refresh(third).status_code == 200


def test_a_token_used_again_later_ends_the_log_in_and_is_written_down(coach: User) -> None:
    pair = issue(coach)
    second = refresh(pair.refresh).json()["data"]
    age(21)
    stolen = refresh(pair.refresh)
    assert (stolen.status_code, stolen.json()["error"]["code"]) == (401, "AUTH_ERROR")
    assert "two places" in stolen.json()["error"]["message"]
    assert refresh(second["refresh"]).status_code == 401
    assert bearer(second["access"]).get("/api/auth/me").status_code == 401
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id) == ("login.replayed", str(pair.login_id))
    assert LogIn.objects.get().end_reason == "replayed"


def test_within_the_grace_another_program_is_a_thief(coach: User) -> None:
    first = issue(coach).refresh
    assert refresh(first).status_code == 200
    assert refresh(first, "curl/8.0").status_code == 401
    assert LogIn.objects.get().end_reason == "replayed"


def test_a_program_that_was_updated_is_the_same_log_in(coach: User) -> None:
    first = issue(coach, Client(FIREFOX)).refresh
    second = refresh(first, FIREFOX.replace("130", "131")).json()["data"]["refresh"]
    assert refresh(second, FIREFOX).status_code == 200


def test_another_log_in_of_the_user_does_not_mind(coach: User) -> None:
    mine, other = issue(coach), issue(coach)
    refresh(mine.refresh)
    age(21)
    assert refresh(mine.refresh).status_code == 401
    assert refresh(other.refresh).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_four_tabs_at_once_get_the_same_next_token() -> None:
    raw = issue(make_user()).refresh

    def send(_: int) -> tuple[int, str]:
        try:
            answer = refresh(raw)
            return answer.status_code, claims(answer.json()["data"]["refresh"])["jti"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(send, range(4)))
    assert len(found) == 1
    assert found == {(200, LogIn.objects.get().token_id)}


def test_logging_out_within_the_grace_is_final(coach: User) -> None:
    first = issue(coach).refresh
    second = refresh(first).json()["data"]
    assert APIClient().post("/api/auth/logout", {"refresh": second["refresh"]}).status_code == 204
    assert [refresh(first).status_code, refresh(second["refresh"]).status_code] == [401, 401]
    assert bearer(second["access"]).get("/api/auth/me").status_code == 401
    assert LogIn.objects.get().end_reason == "logout"


def test_log_ins_that_have_run_out_are_forgotten(coach: User) -> None:
    issue(coach)
    LogIn.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    new = issue(coach)
    assert list(LogIn.objects.values_list("pk", flat=True)) == [new.login_id]


def test_the_list_names_devices_and_marks_this_one(coach: User) -> None:
    pair = issue(coach, Client(FIREFOX))
    other = issue(coach, Client(device="Coach's phone"))
    issue(make_user())
    rows = bearer(pair.access).get("/api/auth/sessions").json()["data"]
    assert {row["id"]: (row["device"], row["current"]) for row in rows} == {
        str(pair.login_id): ("Firefox on Linux", True),
        str(other.login_id): ("Coach's phone", False),
    }
    assert "token_id" not in rows[0]


def test_one_log_in_is_ended_from_another(coach: User) -> None:
    here, there = issue(coach), issue(coach)
    assert bearer(here.access).delete(f"/api/auth/sessions/{there.login_id}").status_code == 204
    assert bearer(there.access).get("/api/auth/me").status_code == 401
    assert refresh(there.refresh).status_code == 401
    assert bearer(here.access).delete(f"/api/auth/sessions/{there.login_id}").status_code == 404
    assert bearer(here.access).get("/api/auth/me").status_code == 200


def test_nobody_ends_the_log_in_of_another(coach: User, other_coach: User) -> None:
    theirs = issue(other_coach)
    assert bearer(issue(coach).access).delete(f"/api/auth/sessions/{theirs.login_id}").status_code == 404
    assert bearer(theirs.access).get("/api/auth/me").status_code == 200


def test_logging_out_everywhere_ends_all_of_mine_only(coach: User, other_coach: User) -> None:
    mine, other = [issue(coach), issue(coach)], issue(other_coach)
    answer = bearer(mine[0].access).post("/api/auth/logout/all")
    assert answer.status_code == 204
    assert answer.cookies["axolotl_refresh"].value == ""
    assert [bearer(pair.access).get("/api/auth/me").status_code for pair in [*mine, other]] == [401, 401, 200]
    assert [refresh(pair.refresh).status_code for pair in [*mine, other]] == [401, 401, 200]
    assert AuditEvent.objects.get().after == {"ended": 2}


@pytest.mark.django_db(transaction=True)
async def test_open_sockets_of_ended_log_ins_close() -> None:
    def prepare() -> tuple[User, str, str]:
        team = make_team()
        user = make_member(team)
        job = make_job(make_session(team))
        ticket = issue_ticket(user.pk, "scan", None, str(issue(user).login_id))
        return user, str(job.pk), ticket

    user, job_id, ticket = await sync_to_async(prepare)()
    socket = WebsocketCommunicator(TicketAuthMiddleware(router), f"/ws/scan/{job_id}?ticket={ticket}")
    assert (await socket.connect())[0]
    assert (await socket.receive_output(timeout=3))["type"] == "websocket.send"
    await sync_to_async(end_all_logins)(user.pk, reason="logout_all")
    message = await socket.receive_output(timeout=3)
    assert (message["type"], message["code"]) == ("websocket.close", 4401)
    await socket.disconnect()


@pytest.mark.django_db(transaction=True)
async def test_a_ticket_of_an_ended_log_in_opens_nothing() -> None:
    def prepare() -> str:
        user = make_user()
        login_id = issue(user).login_id
        ticket = issue_ticket(user.pk, "scan", None, str(login_id))
        end_all_logins(user.pk, reason="logout_all")
        return ticket

    ticket = await sync_to_async(prepare)()
    socket = WebsocketCommunicator(
        TicketAuthMiddleware(router), f"/ws/scan/00000000-0000-0000-0000-000000000000?ticket={ticket}"
    )
    assert (await socket.connect())[0]
    assert (await socket.receive_output(timeout=3))["code"] == 4401
    await socket.disconnect()


def test_a_new_password_keeps_only_the_log_in_that_asked(coach: User, django_capture_on_commit_callbacks: Any) -> None:
    here, there = issue(coach), issue(coach)
    body = {"old": PASSWORD, "new": "an entirely new phrase"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = bearer(here.access).post("/api/auth/password", body)
    assert answer.status_code == 200
    new = answer.json()["data"]
    assert bearer(new["access"]).get("/api/auth/me").status_code == 200
    assert [bearer(pair.access).get("/api/auth/me").status_code for pair in (here, there)] == [401, 401]
    assert [refresh(token).status_code for token in (new["refresh"], here.refresh, there.refresh)] == [200, 401, 401]
    assert [message.to for message in mail.outbox] == [[coach.email]]
    coach.refresh_from_db()
    assert coach.check_password("an entirely new phrase")


@pytest.mark.parametrize(
    ("old", "new", "status", "words"),
    [
        ("wrong", "an entirely new phrase", 403, "present password"),
        (PASSWORD, "12345", 400, "another password"),
        (PASSWORD, PASSWORD, 400, "the old one"),
    ],
)
def test_a_password_is_not_changed_lightly(coach: User, old: str, new: str, status: int, words: str) -> None:
    pair = issue(coach)
    answer = bearer(pair.access).post("/api/auth/password", {"old": old, "new": new})
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]
    assert bearer(pair.access).get("/api/auth/me").status_code == 200


def mailed_token(position: int = 0) -> str:
    return str(mail.outbox[position].body).partition("token=")[2].split()[0]


def test_a_new_address_counts_when_it_answers(
    api_client: Clients, coach: User, django_capture_on_commit_callbacks: Any
) -> None:
    old = coach.email
    with django_capture_on_commit_callbacks(execute=True):
        asked = api_client(coach).post("/api/auth/email", {"email": " New@Example.org", "password": PASSWORD})
    assert asked.status_code == 202
    assert [message.to for message in mail.outbox] == [["new@example.org"], [old]]
    coach.refresh_from_db()
    assert coach.email == old
    token = mailed_token()
    assert api_client().post("/api/auth/email/confirm", {"token": token}).status_code == 204
    coach.refresh_from_db()
    assert coach.email == "new@example.org"
    again = api_client().post("/api/auth/email/confirm", {"token": token})
    assert (again.status_code, again.json()["error"]["code"]) == (410, "GONE")
    assert all(old not in str(event.before) + str(event.after) for event in AuditEvent.objects.all())


def test_a_new_address_that_somebody_took_meanwhile_is_refused(
    api_client: Clients, coach: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        api_client(coach).post("/api/auth/email", {"email": "new@example.org", "password": PASSWORD})
    make_user(email="new@example.org")
    answer = api_client().post("/api/auth/email/confirm", {"token": mailed_token()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")


def test_nobody_learns_whether_an_address_is_taken(
    api_client: Clients, coach: User, other_coach: User, django_capture_on_commit_callbacks: Any
) -> None:
    free = api_client(coach).post("/api/auth/email", {"email": "free@example.org", "password": PASSWORD})
    with django_capture_on_commit_callbacks(execute=True):
        taken = api_client(coach).post("/api/auth/email", {"email": other_coach.email, "password": PASSWORD})
    assert mail.outbox == []
    assert {**free.json(), "timestamp": ""} == {**taken.json(), "timestamp": ""}


def test_a_made_up_address_token_is_refused(api_client: Clients, db: None) -> None:
    assert api_client().post("/api/auth/email/confirm", {"token": "x:y:z"}).status_code == 410


def test_me_changes_time_zone_and_theme(api_client: Clients, coach: User) -> None:
    client = api_client(coach)
    data = client.patch("/api/auth/me", {"time_zone": "Europe/Berlin", "theme": "dark"}).json()["data"]
    assert (data["time_zone"], data["theme"]) == ("Europe/Berlin", "dark")
    assert client.patch("/api/auth/me", {"time_zone": None}).json()["data"]["time_zone"] is None
    refused = client.patch("/api/auth/me", {"time_zone": "Mars/Olympus"})
    assert (refused.status_code, "Europe/Berlin" in refused.json()["error"]["details"][0]) == (400, True)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("curl/8.5.0", "curl"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named(user_agent: str, name: str) -> None:
    assert named(user_agent) == name
