"""What goes with a session, a user's uploads, a player's export, and what a session list shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import Player, Team, User
from apps.core.lifecycle import lifecycle
from apps.scan.models import ProcessingJob, SessionKPI, Upload, Video
from apps.scan.services import uploads
from apps.sessions.models import Session
from pipeline.ports import installed
from tests.apps.scan.conftest import files_below
from tests.factories.artefacts import store_of, write_scan
from tests.factories.scans import make_job, make_session

pytestmark = pytest.mark.django_db


def artefacts_of(video: Video) -> list[str]:
    return list(installed().artefacts.list(f"sessions/{video.session_id}"))


def test_deleting_a_session_takes_film_and_artefacts_along(
    api_client: Callable[..., Any],
    coach: User,
    stored_film: Video,
    folders: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    write_scan(store_of(stored_film.session_id, stored_film.pk))
    assert artefacts_of(stored_film)
    with django_capture_on_commit_callbacks(execute=True):
        response = api_client(coach).delete(f"/api/sessions/{stored_film.session_id}")
        assert files_below(folders), "not before the commit"
    assert response.status_code == 204
    assert Session.objects.count() == Video.objects.count() == ProcessingJob.objects.count() == 0
    assert files_below(folders) == []
    assert artefacts_of(stored_film) == []


def test_a_running_scan_is_stopped_first(stored_film: Video, job: ProcessingJob) -> None:
    ProcessingJob.objects.filter(pk=job.pk).update(status="running")
    lifecycle.erase("session", [stored_film.session_id])
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_a_users_open_uploads_go(coach: User, folders: Path, django_capture_on_commit_callbacks: Any) -> None:
    uploads.create_upload(user=coach, length=5, metadata={"filename": "a.mp4"})
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.erase("user", [coach.pk])
    assert files_below(folders) == []
    assert Upload.objects.filter(created_by=coach).exists(), "the row goes with the user's"


def test_a_players_export_has_every_figure(team: Team, player: Player) -> None:
    session = make_session(team=team, player=player)
    for version in (1, 2):
        SessionKPI.objects.create(
            session=session, track_id=1, player=player, version=version, is_current=version == 2, grade="B"
        )
    kpis = lifecycle.export("player", player.pk)["scan"]["kpis"]
    assert [(row["version"], row["is_current"], row["grade"]) for row in kpis] == [(1, False, "B"), (2, True, "B")]
    assert kpis[0]["session_id"] == str(session.pk)


def test_a_list_of_sessions_shows_job_and_figures(
    api_client: Callable[..., Any], coach: User, team: Team, player: Player, django_assert_num_queries: Any
) -> None:
    about, everybody, bare = (
        make_session(team=team, player=player, title="about"),
        make_session(team=team, title="everybody"),
        make_session(team=team, title="bare"),
    )
    make_job(about, status="failed")
    newest = make_job(about, status="running", current_step="pose", progress=41.26)
    figures = {"is_current": True, "max_speed_mps": 7.0, "total_distance_m": 1000.0, "grade": "A"}
    SessionKPI.objects.create(session=about, track_id=1, player=player, **figures)
    SessionKPI.objects.create(session=about, track_id=2, max_speed_mps=9.0, is_current=True)  # somebody else
    SessionKPI.objects.create(session=about, track_id=1, version=0, max_speed_mps=99.0, is_current=False)  # old
    for track_id, speed in ((1, 5.0), (2, 6.0)):
        SessionKPI.objects.create(session=everybody, track_id=track_id, max_speed_mps=speed, grade="C")
    client = api_client(coach)
    with django_assert_num_queries(6):  # user, count, page, jobs, figures, pictures
        rows = {row["title"]: row for row in client.get("/api/sessions").json()["data"]}
    assert rows["about"]["job"] == {
        "job_id": str(newest.pk),
        "status": "running",
        "progress": 41.3,
        "step": "pose",
    }
    assert rows["about"]["kpis"] == {"max_speed_mps": 7.0, "total_distance_m": 1000.0, "grade": "A"}
    assert rows["everybody"]["kpis"] == {"max_speed_mps": 6.0, "total_distance_m": None, "grade": "C"}
    assert (rows["bare"]["job"], rows["bare"]["kpis"]) == (None, None)
    assert bare.pk
