"""`POST /api/scan/quick`: a film in, a scan under way, or a sentence that says what would be right."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts.models import Player, Role, Team, User
from apps.core.models import AuditEvent, IdempotencyKey
from apps.scan.adapters.records import job_record
from apps.scan.models import ProcessingJob, Video
from apps.scan.services import scans
from apps.sessions.models import Session
from pipeline import api
from pipeline.params import params_of
from tests.apps.scan.conftest import files_below
from tests.factories import videos
from tests.factories.accounts import make_member, make_player, make_team
from tests.factories.scans import make_calibration

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the jobs that were handed to the pipeline."""
    ids: list[str] = []
    monkeypatch.setattr(api, "submit", lambda job_id, from_step=None: ids.append(job_id) or True)
    return ids


def assert_nothing_kept(folders: Path) -> None:
    assert Session.objects.count() == Video.objects.count() == ProcessingJob.objects.count() == 0
    assert files_below(folders) == []


def test_a_film_becomes_a_session_with_a_queued_job(
    send: Callable[..., Any],
    coach: User,
    player: Player,
    film: Path,
    folders: Path,
    submitted: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = send(
            coach, player_id=str(player.pk), session_type="match", preset="fast", title=" Cup ", description="Half 1"
        )
        assert submitted == [], "handed over before the commit"

    assert response.status_code == 200
    body = response.json()
    job = ProcessingJob.objects.get()
    ids = {"job_id": str(job.pk), "session_id": str(job.session_id)}
    assert body["success"] is True
    assert body["data"] == {**ids, "status": "queued", "estimate_s": None}
    assert {key: body[key] for key in ids} == ids, "the seed's client reads them at the top level"
    assert submitted == [str(job.pk)]

    session = job.session
    assert (session.team, session.player, session.created_by) == (player.team, player, coach)
    assert (session.session_type, session.title, session.description) == ("match", "Cup", "Half 1")
    assert (job.preset, job.status, job.current_step, job.subject_player) == ("fast", "queued", "probe", player)
    video = session.videos.get()
    content = film.read_bytes()
    assert (video.width, video.height, video.frames, video.fps, video.duration_s) == (96, 64, 50, 25.0, 2.0)
    assert (video.codec, video.container, video.playable) == ("h264", "mp4", True)
    assert (video.size_bytes, video.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert files_below(folders) == [video.file.name]
    assert (folders / video.file.name).read_bytes() == content
    assert AuditEvent.objects.filter(action="scan.start", object_id=str(job.pk), actor=coach).count() == 1


def test_a_scan_looks_with_the_models_of_the_settings_and_keeps_to_them(
    send: Callable[..., Any], coach: User, team: Team, settings: LazySettings
) -> None:
    settings.SCAN_DETECTOR, settings.SCAN_POSE_MODEL = "yolov8n", "rtmpose-m-halpe26"
    assert send(coach).status_code == 200
    settings.SCAN_DETECTOR = settings.SCAN_POSE_MODEL = ""
    params = params_of(job_record(str(ProcessingJob.objects.get().pk)))
    assert (params.detector, params.pose_model) == ("yolov8n", "rtmpose-m-halpe26")
    assert send(coach).status_code == 200
    assert ProcessingJob.objects.latest("created_at").params == {}


def test_a_film_counts_for_the_day_on_which_it_was_filmed(
    send: Callable[..., Any], coach: User, team: Team, folders: Path
) -> None:
    assert send(coach, start="2026-03-03T18:00:00+01:00").status_code == 200
    assert Session.objects.get().start == datetime(2026, 3, 3, 17, tzinfo=UTC)
    Session.objects.all().delete()
    began = timezone.now()
    assert send(coach).status_code == 200
    assert began <= Session.objects.get().start <= timezone.now()


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("2026-03-03T18:00:00", "needs its offset"),
        ("0002-10-14T18:00:00Z", "starts in the year 2;"),
        ("2999-01-01T00:00:00Z", "starts in the year 2999;"),
        ("in two hours", "begins in the future"),
        ("yesterday", "start"),
    ],
)
def test_a_time_that_cannot_be_is_refused(
    send: Callable[..., Any], coach: User, team: Team, folders: Path, start: str, words: str
) -> None:
    if start == "in two hours":
        start = (timezone.now() + timedelta(hours=2)).isoformat()
    response = send(coach, start=start)
    assert response.status_code == 400
    assert words in response.content.decode()
    assert_nothing_kept(folders)


