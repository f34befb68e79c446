"""Leases, checkpoints, states and the end of a session, as a worker meets them."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisDown
from rest_framework.test import APIClient

from apps.accounts.models import Player, Team, User
from apps.core import versions
from apps.live import broker
from apps.live.adapters import MAX_ATTEMPTS, ChannelLiveSink, DjangoLiveStore
from apps.live.connections import client
from apps.live.models import LiveCheckpoint, LiveSession, LiveStatus
from apps.live.services import broadcast_metrics_update
from apps.live.services.labels import label_track
from apps.live.services.sessions import mark_stopping
from apps.live.stream import Keys
from apps.scan.models import ProcessingJob, SessionKPI, Video
from apps.sessions.models import Session, SessionPlayer, TrackCorrection
from pipeline.errors import PipelineError
from pipeline.live_ports import LEASE_S, LiveClaim, installed_live
from pipeline.ports import Correction, Lease
from tests.factories.live import JPEG, make_live, make_result, make_state, make_track
from tests.factories.scans import make_calibration

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 2, 16, 30, tzinfo=UTC)


class Clock:
    """A store's time, moved by hand."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    def tick(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> DjangoLiveStore:
    return DjangoLiveStore(clock)


def claimed(live: LiveSession, worker: str = "w1") -> LiveClaim:
    claim = DjangoLiveStore().claim(str(live.pk), worker=worker)
    assert claim is not None
    return claim


def test_the_ports_are_installed_with_django() -> None:
    assert isinstance(installed_live().store, DjangoLiveStore)


def test_one_worker_at_a_time(store: DjangoLiveStore, live: LiveSession, clock: Clock) -> None:
    first = store.claim(str(live.pk), worker="w1")
    assert first is not None
    assert store.claim(str(live.pk), worker="w2") is None
    assert store.due() == []
    clock.tick(LEASE_S - 0.1)
    assert store.renew(first) is Lease.HELD
    clock.tick(LEASE_S - 0.1)
    assert store.claim(str(live.pk), worker="w2") is None
    clock.tick(0.2)
    assert store.due() == [str(live.pk)]
    second = store.claim(str(live.pk), worker="w2")
    assert second is not None
    assert store.renew(first) is Lease.LOST
    assert store.renew(second) is Lease.HELD


def test_a_released_session_is_free_at_once_and_another_ones_release_frees_nothing(
    store: DjangoLiveStore, live: LiveSession
) -> None:
    claim = store.claim(str(live.pk), worker="w1")
    assert claim is not None
    store.release(LiveClaim(str(live.pk), "stale", "w0"))
    assert client().get(Keys.of(live.pk).worker) == claim.token.encode()
    assert store.due() == []
    store.release(claim)
    assert store.due() == [str(live.pk)]
    assert not client().exists(Keys.of(live.pk).worker)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_gets_it(live: LiveSession) -> None:
    ready, found = threading.Barrier(2), []

    def claim() -> None:
        ready.wait()
        found.append(DjangoLiveStore().claim(str(live.pk), worker="w"))
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claim is not None for claim in found) == [False, True]


def test_a_deleted_session_cannot_be_claimed_loaded_or_renewed(store: DjangoLiveStore, live: LiveSession) -> None:
    claim = store.claim(str(live.pk), worker="w1")
    assert claim is not None
    session_id = str(live.pk)
    live.session.delete()
    assert store.renew(claim) is Lease.CANCELLED
    assert store.claim(session_id, worker="w1") is None
    with pytest.raises(PipelineError) as error:
        store.load(session_id)
    assert error.value.code == "NOT_FOUND"


def test_a_session_that_kills_every_worker_ends_with_a_sentence(store: DjangoLiveStore, live: LiveSession) -> None:
    for _ in range(MAX_ATTEMPTS):
        claim = store.claim(str(live.pk), worker="w")
        assert claim is not None
        store.release(claim)
    assert store.claim(str(live.pk), worker="w") is None
    live.refresh_from_db()
    assert (live.status, live.error_code) == (LiveStatus.FAILED, "WORKER_LOST")
    assert Session.objects.get(pk=live.pk).status == "failed"
    assert store.due() == []


