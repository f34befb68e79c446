"""Resumable uploads (tus 1.0): what is on disk counts, whatever the line did."""

from __future__ import annotations

import base64
import hashlib
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.accounts.models import User
from apps.scan import uploads as tus
from apps.scan.models import ProcessingJob, Upload
from apps.scan.services import uploads
from tests.apps.scan.conftest import files_below
from tests.apps.scan.phone import TUS, Phone, metadata

GIGABYTE = 1024**3
pytestmark = pytest.mark.django_db


def path_of(phone: Phone) -> Path:
    return uploads.part_path(Upload.objects.get(pk=phone.id))


def test_anybody_may_ask_what_is_spoken(api_client: Callable[..., Any], settings: Any) -> None:
    response = api_client().options("/api/scan/uploads")
    assert response.status_code == 204
    assert response["Tus-Version"] == response["Tus-Resumable"] == "1.0.0"
    assert response["Tus-Extension"] == "creation,termination,expiration,checksum"
    assert response["Tus-Max-Size"] == str(settings.MAX_UPLOAD_SIZE)
    assert "sha1" in response["Tus-Checksum-Algorithm"].split(",")


def test_pieces_become_the_film_and_the_film_a_scan(phone: Phone, folders: Path, film: Path) -> None:
    assert phone.created["Upload-Offset"] == "0"
    assert phone.created.json()["data"]["piece_bytes"] == 8 * 1024 * 1024
    size = len(phone.content)
    for start in range(0, size, 7000):
        response = phone.send(start, start + 7000)
        assert response.status_code == 204
        assert response["Upload-Offset"] == str(min(start + 7000, size))
        assert response["Tus-Resumable"] == "1.0.0"
        assert response["Upload-Expires"].endswith("GMT")
    head = phone.client.head(phone.url, headers=TUS)
    assert (head.status_code, head["Upload-Length"], head["Cache-Control"]) == (200, str(size), "no-store")
    assert head["Upload-Metadata"] == metadata()

    response = phone.quick(title="By pieces")
    assert response.status_code == 200, response.json()
    job = ProcessingJob.objects.get(pk=response.json()["job_id"])
    video = job.session.videos.get()
    assert video.sha256 == hashlib.sha256(phone.content).hexdigest()
    assert files_below(folders) == [video.file.name], "moved, not copied"
    assert (folders / video.file.name).read_bytes() == film.read_bytes()
    assert phone.client.head(phone.url, headers=TUS).status_code == 404, "it is a film now"


def test_a_lost_answer_is_found_by_asking(phone: Phone) -> None:
    """The piece arrived, its answer did not: sending it again changes nothing and says where to go on."""
    assert phone.send(0, 1000).status_code == 204
    again = phone.send(0, 1000)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "CONFLICT")
    assert again["Upload-Offset"] == "1000"
    assert phone.offset() == 1000
    assert path_of(phone).read_bytes() == phone.content[:1000]


@pytest.mark.parametrize("offset", [1, 999_999])
def test_a_gap_is_refused(phone: Phone, offset: int) -> None:
    assert phone.send(0, 10, offset=offset).status_code == 409
    assert phone.offset() == 0


def test_the_offset_is_what_is_on_disk(phone: Phone) -> None:
    """A process killed between writing and recording leaves a file that is longer than the row says."""
    with path_of(phone).open("ab") as file:
        file.write(phone.content[:500])
    assert phone.offset() == 500
    assert phone.send(500, len(phone.content)).status_code == 204
    assert phone.quick().status_code == 200


def test_a_piece_that_passes_the_end_is_refused_whole(phone: Phone) -> None:
    phone.send(0, 100)
    phone.content += b"more"
    response = phone.send(100, len(phone.content))
    assert response.status_code == 400
    assert phone.offset() == 100


def test_two_writers_do_not_mix(phone: Phone) -> None:
    with tus.locked(path_of(phone)):
        response = phone.send(0, 100)
    assert response.status_code == 423
    assert phone.offset() == 0
    assert phone.send(0, 100).status_code == 204


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_damaged_piece_is_dropped(phone: Phone, algorithm: str) -> None:
    def checksum(data: bytes) -> dict[str, str]:
        digest = hashlib.new(algorithm, data).digest()
        return {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}

    phone.send(0, 50)
    bad = phone.send(50, 90, **checksum(b"something else"))
    assert (bad.status_code, bad.json()["error"]["code"]) == (460, "CHECKSUM_MISMATCH")
    assert phone.offset() == 50
    assert phone.send(50, 90, **checksum(phone.content[50:90])).status_code == 204
    assert phone.offset() == 90


