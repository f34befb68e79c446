"""Rate limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import caches
from django.test import RequestFactory
from rest_framework.test import APIClient

from apps.accounts.models import Team, User
from apps.core import checks, rates
from apps.core.network import rate_address
from apps.core.rates import Rate, count_request, parse_rate, take_back
from tests.factories.devices import make_device

Clients = Callable[..., APIClient]
NOON = 1_780_000_020.0
"""A moment at which a minute begins."""


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Time stands still, so that no test runs over the end of a window."""
    monkeypatch.setattr(rates.time, "time", lambda: NOON)
    caches["local"].clear()
    yield
    caches["local"].clear()


@pytest.mark.parametrize(
    ("text", "rate"),
    [("100/min", Rate(100, 60)), ("50/s", Rate(50, 1)), ("5 / hour", Rate(5, 3600)), ("0/day", Rate(0, 86400))],
)
def test_rates_are_read(text: str, rate: Rate) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "100", "100/fortnight", "-1/min", "many/min"])
def test_nonsense_is_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="is not a rate"):
        parse_rate(text)


def test_a_window_counts_and_the_next_begins_anew() -> None:
    rate = Rate(2, 60)
    seen = [count_request("x", "user:1", rate, now=NOON + second) for second in (0, 1, 2, 59.5, 60)]
    assert [allowed for allowed, _ in seen] == [True, True, False, False, True]
    assert [count.remaining for _, count in seen] == [1, 0, 0, 0, 1]
    assert [count.reset_s for _, count in seen] == [60, 59, 58, 1, 60]


def test_callers_and_scopes_are_counted_apart() -> None:
    rate = Rate(1, 60)
    pairs = [("x", "user:1"), ("x", "user:2"), ("y", "user:1")]
    assert [count_request(scope, ident, rate, now=NOON)[0] for scope, ident in pairs] == [True, True, True]
    assert count_request("x", "user:1", rate, now=NOON)[0] is False


def test_parallel_requests_do_not_slip_through() -> None:
    with ThreadPoolExecutor(16) as pool:
        allowed = list(pool.map(lambda _: count_request("x", "user:1", Rate(10, 60), now=NOON)[0], range(64)))
    assert allowed.count(True) == 10


def test_without_redis_the_limit_still_holds(settings: Any) -> None:
    dead = {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock"}
    settings.CACHES = {**settings.CACHES, "default": dead}
    allowed = [count_request("x", "user:1", Rate(2, 60), now=NOON)[0] for _ in range(3)]
    assert allowed == [True, True, False]


def test_answers_tell_where_one_stands(api_client: Clients, coach: User, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "ordinary": "2/min"}
    client = api_client(coach)
    answers = [client.get("/api/auth/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert {answer.headers["X-RateLimit-Limit"] for answer in answers} == {"2"}
    assert answers[2].headers["Retry-After"] == answers[2].headers["X-RateLimit-Reset"] == "60"
    assert answers[2].json()["error"]["code"] == "RATE_LIMIT"


def test_two_users_behind_one_address_do_not_share_a_limit(
    api_client: Clients, coach: User, analyst: User, settings: Any
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "ordinary": "1/min"}
    assert [api_client(user).get("/api/auth/me").status_code for user in (coach, analyst)] == [200, 200]


def test_a_forged_forwarding_header_is_not_another_address(api_client: Clients, db: None, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "2/min"}
    body = {"email": "a@example.org", "password": "x"}
    statuses = [
        api_client()
        .post("/api/auth/token", {**body, "email": f"{n}@example.org"}, headers={"X-Forwarded-For": f"9.9.9.{n}"})
        .status_code
        for n in range(3)
    ]
    assert statuses == [401, 401, 429]


def test_behind_our_own_proxy_the_last_hop_counts(api_client: Clients, db: None, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "1/min"}
    settings.TRUSTED_PROXIES = 1

    def send(forwarded: str, number: int) -> int:
        body = {"email": f"{number}@example.org", "password": "x"}
        headers = {"X-Forwarded-For": forwarded}
        return int(api_client().post("/api/auth/token", body, headers=headers).status_code)

    assert [send("1.1.1.1", 1), send("2.2.2.2", 2), send("6.6.6.6, 1.1.1.1", 3)] == [401, 401, 429]


def test_unreadable_limits_are_found_at_start(settings: Any) -> None:
    settings.RATE_LIMITS = {"ordinary": "often", "typo": "5/min"}
    assert [message.id for message in checks.rate_limits_are_readable(None)] == ["axolotl.E001", "axolotl.E002"]


def test_a_count_that_is_taken_back_was_never_there() -> None:
    rate = Rate(2, 60)
    for _ in range(5):
        assert count_request("x", "user:1", rate, now=NOON)[0]
        take_back("x", "user:1", rate, now=NOON)
    assert count_request("x", "user:1", rate, now=NOON)[1].remaining == 1
    take_back("x", "user:1", rate, now=NOON + 60)  # the next window has counted nothing
    assert count_request("x", "user:1", rate, now=NOON + 60)[1].remaining == 1


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_customer_is_counted_once(address: str, counted_as: str, rf: RequestFactory) -> None:
    assert rate_address(rf.get("/", REMOTE_ADDR=address)) == counted_as


@pytest.mark.django_db
def test_a_device_is_counted_apart_from_its_user_and_from_other_devices(
    team: Team, coach: User, api_client: Clients, settings: Any
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "ordinary": "2/min"}
    keys = [make_device(team, coach)[1] for _ in range(2)]

    def left(key: str) -> str:
        client = api_client()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
        answer = client.get("/api/scan/presets")
        return f"{answer.status_code} {answer['X-RateLimit-Limit']} {answer['X-RateLimit-Remaining']}"

    assert [left(keys[0]) for _ in range(3)] == ["200 2 1", "200 2 0", "429 2 0"]
    assert left(keys[1]) == "200 2 1"
    assert api_client(coach).get("/api/scan/presets")["X-RateLimit-Remaining"] == "1"