def test_a_checkpoint_forgives_earlier_deaths(store: DjangoLiveStore, live: LiveSession) -> None:
    for _ in range(3 * MAX_ATTEMPTS):
        claim = store.claim(str(live.pk), worker="w")
        assert claim is not None
        assert ChannelLiveSink(claim).save(b"x")
        store.release(claim)


def test_a_checkpoint_is_found_by_whoever_takes_over_and_a_stale_one_is_not_kept(live: LiveSession) -> None:
    first = claimed(live)
    assert ChannelLiveSink(first).load() is None
    assert ChannelLiveSink(first).save(b"\x00tracks\xff" * 2000)
    DjangoLiveStore().release(first)
    second = claimed(live, "w2")
    assert ChannelLiveSink(second).load() == b"\x00tracks\xff" * 2000
    assert not ChannelLiveSink(first).save(b"old")
    assert ChannelLiveSink(second).load() == b"\x00tracks\xff" * 2000
    live.refresh_from_db()
    assert live.status == LiveStatus.RUNNING


def test_the_record_says_all_that_a_worker_needs(team: Team, coach: User, player: Player) -> None:
    calibration = make_calibration(team, data={"pitch": 1})
    live = make_live(team, cameras=("left", "right"), player=player, fps=12.0, model="nano")
    live.cameras.filter(name="left").update(calibration=calibration)
    Player.objects.filter(pk=player.pk).update(height_cm=171)
    label_track(user=coach, live=live, track_id=4, player_id=str(player.pk))
    label_track(user=coach, live=live, track_id=5, player_id=str(player.pk))
    label_track(user=coach, live=live, track_id=5, player_id=None)
    record = DjangoLiveStore().load(str(live.pk))
    assert [(camera.name, camera.calibration) for camera in record.cameras] == [("left", {"pitch": 1}), ("right", None)]
    assert record.artefact_id == str(live.artefact_id)
    assert record.artefact_id not in {camera.artefact_id for camera in record.cameras}
    assert (record.fps, record.model, record.labels) == (12.0, "nano", {4: str(player.pk)})
    assert record.subject_player_id == record.players[0].player_id == str(player.pk)
    assert record.players[0].height_m == pytest.approx(1.71)
    assert record.started_us == int(live.started_at.timestamp() * 1e6)


def test_one_camera_is_where_the_results_lie(live: LiveSession) -> None:
    record = DjangoLiveStore().load(str(live.pk))
    assert record.artefact_id == record.cameras[0].artefact_id


def test_reading_the_record_costs_the_same_for_any_team(team: Team, django_assert_max_num_queries: Any) -> None:
    from tests.factories.accounts import make_player

    for _ in range(12):
        make_player(team)
    live = make_live(team, cameras=("a", "b", "c"))
    with django_assert_max_num_queries(5):
        DjangoLiveStore().load(str(live.pk))


def test_a_state_carries_names_and_is_told_once_as_it_is(live: LiveSession, player: Player) -> None:
    claim = claimed(live)
    with client().pubsub() as news:
        news.subscribe(Keys.of(live.pk).news)
        news.get_message(timeout=1)
        ChannelLiveSink(claim).publish(make_state(7, make_track(1, str(player.pk)), make_track(2)))
        told = news.get_message(timeout=1)
    state = broker.state_of(live.pk)
    assert state is not None
    assert [track["name"] for track in state["metrics"]["players"]] == [player.display_name, None]
    assert (state["type"], state["version"]) == ("metrics_update", 7)
    assert told is not None
    assert told["data"] == client().get(Keys.of(live.pk).state)