@pytest.mark.parametrize("value", ["crc32 AAAA", "sha1 %%%", "sha1"])
def test_an_unusable_checksum_is_refused(phone: Phone, value: str) -> None:
    response = phone.send(0, 50, **{"Upload-Checksum": value})
    assert response.status_code in (400, 460)
    assert phone.offset() == 0


@pytest.mark.parametrize("value", ["", "-1", "1.5", "x", "9" * 16, "१"])
def test_a_bad_offset_is_refused(phone: Phone, value: str) -> None:
    headers = {**TUS, "Upload-Offset": value.encode().decode("latin-1")}
    response = phone.client.patch(phone.url, b"abc", content_type="application/offset+octet-stream", headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert phone.offset() == 0


def test_another_content_type_is_refused(phone: Phone) -> None:
    headers = {**TUS, "Upload-Offset": "0"}
    for kind in ("application/octet-stream", "application/json", "multipart/form-data; boundary=x"):
        assert phone.client.patch(phone.url, b"abc", content_type=kind, headers=headers).status_code == 415
    assert phone.offset() == 0


def test_a_piece_over_eight_megabytes_is_refused(phone: Phone) -> None:
    phone.content = b"x" * (tus.MAX_PIECE_BYTES + 1)
    assert phone.send(0, len(phone.content)).status_code == 413
    assert phone.offset() == 0


@pytest.mark.parametrize("version", [None, "0.2.2"])
def test_another_version_is_refused(
    api_client: Callable[..., Any], coach: User, phone: Phone, version: str | None
) -> None:
    headers = {"Tus-Resumable": version} if version else {}
    for call in (phone.client.head, phone.client.patch, phone.client.delete):
        response = call(phone.url, headers=headers)
        assert (response.status_code, response["Tus-Version"]) == (412, "1.0.0")
    more = {"Upload-Length": "5", "Upload-Metadata": metadata()}
    assert phone.client.post("/api/scan/uploads", headers={**headers, **more}).status_code == 412
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    ("length", "meta", "status"),
    [
        ("", metadata(), 400),
        ("x", metadata(), 400),
        ("-5", metadata(), 400),
        ("0", metadata(), 400),
        ("99999999999", metadata(), 413),
        ("5", "", 400),
        ("5", "filename", 400),
        ("5", "filename !!!", 400),
        ("5", f"filename {base64.b64encode(bytes([255, 254])).decode()}", 400),
        ("5", f"{metadata()},{metadata()}", 400),
        ("5", metadata("x" * 300 + ".mp4"), 400),
        ("5", metadata("film.exe"), 415),
        ("5", metadata("a\x00.mp4"), 400),
    ],
)
def test_what_cannot_become_a_film_is_refused_before_a_byte(
    api_client: Callable[..., Any], coach: User, folders: Path, length: str, meta: str, status: int
) -> None:
    headers = {**TUS, "Upload-Length": length, "Upload-Metadata": meta}
    assert api_client(coach).post("/api/scan/uploads", headers=headers).status_code == status
    assert Upload.objects.count() == 0
    assert files_below(folders) == []