def test_the_clubs_own_name_for_a_player_works(send: Callable[..., Any], coach: User, player: Player) -> None:
    assert send(coach, player_id="player_1").status_code == 200
    assert Session.objects.get().player == player


def test_a_session_about_nobody_belongs_to_the_only_team(send: Callable[..., Any], coach: User, team: Team) -> None:
    assert send(coach).status_code == 200
    session = Session.objects.get()
    assert (session.team, session.player) == (team, None)


def test_with_two_teams_one_must_be_named(send: Callable[..., Any], coach: User, folders: Path) -> None:
    second = make_team()
    make_member(second, Role.COACH, coach)
    response = send(coach)
    assert response.status_code == 400
    assert response.json()["error"]["details"] == ["Field 'player_id' is required (or 'team_id')"]
    assert_nothing_kept(folders)
    assert send(coach, team_id=str(second.pk)).status_code == 200
    assert Session.objects.get().team == second


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"session_type": "party"}, "session_type"),
        ({"preset": "warp"}, "preset"),
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 5001}, "description"),
        ({"title": "a\x00b"}, "title"),
        ({"player_id": "x" * 65}, "player_id"),
        ({"team_id": "no"}, "team_id"),
        ({"calibration_id": "no"}, "calibration_id"),
        ({"upload_id": "3f0e8c6e-2d1c-4a44-9f0e-5b8c2b7e3a11"}, "video"),
    ],
)
def test_a_bad_field_is_named(
    send: Callable[..., Any], coach: User, folders: Path, fields: dict[str, str], detail: str
) -> None:
    response = send(coach, **fields)
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert len(error["details"]) == 1
    assert f"'{detail}'" in error["details"][0]
    assert_nothing_kept(folders)


def test_without_a_video_it_is_asked_for(api_client: Callable[..., Any], coach: User) -> None:
    response = api_client(coach).post("/api/scan/quick", {"title": "x"}, format="multipart")
    assert response.status_code == 400
    assert response.json()["error"]["details"] == [
        "Field 'video': Send a video, or the upload_id of a finished upload."
    ]


def test_a_text_in_place_of_the_video_is_refused(api_client: Callable[..., Any], coach: User) -> None:
    response = api_client(coach).post("/api/scan/quick", {"video": "not a file"}, format="multipart")
    assert response.status_code == 400
    assert "'video'" in response.json()["error"]["details"][0]


def test_another_file_field_or_two_films_are_refused(
    api_client: Callable[..., Any], coach: User, film: Path, folders: Path
) -> None:
    content = film.read_bytes()
    both = {"video": [SimpleUploadedFile("a.mp4", content), SimpleUploadedFile("b.mp4", content)]}
    other = {"film": SimpleUploadedFile("a.mp4", content)}
    for body, said in ((both, "takes one file"), (other, "takes no file")):
        response = api_client(coach).post("/api/scan/quick", body, format="multipart")
        assert response.status_code == 400
        assert said in response.json()["error"]["message"]
    assert_nothing_kept(folders)


# Who -------------------------------------------------------------------------------------------------------------


def test_nobody_gets_in_without_a_log_in(send: Callable[..., Any], folders: Path, db: None) -> None:
    response = send(None)
    assert (response.status_code, response.json()["error"]["code"]) == (401, "AUTH_ERROR")
    assert_nothing_kept(folders)