def test_publishing_never_raises_for_redis_or_for_a_number_that_is_none(
    live: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = ChannelLiveSink(claimed(live))
    broken = make_state(1, make_track())
    broken["metrics"]["fps"] = float("nan")
    sink.publish(broken)
    assert broker.state_of(live.pk) is None

    def down(*_: object, **__: object) -> None:
        raise RedisDown

    with monkeypatch.context() as patch:
        patch.setattr(type(client()), "execute_command", down)
        sink.publish(make_state(2))


def test_a_state_told_by_hand_is_newer_than_the_one_before(live: LiveSession) -> None:
    first = broadcast_metrics_update(live.pk, {"players": []})
    second = broadcast_metrics_update(str(live.pk), {"players": [], "fps": 3.0})
    state = broker.state_of(live.pk)
    assert state is not None
    assert second >= first
    assert state["metrics"]["fps"] == 3.0


def finish(live: LiveSession, player: Player | None = None, **fields: Any) -> bool:
    claim = claimed(live)
    return ChannelLiveSink(claim).finish(make_result(live, player_id=str(player.pk) if player else None, **fields))


def test_the_end_leaves_what_a_scan_leaves(
    live: LiveSession, player: Player, coach: User, api_client: Callable[..., APIClient]
) -> None:
    before = versions.current(versions.TEAM, live.session.team_id)
    claim = claimed(live)
    ChannelLiveSink(claim).publish(make_state(1, make_track(), seq=1))
    ChannelLiveSink(claim).publish(make_state(2, make_track(), seq=2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda call, **_: call())
        assert ChannelLiveSink(claim).finish(make_result(live, player_id=str(player.pk)))
    live.refresh_from_db()
    session = Session.objects.get(pk=live.pk)
    assert (live.status, session.status) == (LiveStatus.STOPPED, "completed")
    assert session.end == live.started_at + timedelta(seconds=2)
    row = SessionKPI.objects.get(session=session)
    assert (row.player_id, row.max_speed_mps, row.total_distance_m, row.is_current) == (player.pk, 6.5, 41.0, True)
    assert SessionPlayer.objects.get(session=session).player_id == player.pk
    video = Video.objects.get(session=session)
    assert (video.pk, video.camera, video.width, video.height) == (live.cameras.get().artefact_id, "", 64, 48)
    assert (video.frames, video.fps, video.playable, video.file.name) == (20, 10.0, False, "")
    assert versions.current(versions.TEAM, live.session.team_id) != before
    assert not LiveCheckpoint.objects.filter(live=live).exists()
    api = api_client(coach)
    kpis = api.get(f"/api/scan/{live.pk}/kpis").json()["data"]
    assert kpis["players"][0]["player"]["id"] == str(player.pk)
    for route in ("results", "status"):
        answer = api.get(f"/api/scan/{live.pk}/{route}")
        assert (answer.status_code, answer.json()["data"]["status"]) == (200, "completed")
    listed = api.get(f"/api/sessions/{live.pk}").json()["data"]
    assert (listed["session_type"], listed["status"]) == ("live", "completed")


def test_the_words_of_the_worker_replace_those_that_were_said_live(
    live: LiveSession, coach: User, player: Player
) -> None:
    label_track(user=coach, live=live, track_id=9, player_id=str(player.pk))
    claim = claimed(live)
    words = (Correction("merge", 1, other_track_id=9), Correction("assign", 1, player_id=str(player.pk)))
    gone = Correction("assign", 2, player_id=str(uuid.uuid4()))
    assert ChannelLiveSink(claim).finish(replace(make_result(live), corrections=(*words, gone)))
    rows = list(TrackCorrection.objects.filter(session=live.session))
    assert [(row.kind, row.track_id, row.other_track_id, row.player_id) for row in rows] == [
        ("merge", 1, 9, None),
        ("assign", 1, None, player.pk),
        ("assign", 2, None, None),
    ]
    assert rows[1].made_by == coach


def test_a_summary_leaves_out_what_was_not_measured(live: LiveSession) -> None:
    assert finish(live)
    live.refresh_from_db()
    summary = live.summary
    assert summary["players"] == [
        {"track_id": 1, "player_id": None, "grade": "B", "max_speed_mps": 6.5, "total_distance_m": 41.0}
    ]
    assert (summary["duration_s"], summary["scale"], summary["reason"]) == (2.0, "estimated", "stopped")
    assert summary["frames"] == {"received": 23, "processed": 20, "dropped": 3}
    assert summary["warnings"] == ["The scale is estimated."]


def test_the_end_comes_once(live: LiveSession) -> None:
    claim = claimed(live)
    result = make_result(live)
    assert [ChannelLiveSink(claim).finish(result) for _ in range(3)] == [True, False, False]
    assert ProcessingJob.objects.filter(session=live.session).count() == 1
    assert SessionKPI.objects.filter(session=live.session).count() == 1


def test_a_worker_that_lost_the_session_cannot_end_it(live: LiveSession) -> None:
    first = claimed(live)
    DjangoLiveStore().release(first)
    second = claimed(live, "w2")
    assert not ChannelLiveSink(first).finish(make_result(live))
    ChannelLiveSink(first).fail("X", "Too late.")
    live.refresh_from_db()
    assert live.is_open
    assert ChannelLiveSink(second).finish(make_result(live))


def test_an_end_that_breaks_off_leaves_the_session_to_the_next(
    live: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.live.services import results

    def broken(**_: object) -> None:
        raise RuntimeError("the disk is full")

    claim = claimed(live)
    with monkeypatch.context() as patch:
        patch.setattr(results, "store_live", broken)
        with pytest.raises(RuntimeError):
            ChannelLiveSink(claim).finish(make_result(live))
    live.refresh_from_db()
    assert live.is_open
    assert ChannelLiveSink(claim).finish(make_result(live))


def test_several_cameras_leave_a_film_each_and_one_for_all(team: Team) -> None:
    live = make_live(team, cameras=("left", "right", "never sent"))
    claim = claimed(live)
    result = make_result(live)
    result.frames["never sent"] = 0  # type: ignore[index]
    assert ChannelLiveSink(claim).finish(result)
    videos = list(Video.objects.filter(session=live.session).order_by("camera"))
    assert [video.camera for video in videos] == ["", "left", "right"]
    assert videos[0].pk == live.artefact_id


def test_a_failure_says_why(live: LiveSession, coach: User, api_client: Callable[..., APIClient]) -> None:
    claim = claimed(live)
    ChannelLiveSink(claim).fail("NO_MODEL", "No detector is installed. Run `make models`.")
    status = api_client(coach).get(f"/api/live/{live.pk}/status").json()["data"]
    assert status["status"] == "failed"
    assert status["error"] == {"code": "NO_MODEL", "message": "No detector is installed. Run `make models`."}


def test_a_stop_reaches_the_worker_even_where_redis_forgot_it(live: LiveSession) -> None:
    claim = claimed(live)
    source = installed_live().source(claim, "")
    assert not source.stop_requested()
    assert mark_stopping(live.pk, actor_id=None)
    client().flushall()
    source._looked_at = -10.0  # type: ignore[attr-defined]
    assert source.stop_requested()
    assert installed_live().source(claim, "").stop_requested()


def test_a_claim_of_something_that_is_no_session() -> None:
    assert DjangoLiveStore().claim(str(uuid.uuid4()), worker="w") is None


def test_frames_of_a_recorded_session_are_kept_once_and_in_order(team: Team) -> None:
    from apps.live.frames import Picture
    from apps.live.services.films import read_pieces

    live = make_live(team, record=True, film="waiting")
    artefacts = installed_live().artefacts
    at = int(timezone.now().timestamp() * 1e6)
    for number in range(12):
        broker.push(live.pk, "main", Picture(at + number * 100_000, at + number, JPEG + bytes([number])))
    first = installed_live().source(claimed(live), "")
    first.read(5, 0.0)
    kept = first.cursor()
    first.read(3, 0.0)
    first.close()
    LiveSession.objects.filter(pk=live.pk).update(lease_until=None)
    second = installed_live().source(claimed(live, "w2"), kept)
    second.read(100, 0.0)
    second.close()
    pieces = list(read_pieces(artefacts, live.pk, "main"))
    assert [data[-1] for _, data in pieces] == list(range(12))
    artefacts.delete(f"sessions/{live.pk}")


def test_everything_that_asks_the_database_waits_for_it() -> None:
    for kind, calls in (
        (DjangoLiveStore, "load claim renew release due"),
        (ChannelLiveSink, "publish save load finish"),
    ):
        assert all(hasattr(getattr(kind, name), "__wrapped__") for name in calls.split())
