"""Calibration by clicking: tried, kept, used."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from apps.accounts.models import Role, Team, User
from apps.core.models import AuditEvent
from apps.scan.models import Calibration, JobStep, ProcessingJob, Video
from pipeline import api
from tests.factories.accounts import make_member, make_team
from tests.factories.scans import make_calibration
from vision.calibration.pitch_model import PITCH_FORMATS, PitchModel
from vision.synthetic.scenes import stand_camera

pytestmark = pytest.mark.django_db

MARKS = ("a_corner_left", "a_corner_right", "b_corner_left", "b_corner_right", "halfway_left", "halfway_right")


def clicks(marks: tuple[str, ...] = MARKS, **changes: Any) -> dict[str, Any]:
    """Exact clicks on marks of a full pitch seen by a camera in the stand."""
    pitch = PitchModel()
    camera = stand_camera(pitch)
    places = [pitch.marks()[mark] for mark in marks]
    pixels = camera.project_ground(places).tolist()
    points = [{"mark": mark, "image": image} for mark, image in zip(marks, pixels, strict=True)]
    return {"image_size": list(camera.image_size), "pitch": {"format": "11v11"}, "points": points, **changes}


def fit(client: Any, body: dict[str, Any]) -> Any:
    return client.post("/api/scan/calibrations/fit", body, format="json")


def test_exact_clicks_fit_exactly(api_client: Callable[..., Any], analyst: User) -> None:
    response = fit(api_client(analyst), clicks())
    assert response.status_code == 200, response.json()
    data = response.json()["data"]
    assert (data["error_m"], data["max_error_m"]) == (0.0, 0.0)
    assert data["residuals_m"] == [0.0] * 6
    assert data["lines_px"]
    assert all(len(point) == 2 for line in data["lines_px"] for point in line)
    error_map = data["error_map"]
    assert len(error_map["sigma_m"]) == len(error_map["y"])
    assert {len(row) for row in error_map["sigma_m"]} == {len(error_map["x"])}
    assert any("marks" in warning for warning in data["warnings"]), "six marks are few"
    assert (data["data"]["kind"], data["data"]["pitch"]["length_m"]) == ("pitch_homography", 105.0)
    assert Calibration.objects.count() == 0, "a trial keeps nothing"


def test_own_points_lines_and_lens(api_client: Callable[..., Any], coach: User) -> None:
    body = clicks()
    pitch, camera = PitchModel(), stand_camera(PitchModel())
    body["points"].append({"pitch": [10.0, 5.0], "image": camera.project_ground([[10.0, 5.0]])[0].tolist()})
    along = [[0.0, y] for y in (-20.0, 0.0, 20.0)]
    body["lines"] = [{"line": "halfway_line", "image": camera.project_ground(along).tolist()}]
    body["lens"] = True
    data = fit(api_client(coach), body).json()["data"]
    assert data["max_error_m"] < 0.001
    assert abs(data["data"]["k1"]) < 1e-6
    assert pitch.name == data["data"]["pitch"]["name"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (clicks(MARKS[:3]), "3 marks given; at least 4"),
        (clicks(("halfway_left", "halfway_right", "centre_spot", "circle_halfway_left")), "line"),
        (clicks(pitch={"format": "11v11", "width_m": 30}), "no room for its penalty areas"),
        ({**clicks(), "points": [{"mark": "moon", "image": [1, 1]}] * 4}, "has no mark 'moon'"),
        (clicks(lines=[{"line": "moon", "image": [[1, 1]]}]), "has no line 'moon'"),
    ],
)
def test_marks_that_would_mislead_are_refused_with_a_reason(
    api_client: Callable[..., Any], coach: User, body: dict[str, Any], said: str
) -> None:
    response = fit(api_client(coach), body)
    assert (response.status_code, response.json()["error"]["code"]) == (422, "BAD_CALIBRATION")
    assert said in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"image_size": [1920]}, "image_size"),
        ({"t_s": -1}, "t_s"),
        ({"t_s": 1e9}, "t_s"),
        ({"video_id": "film"}, "video_id"),
        ({"image_size": [1, 1]}, "image_size.0"),
        ({"image_size": None}, "image_size"),
        ({"points": None}, "points"),
        ({"points": [{"image": [1, 2]}]}, "points.0.mark"),
        ({"points": [{"mark": "a", "pitch": [0, 0], "image": [1, 2]}]}, "points.0.mark"),
        ({"points": [{"mark": "a", "image": [1]}]}, "points.0.image"),
        ({"points": [{"mark": "a", "image": ["x", 2]}]}, "points.0.image.0"),
        ({"points": [{"mark": "a", "image": [1e9, 2]}]}, "points.0.image.0"),
        ({"points": [{"mark": "a", "image": [1, 2]}] * 101}, "points"),
        ({"pitch": {"format": "3v3"}}, "pitch.format"),
        ({"pitch": {"length_m": 5}}, "pitch.length_m"),
        ({"lens": "maybe"}, "lens"),
        ({"lines": [{"image": [[1, 2]]}]}, "lines.0.line"),
    ],
)
def test_a_bad_field_is_named(api_client: Callable[..., Any], coach: User, change: dict[str, Any], field: str) -> None:
    response = fit(api_client(coach), {**clicks(), **change})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert any(f"'{field}'" in detail for detail in response.json()["error"]["details"]), response.json()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_coordinate_is_a_number(api_client: Callable[..., Any], coach: User, number: str) -> None:
    body = f'{{"image_size": [100, 100], "points": [{{"mark": "a", "image": [{number}, 1]}}]}}'
    response = api_client(coach).post("/api/scan/calibrations/fit", body, content_type="application/json")
    assert response.status_code == 400


def test_fitting_needs_a_log_in(api_client: Callable[..., Any], db: None) -> None:
    assert fit(api_client(), clicks()).status_code == 401


# Kept ------------------------------------------------------------------------------------------------------------


def keep(client: Any, **changes: Any) -> Any:
    return client.post("/api/scan/calibrations", {**clicks(), "name": "Main pitch", **changes}, format="json")


def test_the_marked_picture_is_kept_for_cameras_that_move(api_client: Callable[..., Any], coach: User) -> None:
    film = "2f7d0c1e-9c55-4a7e-8b43-6f1c2d3e4f50"
    response = keep(api_client(coach), t_s=12.4, video_id=film)
    assert response.status_code == 201, response.json()
    assert response.json()["data"]["t_s"] == 12.4
    kept = Calibration.objects.get()
    assert (kept.data["anchor_t_s"], kept.data["anchor_video_id"]) == (12.4, film)


def test_without_a_time_nothing_is_said_of_the_picture(api_client: Callable[..., Any], coach: User) -> None:
    response = keep(api_client(coach))
    assert response.json()["data"]["t_s"] is None
    assert not {"anchor_t_s", "anchor_video_id"} & set(Calibration.objects.get().data)


@pytest.mark.parametrize("who", ["coach", "analyst", "owner"])
def test_the_staff_keeps_a_calibration_for_the_team(
    request: pytest.FixtureRequest, api_client: Callable[..., Any], team: Team, who: str
) -> None:
    user = request.getfixturevalue(who)
    response = keep(api_client(user))
    assert response.status_code == 201, response.json()
    kept = Calibration.objects.get()
    assert (kept.team, kept.made_by, kept.name, kept.error_m) == (team, user, "Main pitch", 0.0)
    assert kept.data["kind"] == "pitch_homography"
    data = response.json()["data"]
    assert (data["id"], data["team_id"]) == (str(kept.pk), str(team.pk))
    assert (data["image_size"], data["pitch"]["name"]) == ([1920, 1080], "11v11")
    assert len(data["points"]) == len(MARKS)
    listed = api_client(user).get("/api/scan/calibrations").json()
    assert (listed["data"], listed["pagination"]["total"]) == ([data], 1)


def test_a_repeated_request_with_its_key_keeps_one(api_client: Callable[..., Any], coach: User) -> None:
    body = {**clicks(), "name": "Main pitch"}
    headers = {"Idempotency-Key": "k"}
    post = partial(api_client(coach).post, "/api/scan/calibrations", format="json", headers=headers)
    first, second = post(body), post(body)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["data"] == second.json()["data"]
    assert Calibration.objects.count() == 1
    assert post({**body, "name": "Other"}).status_code == 409


def test_marks_that_mislead_are_not_kept(api_client: Callable[..., Any], coach: User) -> None:
    assert keep(api_client(coach), points=clicks()["points"][:3]).status_code == 422
    assert keep(api_client(coach), name="").status_code == 400
    assert Calibration.objects.count() == 0


def test_who_may_not_keep_one(api_client: Callable[..., Any], player_user: User, coach: User, other_team: Team) -> None:
    assert keep(api_client()).status_code == 401
    assert keep(api_client(player_user)).status_code == 403
    assert keep(api_client(coach), team_id=str(other_team.pk)).status_code == 404
    make_member(make_team(), Role.COACH, coach)
    response = keep(api_client(coach))
    assert response.json()["error"]["details"] == ["Field 'team_id' is required"]
    assert Calibration.objects.count() == 0


def test_the_list_is_the_teams_in_a_constant_number_of_queries(
    api_client: Callable[..., Any], coach: User, team: Team, other_team: Team, django_assert_num_queries: Any
) -> None:
    for name in ("North", "South", "Hall"):
        make_calibration(team, name=name)
    make_calibration(other_team, name="Secret")
    client = api_client(coach)
    with django_assert_num_queries(3):  # user, count, page
        names = [row["name"] for row in client.get("/api/scan/calibrations").json()["data"]]
    assert names == ["Hall", "South", "North"], "newest first"
    assert [row["name"] for row in client.get("/api/scan/calibrations?name=or").json()["data"]] == ["North"]
    ordered = client.get("/api/scan/calibrations?ordering=name").json()["data"]
    assert [row["name"] for row in ordered] == ["Hall", "North", "South"]


# Used ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    monkeypatch.setattr(api, "submit", calls.append)
    return calls


def use(client: Any, job: ProcessingJob, calibration: Any) -> Any:
    return client.post(f"/api/scan/{job.session_id}/calibration", {"calibration_id": str(calibration)}, format="json")


def test_a_new_calibration_measures_again_from_world(
    api_client: Callable[..., Any],
    analyst: User,
    team: Team,
    job: ProcessingJob,
    submitted: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    chosen = make_calibration(team)
    with django_capture_on_commit_callbacks(execute=True):
        response = use(api_client(analyst), job, chosen.pk)
    assert response.status_code == 200, response.json()
    assert response.json()["data"]["job_id"] == str(job.pk)
    job.refresh_from_db()
    assert job.calibration == chosen
    assert submitted == [str(job.pk)]
    event = AuditEvent.objects.get(action="scan.calibrate")
    assert (event.before, event.after) == ({"calibration_id": None}, {"calibration_id": str(chosen.pk)})


def test_a_finished_scan_is_opened_again_at_world(
    api_client: Callable[..., Any], coach: User, team: Team, job: ProcessingJob, django_capture_on_commit_callbacks: Any
) -> None:
    """Through the real pipeline: the job waits at `world`, and nothing before it is done anew."""
    ProcessingJob.objects.filter(pk=job.pk).update(status="completed", current_step="publish")
    for step in ("link", "world", "kpis"):
        JobStep.objects.create(job=job, step=step, status="done")
    with django_capture_on_commit_callbacks(execute=True):
        response = use(api_client(coach), job, make_calibration(team).pk)
    assert (response.status_code, response.json()["data"]["status"]) == (200, "queued")
    assert list(job.steps.values_list("step", "status")) == [("link", "done")]
    job.refresh_from_db()
    assert (job.status, job.current_step, job.runs) == ("queued", "world", 2)


def test_a_calibration_of_another_picture_size_is_refused(
    api_client: Callable[..., Any], coach: User, team: Team, job: ProcessingJob, stored_film: Video
) -> None:
    other = make_calibration(team, data={"image_size": [1920, 1080]})
    response = use(api_client(coach), job, other.pk)
    assert (response.status_code, response.json()["error"]["code"]) == (422, "BAD_CALIBRATION")
    assert "1920x1080 pixels; the film has 96x64" in response.json()["error"]["message"]
    job.refresh_from_db()
    assert job.calibration is None


def test_what_cannot_be_used(
    api_client: Callable[..., Any], coach: User, other_team: Team, player_user: User, job: ProcessingJob
) -> None:
    theirs = make_calibration(other_team)
    assert use(api_client(coach), job, theirs.pk).status_code == 404
    assert use(api_client(coach), job, "no-id").status_code == 400
    assert use(api_client(player_user), job, theirs.pk).status_code == 404
    job.refresh_from_db()
    assert job.calibration is None


# The pitch -------------------------------------------------------------------------------------------------------


def test_a_pitch_as_data(api_client: Callable[..., Any], coach: User) -> None:
    data = api_client(coach).get("/api/scan/pitch").json()["data"]
    assert [entry["key"] for entry in data["formats"]] == list(PITCH_FORMATS)
    marks = {mark["key"]: mark for mark in data["marks"]}
    assert marks["a_corner_left"] == {"key": "a_corner_left", "name": "Corner left, end A", "x": -52.5, "y": 34.0}
    assert marks["centre_spot"]["name"] == "Centre spot"
    assert [[-52.5, 34.0], [52.5, 34.0]] in [[line[0], line[-1]] for line in data["lines"]]


def test_a_pitch_of_its_own_size(api_client: Callable[..., Any], coach: User) -> None:
    data = api_client(coach).get("/api/scan/pitch?format=9v9&length=70&width=50").json()["data"]
    marks = {mark["key"]: (mark["x"], mark["y"]) for mark in data["marks"]}
    assert marks["b_corner_right"] == (35.0, -25.0)


def test_the_pitch_of_a_kept_calibration_can_be_drawn(api_client: Callable[..., Any], coach: User, team: Team) -> None:
    """A small-sided pitch was asked for by its size alone, as a full one that has no room for its areas."""
    small = PITCH_FORMATS["7v7"]
    make_calibration(team, data={"pitch": small.to_dict(), "image_size": [1920, 1080]})
    client = api_client(coach)
    (kept,) = client.get("/api/scan/calibrations").json()["data"]
    query = {"format": kept["pitch"]["format"], "length": small.length_m, "width": small.width_m}
    response = client.get("/api/scan/pitch", query)
    assert response.status_code == 200, response.json()
    assert len(response.json()["data"]["marks"]) == len(small.marks())


@pytest.mark.parametrize(
    ("query", "status"), [("format=3v3", 400), ("length=x", 400), ("width=9", 400), ("width=20", 422)]
)
def test_no_such_pitch(api_client: Callable[..., Any], coach: User, query: str, status: int) -> None:
    assert api_client(coach).get(f"/api/scan/pitch?{query}").status_code == status
