"""`POST /api/local-edge/process`: what a box found in a film becomes a scan that goes on; each film once."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.models import Player, Team
from apps.edge.models import EdgeFilm
from apps.scan.models import ProcessingJob, SessionKPI, Video
from apps.sessions.models import Session
from pipeline import api
from pipeline.extracted import pack_extracted
from pipeline.local import ScanRequest, scanned
from pipeline.ports import installed
from pipeline.runner import run_to_end
from tests.apps.edge.conftest import Box, change, deletion
from tests.factories.accounts import make_player
from tests.factories.films import ScriptedDetector, calibration, scan, scripted_tools
from tests.factories.scans import make_calibration

pytestmark = pytest.mark.django_db

SHA = "ab" * 32


def runner(frame: int) -> list[tuple[float, float]]:
    return [(-15.0 + 3.0 * frame / 25, 2.0)]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Any]:
    """What travels, and the figures that the box found itself."""
    folder = tmp_path_factory.mktemp("box")
    results, _ = scan(folder, runner, 100, calibration=calibration())
    return pack_extracted(scanned(ScanRequest(folder / "film.mp4", folder / "out")), "standard"), results


@pytest.fixture(autouse=True)
def _store(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Artefacts of this test alone; nobody is rung for."""
    from dataclasses import replace

    from apps.scan.adapters.artefacts import LocalArtefactStore
    from pipeline import ports

    before = installed()
    monkeypatch.setattr(ports, "_installed", [replace(before, artefacts=LocalArtefactStore(tmp_path / "artefacts"))])
    monkeypatch.setattr(api, "submit", lambda job_id: True)


def hand_in(box: Box, content: bytes, **fields: Any) -> Any:
    file = SimpleUploadedFile("film.npz", content)
    headers = fields.pop("headers", {})
    body = {"extracted": file, "sha256": SHA, "name": "Tuesday.mp4", "size_bytes": 1000, **fields}
    return box.client.post("/api/local-edge/process", body, format="multipart", headers=headers)


def artefact_files(tmp_path: Path) -> list[str]:
    root = tmp_path / "artefacts"
    return sorted(path.name for path in root.rglob("*") if path.is_file()) if root.exists() else []


def test_the_scan_goes_on_to_the_same_figures(
    box: Box, team: Team, packed: tuple[bytes, Any], tmp_path: Path, player: Player
) -> None:
    marked = make_calibration(team, data=calibration())
    session_id = str(uuid.uuid4())
    answer = hand_in(box, packed[0], session_id=session_id, player_id="player_1", calibration_id=str(marked.pk))
    assert answer.status_code == 200, answer.content
    data = answer.json()["data"]
    assert (data["session_id"], data["status"], data["known"]) == (session_id, "queued", False)
    job = ProcessingJob.objects.get(pk=data["job_id"])
    assert (job.kind, job.current_step, job.subject_player) == ("from_poses", "calibrate", player)
    overview = run_to_end(installed(), scripted_tools(ScriptedDetector(runner), tmp_path), str(job.pk))
    assert overview.status == "completed", overview.error_message
    row = SessionKPI.objects.get()
    local = next(
        group["total_distance_m"] for group in packed[1]["players"][0]["groups"].values() if "total_distance_m" in group
    )
    assert row.total_distance_m == pytest.approx(local["value"])
    assert row.player == player, "the only one long in view"
    video = Video.objects.get()
    assert (video.sha256, video.original_name, video.size_bytes, video.playable) == (SHA, "Tuesday.mp4", 1000, False)


@pytest.mark.parametrize("already", [False, True])
def test_the_session_that_waited_for_its_film_is_about_the_player_of_the_film(
    box: Box, packed: tuple[bytes, Any], player: Player, *, already: bool
) -> None:
    session_id, mate = str(uuid.uuid4()), make_player(player.team)
    box.sync(change(session_id, title="Tuesday"))
    if already:
        Session.objects.filter(pk=session_id).update(player=mate)
    answer = hand_in(box, packed[0], session_id=session_id, player_id="player_1")
    assert answer.status_code == 200, answer.content
    assert Session.objects.get().player == (mate if already else player), "what people said before stays"


def test_the_same_film_is_analysed_once(box: Box, second_box: Box, packed: tuple[bytes, Any], tmp_path: Path) -> None:
    first = hand_in(box, packed[0]).json()["data"]
    before = artefact_files(tmp_path)
    second = hand_in(box, packed[0]).json()["data"]
    third = hand_in(second_box, packed[0], session_id=str(uuid.uuid4())).json()["data"]
    assert second == third == {**first, "known": True}
    assert ProcessingJob.objects.count() == Session.objects.count() == EdgeFilm.objects.count() == 1
    assert artefact_files(tmp_path) == before


