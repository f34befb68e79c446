"""Who a track is: what a coach says is kept, and the scan runs again from `link`."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import Player, Team, User
from apps.core.models import AuditEvent
from apps.scan.models import ProcessingJob
from apps.sessions.models import SessionPlayer, TrackCorrection
from pipeline import api
from pipeline.ports import installed
from tests.factories.accounts import make_player
from tests.factories.artefacts import AWAY, HOME, store_of, write_scan
from tests.factories.scans import make_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    monkeypatch.setattr(api, "submit", calls.append)
    return calls


@pytest.fixture
def tracked(job: ProcessingJob, stored_film: Any) -> ProcessingJob:
    """A finished scan with two known tracks."""
    write_scan(store_of(job.session_id, stored_film.pk))
    for track_id in (HOME, AWAY):
        SessionPlayer.objects.create(session=job.session, track_id=track_id)
    ProcessingJob.objects.filter(pk=job.pk).update(status="completed", current_step="publish")
    return job


BODIES: dict[str, dict[str, Any]] = {
    "assign": {"track_id": HOME, "player_id": None},
    "merge": {"track_ids": [HOME, AWAY]},
    "split": {"track_id": HOME, "t_s": 12.34},
}


def say(client: Any, job: ProcessingJob, action: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/scan/{job.pk}/tracks/{action}", body, format="json")


@pytest.mark.parametrize("action", ["merge", "split"])
def test_a_live_session_of_several_cameras_stays_as_it_was_found(
    api_client: Callable[..., Any], coach: User, tracked: ProcessingJob, submitted: list[str], action: str
) -> None:
    """Its metres come from both cameras together: a step that reads one of them would put everybody elsewhere."""
    ProcessingJob.objects.filter(pk=tracked.pk).update(kind="live")
    make_video(tracked.session, camera="second")
    response = say(api_client(coach), tracked, action, BODIES[action])
    assert response.status_code == 409
    assert "Several cameras" in response.json()["error"]["message"]
    assert not TrackCorrection.objects.exists()
    assert submitted == []


def test_assign(
    api_client: Callable[..., Any],
    coach: User,
    player: Player,
    tracked: ProcessingJob,
    submitted: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = say(api_client(coach), tracked, "assign", {"track_id": HOME, "player_id": str(player.pk)})
    assert response.status_code == 200, response.json()
    assert response.json()["data"]["job_id"] == str(tracked.pk)
    said = TrackCorrection.objects.get()
    assert (said.kind, said.track_id, said.player, said.made_by) == ("assign", HOME, player, coach)
    assert response.json()["data"]["status"] == "queued"
    assert submitted == [str(tracked.pk)]
    tracked.refresh_from_db()
    assert (tracked.status, tracked.current_step, tracked.runs) == ("queued", "link", 2)
    event = AuditEvent.objects.get(action="track.assign")
    assert (event.actor, event.after["player_id"]) == (coach, str(player.pk))


def test_a_name_is_taken_away(api_client: Callable[..., Any], analyst: User, tracked: ProcessingJob) -> None:
    assert say(api_client(analyst), tracked, "assign", BODIES["assign"]).status_code == 200
    assert TrackCorrection.objects.get().player is None


def test_merge(api_client: Callable[..., Any], coach: User, tracked: ProcessingJob) -> None:
    assert say(api_client(coach), tracked, "merge", BODIES["merge"]).status_code == 200
    said = TrackCorrection.objects.get()
    assert (said.kind, said.track_id, said.other_track_id) == ("merge", HOME, AWAY)


def test_split_is_at_the_tracks_own_frame(api_client: Callable[..., Any], coach: User, tracked: ProcessingJob) -> None:
    assert say(api_client(coach), tracked, "split", BODIES["split"]).status_code == 200
    said = TrackCorrection.objects.get()
    assert (said.kind, said.track_id, said.frame) == ("split", HOME, 124)


def test_a_word_and_its_effect_are_stored_together(
    api_client: Callable[..., Any], coach: User, tracked: ProcessingJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(installed().jobs, "reset", fail)
    assert say(api_client(coach), tracked, "assign", BODIES["assign"]).status_code == 500
    assert TrackCorrection.objects.count() == 0


def test_a_word_on_a_scan_that_has_not_come_so_far_waits_for_it(
    api_client: Callable[..., Any], coach: User, tracked: ProcessingJob
) -> None:
    """Tracks are known from an earlier run; this one is still at `track`."""
    ProcessingJob.objects.filter(pk=tracked.pk).update(status="running", current_step="track")
    response = say(api_client(coach), tracked, "assign", BODIES["assign"])
    assert (response.status_code, response.json()["data"]["status"]) == (200, "running")
    tracked.refresh_from_db()
    assert (tracked.current_step, tracked.runs) == ("track", 1)
    assert TrackCorrection.objects.count() == 1


@pytest.mark.parametrize("action", BODIES)
def test_a_repeated_word_with_its_key_is_said_once(
    api_client: Callable[..., Any], coach: User, tracked: ProcessingJob, action: str
) -> None:
    client, url = api_client(coach), f"/api/scan/{tracked.pk}/tracks/{action}"
    answers = [client.post(url, BODIES[action], format="json", headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["data"] == answers[1].json()["data"]
    assert TrackCorrection.objects.count() == 1


@pytest.mark.parametrize(
    ("action", "body", "status"),
    [
        ("assign", {"track_id": 99, "player_id": None}, 404),
        ("assign", {"track_id": HOME}, 400),
        ("assign", {"track_id": -1, "player_id": None}, 400),
        ("assign", {"track_id": 2**31, "player_id": None}, 400),
        ("assign", {"track_id": "x", "player_id": None}, 400),
        ("assign", {"track_id": HOME, "player_id": "x"}, 400),
        ("assign", {"track_id": HOME, "player_id": str(uuid.uuid4())}, 404),
        ("merge", {"track_ids": [HOME, 99]}, 404),
        ("merge", {"track_ids": [HOME, HOME]}, 400),
        ("merge", {"track_ids": [HOME]}, 400),
        ("merge", {"track_ids": [HOME, AWAY, 3]}, 400),
        ("merge", {}, 400),
        ("split", {"track_id": HOME, "t_s": 61}, 404),
        ("split", {"track_id": HOME, "t_s": -1}, 400),
        ("split", {"track_id": HOME}, 400),
        ("split", {"track_id": 99, "t_s": 1}, 404),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    api_client: Callable[..., Any], coach: User, tracked: ProcessingJob, action: str, body: dict[str, Any], status: int
) -> None:
    assert say(api_client(coach), tracked, action, body).status_code == status
    assert TrackCorrection.objects.count() == 0
    assert AuditEvent.objects.count() == 0


def test_a_player_of_another_team_does_not_exist(
    api_client: Callable[..., Any], coach: User, other_team: Team, tracked: ProcessingJob
) -> None:
    body = {"track_id": HOME, "player_id": str(make_player(other_team).pk)}
    assert say(api_client(coach), tracked, "assign", body).status_code == 404
    assert TrackCorrection.objects.count() == 0


@pytest.mark.parametrize("action", BODIES)
def test_before_tracks_are_known_it_is_too_early(
    api_client: Callable[..., Any], coach: User, job: ProcessingJob, action: str
) -> None:
    response = say(api_client(coach), job, action, BODIES[action])
    assert (response.status_code, response.json()["error"]["code"]) == (409, "CONFLICT")
    assert TrackCorrection.objects.count() == 0


@pytest.mark.parametrize("action", BODIES)
def test_who_may_not(
    api_client: Callable[..., Any], other_coach: User, player_user: User, tracked: ProcessingJob, action: str
) -> None:
    for user, status in ((None, 401), (other_coach, 404), (player_user, 404)):
        assert say(api_client(user), tracked, action, BODIES[action]).status_code == status
    assert TrackCorrection.objects.count() == 0
