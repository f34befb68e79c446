"""Kept answers: never stale, computed once by many at a time, and not needed."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from redis.exceptions import ConnectionError as RedisDown
from rest_framework.test import APIClient

from apps.accounts.models import Player, Team, User
from apps.core import versions
from apps.dashboard import cache
from apps.dashboard.cache import remembered
from apps.scan.adapters.results import store_results
from apps.scan.services.synthetic import store_synthetic_kpis
from apps.sessions.models import Session
from pipeline.ports import Results
from tests.apps.dashboard.conftest import MONDAY, PERIOD, Get, season
from tests.factories.figures import entry
from tests.factories.scans import make_job
from tests.factories.sessions import make_session
from vision.kpi.catalogue import CATALOGUE_VERSION

TEAM_ID = uuid.UUID(int=7)


class Counted:
    """Computes slowly, and counts how often."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.times = 0
        self._seconds = seconds
        self._lock = threading.Lock()

    def __call__(self) -> int:
        with self._lock:
            self.times += 1
            answer = self.times
        time.sleep(self._seconds)
        return answer


def test_an_answer_is_kept_until_the_version_changes() -> None:
    compute = Counted()
    assert [remembered(TEAM_ID, ("a",), compute) for _ in range(3)] == [1, 1, 1]
    assert remembered(TEAM_ID, ("b",), compute) == 2
    assert remembered(uuid.UUID(int=8), ("a",), compute) == 3
    versions._renew(versions.TEAM, TEAM_ID)
    assert remembered(TEAM_ID, ("a",), compute) == 4


def test_none_is_an_answer_too() -> None:
    asked: list[int] = []
    for _ in range(2):
        assert remembered(TEAM_ID, ("none",), lambda: asked.append(1)) is None
    assert asked == [1]


def test_of_many_at_once_one_computes() -> None:
    compute, answers = Counted(0.2), []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        answers.append(remembered(TEAM_ID, ("crowd",), compute))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (compute.times, answers) == (1, [1] * 8)


def test_a_failure_is_not_kept_and_frees_the_others() -> None:
    def fail() -> int:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        remembered(TEAM_ID, ("fails",), fail)
    assert remembered(TEAM_ID, ("fails",), Counted()) == 1