@pytest.mark.parametrize("who", ["analyst", "player_user"])
def test_analysts_and_players_may_not_start_scans(
    request: pytest.FixtureRequest, send: Callable[..., Any], folders: Path, who: str
) -> None:
    response = send(request.getfixturevalue(who))
    assert (response.status_code, response.json()["error"]["code"]) == (403, "PERMISSION_DENIED")
    assert_nothing_kept(folders)


def test_a_coach_elsewhere_is_an_analyst_here(send: Callable[..., Any], analyst: User, player: Player) -> None:
    make_member(make_team(), Role.COACH, analyst)
    response = send(analyst, player_id=str(player.pk))
    assert response.status_code == 403
    assert response.json()["error"]["message"] == "Your role in this team does not allow this; needed: owner, coach."


def test_another_teams_things_do_not_exist(
    send: Callable[..., Any], coach: User, other_team: Team, folders: Path
) -> None:
    stranger = make_player(other_team, external_id="secret")
    theirs = make_calibration(other_team)
    for fields in (
        {"player_id": str(stranger.pk)},
        {"player_id": "secret"},
        {"team_id": str(other_team.pk)},
        {"calibration_id": str(theirs.pk)},
        {"player_id": str(uuid.uuid4())},
    ):
        response = send(coach, **fields)
        assert (response.status_code, response.json()["error"]["code"]) == (404, "NOT_FOUND"), fields
    assert_nothing_kept(folders)


def test_a_calibration_of_the_team_is_used(send: Callable[..., Any], coach: User, team: Team) -> None:
    mine = make_calibration(team)
    assert send(coach, calibration_id=str(mine.pk)).status_code == 200
    assert ProcessingJob.objects.get().calibration == mine


# What ------------------------------------------------------------------------------------------------------------

STATUS = {"UNSUPPORTED_CONTAINER": (415, "INVALID_FILE"), "TOO_LARGE": (413, "FILE_TOO_LARGE")}


@pytest.mark.parametrize("name", videos.BAD)
def test_every_bad_video_is_refused_with_a_sentence(
    send: Callable[..., Any], coach: User, folders: Path, tmp_path: Path, name: str
) -> None:
    build, code = videos.BAD[name]
    response = send(coach, path=build(tmp_path / name))
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == STATUS.get(code, (422, "INVALID_FILE"))
    assert error["message"].endswith(".")
    assert "Traceback" not in error["message"]
    assert str(tmp_path) not in error["message"]
    assert_nothing_kept(folders)


@pytest.mark.parametrize(
    "name", ["variable_rate.mp4", "vp9.mkv", "h264.mov", "mpeg4.avi", "wrong_name.avi", "vertical.mp4"]
)
def test_good_videos_of_every_format_are_taken(
    send: Callable[..., Any], coach: User, tmp_path: Path, name: str
) -> None:
    assert send(coach, path=videos.GOOD[name](tmp_path / name)).status_code == 200
    video = Video.objects.get()
    assert video.file.name.endswith(f".{video.container}"), "the ending is what was found, not what it was called"
    assert video.playable == (name in ("variable_rate.mp4", "h264.mov", "wrong_name.avi", "vertical.mp4"))


@pytest.mark.parametrize("name", ["film.exe", "film", "film.mp4.txt", ".mp4"])
def test_a_name_that_is_not_a_videos_is_refused(
    api_client: Callable[..., Any], coach: User, film: Path, folders: Path, name: str
) -> None:
    body = {"video": SimpleUploadedFile(name, film.read_bytes())}
    response = api_client(coach).post("/api/scan/quick", body, format="multipart")
    assert (response.status_code, response.json()["error"]["code"]) == (415, "INVALID_FILE")
    assert "MP4, AVI, MOV, MKV" in response.json()["error"]["message"]
    assert_nothing_kept(folders)


def test_a_film_over_the_limit_is_refused(
    send: Callable[..., Any], coach: User, film: Path, folders: Path, settings: Any
) -> None:
    settings.MAX_FORM_UPLOAD_SIZE = film.stat().st_size - 1
    response = send(coach)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "FILE_TOO_LARGE")
    assert_nothing_kept(folders)
    settings.MAX_FORM_UPLOAD_SIZE = film.stat().st_size
    assert send(coach).status_code == 200


