"""Start, frame, assign, stop, status and list, by coaches and by cameras."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisDown
from rest_framework.test import APIClient

from apps.accounts.models import ConsentRecord, Player, Team, User
from apps.core.models import AuditEvent
from apps.live import broker
from apps.live.adapters import ChannelLiveSink, DjangoLiveStore
from apps.live.connections import client
from apps.live.models import LiveSession
from apps.live.services.sessions import MAX_OF_TEAM
from apps.pairing.models import DeviceType
from apps.sessions.models import Session, TrackCorrection
from tests.factories.accounts import make_member, make_player, make_team
from tests.factories.devices import make_device
from tests.factories.live import JPEG, make_live, make_result, make_state, make_track, now_us
from tests.factories.scans import make_calibration

pytestmark = pytest.mark.django_db
Client = Callable[..., APIClient]


def start(api: APIClient, **fields: Any) -> Any:
    return api.post("/api/live/start", {"source": "browser", **fields})


def send(api: APIClient, session_id: object, *, data: bytes = JPEG, **fields: Any) -> Any:
    body = {"session_id": str(session_id), "frame": SimpleUploadedFile("f.jpg", data), "wait_ms": 0, **fields}
    return api.post("/api/live/frame", body, format="multipart")


def consent(player: Player, *, given: bool = True) -> None:
    ConsentRecord.objects.create(player=player, purpose="film", given=given)


def test_a_session_is_opened(coach: User, team: Team, api_client: Client, rung: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda call, **_: call())
        answer = start(api_client(coach), title=" Finishing ", fps=12, record=True)
    assert answer.status_code == 200, answer.content
    data = answer.json()["data"]
    assert data["frame_budget"] == {"fps": 12.0, "max_bytes": 1024 * 1024, "max_cameras": 8}
    assert data["ws_url"] == f"ws://127.0.0.1:8000/ws/live/{data['session_id']}"
    assert (data["status"], data["cameras"], data["warnings"]) == ("waiting", ["main"], [])
    live = LiveSession.objects.get(pk=data["session_id"])
    session = live.session
    assert (session.title, session.session_type, session.status) == ("Finishing", "live", "processing")
    assert (session.team, session.created_by, live.film) == (team, coach, "waiting")
    assert rung == [data["session_id"]]
    assert AuditEvent.objects.filter(action="live.start", object_id=data["session_id"]).exists()


def test_several_cameras_each_with_its_pitch(coach: User, team: Team, api_client: Client) -> None:
    left, right = make_calibration(team), make_calibration(team)
    cameras = [{"name": "left", "calibration_id": str(left.pk)}, {"name": "right"}]
    answer = start(api_client(coach), cameras=cameras, calibration_id=str(right.pk))
    live = LiveSession.objects.get(pk=answer.json()["data"]["session_id"])
    assert dict(live.cameras.values_list("name", "calibration_id")) == {"left": left.pk, "right": right.pk}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"source": "satellite"}, 400),
        ({"fps": 0.5}, 400),
        ({"fps": 1000}, 400),
        ({"cameras": [{"name": "a"}, {"name": "a"}]}, 400),
        ({"cameras": [{"name": "../etc"}]}, 400),
        ({"cameras": [{"name": str(number)} for number in range(9)]}, 400),
        ({"calibration_id": str(uuid.uuid4())}, 404),
        ({"player_id": "nobody"}, 404),
        ({"team_id": str(uuid.uuid4())}, 404),
    ],
)
def test_what_cannot_be_started(coach: User, api_client: Client, fields: Any, status: int) -> None:
    assert start(api_client(coach), **fields).status_code == status
    assert not LiveSession.objects.exists()


def test_the_same_key_opens_one_session(coach: User, api_client: Client) -> None:
    api = api_client(coach)
    answers = [
        api.post("/api/live/start", {"source": "phone"}, headers={"Idempotency-Key": "tap"}).json()["data"]
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert LiveSession.objects.count() == 1


def test_an_analyst_watches_but_does_not_film(analyst: User, team: Team, api_client: Client) -> None:
    live, api = make_live(team), api_client(analyst)
    assert start(api).status_code == 403
    assert send(api, live.pk).status_code == 403
    assert api.post("/api/live/stop", {"session_id": str(live.pk), "wait_ms": 0}).status_code == 403
    assert api.get(f"/api/live/{live.pk}/status").status_code == 200
    live.refresh_from_db()
    assert live.takes_frames


class TestConsent:
    """A child is filmed only where somebody said yes; whoever said no is not."""

    @pytest.fixture
    def api(self, coach: User, api_client: Client) -> APIClient:
        return api_client(coach)

    def born(self, team: Team, years: int | None) -> Player:
        day = None if years is None else timezone.now().date() - timedelta(days=round(years * 365.25 + 10))
        return make_player(team, first_name="Kim", last_name="Berg", date_of_birth=day)

    def test_a_child_without_a_word(self, api: APIClient, team: Team) -> None:
        answer = start(api, player_id=str(self.born(team, 14).pk))
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "PERMISSION_DENIED"
        assert "Kim Berg is 14 and nobody has agreed to filming yet" in answer.json()["error"]["message"]
        assert not Session.objects.exists()

    def test_a_child_with_a_yes(self, api: APIClient, team: Team) -> None:
        child = self.born(team, 14)
        consent(child)
        assert start(api, player_id=str(child.pk)).json()["data"]["warnings"] == []

    def test_the_newest_word_counts(self, api: APIClient, team: Team) -> None:
        child = self.born(team, 14)
        consent(child)
        consent(child, given=False)
        assert "taken back" in start(api, player_id=str(child.pk)).json()["error"]["message"]

    def test_a_grown_up_who_said_nothing_may_and_one_who_said_no_may_not(self, api: APIClient, team: Team) -> None:
        adult = self.born(team, 22)
        assert start(api, player_id=str(adult.pk)).json()["data"]["warnings"] == []
        consent(adult, given=False)
        assert start(api, player_id=str(adult.pk)).status_code == 403

    def test_an_unknown_age_is_asked_for(self, api: APIClient, team: Team) -> None:
        (warning,) = start(api, player_id=str(self.born(team, None).pk)).json()["data"]["warnings"]
        assert "Nobody has said yet whether Kim Berg may be filmed" in warning

    def test_a_team_session_names_who_must_not_be_seen(self, api: APIClient, team: Team) -> None:
        consent(self.born(team, 14), given=False)
        (warning,) = start(api).json()["data"]["warnings"]
        assert warning.startswith("Keep out of the picture: Kim Berg.")

    def test_nobody_is_named_who_said_no(self, api: APIClient, team: Team) -> None:
        live, child = make_live(team), self.born(team, 14)
        consent(child, given=False)
        answer = api.post(f"/api/live/{live.pk}/assign", {"track_id": 1, "player_id": str(child.pk)})
        assert answer.status_code == 403
        assert not TrackCorrection.objects.exists()


def test_a_team_has_only_so_many_at_once(coach: User, team: Team, api_client: Client, settings: Any) -> None:
    api = api_client(coach)
    ids = [start(api).json()["data"]["session_id"] for _ in range(MAX_OF_TEAM)]
    answer = start(api)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")
    LiveSession.objects.filter(pk=ids[0]).update(status="stopped")
    settings.LIVE_MAX_SESSIONS = MAX_OF_TEAM - 1
    assert start(api).status_code == 503


def test_a_phone_films_with_its_key(team: Team, coach: User, api_client: Client) -> None:
    api, (_, key) = api_client(), make_device(team, coach, DeviceType.CAMERA)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    session_id = start(api, source="phone").json()["data"]["session_id"]
    assert send(api, session_id).json()["data"]["outcome"] == "waiting"
    assert api.get(f"/api/live/{session_id}/status").json()["data"]["frames"]["received"] == 1


def test_a_frame_waits_for_its_state_and_no_longer(live: LiveSession, coach: User, api_client: Client) -> None:
    api = api_client(coach)
    first = send(api, live.pk, wait_ms=50).json()["data"]
    assert (first["outcome"], first["processed"], first["seq"]) == ("waiting", False, 1)
    assert (first["metrics"], first["processing_time_ms"], first["tracks"]) == (None, None, [])
    claim = DjangoLiveStore().claim(str(live.pk), worker="w")
    assert claim is not None
    sink = ChannelLiveSink(claim)
    sink.publish(make_state(1, make_track(1), make_track(2, camera="other"), seq=1))
    text = client().get(f"axolotl.live.{live.pk}.state").replace(b'"seq":1', b'"seq":2').replace(b"S1\n", b"S2\n")
    timer = threading.Timer(0.15, client().set, (f"axolotl.live.{live.pk}.state", text))
    timer.start()
    second = send(api, live.pk, wait_ms=3000).json()["data"]
    timer.join()
    assert (second["outcome"], second["seq"], second["version"]) == ("processed", 2, 1)
    assert 50 < second["processing_time_ms"] < 3100
    assert [track["track_id"] for track in second["tracks"]] == [1], "those of this camera"
    assert second["detections"] == [{"bbox": [10.0, 20.0, 40.0, 90.0], "track_id": 1}]
    assert len(second["metrics"]["players"]) == 2


def test_a_frame_rings_where_nobody_works(live: LiveSession, coach: User, api_client: Client, rung: list[str]) -> None:
    send(api_client(coach), live.pk)
    send(api_client(coach), live.pk, timestamp=now_us() + 1000)
    assert rung == [str(live.pk)]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"data": b"not a picture"}, 415, "JPEG, PNG or WebP"),
        ({"data": JPEG + b"x" * 1024 * 1024}, 413, "at most 1024 kB"),
        ({"timestamp": 1}, 400, "years old"),
        ({"timestamp": 2**62}, 400, "future"),
        ({"timestamp": -1}, 400, "timestamp"),
        ({"camera": "a/b"}, 400, "camera"),
    ],
)
def test_a_frame_that_is_none(
    live: LiveSession, coach: User, api_client: Client, fields: Any, status: int, said: str
) -> None:
    answer = send(api_client(coach), live.pk, **fields)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert said in error["message"] + " ".join(error["details"])
    assert broker.meta_of(live.pk).cameras == {}


def test_late_and_repeated_frames_are_said_to_be_so(live: LiveSession, coach: User, api_client: Client) -> None:
    api, at = api_client(coach), now_us()
    outcomes = [send(api, live.pk, timestamp=at + plus).json()["data"]["outcome"] for plus in (0, 0, -5)]
    assert outcomes == ["waiting", "twice", "late"]


def test_more_than_the_budget_is_refused_for_this_camera_only(
    team: Team, coach: User, api_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.core.rates.time.time", lambda: 1_800_000_000.0)
    live, api = make_live(team, fps=1.0), api_client(coach)
    found = [send(api, live.pk, timestamp=now_us() + number).status_code for number in range(5)]
    assert found == [200, 200, 200, 429, 429]
    assert send(api, live.pk, camera="other").status_code == 200


def test_without_redis_a_frame_may_come_again(
    live: LiveSession, coach: User, api_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise RedisDown

    monkeypatch.setattr(broker, "push", down)
    answer = send(api_client(coach), live.pk)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")


def test_a_session_has_eight_cameras_at_most(live: LiveSession, coach: User, api_client: Client) -> None:
    api = api_client(coach)
    answers = [send(api, live.pk, camera=f"c{number}").status_code for number in range(8)]
    assert answers == [200] * 7 + [400]


def test_stopping_waits_for_the_worker_and_stopping_again_says_the_same(
    live: LiveSession, coach: User, api_client: Client
) -> None:
    api = api_client(coach)
    send(api, live.pk)
    body = {"session_id": str(live.pk), "wait_ms": 0}
    first = api.post("/api/live/stop", body).json()["data"]
    assert (first["status"], first["summary"]) == ("stopping", None)
    assert send(api, live.pk).status_code == 409
    claim = DjangoLiveStore().claim(str(live.pk), worker="w")
    assert claim is not None
    assert ChannelLiveSink(claim).finish(make_result(live))
    answers = [api.post("/api/live/stop", body).json()["data"] for _ in range(2)]
    assert answers[0]["summary"]["players"][0]["max_speed_mps"] == 6.5
    assert (answers[0]["status"], answers[0]["metrics"]) == ("stopped", None)
    assert answers[1]["summary"] == answers[0]["summary"]
    assert AuditEvent.objects.filter(action="live.stop").count() == 1
    assert api.get(f"/api/live/{live.pk}/status").json()["data"]["summary"] == answers[0]["summary"]


def test_a_stop_is_rung_for_until_somebody_has_it(
    live: LiveSession, coach: User, api_client: Client, rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, **_: call())
    body = {"session_id": str(live.pk), "wait_ms": 0}
    api = api_client(coach)
    for _ in range(2):
        api.post("/api/live/stop", body)
    assert rung == [str(live.pk)] * 2, "the first message may be lost"
    assert DjangoLiveStore().claim(str(live.pk), worker="w")
    api.post("/api/live/stop", body)
    assert len(rung) == 2


def test_stop_waits_no_longer_than_asked(live: LiveSession, coach: User, api_client: Client) -> None:
    began = time.monotonic()
    api_client(coach).post("/api/live/stop", {"session_id": str(live.pk), "wait_ms": 200})
    assert 0.2 <= time.monotonic() - began < 8


def test_the_status_tells_of_cameras_and_the_newest_state(live: LiveSession, coach: User, api_client: Client) -> None:
    api = api_client(coach)
    send(api, live.pk, timestamp=now_us())
    claim = DjangoLiveStore().claim(str(live.pk), worker="w")
    assert claim is not None
    ChannelLiveSink(claim).publish(make_state(41, make_track()))
    status = api.get(f"/api/live/{live.pk}/status").json()["data"]
    (camera,) = status["cameras"]
    assert (camera["name"], camera["sending"], camera["frames_in"], camera["dropped"]) == ("main", True, 1, 0)
    assert (status["version"], status["fps"], status["latency_ms"]) == (41, 9.5, 80.0)
    assert status["is_worked_on"] is True
    assert status["metrics"]["players"][0]["speed_mps"] == 3.1


def test_the_list_shows_the_teams_own(
    live: LiveSession, team: Team, coach: User, api_client: Client, django_assert_max_num_queries: Any
) -> None:
    make_live(make_team())
    stopped = make_live(team, status="stopped", started_at=timezone.now())
    api = api_client(coach)
    with django_assert_max_num_queries(8):
        rows = api.get("/api/live").json()["data"]
    assert [row["session_id"] for row in rows] == [str(stopped.pk), str(live.pk)]
    assert [row["session_id"] for row in api.get("/api/live?is_open=true").json()["data"]] == [str(live.pk)]
    assert api.get(f"/api/live?team_id={uuid.uuid4()}").json()["data"] == []


def test_the_list_costs_the_same_for_any_number(
    team: Team, coach: User, api_client: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(10):
        make_live(team, cameras=("a", "b"))
    api = api_client(coach)
    with django_assert_max_num_queries(8):
        assert len(api.get("/api/live").json()["data"]) == 10


def test_a_track_gets_a_name_and_loses_it(live: LiveSession, coach: User, player: Player, api_client: Client) -> None:
    api, address = api_client(coach), f"/api/live/{live.pk}/assign"
    answer = api.post(address, {"track_id": 3, "player_id": str(player.pk)}).json()["data"]
    assert answer == {"session_id": str(live.pk), "track_id": 3, "player_id": str(player.pk)}
    assert DjangoLiveStore().load(str(live.pk)).labels == {3: str(player.pk)}
    api.post(address, {"track_id": 3, "player_id": None})
    assert DjangoLiveStore().load(str(live.pk)).labels == {}
    LiveSession.objects.filter(pk=live.pk).update(status="stopped")
    assert api.post(address, {"track_id": 3, "player_id": str(player.pk)}).status_code == 409


def test_another_teams_player_is_nobody(live: LiveSession, coach: User, api_client: Client) -> None:
    stranger = make_player(make_team())
    answer = api_client(coach).post(f"/api/live/{live.pk}/assign", {"track_id": 3, "player_id": str(stranger.pk)})
    assert answer.status_code == 404


def test_nothing_of_one_team_reaches_another(live: LiveSession, api_client: Client) -> None:
    other = make_member(make_team())
    api = api_client(other)
    assert send(api, live.pk).status_code == 404
    assert api.get(f"/api/live/{live.pk}/status").status_code == 404
    assert api.post("/api/live/stop", {"session_id": str(live.pk)}).status_code == 404
    assert broker.meta_of(live.pk).cameras == {}
