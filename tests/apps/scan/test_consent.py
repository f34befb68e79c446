"""Consent to filming: nobody without it is named in what a film shows, whichever way the name came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from apps.accounts.models import ConsentRecord, Player, Team, User
from apps.core.languages import told
from apps.scan.adapters.results import store_results
from apps.scan.models import ProcessingJob, SessionKPI, Upload, Video
from apps.scan.selectors.results import NO_CONSENT
from apps.scan.services.imports import Roster
from apps.sessions.models import Session, SessionPlayer, TrackCorrection
from tests.apps.scan.test_adapters_jobs import results as results_of
from tests.factories.accounts import make_consent, make_guardian, make_player
from tests.factories.artefacts import AWAY, HOME, store_of, write_scan

pytestmark = pytest.mark.django_db
Clients = Callable[..., Any]


@pytest.fixture
def child(team: Team) -> Player:
    """A child for whom nobody has said anything."""
    return make_player(team, first_name="Kim", last_name="Berg", date_of_birth=date(2014, 5, 1), jersey_number=7)


@pytest.fixture
def scanned(stored_film: Video, job: ProcessingJob) -> ProcessingJob:
    write_scan(store_of(stored_film.session_id, stored_film.pk))
    SessionPlayer.objects.bulk_create(SessionPlayer(session=job.session, track_id=track) for track in (HOME, AWAY))
    ProcessingJob.objects.filter(pk=job.pk).update(status="completed", current_step="publish")
    return job


def tracks_of(client: Any, job: ProcessingJob) -> dict[int, dict[str, Any]]:
    data = client.get(f"/api/scan/{job.pk}/results").json()["data"]
    return {track["track_id"]: track for track in data["tracks"]}


def test_no_scan_about_a_child_without_a_yes(send: Callable[..., Any], coach: User, child: Player) -> None:
    answer = send(coach, player_id=str(child.pk))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "PERMISSION_DENIED")
    assert "nobody has agreed to filming yet" in answer.json()["error"]["message"]
    assert not Session.objects.exists()
    assert not Upload.objects.exists()


def test_no_track_is_named_after_who_may_not_be_filmed(
    api_client: Clients, coach: User, child: Player, scanned: ProcessingJob
) -> None:
    body = {"track_id": HOME, "player_id": str(child.pk)}
    assert api_client(coach).post(f"/api/scan/{scanned.pk}/tracks/assign", body, format="json").status_code == 403
    assert not TrackCorrection.objects.exists()
    scanned.refresh_from_db()
    assert scanned.status == "completed"


@pytest.mark.parametrize("words", [(), (True, False)])
def test_what_is_stored_later_stays_without_the_name_and_says_so(
    api_client: Clients, coach: User, child: Player, scanned: ProcessingJob, words: tuple[bool, ...]
) -> None:
    for given in words:
        make_consent(child, given=given)
    ProcessingJob.objects.filter(pk=scanned.pk).update(status="running")
    found = results_of(player_id=str(child.pk))
    track_id = found["tracks"][0]["track_id"]
    store_results(str(scanned.pk), found)
    row = SessionPlayer.objects.get(track_id=track_id)
    assert (row.player, row.withheld) == (None, True)
    assert set(SessionKPI.objects.values_list("player", flat=True)) == {None}
    shown = tracks_of(api_client(coach), scanned)
    assert {track["player"] for track in shown.values()} == {None}
    assert [track["name_withheld"] for track in shown.values() if track["track_id"] == track_id] in ([NO_CONSENT], [])
    make_consent(child)
    ProcessingJob.objects.filter(pk=scanned.pk).update(status="running", results_sha256="")
    store_results(str(scanned.pk), found)
    row = SessionPlayer.objects.get(track_id=track_id)
    assert (row.player, row.withheld) == (child, False)


def test_a_guardians_no_takes_the_name_out_of_what_is_stored(
    api_client: Clients, coach: User, child: Player, scanned: ProcessingJob
) -> None:
    make_consent(child)
    SessionPlayer.objects.filter(track_id=HOME).update(player=child)
    kpi = SessionKPI.objects.create(
        session=scanned.session, job=scanned, player=child, track_id=HOME, is_current=True, catalogue_version="1"
    )
    client = api_client(coach)
    assert tracks_of(client, scanned)[HOME]["player"] == {"id": str(child.pk), "display_name": "Kim Berg"}
    assert tracks_of(client, scanned)[HOME]["name_withheld"] is None
    guardian = api_client(make_guardian(child))
    said = {"purpose": "film", "given": False}
    assert guardian.post(f"/api/players/{child.pk}/consents", said, format="json").status_code == 201
    shown = tracks_of(client, scanned)
    assert (shown[HOME]["player"], shown[HOME]["name_withheld"]) == (None, NO_CONSENT)
    assert (shown[AWAY]["player"], shown[AWAY]["name_withheld"]) == (None, None)
    kpi.refresh_from_db()
    assert kpi.player is None
    assert str(child.pk) not in client.get(f"/api/sessions/{scanned.session_id}/kpis").content.decode()
    assert told(NO_CONSENT, "es") != NO_CONSENT


def test_an_import_names_only_who_may_be_named(team: Team, child: Player) -> None:
    grown = make_player(team, jersey_number=9, date_of_birth=date(1999, 1, 1))
    assert dict(Roster.of(team).by_number) == {9: grown}
    make_consent(child)
    assert set(Roster.of(team).by_number) == {7, 9}
    make_consent(grown, given=False)
    assert set(Roster.of(team).by_number) == {7}
    assert ConsentRecord.objects.count() == 2
