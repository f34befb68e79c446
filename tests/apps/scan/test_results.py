"""`/results`, `/kpis` and the catalogue."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apps.accounts.models import Player, Team, User
from apps.scan.models import JobStep, ProcessingJob, SessionKPI, Video
from apps.scan.selectors.kpis import catalogue
from apps.scan.selectors.summaries import figures
from apps.sessions.models import SessionPlayer
from pipeline.artefacts import Stamp
from pipeline.plan import ArtefactName
from tests.apps.scan.conftest import results
from tests.factories.accounts import make_guardian, make_player
from tests.factories.artefacts import AWAY, HOME, MODEL, store_of, write_scan
from tests.factories.scans import make_calibration, make_job, make_session, make_video
from vision.kpi.catalogue import CATALOGUE

pytestmark = pytest.mark.django_db


@pytest.fixture
def scanned(stored_film: Video, job: ProcessingJob, player: Player) -> Video:
    """A finished scan: two people, the first of them known."""
    write_scan(store_of(stored_film.session_id, stored_film.pk))
    SessionPlayer.objects.create(session=stored_film.session, track_id=HOME, player=player)
    SessionPlayer.objects.create(session=stored_film.session, track_id=AWAY)
    ProcessingJob.objects.filter(pk=job.pk).update(status="completed", current_step="publish")
    model = {"key": MODEL.key, "version": MODEL.version, "sha256": MODEL.sha256}
    for window in range(3):
        JobStep.objects.create(
            job=job, step="detect", window=window, status="done", models_used=[model], warnings=["dark film"]
        )
    return stored_film


def test_the_summary(
    api_client: Callable[..., Any], coach: User, scanned: Video, player: Player, django_assert_max_num_queries: Any
) -> None:
    ProcessingJob.objects.update(calibration=make_calibration(player.team, points=[{}, {}, {}, {}], max_error_m=0.4))
    client = api_client(coach)
    with django_assert_max_num_queries(7):  # user, job, video, steps, role, names, body fit
        data = results(client, scanned).json()["data"]
    video = data["video"]
    assert video.pop("url").startswith("/media/signed/")
    assert video == {
        "id": str(scanned.pk),
        "width": 96,
        "height": 64,
        "fps": 25.0,
        "frames": 50,
        "duration_s": 2.0,
        "codec": "",
        "playable": True,
        "faces": "visible",
        "warnings": [],
    }
    assert data["calibration"].pop("id")
    assert data["calibration"] == {
        "name": "Main pitch",
        "error_m": 0.2,
        "max_error_m": 0.4,
        "points": 4,
        "warnings": [],
    }
    assert data["models"] == [{"key": "nanodet", "version": "1.0", "sha256": MODEL.sha256}], "each once"
    assert data["warnings"] == ["dark film"]
    assert (data["status"], data["scale_source"]) == ("completed", "pitch_homography")
    home, away = data["tracks"]
    assert home == {
        "track_id": HOME,
        "player": {"id": str(player.pk), "display_name": player.display_name},
        "team": "a",
        "color": "#aa0000",
        "start_s": 0.0,
        "end_s": 59.9,
        "frames": 600,
        "coverage": 1.0,
        "corrected": False,
        "name_withheld": None,
    }
    assert (away["track_id"], away["player"], away["color"]) == (AWAY, None, None)
    assert data["skeleton"]["name"] == "coco17"
    assert list(data["arrays"]) == ["window_s", "url"]
    assert client.get(data["arrays"]["url"]).status_code == 200


def test_before_anything_is_done_the_summary_is_empty(
    api_client: Callable[..., Any], coach: User, stored_film: Video
) -> None:
    data = results(api_client(coach), stored_film, "?include=tracks,world").json()["data"]
    assert (data["tracks"], data["models"], data["skeleton"], data["scale_source"]) == ([], [], None, None)
    assert (data["arrays"]["tracks"], data["arrays"]["world"]) == ({}, {})


def test_a_session_without_a_film_has_a_summary(api_client: Callable[..., Any], coach: User, team: Team) -> None:
    session = make_session(team=team)
    make_job(session)
    data = api_client(coach).get(f"/api/scan/{session.pk}/results?include=tracks").json()["data"]
    assert data["video"] is None


def test_arrays_by_time(api_client: Callable[..., Any], coach: User, scanned: Video) -> None:
    data = results(api_client(coach), scanned, "?include=poses,tracks,ball,world&from=29.9&to=30.1").json()["data"]
    arrays = data["arrays"]
    assert arrays["tracks"]["frame"] == [299, 299, 300, 300]
    assert arrays["tracks"]["track_id"] == [HOME, AWAY, HOME, AWAY]
    assert arrays["tracks"]["xyxy"][0] == [299.0, 1.0, 309.1, 22.0]
    assert arrays["tracks"]["interpolated"] == [True, True, False, False]
    assert arrays["poses"]["keypoints"][0][0] == [1.2, None, 0.123], "what is not a number is null"
    assert arrays["poses"]["interpolated"] == [True, True, False, False], "which postures were not read themselves"
    assert arrays["world"]["xy"][0] == [1.235, 1.235]
    assert arrays["ball"]["t"] == [30.0]


def test_without_an_end_a_window_is_read(api_client: Callable[..., Any], coach: User, scanned: Video) -> None:
    arrays = results(api_client(coach), scanned, "?include=ball&from=5").json()["data"]["arrays"]
    assert (arrays["ball"]["t"][0], arrays["ball"]["t"][-1]) == (5.0, 24.0)


def test_arrays_as_npz(api_client: Callable[..., Any], coach: User, scanned: Video) -> None:
    url = f"/api/scan/{scanned.session_id}/results?include=tracks,poses&from=0&to=1"
    response = api_client(coach).get(url, headers={"Accept": "application/x-npz"})
    assert (response.status_code, response["Content-Type"]) == (200, "application/x-npz")
    with np.load(io.BytesIO(response.content), allow_pickle=False) as archive:
        assert archive["tracks.xyxy"].shape == (20, 4)
        assert archive["poses.keypoints"].shape == (20, 17, 3)
        assert np.isnan(archive["poses.keypoints"][..., 1]).all()
    refused = api_client(coach).get(f"{url}0000", headers={"Accept": "application/x-npz"})
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/json")
    assert refused.json()["error"]["message"].startswith("Ask for at most 60 s at once")


@pytest.mark.parametrize(
    "query", ["include=secrets", "include=tracks&from=-1", "from=x", "to=nan", "from=5&to=4", "include=tracks&to=61"]
)
def test_a_bad_query_is_refused(api_client: Callable[..., Any], coach: User, scanned: Video, query: str) -> None:
    response = results(api_client(coach), scanned, f"?{query}")
    assert (response.status_code, response.json()["error"]["code"]) == (400, "VALIDATION_ERROR")


def test_every_camera_of_several_has_its_film_and_its_place_in_time(
    api_client: Callable[..., Any], coach: User, team: Team, django_assert_max_num_queries: Any
) -> None:
    session = make_session(team=team)
    left, *_ = (make_video(session, camera=name) for name in ("left", "right", "unlit"))
    make_job(session, status="completed", kind="multiview")
    stamp = Stamp("made", models=[])
    offsets = {"left": 0.0, "right": 0.25}
    store_of(session.pk, left.pk).write_json(ArtefactName.SYNC, {"offsets_s": offsets}, stamp)
    client = api_client(coach)
    with django_assert_max_num_queries(7):
        data = client.get(f"/api/scan/{session.pk}/results").json()["data"]
    films = data["films"]
    assert [(film["camera"], film["offset_s"]) for film in films] == [("left", 0.0), ("right", 0.25), ("unlit", None)]
    assert data["video"]["id"] == films[0]["id"] == str(left.pk)
    assert len({film["url"] for film in films}) == 3


def test_a_camera_that_is_not_there_is_named(api_client: Callable[..., Any], coach: User, team: Team) -> None:
    session = make_session(team=team)
    for name in ("left", "right"):
        make_video(session, camera=name)
    make_job(session, status="completed", kind="multiview")
    ask = f"/api/scan/{session.pk}/results?include=tracks&camera="
    assert api_client(coach).get(f"{ask}right").json()["data"]["arrays"]["tracks"] == {}
    refused = api_client(coach).get(f"{ask}middle")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert refused.json()["error"]["message"] == "This session has no camera 'middle'; it has left, right."


def test_a_player_gets_neither_name_nor_movement_of_anybody_else(
    api_client: Callable[..., Any], player_user: User, team: Team, film: Path
) -> None:
    own, mate = player_user.players.get(), make_player(team, first_name="Mate")
    session = make_session(team=team, player=own)
    video = make_video(session)
    make_job(session, status="completed")
    write_scan(store_of(session.pk, video.pk))
    for track_id, who in ((HOME, own), (AWAY, mate)):
        SessionPlayer.objects.create(session=session, track_id=track_id, player=who)
        SessionKPI.objects.create(session=session, track_id=track_id, player=who, grade="B")
    for user in (player_user, make_guardian(own)):
        client = api_client(user)
        tracks = client.get(f"/api/scan/{session.pk}/results").json()["data"]["tracks"]
        assert [track["player"]["id"] for track in tracks] == [str(own.pk)]
        url = f"/api/scan/{session.pk}/results?include=tracks,poses,world,ball&from=0&to=60"
        arrays = client.get(url).json()["data"]["arrays"]
        assert {*arrays["tracks"]["track_id"], *arrays["poses"]["track_id"], *arrays["world"]["track_id"]} == {HOME}
        assert len(arrays["ball"]["frame"]) > 0
        players = client.get(f"/api/scan/{session.pk}/kpis").json()["data"]["players"]
        assert [row["track_id"] for row in players] == [HOME]


# KPIs ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_list_of_sessions_grades_the_best_figures_by_whose_they_are(team: Team) -> None:
    session, unmeasured = make_session(team=team), make_session(team=team)
    sure, unsure = {"total_distance_m": 900.0}, {"max_speed_mps": 8.9, "total_distance_m": 400.0}
    for track_id, (grade, told) in enumerate((("A", {**sure, "max_speed_mps": 6.1}), ("D", unsure), ("C", {}))):
        SessionKPI.objects.create(session=session, track_id=track_id, grade=grade, **told)
    SessionKPI.objects.create(session=unmeasured, track_id=0, grade="")
    assert figures([session.pk, unmeasured.pk]) == {
        session.pk: {"max_speed_mps": 8.9, "total_distance_m": 900.0, "grade": "D"},
        unmeasured.pk: {"max_speed_mps": None, "total_distance_m": None, "grade": None},
    }


def test_kpis_as_last_computed(
    api_client: Callable[..., Any], coach: User, scanned: Video, player: Player, django_assert_num_queries: Any
) -> None:
    session = scanned.session
    groups = {
        "speed": {"max_speed_mps": {"value": 7.1, "unit": "m/s", "low": 6.9, "high": 7.3, "n": 1, "coverage": 0.9}},
        "distance": {"total_distance_m": {"absent": "no metres"}},
    }
    SessionKPI.objects.create(session=session, track_id=HOME, version=1, is_current=False, grade="C")
    SessionKPI.objects.create(
        session=session, track_id=HOME, version=2, player=player, grade="A", groups=groups, quality={"fps": 25}
    )
    SessionKPI.objects.create(session=session, track_id=AWAY, version=2, grade="")
    client = api_client(coach)
    with django_assert_num_queries(4):  # user, job, role, rows
        data = client.get(f"/api/scan/{session.pk}/kpis").json()["data"]
    assert (data["session_id"], data["version"]) == (str(session.pk), 2)
    home, away = data["players"]
    assert home == {
        "track_id": HOME,
        "player": {"id": str(player.pk), "display_name": player.display_name},
        "grade": "A",
        "groups": groups,
        "quality": {"fps": 25},
        "series": None,
    }
    assert (away["grade"], away["player"]) == (None, None)


def test_curves_of_a_match_are_asked_for_one_by_one(
    api_client: Callable[..., Any], coach: User, player_user: User, scanned: Video
) -> None:
    session = scanned.session
    curve = {"t_s": [0.0, 0.2], "speed_mps": [1.0, None]}
    own = player_user.players.get()
    session.player = own
    session.save(update_fields=["player"])
    for track_id, who in ((HOME, own), (AWAY, None)):
        SessionKPI.objects.create(session=session, track_id=track_id, player=who, grade="A", series=curve)
    client = api_client(coach)
    url = f"/api/scan/{session.pk}/kpis"

    def told(query: str) -> list[tuple[int, Any]]:
        return [(row["track_id"], row["series"]) for row in client.get(url + query).json()["data"]["players"]]

    assert told("") == [(HOME, curve), (AWAY, curve)]
    assert told("?series=false") == [(HOME, None), (AWAY, None)]
    assert told(f"?track_id={AWAY}") == [(AWAY, curve)]
    assert told("?track_id=12345") == []
    assert client.get(f"{url}?track_id=x").status_code == 400
    client = api_client(player_user)
    assert told("") == told(f"?track_id={HOME}") == [(HOME, curve)]
    assert told(f"?track_id={AWAY}") == [], "another's curve"


def test_kpis_of_a_session_without_a_film(
    api_client: Callable[..., Any], coach: User, other_coach: User, team: Team, player: Player
) -> None:
    session = make_session(team=team)
    SessionKPI.objects.create(session=session, track_id=3, player=player, grade="C", groups={}, quality={})
    data = api_client(coach).get(f"/api/scan/{session.pk}/kpis").json()["data"]
    assert [(row["track_id"], row["player"]["id"]) for row in data["players"]] == [(3, str(player.pk))]
    assert api_client(other_coach).get(f"/api/scan/{session.pk}/kpis").status_code == 404


def test_kpis_of_a_scan_that_runs_are_none(api_client: Callable[..., Any], coach: User, job: ProcessingJob) -> None:
    data = api_client(coach).get(f"/api/scan/{job.pk}/kpis").json()["data"]
    assert (data["version"], data["players"]) == (0, [])


def test_every_kpi_is_explained(api_client: Callable[..., Any], coach: User) -> None:
    entries = api_client(coach).get("/api/kpis/catalogue").json()["data"]
    assert [entry["key"] for entry in entries] == list(CATALOGUE)
    for entry in entries:
        assert entry["group"] in ("speed", "distance", "technical", "physical")
        assert entry["name"]
        assert entry["definition"]
        assert entry["formula"]
        assert entry["sources"]
        assert set(entry["min_quality"]) == {"needs"}
    assert api_client().get("/api/kpis/catalogue").status_code == 401


def test_the_catalogue_is_told_in_spanish() -> None:
    spanish, english = catalogue("es"), catalogue()
    assert [entry["key"] for entry in spanish] == [entry["key"] for entry in english]
    told = {entry["key"]: (entry["name"], entry["definition"]) for entry in spanish}
    assert told["nearest_teammate_m"] == (
        "Compañero más cercano",
        "Distancia habitual al compañero de equipo más cercano.",
    )
    assert all(entry["name"] != other["name"] for entry, other in zip(spanish, english, strict=True))
