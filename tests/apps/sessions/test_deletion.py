"""Deleting leaves nothing behind, whoever is just writing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from rest_framework.test import APIClient

from apps.accounts.models import Player, Team, User
from apps.core import audit, versions
from apps.core.lifecycle import lifecycle
from apps.scan.adapters import results as stored_results
from apps.scan.models import ProcessingJob, SessionKPI
from apps.sessions.models import Session, SessionAttachment, SessionLoad, SessionNote, SessionPlayer, TrackCorrection
from apps.sessions.services import sessions as services
from pipeline.errors import PipelineError
from pipeline.ports import JobStatus, installed
from tests.apps.scan.test_adapters_jobs import results
from tests.apps.sessions.conftest import files_below
from tests.factories.accounts import make_player
from tests.factories.scans import make_job, make_video
from tests.factories.sessions import make_attachment, make_load, make_note, make_session

Clients = Callable[..., APIClient]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]
TABLES = ("training_sessions", "scan")


def fill(session: Session, player: Player, author: User) -> None:
    """A session with something in every table."""
    make_note(session, author=author)
    make_load(session, player, entered_by=author)
    make_attachment(session)
    SessionAttachment.objects.update(uploaded_by=author)
    SessionPlayer.objects.create(session=session, track_id=1, player=player)
    TrackCorrection.objects.create(session=session, kind="assign", track_id=1, player=player, made_by=author)
    SessionKPI.objects.create(session=session, track_id=1, player=player)
    make_video(session)
    make_job(session, status=JobStatus.RUNNING.value)
    installed().artefacts.write(f"sessions/{session.pk}/v/kpis.json", b"{}")


def left() -> dict[str, int]:
    """How many rows each table still has."""
    models = [model for label in TABLES for model in apps.get_app_config(label).get_models()]
    return {model.__name__: count for model in models if (count := model._base_manager.count())}


def test_nothing_is_left_of_a_session(
    api_client: Clients,
    coach: User,
    team: Team,
    player: Player,
    media_root: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    session = make_session(team, player=player)
    fill(session, player, coach)
    api_client(coach).get("/api/dashboard/overview", {"team_id": str(team.pk)})
    version = versions.current(versions.TEAM, team.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert api_client(coach).delete(f"/api/sessions/{session.pk}").status_code == 204
    assert left() == {}
    assert files_below(media_root) == []
    assert list(installed().artefacts.list(f"sessions/{session.pk}")) == []
    assert versions.current(versions.TEAM, team.pk) != version, "what was computed from it is old"
    assert lifecycle.orphans() == []


def test_a_file_that_no_row_knows_goes_with_its_session(
    api_client: Clients, coach: User, team: Team, media_root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    session = make_session(team)
    for folder in ("attachments", "videos"):
        stray = media_root / folder / str(session.pk) / "stray"
        stray.parent.mkdir(parents=True)
        stray.write_bytes(b"x")
    with django_capture_on_commit_callbacks(execute=True):
        api_client(coach).delete(f"/api/sessions/{session.pk}")
    assert files_below(media_root) == []


def test_of_two_who_delete_one_is_told(
    api_client: Clients, coach: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(team)

    def rival(kind: str, ids: Any) -> None:
        lifecycle.erase(kind, ids)
        Session.objects.filter(pk=session.pk).delete()

    monkeypatch.setattr(services, "lifecycle", SimpleNamespace(erase=rival))
    assert api_client(coach).delete(f"/api/sessions/{session.pk}").status_code == 404


def in_thread(work: Callable[[], Any], answers: list[Any]) -> threading.Thread:
    def run() -> None:
        try:
            answers.append(work())
        except PipelineError as error:
            answers.append(error.code)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_just_storing_results_does_not_stand_in_the_way(
    api_client: Clients, coach: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker holds its job and has written figures, uncommitted, when the session is deleted."""
    session = make_session(team)
    job = make_job(session, status=JobStatus.RUNNING.value)
    written, deleting = threading.Event(), threading.Event()
    real = stored_results._store_events

    def slow(*given: Any) -> None:
        written.set()
        assert deleting.wait(timeout=10)
        time.sleep(0.3)  # the deletion is waiting for the job by now
        real(*given)

    monkeypatch.setattr(stored_results, "_store_events", slow)
    worker: list[Any] = []
    thread = in_thread(lambda: stored_results.store_results(str(job.pk), results()), worker)
    assert written.wait(timeout=10)
    deleting.set()
    assert api_client(coach).delete(f"/api/sessions/{session.pk}").status_code == 204
    thread.join(timeout=20)
    assert worker == [None]
    assert left() == {}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_comes_during_the_deletion_finds_its_job_gone(
    api_client: Clients, coach: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(team)
    job = make_job(session, status=JobStatus.RUNNING.value)
    worker: list[Any] = []
    threads: list[threading.Thread] = []
    real = audit.record

    def rival(**given: Any) -> None:
        real(**given)
        threads.append(in_thread(lambda: stored_results.store_results(str(job.pk), results()), worker))
        time.sleep(0.3)  # it waits for the job that the deletion has cancelled

    monkeypatch.setattr(audit, "record", rival)
    assert api_client(coach).delete(f"/api/sessions/{session.pk}").status_code == 204
    threads[0].join(timeout=20)
    assert worker == ["NOT_OPEN"]
    assert left() == {}


def test_results_after_the_deletion_are_refused(api_client: Clients, coach: User, team: Team) -> None:
    session = make_session(team)
    job = make_job(session, status=JobStatus.RUNNING.value)
    assert api_client(coach).delete(f"/api/sessions/{session.pk}").status_code == 204
    with pytest.raises(PipelineError) as refusal:
        stored_results.store_results(str(job.pk), results())
    assert refusal.value.code == "NOT_FOUND"
    assert left() == {}


# People ------------------------------------------------------------------------------------------------------------


def test_a_players_own_sessions_go_and_shared_ones_stay(
    api_client: Clients,
    coach: User,
    team: Team,
    player: Player,
    media_root: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    alone = make_session(team, title="alone", player=player)
    fill(alone, player, coach)
    shared = make_session(team, title="shared", player=player)
    SessionPlayer.objects.create(session=shared, track_id=1, player=player)
    SessionPlayer.objects.create(session=shared, track_id=2, player=make_player(team))
    make_load(shared, player)
    other = make_session(team, title="other", player=make_player(team))
    with django_capture_on_commit_callbacks(execute=True):
        assert api_client(coach).delete(f"/api/players/{player.pk}").status_code == 204
    assert set(Session.objects.values_list("title", "player")) == {("shared", None), ("other", other.player_id)}
    assert not ProcessingJob.objects.exists()
    assert not SessionLoad.objects.exists()
    assert [row.track_id for row in SessionPlayer.objects.all()] == [2]
    assert files_below(media_root) == []


def test_a_person_leaves_no_name_on_what_stays_the_teams(coach: User, team: Team, player: Player) -> None:
    session = make_session(team, created_by=coach)
    fill(session, player, coach)
    lifecycle.erasers["user"]["training_sessions"]([coach.pk])
    session.refresh_from_db()
    assert session.created_by is None
    assert SessionNote.objects.get().author is None
    assert SessionLoad.objects.get().entered_by is None
    assert SessionAttachment.objects.get().uploaded_by is None
    assert TrackCorrection.objects.get().made_by is None


def exported(kind: str, object_id: Any) -> dict[str, Any]:
    return dict(lifecycle.exporters[kind]["training_sessions"](object_id))


def test_a_players_export_is_theirs_alone(coach: User, team: Team, player: Player) -> None:
    session = make_session(team, player=player)
    fill(session, player, coach)
    make_load(session, make_player(team), rpe=1.0)
    make_session(team, title="another's")
    export = exported("player", player.pk)
    assert [row["id"] for row in export["sessions"]] == [str(session.pk)]
    assert [(row["rpe"], row["minutes"]) for row in export["loads"]] == [(6.0, 60.0)]
    assert [row["track_id"] for row in export["tracks"]] == [1]
    assert [row["kind"] for row in export["corrections"]] == ["assign"]
    assert "notes" not in export


def test_a_persons_export_is_what_they_made(coach: User, team: Team, player: Player) -> None:
    fill(make_session(team, created_by=coach), player, coach)
    make_note(make_session(team), text="somebody else's")
    export = exported("user", coach.pk)
    assert {name: len(rows) for name, rows in export.items()} == {
        "sessions_created": 1,
        "notes": 1,
        "attachments": 1,
        "loads_entered": 1,
        "corrections": 1,
    }
    assert export["notes"][0]["text"] == "Kim presses well."


@pytest.mark.parametrize("kind", ["session", "team"])
def test_an_export_of_a_session_or_team_is_whole_and_plain(coach: User, team: Team, player: Player, kind: str) -> None:
    session = make_session(team, player=player)
    fill(session, player, coach)
    export = exported(kind, session.pk if kind == "session" else team.pk)
    assert {name: len(rows) for name, rows in export.items()} == {
        "sessions": 1,
        "notes": 1,
        "attachments": 1,
        "loads": 1,
        "tracks": 1,
        "corrections": 1,
    }
    assert json.loads(json.dumps(export)) == export
