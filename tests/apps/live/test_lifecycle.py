"""What goes with a session, what is exported, what is looked after, and the film that is made afterwards."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Role, Team, User
from apps.accounts.services.erasure import erase_player_now
from apps.core.lifecycle import lifecycle
from apps.live import broker, tasks
from apps.live.adapters import DjangoLiveStore
from apps.live.connections import client
from apps.live.frames import Picture
from apps.live.models import LiveCheckpoint, LiveSession, LiveStatus
from apps.live.services import films, watching
from apps.live.services.films import FilmPieces
from apps.live.stream import Keys
from apps.scan.models import Video
from apps.sessions.services.sessions import delete_session
from pipeline.live_ports import LiveFrame
from pipeline.ports import installed
from tests.factories.accounts import make_member, make_player, make_user
from tests.factories.live import JPEG, make_live, now_us
from tests.factories.scans import make_video

pytestmark = pytest.mark.django_db


def test_deleting_a_session_leaves_nothing_of_its_live_side(
    live: LiveSession, coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, **_: call())
    at = now_us()
    broker.push(live.pk, "main", Picture(at, at, JPEG))
    broker.publish(live.pk, 1, "{}")
    LiveCheckpoint.objects.create(live=live, data=b"x")
    delete_session(user=coach, session_id=live.pk)
    assert not LiveSession.objects.exists()
    assert not LiveCheckpoint.objects.exists()
    base = Keys.of(live.pk).base
    assert client().keys(f"{base}*") == [f"{base}.meta".encode()]
    assert broker.push(live.pk, "main", Picture(at + 1, at + 1, JPEG)).outcome == "closed"


def test_an_erased_player_leaves_the_newest_state_and_the_names_of_cameras(
    live: LiveSession, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, **_: call())
    player = make_player(team, first_name="Zebedee", last_name="Quillfeather")
    names = ("main", "Quillfeather-2", "zebedee_quillfeather", "QuillfeatherX")
    over = make_live(team, cameras=names, status=LiveStatus.STOPPED, stopped_at=timezone.now())
    broker.publish(over.pk, 1, '{"name": "Zebedee Quillfeather"}')
    broker.publish(live.pk, 1, '{"name": "Zebedee Quillfeather"}')
    erase_player_now(player, actor=None)
    assert (broker.state_of(over.pk), broker.state_of(live.pk)) == (None, None)
    left = sorted(over.cameras.values_list("name", flat=True), key=lambda name: "camera" in name)
    assert left[:2] == ["QuillfeatherX", "main"]
    assert [bool(re.fullmatch("camera [0-9a-f]{8}", name)) for name in left[2:]] == [True, True]


@pytest.mark.parametrize(
    ("status", "film", "stays"),
    [("running", "none", True), ("stopped", "waiting", True), ("stopped", "made", False), ("failed", "none", False)],
)
def test_a_persons_camera_keeps_its_name_only_while_frames_go_by_it(
    team: Team, status: str, film: str, *, stays: bool
) -> None:
    coach = make_member(team, Role.COACH, make_user(name="Otto Uhlenhorst"))
    session = make_live(team, cameras=("Phone of Otto Uhlenhorst",), status=status, film=film)
    lifecycle.erase("user", [coach.pk])
    assert ("Uhlenhorst" in session.cameras.get().name) is stays


def test_an_export_tells_how_it_was_filmed(live: LiveSession) -> None:
    (row,) = lifecycle.export("session", live.pk)["live"]["live"]
    assert (row["source"], row["cameras"], row["frames_in"]) == ("phone", ["main"], 0)
    assert lifecycle.export("team", live.session.team_id)["live"]["live"] == [row]


def test_a_session_that_nobody_films_any_more_is_ended(team: Team, rung: list[str]) -> None:
    now = timezone.now()
    forgotten = make_live(team, started_at=now - watching.IDLE - timedelta(seconds=1))
    going = make_live(team, started_at=now - timedelta(hours=1))
    fresh = make_live(team, started_at=now)
    at = now_us()
    broker.push(going.pk, "main", Picture(at, at, JPEG))
    found = watching.watch()
    assert (found["ended"], found["rung"]) == (1, 2)
    forgotten.refresh_from_db()
    going.refresh_from_db()
    assert (forgotten.status, going.status) == (LiveStatus.STOPPING, LiveStatus.WAITING)
    assert (going.frames_in, going.cameras.get().frames_in) == (1, 1)
    assert set(rung) >= {str(going.pk), str(fresh.pk)}


def test_what_somebody_works_on_is_left_alone(live: LiveSession, rung: list[str]) -> None:
    LiveSession.objects.filter(pk=live.pk).update(started_at=timezone.now())
    assert DjangoLiveStore().claim(str(live.pk), worker="w")
    tasks.watch()
    assert rung == []


def test_a_film_that_was_forgotten_is_asked_for_again(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(films, "ask_for_films", asked.append)
    now = timezone.now()
    for minutes, state in ((20, "waiting"), (20, "made"), (1, "waiting"), (3000, "waiting")):
        make_live(team, status="stopped", film=state, stopped_at=now - timedelta(minutes=minutes))
    watching.watch()
    assert len(asked) == 1


def picture(number: int, size: tuple[int, int] = (64, 48)) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", size, (number * 12, 80, 120)).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.alone
@pytest.mark.slow
def test_the_kept_pictures_become_a_film_at_their_own_times(team: Team, settings: Any, tmp_path: Path) -> None:
    settings.UPLOAD_ROOT = tmp_path
    live = make_live(team, status="stopped", film="waiting", record=True, fps=10.0)
    zero = now_us()
    camera = live.cameras.get()
    live.cameras.update(first_us=zero)
    video = make_video(live.session, id=camera.artefact_id, file="", playable=False)
    pieces = FilmPieces(installed().artefacts, str(live.pk))
    sent = [(-1, picture(0)), *((number, picture(number)) for number in range(20)), (21, b"\xff\xd8\xffbroken")]
    sent.append((22, picture(3, (48, 64))))
    pieces.keep([LiveFrame("main", n + 1, zero + n * 100_000, zero, data) for n, data in sent])
    pieces.close()
    assert films.make_films(live.pk) == 1
    live.refresh_from_db()
    stored = Video.objects.get(pk=video.pk)
    assert (live.film, stored.playable, stored.codec, stored.frames) == ("made", True, "h264", 20)
    assert stored.duration_s == pytest.approx(2.0, abs=0.11)
    assert (stored.width, stored.height) == (64, 48)
    assert not list(installed().artefacts.list(f"sessions/{live.pk}/live"))
    assert films.make_films(live.pk) == 0, "made once"
    stored.file.delete(save=False)


def test_without_pictures_there_is_no_film(team: Team, settings: Any, tmp_path: Path) -> None:
    settings.UPLOAD_ROOT = tmp_path
    live = make_live(team, status="stopped", film="waiting", record=True)
    assert films.make_films(live.pk) == 0
    live.refresh_from_db()
    assert live.film == "missing"


def test_the_admin_shows_live_sessions_and_stops_them(
    live: LiveSession, admin_client: Client, django_assert_max_num_queries: Any
) -> None:
    for name in ("livesession", "livecamera", "livecheckpoint"):
        with django_assert_max_num_queries(12):
            assert admin_client.get(f"/admin/live/{name}/?q=x").status_code == 200
    assert admin_client.get(f"/admin/live/livesession/{live.pk}/change/").status_code == 200
    chosen = {"action": "stop", "_selected_action": [str(live.pk)]}
    assert admin_client.post("/admin/live/livesession/", chosen).status_code == 302
    live.refresh_from_db()
    assert live.status == LiveStatus.STOPPING