def test_two_that_hand_in_at_once_get_one_scan(
    box: Box, second_box: Box, packed: tuple[bytes, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from apps.edge.services import films

    real, rival = films._read, []

    def slow(film: Any) -> Any:
        if not rival:
            rival.append(None)
            rival[0] = hand_in(second_box, packed[0]).json()["data"]
        return real(film)

    monkeypatch.setattr(films, "_read", slow)
    mine = hand_in(box, packed[0]).json()["data"]
    assert mine == {**rival[0], "known": True}
    assert ProcessingJob.objects.count() == 1
    folders = {path.parent for path in (tmp_path / "artefacts").rglob("timebase.npz")}
    assert len(folders) == 1, "the loser's arrays are taken away"


def test_a_film_joins_the_session_that_was_synced_before(
    box: Box, packed: tuple[bytes, Any], new_id: Callable[[], str]
) -> None:
    session_id = new_id()
    box.sync(change(session_id, title="Tuesday on the pitch", session_type="match"))
    assert hand_in(box, packed[0], session_id=session_id, title="Other").status_code == 200
    session = Session.objects.get()
    assert (str(session.pk), session.title, session.session_type) == (session_id, "Tuesday on the pitch", "match")
    again = hand_in(box, packed[0], session_id=session_id, sha256="cd" * 32)
    assert again.status_code == 409
    assert Video.objects.count() == 1


def test_a_film_of_a_deleted_session_stays_away(box: Box, packed: tuple[bytes, Any], new_id: Callable[[], str]) -> None:
    session_id = new_id()
    box.sync(change(session_id, title="x"))
    box.sync(deletion(session_id))
    assert hand_in(box, packed[0], session_id=session_id).status_code == 410
    assert not Session.objects.exists()


def test_another_teams_session_is_not_found(
    box: Box, other_team: Team, packed: tuple[bytes, Any], tmp_path: Path
) -> None:
    from tests.factories.sessions import make_session

    theirs = make_session(other_team)
    assert hand_in(box, packed[0], session_id=str(theirs.pk)).status_code == 404
    assert Video.objects.count() == 0
    assert artefact_files(tmp_path) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"extracted": SimpleUploadedFile("x.npz", b"PK nonsense")}, 422),
        ({"extracted": SimpleUploadedFile("x.npz", b"")}, 422),
        ({"sha256": "no"}, 400),
        ({"sha256": ""}, 400),
        ({"session_id": "no"}, 400),
        ({"player_id": "nobody"}, 404),
        ({"calibration_id": str(uuid.uuid4())}, 404),
        ({"upload_id": str(uuid.uuid4())}, 400),
        ({"size_bytes": -1}, 400),
        ({"size_bytes": "NaN"}, 400),
        ({"name": "x" * 300}, 400),
        ({"title": "x" * 300}, 400),
        ({"session_type": "live"}, 400),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_nothing(
    box: Box, packed: tuple[bytes, Any], fields: dict[str, Any], status: int, tmp_path: Path
) -> None:
    answer = hand_in(box, packed[0], **fields)
    assert answer.status_code == status, answer.content
    assert ProcessingJob.objects.count() == Session.objects.count() == EdgeFilm.objects.count() == 0
    assert artefact_files(tmp_path) == []


def test_a_bad_array_is_named(box: Box) -> None:
    answer = box.post("process", {"sha256": SHA, "document": {"format": 1, "preset": "best", "arrays": {}}})
    assert answer.status_code == 422
    assert "'preset' must be one of fast, standard, full" in answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [[], 3, {"document": []}, {"document": "x", "sha256": SHA}, {}])
def test_a_body_that_is_none_is_refused(box: Box, body: Any) -> None:
    assert box.post("process", body).status_code == 400


def test_a_key_with_another_film_is_refused(box: Box, packed: tuple[bytes, Any]) -> None:
    headers = {"Idempotency-Key": "film-1"}
    first = hand_in(box, packed[0], headers=headers)
    assert hand_in(box, packed[0], headers=headers).json()["data"] == first.json()["data"]
    assert hand_in(box, packed[0], headers=headers, sha256="cd" * 32).status_code == 409


def test_a_finished_upload_is_scanned_once(box: Box, tmp_path: Path) -> None:
    from tests.factories import videos

    content = videos.h264_b_frames(tmp_path / "film.mp4").read_bytes()
    jobs = []
    for _ in range(2):
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(content)),
            "Upload-Metadata": "filename ZmlsbS5tcDQ=",
        }
        opened = box.client.post("/api/scan/uploads", headers=headers)
        assert opened.status_code == 201, opened.content
        piece = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
        sent = box.client.patch(
            opened.headers["Location"], content, content_type="application/offset+octet-stream", headers=piece
        )
        assert sent.status_code == 204
        upload_id = opened.headers["Location"].rpartition("/")[2]
        body = {"upload_id": upload_id, "sha256": hashlib.sha256(content).hexdigest(), "name": "film.mp4"}
        answer = box.post("process", body)
        assert answer.status_code == 200, answer.content
        jobs.append(answer.json()["data"])
    assert jobs[0]["job_id"] == jobs[1]["job_id"]
    assert [entry["known"] for entry in jobs] == [False, True]
    assert ProcessingJob.objects.get().kind == "quick"