def test_who_waits_too_long_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one who computes died: its mark stays until it expires."""
    monkeypatch.setattr(cache, "COMPUTE_S", 0.1)
    monkeypatch.setattr(caches["default"], "add", lambda *args, **kwargs: False)
    assert remembered(TEAM_ID, ("dead",), Counted()) == 1


def test_one_who_finished_between_two_looks_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = caches["default"].add

    def add(key: str, *args: Any, **kwargs: Any) -> bool:
        caches["default"].set(key.removesuffix(":computing"), ("theirs",))
        return bool(real(key, *args, **kwargs))

    monkeypatch.setattr(caches["default"], "add", add)
    compute = Counted()
    answer: object = remembered(TEAM_ID, ("between",), compute)
    assert answer == "theirs"
    assert compute.times == 0


@pytest.mark.parametrize("broken", ["get_or_set", "get", "add", "set"])
def test_without_redis_it_is_computed(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def down(*args: object, **kwargs: object) -> None:
        raise RedisDown("refused")

    monkeypatch.setattr(caches["default"], broken, down)
    assert remembered(TEAM_ID, ("down",), Counted()) >= 1


# What makes an answer old ------------------------------------------------------------------------------------------

pytestmark_db = pytest.mark.django_db(transaction=True)


def speeds(get: Get, user: User) -> list[float | None]:
    ask = {"metric": "max_speed_mps", "player_id": "p0", "period": PERIOD}
    return [point["value"] for point in get(user, "dashboard/trends", **ask)["points"][:3]]


def results(player: Player, speed: float) -> Results:
    groups: Any = {"speed": {"max_speed_mps": entry(speed)}, "distance": {}, "technical": {}, "physical": {}}
    told: Any = {
        "track_id": 1,
        "player_id": str(player.pk),
        "grade": "B",
        "groups": groups,
        "quality": {},
        "series": None,
        "details": {},
    }
    track: Any = {"track_id": 1, "player_id": str(player.pk)}
    return {
        "catalogue_version": CATALOGUE_VERSION,
        "players": [told],
        "events": [],
        "tracks": [track],
        "thumbnails": {},
    }


@pytestmark_db
def test_a_scans_new_figures_show_at_once(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    season(team, {players[0]: [7.0, 7.1]})
    assert speeds(get, coach) == [7.0, 7.1, None]
    job = make_job(team.sessions.order_by("start")[1], status="running")
    store_results(str(job.pk), results(players[0], 8.0))  # a re-run, or a track said to be somebody
    assert speeds(get, coach) == [7.0, 8.0, None]
    store_results(str(job.pk), results(players[1], 8.0))  # … and said to be somebody else
    assert speeds(get, coach) == [7.0, None, None]


@pytestmark_db
def test_made_up_figures_show_at_once(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    session = make_session(team, start=MONDAY, synthetic=True)
    assert speeds(get, coach) == [None] * 3
    store_synthetic_kpis(
        session=session, results=results(players[0], 6.0)["players"], catalogue_version=CATALOGUE_VERSION
    )
    assert speeds(get, coach) == [6.0, None, None]


@pytestmark_db
def test_a_deleted_session_is_gone_at_once(
    get: Get, api_client: Callable[..., APIClient], coach: User, team: Team, players: list[Player]
) -> None:
    rows = season(team, {players[0]: [7.0, 7.1]})
    assert speeds(get, coach) == [7.0, 7.1, None]
    assert api_client(coach).delete(f"/api/sessions/{rows[0].session_id}").status_code == 204
    assert speeds(get, coach) == [None, 7.1, None]


@pytestmark_db
def test_a_moved_session_moves_at_once(
    get: Get, api_client: Callable[..., APIClient], coach: User, team: Team, players: list[Player]
) -> None:
    rows = season(team, {players[0]: [7.0]})
    assert speeds(get, coach) == [7.0, None, None]
    body = {"start": (MONDAY + timedelta(weeks=2)).isoformat(), "end": None}
    assert api_client(coach).patch(f"/api/sessions/{rows[0].session_id}", body).status_code == 200
    assert speeds(get, coach) == [None, None, 7.0]


@pytestmark_db
def test_an_entered_effort_shows_at_once(
    get: Get, api_client: Callable[..., APIClient], coach: User, team: Team, players: list[Player]
) -> None:
    session = make_session(team, start=MONDAY, end=MONDAY + timedelta(hours=1))
    ask = {"metric": "srpe_load_au", "player_id": "p0", "period": PERIOD}
    assert get(coach, "dashboard/trends", **ask)["points"][0]["value"] is None
    for rpe in (5, 7):
        body = {"player_id": "p0", "rpe": rpe, "minutes": 60}
        assert api_client(coach).post(f"/api/sessions/{session.pk}/rpe", body).status_code in (200, 201)
        assert get(coach, "dashboard/trends", **ask)["points"][0]["value"] == 60 * rpe


@pytestmark_db
def test_a_new_name_shows_at_once(
    get: Get, api_client: Callable[..., APIClient], coach: User, team: Team, players: list[Player]
) -> None:
    first, second = season(team, {players[0]: [7.0, 7.1]})
    ask = {"session_ids": f"{first.session_id},{second.session_id}"}
    get(coach, "sessions/compare", **ask)
    assert api_client(coach).patch(f"/api/players/{players[0].pk}", {"first_name": "Zoe"}).status_code == 200
    row = get(coach, "sessions/compare", **ask)["tables"][0]["players"][0]
    assert row["display_name"].startswith("Zoe")


@pytestmark_db
def test_what_nobody_bumped_for_is_noticed_by_the_sessions_themselves(get: Get, coach: User, team: Team) -> None:
    ask = {"team_id": team.pk, "period": "1y"}
    before = get(coach, "dashboard/overview", **ask)["data_quality"]["sessions"]
    Session.objects.create(team=team, start=MONDAY)  # as an import or the admin would
    assert get(coach, "dashboard/overview", **ask)["data_quality"]["sessions"] == before + 1


@pytestmark_db
def test_rows_that_come_while_an_answer_is_made_are_in_the_next(
    get: Get, coach: User, team: Team, players: list[Player], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rival commits after our rows were read and before our answer is kept."""
    season(team, {players[0]: [7.0]})
    job = make_job(team.sessions.get(), status="running")
    real = cache._computed

    def late(*args: Any) -> Any:
        def compute() -> Any:
            answer = args[2]()
            store_results(str(job.pk), results(players[0], 9.0))
            return answer

        monkeypatch.setattr(cache, "_computed", real)
        return real(args[0], args[1], compute)

    monkeypatch.setattr(cache, "_computed", late)
    assert speeds(get, coach)[0] == 7.0
    assert speeds(get, coach)[0] == 9.0
