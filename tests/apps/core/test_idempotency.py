"""Writes that are repeated are done once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from apps.accounts.models import Team, User
from apps.core.errors import Conflict, InvalidRequest
from apps.core.idempotency import Answer, fingerprint, key_of, run_once
from apps.core.models import IdempotencyKey
from tests.factories.accounts import make_user

BODY = fingerprint({"a": 1})


def make_team_once(user: User, key: str = "k1", digest: str = BODY, scope: str = "test") -> Answer:
    def work() -> Answer:
        team = Team.objects.create(name="once")
        return Answer({"id": str(team.pk)}, 201, "Made.", {"id": str(team.pk)})

    return run_once(user=user, scope=scope, key=key, body_digest=digest, work=work)


def test_the_second_time_gets_the_first_answer(coach: User) -> None:
    before = Team.objects.count()
    first, second = make_team_once(coach), make_team_once(coach)
    assert Team.objects.count() == before + 1
    assert (first.replayed, second.replayed) == (False, True)
    assert (second.data, second.status, second.message) == (first.data, 201, "Made.")
    assert second.extra_top_level == first.extra_top_level
    assert second.response().headers["Idempotency-Replayed"] == "true"


def test_another_body_is_a_conflict(coach: User) -> None:
    make_team_once(coach)
    before = Team.objects.count()
    with pytest.raises(Conflict, match="another body"):
        make_team_once(coach, digest=fingerprint({"a": 2}))
    assert Team.objects.count() == before


def test_keys_are_ones_own_and_of_one_purpose(coach: User, analyst: User) -> None:
    answers = [make_team_once(coach), make_team_once(analyst), make_team_once(coach, scope="elsewhere")]
    assert [answer.replayed for answer in answers] == [False, False, False]


def test_without_a_key_the_work_is_simply_done(coach: User) -> None:
    assert [make_team_once(coach, key="").replayed for _ in range(2)] == [False, False]
    assert IdempotencyKey.objects.count() == 0


def test_failed_work_frees_the_key(coach: User) -> None:
    def fail() -> Answer:
        Team.objects.create(name="undone")
        raise InvalidRequest("No.")

    with pytest.raises(InvalidRequest):
        run_once(user=coach, scope="test", key="k1", body_digest=BODY, work=fail)
    assert IdempotencyKey.objects.count() == 0
    assert not Team.objects.filter(name="undone").exists()
    assert make_team_once(coach).replayed is False


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_it_once() -> None:
    """The rival starts while the first is in the middle of its work."""
    user = make_user()
    inside = threading.Event()

    def slow() -> Answer:
        inside.set()
        threading.Event().wait(0.3)  # the rival is at the key by now
        return Answer({"id": str(Team.objects.create(name="once").pk)})

    def first() -> Answer:
        try:
            return run_once(user=user, scope="test", key="k1", body_digest=BODY, work=slow)
        finally:
            connection.close()

    def rival() -> Answer:
        inside.wait(5)
        try:
            return make_team_once(user)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(first), pool.submit(rival)]
        answers = [future.result(timeout=30) for future in futures]
    assert Team.objects.count() == 1
    assert [answer.replayed for answer in answers] == [False, True]
    assert answers[0].data == answers[1].data


def test_the_fingerprint_is_of_the_content_not_of_its_order() -> None:
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})


@pytest.mark.parametrize(("sent", "read"), [("abc", "abc"), ("  abc ", "abc"), ("", "")])
def test_the_key_is_read_from_the_header(sent: str, read: str) -> None:
    request = APIView().initialize_request(APIRequestFactory().post("/", headers={"Idempotency-Key": sent}))
    assert key_of(request) == read


@pytest.mark.parametrize("sent", ["x" * 201, "a\x07b"])
def test_an_odd_key_is_refused(sent: str) -> None:
    request = APIView().initialize_request(APIRequestFactory().post("/", headers={"Idempotency-Key": sent}))
    with pytest.raises(InvalidRequest, match="Idempotency-Key"):
        key_of(request)
