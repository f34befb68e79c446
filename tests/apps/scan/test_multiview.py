"""`POST /api/scan/multiview`: films of several cameras in, one scan under way, or a sentence that says why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import Player, Team, User
from apps.scan.adapters.records import job_record
from apps.scan.models import Calibration, ProcessingJob, Upload, Video
from apps.scan.services import scans
from apps.sessions.models import Session
from pipeline import api
from pipeline.params import params_of
from tests.apps.scan.conftest import files_below
from tests.factories.accounts import make_team
from tests.factories.scans import make_calibration
from tests.pipeline.test_steps_multiview import rig_data

pytestmark = pytest.mark.django_db

RIG = json.dumps({"cameras": rig_data(3, size=(96, 64))["cameras"]})
NAMES = ["camera0", "camera1"]


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the jobs that were handed to the pipeline."""
    ids: list[str] = []
    monkeypatch.setattr(api, "submit", lambda job_id, from_step=None: ids.append(job_id) or True)
    return ids


@pytest.fixture
def start(film: Path, api_client: Callable[..., Any], player: Player) -> Callable[..., Any]:
    """Send one film for each camera as a user."""

    def post(user: User | None, *, films: list[Path] | None = None, key: str = "", **fields: Any) -> Any:
        opened = [path.open("rb") for path in films or [film, film]]
        try:
            body = {"videos": opened, "cameras": NAMES, "calibration": RIG, "player_id": str(player.pk), **fields}
            body = {name: value for name, value in body.items() if value is not None}
            headers = {"Idempotency-Key": key} if key else {}
            return api_client(user).post("/api/scan/multiview", body, format="multipart", headers=headers)
        finally:
            for file in opened:
                file.close()

    return post


def assert_nothing_kept(folders: Path) -> None:
    assert Session.objects.count() == Video.objects.count() == ProcessingJob.objects.count() == 0
    assert Calibration.objects.count() == 0
    assert files_below(folders) == []


def test_the_first_camera_by_name_is_the_film_that_is_shown(
    start: Any, coach: User, api_client: Callable[..., Any], submitted: list[str]
) -> None:
    session = start(coach).json()["session_id"]
    assert api_client(coach).get(f"/api/scan/{session}/frame?t=0").status_code == 200
    shown = api_client(coach).get(f"/api/scan/{session}/video")
    with Video.objects.get(session_id=session, camera="camera0").file.open() as stored:
        assert b"".join(shown) == stored.read()