def test_the_name_of_a_file_cannot_leave_its_folder(
    api_client: Callable[..., Any], coach: User, film: Path, folders: Path
) -> None:
    body = {"video": SimpleUploadedFile("../../../etc/a \u202e'b.mp4", film.read_bytes())}
    assert api_client(coach).post("/api/scan/quick", body, format="multipart").status_code == 200
    video = Video.objects.get()
    assert files_below(folders) == [f"videos/{video.session_id}/{video.pk}.mp4"]


def test_a_failure_in_the_transaction_leaves_nothing(
    send: Callable[..., Any], coach: User, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(scans, "started", fail)  # after rows were made and the file was moved
    response = send(coach)
    assert (response.status_code, response.json()["error"]["code"]) == (500, "SERVER_ERROR")
    assert_nothing_kept(folders)


def test_a_broker_that_is_away_does_not_lose_the_job(
    send: Callable[..., Any], coach: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def refuse(job_id: str, from_step: Any = None) -> bool:
        raise ConnectionError("no broker")

    monkeypatch.setattr(api, "submit", refuse)
    with django_capture_on_commit_callbacks() as callbacks:
        assert send(coach).status_code == 200
    assert len(callbacks) == 1
    assert ProcessingJob.objects.get().status == "queued"


# Again -----------------------------------------------------------------------------------------------------------


def test_the_same_film_twice_is_two_sessions(send: Callable[..., Any], coach: User) -> None:
    first, second = send(coach).json(), send(coach).json()
    assert first["session_id"] != second["session_id"]
    assert Video.objects.values_list("sha256", flat=True).distinct().count() == 1


def test_a_repeated_request_with_its_key_starts_nothing(send: Callable[..., Any], coach: User, folders: Path) -> None:
    headers = {"Idempotency-Key": "phone-1-film-7"}
    first, second = send(coach, headers=headers, title="A"), send(coach, headers=headers, title="A")
    assert first.status_code == second.status_code == 200
    assert first.json()["data"] == second.json()["data"]
    assert second.json()["job_id"] == first.json()["job_id"]
    assert second["Idempotency-Replayed"] == "true"
    assert ProcessingJob.objects.count() == 1
    assert len(files_below(folders)) == 1, "the second copy went"


def test_a_key_used_with_another_body_is_a_conflict(
    send: Callable[..., Any], coach: User, folders: Path, tmp_path: Path
) -> None:
    headers = {"Idempotency-Key": "k"}
    assert send(coach, headers=headers).status_code == 200
    other_film = videos.numbered_video(tmp_path / "other.mp4", 30)
    for change in ({"title": "other"}, {"path": other_film}):
        response = send(coach, headers=headers, **change)
        assert (response.status_code, response.json()["error"]["code"]) == (409, "CONFLICT")
    assert (ProcessingJob.objects.count(), len(files_below(folders))) == (1, 1)


def test_a_key_is_free_again_after_a_refusal(send: Callable[..., Any], coach: User, tmp_path: Path) -> None:
    headers = {"Idempotency-Key": "k"}
    assert send(coach, headers=headers, path=videos.garbage(tmp_path / "a.mp4")).status_code == 415
    assert IdempotencyKey.objects.count() == 0
    assert send(coach, headers=headers).status_code == 200


def test_new_uploads_are_limited(send: Callable[..., Any], coach: User, settings: Any, tmp_path: Path) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "upload": "1/h"}
    assert send(coach).status_code == 200
    response = send(coach)
    assert (response.status_code, response.json()["error"]["code"]) == (429, "RATE_LIMIT")
    assert int(response["Retry-After"]) > 0


def test_queries_of_a_scan_are_bounded(
    send: Callable[..., Any], coach: User, player: Player, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(25):
        assert send(coach, player_id=str(player.pk)).status_code == 200
