"""How a resumable upload ends: as a scan, refused, cancelled, expired or purged."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.models import User
from apps.scan.models import ProcessingJob, Upload, Video
from apps.scan.probe import probe_video
from apps.scan.services import scans, uploads
from tests.apps.scan.conftest import files_below
from tests.apps.scan.phone import TUS, Phone
from tests.factories import videos

pytestmark = pytest.mark.django_db


def test_an_unfinished_upload_cannot_be_scanned(phone: Phone) -> None:
    phone.send(0, 100)
    response = phone.quick()
    assert response.status_code == 409
    assert response.json()["error"]["message"].startswith(f"100 of {len(phone.content)} bytes")
    assert ProcessingJob.objects.count() == 0
    assert phone.offset() == 100, "it can still be finished"


def test_a_bad_film_is_dropped(api_client: Callable[..., Any], coach: User, folders: Path, tmp_path: Path) -> None:
    phone = Phone(api_client(coach), videos.garbage(tmp_path / "a.mp4").read_bytes())
    phone.send(0, len(phone.content))
    assert phone.quick().status_code == 415
    assert phone.client.head(phone.url, headers=TUS).status_code == 404
    assert files_below(folders) == []


def test_an_upload_cancelled_while_it_is_looked_at_is_said_to_be(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, folders: Path
) -> None:
    """Not that the film is damaged: the coach would film it again."""

    def cancel_first(path: Path, filename: str) -> object:
        phone.client.delete(phone.url, headers=TUS)
        return probe_video(path, filename)

    monkeypatch.setattr("apps.scan.services.scans.probe_video", cancel_first)
    phone.send(0, len(phone.content))
    response = phone.quick()
    assert response.status_code == 409
    assert response.json()["error"]["message"].startswith("This upload was cancelled")
    assert ProcessingJob.objects.count() == 0
    assert files_below(folders) == []


def test_a_wish_that_fails_keeps_the_upload(phone: Phone, folders: Path) -> None:
    phone.send(0, len(phone.content))
    assert phone.quick(player_id=str(uuid.uuid4())).status_code == 404
    assert phone.offset() == len(phone.content)
    assert phone.quick().status_code == 200


def test_a_crash_in_the_transaction_gives_the_upload_back(
    phone: Phone, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.send(0, len(phone.content))
    with monkeypatch.context() as patched:
        patched.setattr(scans, "started", lambda *_: 1 / 0)
        assert phone.quick().status_code == 500
    assert ProcessingJob.objects.count() == 0
    assert phone.offset() == len(phone.content), "the file is back in its place"
    assert phone.quick().status_code == 200


def test_of_two_that_finish_one_upload_one_wins(phone: Phone, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rival runs whole between this one's look at the upload and its claim."""
    phone.send(0, len(phone.content))
    real, answers = scans.probe_video, []

    def before_the_rival(path: Path, filename: str) -> Any:
        found = real(path, filename)
        monkeypatch.setattr(scans, "probe_video", real)
        answers.append(phone.quick())
        return found

    monkeypatch.setattr(scans, "probe_video", before_the_rival)
    mine = phone.quick()
    assert [answer.status_code for answer in answers] == [200]
    assert (mine.status_code, mine.json()["error"]["message"]) == (409, "Another scan has taken this upload already.")
    job = ProcessingJob.objects.get()
    assert str(job.pk) == answers[0].json()["job_id"]
    assert files_below(folders) == [job.session.videos.get().file.name]


def test_a_repeated_finish_with_its_key_gives_the_same_answer(phone: Phone) -> None:
    phone.send(0, len(phone.content))
    headers = {"Idempotency-Key": "finish-1"}
    first, second = phone.quick(headers=headers), phone.quick(headers=headers)
    assert first.status_code == second.status_code == 200
    assert first.json()["data"] == second.json()["data"]
    assert ProcessingJob.objects.count() == 1
    assert phone.quick().status_code == 404, "without the key the upload is simply gone"


def test_delete_removes_the_bytes(phone: Phone, folders: Path) -> None:
    phone.send(0, 100)
    assert phone.client.delete(phone.url, headers=TUS).status_code == 204
    assert Upload.objects.count() == 0
    assert files_below(folders) == []
    assert phone.client.head(phone.url, headers=TUS).status_code == 404


def test_an_upload_expires(phone: Phone) -> None:
    Upload.objects.filter(pk=phone.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    for response in (phone.client.head(phone.url, headers=TUS), phone.send(0, 100), phone.quick()):
        assert response.status_code == 410


def test_purge_drops_what_nobody_owns_and_nothing_else(
    phone: Phone,
    api_client: Any,
    coach: User,
    folders: Path,
    stored_film: Video,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alive = Phone(api_client(coach), phone.content)
    alive.send(0, 10)
    orphan = folders / "incoming/tmpabc.upload.mp4"
    lost_film = folders / "videos" / str(uuid.uuid4()) / "film.mp4"
    lost_film.parent.mkdir(parents=True)
    for file in (orphan, lost_film):
        file.write_bytes(b"x")
    owned = stored_film.file.name
    assert uploads.purge_stale_uploads() == 0, "all are young"
    later = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr(uploads.timezone, "now", lambda: later)
    Upload.objects.filter(pk=alive.id).update(expires_at=later + timedelta(hours=1))

    assert uploads.purge_stale_uploads() == 3
    assert files_below(folders) == sorted([f"incoming/{alive.id}.part", owned])
    assert Upload.objects.get(pk=phone.id).status == Upload.Status.EXPIRED
    assert uploads.purge_stale_uploads() == 0, "twice is harmless"


def test_rubbish_goes_before_room_is_needed(coach: User, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any clock elsewhere: opening an upload cleans up, once an hour."""
    calls: list[int] = []
    monkeypatch.setattr(uploads, "purge_stale_uploads", lambda: calls.append(1))
    caches["local"].clear()
    for _ in range(3):
        uploads.check_quota(user=coach, length=5)
    assert calls == [1]


def test_the_command_says_what_went(coach: User, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folders / "incoming/x.part").write_bytes(b"x")
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(uploads.timezone, "now", lambda: later)
    said = StringIO()
    call_command("purge_uploads", stdout=said)
    assert said.getvalue() == "1 files removed\n"