def test_films_become_one_session_with_a_camera_each(
    start: Any,
    coach: User,
    player: Player,
    folders: Path,
    submitted: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = start(coach, sync="offsets", offsets_s=json.dumps({"camera1": 0.25}), preset="full", refine="true")
    assert response.status_code == 200, response.content
    job = ProcessingJob.objects.get()
    assert response.json()["job_id"] == str(job.pk) == submitted[0]
    record = job_record(str(job.pk))
    assert [video.camera for video in record.videos] == NAMES
    assert record.kind is api.JobKind.MULTIVIEW
    params = params_of(record)
    assert (params.sync, dict(params.clock_offsets_s), params.pose_people) == ("offsets", {"camera1": 0.25}, 0)
    assert params.refine_cameras
    assert set(record.calibration["cameras"]) == {"camera0", "camera1", "camera2"}  # type: ignore[index]
    assert len(files_below(folders)) == 2
    assert job.session.player == player


def test_the_rig_is_kept_for_the_next_time(start: Any, coach: User, api_client: Any, submitted: list[str]) -> None:
    start(coach)
    (rig,) = api_client(coach).get("/api/scan/calibrations", {"kind": "camera"}).json()["data"]
    assert rig["cameras"] == ["camera0", "camera1", "camera2"]
    assert api_client(coach).get("/api/scan/calibrations").json()["data"] == [], "no pitch to choose"
    again = start(coach, calibration=None, calibration_id=rig["id"])
    assert again.status_code == 200
    assert Calibration.objects.count() == 1


def test_a_repeated_request_starts_nothing_again(start: Any, coach: User, folders: Path, submitted: list[str]) -> None:
    first, second = start(coach, key="k1"), start(coach, key="k1")
    assert second.json()["data"] == first.json()["data"]
    assert ProcessingJob.objects.count() == 1
    assert len(files_below(folders)) == 2
    assert start(coach, key="k1", title="Other").status_code == 409


def test_finished_uploads_serve_as_well(
    coach: User, player: Player, film: Path, folders: Path, api_client: Any, submitted: list[str]
) -> None:
    ids = [upload(coach, film, folders, n) for n in range(2)]
    named = [{"camera": name, "upload_id": upload_id} for name, upload_id in zip(NAMES, ids, strict=True)]
    body = {"uploads": named, "calibration": RIG, "player_id": str(player.pk)}
    send = api_client(coach)
    first = send.post("/api/scan/multiview", body, format="json", headers={"Idempotency-Key": "a"})
    assert first.status_code == 200, first.content
    repeated = send.post("/api/scan/multiview", body, format="json", headers={"Idempotency-Key": "a"})
    assert repeated.json()["data"] == first.json()["data"]
    taken = send.post("/api/scan/multiview", body, format="json", headers={"Idempotency-Key": "b"})
    assert taken.status_code in (404, 409)
    assert ProcessingJob.objects.count() == 1


def upload(user: User, film: Path, folders: Path, number: int) -> str:
    from datetime import timedelta

    from django.utils import timezone

    size = film.stat().st_size
    (folders / "incoming" / f"{number}.part").write_bytes(film.read_bytes())
    row = Upload.objects.create(
        created_by=user,
        filename=f"cam{number}.mp4",
        length_bytes=size,
        offset_bytes=size,
        path=f"{number}.part",
        status=Upload.Status.COMPLETE,
        expires_at=timezone.now() + timedelta(hours=1),
    )
    return str(row.pk)


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"cameras": ["camera0"]}, 400, "cameras"),
        ({"cameras": ["camera0", "camera0"]}, 400, "name of its own"),
        ({"cameras": ["camera0", "../etc"]}, 400, "cameras"),
        ({"cameras": ["camera0", "camera1", "camera2"]}, 400, "2 films came with 3 names"),
        ({"cameras": ["camera0", "left"]}, 422, "no camera left; it has camera0, camera1, camera2"),
        ({"calibration": RIG.replace("[96, 64]", "[1920, 1080]")}, 422, "1920 × 1080 pixels, but its film has 96 × 64"),
        ({"calibration": None}, 400, "calibration"),
        ({"calibration": "{}"}, 422, "Calib.toml"),
        ({"calibration": RIG.replace("1500.0", "-1500.0")}, 422, "positive focal lengths"),
        ({"sync": "offsets"}, 400, "offsets_s"),
        ({"offsets_s": '{"camera0": 1}'}, 400, "sync=offsets"),
        ({"sync": "offsets", "offsets_s": '{"other": 1}'}, 400, "named cameras"),
        ({"sync": "offsets", "offsets_s": "soon"}, 400, "offsets_s"),
        ({"sync": "guess"}, 400, "sync"),
        ({"calibration": None, "calibration_id": "5a8f6f0e-7c0f-4b39-9a57-7d2f3a2f1c55"}, 404, "no such calibration"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_nothing_kept(
    start: Any, coach: User, folders: Path, submitted: list[str], fields: dict[str, Any], status: int, says: str
) -> None:
    response = start(coach, **fields)
    error = response.json()["error"]
    assert response.status_code == status
    assert says in " ".join([error["message"], *error.get("details", [])])
    assert_nothing_kept(folders)
    assert submitted == []


@pytest.mark.parametrize(
    "body", [[], [None, None], "films", 3, {"uploads": "none"}, {"uploads": [1, 2]}, {"offsets_s": []}]
)
def test_another_shape_is_refused(api_client: Callable[..., Any], coach: User, body: Any, folders: Path) -> None:
    response = api_client(coach).post("/api/scan/multiview", body, format="json")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert_nothing_kept(folders)


def test_a_film_that_is_none_is_named_by_its_camera(
    start: Any, coach: User, film: Path, folders: Path, tmp_path: Path, submitted: list[str]
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(film.read_bytes()[:900])
    response = start(coach, films=[film, broken])
    assert response.status_code in (415, 422)
    assert "camera1" in response.json()["error"]["message"]
    assert_nothing_kept(folders)


def test_nine_films_are_too_many(start: Any, coach: User, film: Path, folders: Path) -> None:
    response = start(coach, films=[film] * 9)
    assert response.status_code == 400
    assert "8 files at most" in response.json()["error"]["message"]
    assert_nothing_kept(folders)


def test_films_that_are_too_large_together_are_refused(
    start: Any, coach: User, film: Path, folders: Path, settings: Any
) -> None:
    settings.MAX_FORM_UPLOAD_SIZE = int(1.5 * film.stat().st_size)
    assert start(coach).status_code == 413
    assert_nothing_kept(folders)


def test_what_fails_halfway_leaves_neither_rows_nor_films(
    start: Any, coach: User, folders: Path, submitted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(scans, "new_job", fail)
    assert start(coach).status_code == 500
    assert_nothing_kept(folders)


def test_a_pitch_is_no_rig_and_a_rig_no_pitch(
    start: Any, send: Any, coach: User, team: Team, player: Player, submitted: list[str]
) -> None:
    pitch = make_calibration(team)
    assert start(coach, calibration=None, calibration_id=str(pitch.pk)).status_code == 404
    start(coach)
    rig = Calibration.objects.get(kind=Calibration.Kind.CAMERA)
    assert send(coach, player_id=str(player.pk), calibration_id=str(rig.pk)).status_code == 404


def test_another_teams_rig_does_not_exist(start: Any, coach: User, submitted: list[str]) -> None:
    foreign = Calibration.objects.create(team=make_team(), kind=Calibration.Kind.CAMERA, name="x", data=json.loads(RIG))
    assert start(coach, calibration=None, calibration_id=str(foreign.pk)).status_code == 404


def test_a_pitch_cannot_be_marked_in_a_scan_of_several_cameras(
    start: Any, coach: User, team: Team, api_client: Any, submitted: list[str]
) -> None:
    session = start(coach).json()["session_id"]
    body = {"calibration_id": str(make_calibration(team).pk)}
    response = api_client(coach).post(f"/api/scan/{session}/calibration", body, format="json")
    assert response.status_code == 422
    assert "several cameras" in response.json()["error"]["message"]