def test_an_opening_that_is_repeated_opens_one_upload(api_client: Callable[..., Any], coach: User) -> None:
    client = api_client(coach)

    def send(length: int) -> Any:
        headers = {**TUS, "Upload-Metadata": metadata(), "Upload-Length": str(length)}
        return client.post("/api/scan/uploads", headers={**headers, "Idempotency-Key": "film-1"})

    first, second = send(9), send(9)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["data"] == second.json()["data"]
    names = ("Location", "Upload-Expires", "Upload-Offset", "Tus-Resumable")
    assert [first[name] for name in names] == [second[name] for name in names]
    assert (first.has_header("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (False, "true")
    assert Upload.objects.count() == 1
    assert send(10).status_code == 409
    assert Upload.objects.count() == 1


# Who -------------------------------------------------------------------------------------------------------------


def test_an_upload_is_its_makers_alone(
    phone: Phone, api_client: Callable[..., Any], owner: User, other_coach: User
) -> None:
    """Also a colleague of the same team does not see it."""
    for user in (owner, other_coach):
        client = api_client(user)
        assert client.head(phone.url, headers=TUS).status_code == 404
        assert client.delete(phone.url, headers=TUS).status_code == 404
        headers = {**TUS, "Upload-Offset": "0"}
        kind = "application/offset+octet-stream"
        assert client.patch(phone.url, b"abc", content_type=kind, headers=headers).status_code == 404
        body = {"upload_id": phone.id}
        assert client.post("/api/scan/quick", body, format="json").status_code == 404
    assert phone.offset() == 0


def test_nobody_and_those_who_may_not_scan(api_client: Callable[..., Any], analyst: User, player_user: User) -> None:
    headers = {**TUS, "Upload-Length": "5", "Upload-Metadata": metadata()}
    assert api_client().post("/api/scan/uploads", headers=headers).status_code == 401
    for user in (analyst, player_user):
        assert api_client(user).post("/api/scan/uploads", headers=headers).status_code == 403
    assert Upload.objects.count() == 0


# How much --------------------------------------------------------------------------------------------------------


def test_too_many_open_uploads_are_refused(coach: User) -> None:
    limits = uploads.UploadLimits(open_uploads=2)
    make = {"user": coach, "length": 5, "metadata": {"filename": "a.mp4"}, "limits": limits}
    first = uploads.create_upload(**make)
    uploads.create_upload(**make)
    with pytest.raises(uploads.QuotaExceeded, match="2 uploads are under way"):
        uploads.create_upload(**make)
    uploads.delete_upload(upload=first)
    uploads.create_upload(**make)


def test_a_day_has_a_limit_that_counts_each_film_once(
    send: Callable[..., Any], phone: Phone, coach: User, film: Path
) -> None:
    size = film.stat().st_size
    phone.send(0, size)
    assert phone.quick().status_code == 200  # a consumed upload that is a film now
    assert send(coach).status_code == 200  # a film in one piece
    limits = uploads.UploadLimits(daily_bytes=3 * size)
    uploads.check_quota(user=coach, length=size, limits=limits)
    with pytest.raises(uploads.QuotaExceeded):
        uploads.check_quota(user=coach, length=size + 1, limits=limits)


def test_a_full_disk_is_said_before_a_byte(coach: User) -> None:
    limits = uploads.UploadLimits(spare_bytes=1 << 60)
    with pytest.raises(uploads.Unavailable, match="disk is full: this film has 1 MB, and there is room for 0 MB"):
        uploads.create_upload(user=coach, length=5, metadata={"filename": "a.mp4"}, limits=limits)


def test_room_is_counted_beside_what_other_uploads_still_bring(
    coach: User, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 13 * GIGABYTE
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    first = uploads.create_upload(user=coach, length=8 * GIGABYTE, metadata={"filename": "a.mp4"})
    with pytest.raises(uploads.Unavailable, match="this film has 8 GB, and there is room for 4 GB"):
        uploads.create_upload(user=owner, length=8 * GIGABYTE, metadata={"filename": "b.mp4"})
    uploads.create_upload(user=owner, length=4 * GIGABYTE, metadata={"filename": "c.mp4"})
    uploads.delete_upload(upload=first)
    uploads.create_upload(user=owner, length=8 * GIGABYTE, metadata={"filename": "b.mp4"})


def test_a_whole_match_fits_and_what_does_not_is_told_with_both_sizes(
    phone: Phone, coach: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda _path: SimpleNamespace(free=100 * GIGABYTE))
    assert settings.MAX_UPLOAD_SIZE == 10 * GIGABYTE
    uploads.create_upload(user=coach, length=settings.MAX_UPLOAD_SIZE, metadata={"filename": "a.mp4"})
    with pytest.raises(uploads.FileTooLarge, match=r"The video has 10\.1 GB; at most 10 GB are taken"):
        uploads.create_upload(user=coach, length=settings.MAX_UPLOAD_SIZE + 1, metadata={"filename": "a.mp4"})


def test_the_last_piece_of_nine_gigabytes_costs_no_more_memory_than_the_first(
    coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is nearly all hole: it takes no room on the disk, and nobody reads what was there before."""
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda _path: SimpleNamespace(free=100 * GIGABYTE))
    length, piece = 9 * GIGABYTE, 8 * 1024**2
    upload = uploads.create_upload(user=coach, length=length, metadata={"filename": "match.mp4"})
    peaks = []
    for offset in (0, length - piece):
        os.truncate(uploads.part_path(upload), offset)
        source = Endless(piece)
        tracemalloc.start()
        stored = uploads.receive_piece(upload=upload, source=source, offset=offset)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert stored == offset + piece
    upload.refresh_from_db()
    assert (upload.status, upload.offset_bytes) == (uploads.Upload.Status.COMPLETE, length)
    assert max(peaks) < 4 * 1024**2, "in small parts"
    assert uploads.complete_upload(user=coach, upload_id=upload.pk) == upload
    assert uploads.part_path(upload).stat().st_blocks * 512 < 64 * 1024**2


class Endless:
    """A body of so many bytes that are nowhere all at once."""

    def __init__(self, left: int) -> None:
        self.left = left

    def read(self, size: int = -1) -> bytes:
        """The next part."""
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        return b"x" * size
