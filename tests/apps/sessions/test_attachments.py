"""Private files beside sessions, over the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Team, User
from apps.core import media
from apps.core.models import AuditEvent
from apps.sessions.models import Session, SessionAttachment
from apps.sessions.services import attachments
from tests.apps.sessions.conftest import files_below, files_url, send
from tests.factories.accounts import make_guardian, make_member, make_player
from tests.factories.attachments import EXE, FILES, pdf
from tests.factories.sessions import make_session

Clients = Callable[..., APIClient]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_kept_and_comes_back(
    api_client: Clients, coach: User, session: Session, media_root: Path, name: str
) -> None:
    answer = send(api_client(coach), session, name)
    assert answer.status_code == 201, answer.json()
    data = answer.json()["data"]
    row = SessionAttachment.objects.get()
    assert (data["id"], data["name"], data["size_bytes"]) == (str(row.pk), name, len(FILES[name]))
    assert data["uploaded_by"] == {"id": str(coach.pk), "name": coach.name}
    ending = name.rpartition(".")[2].replace("jpeg", "jpg")
    assert files_below(media_root) == [f"attachments/{session.pk}/{row.pk}.{ending}"]
    sent = APIClient().get(data["url"])
    assert (sent.status_code, b"".join(sent)) == (200, FILES[name])
    assert sent["Content-Type"] == data["content_type"]
    assert sent["Content-Disposition"] == f'attachment; filename="{name}"'
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_name_in_another_language_is_sent_back_whole(api_client: Clients, coach: User, session: Session) -> None:
    url = send(api_client(coach), session, "Übung „1“.pdf", pdf()).json()["data"]["url"]
    assert APIClient().get(url)["Content-Disposition"] == (
        "attachment; filename*=utf-8''%C3%9Cbung%20%E2%80%9E1%E2%80%9C.pdf"
    )


def test_a_link_takes_ranges_and_any_accept(api_client: Clients, coach: User, session: Session) -> None:
    url = send(api_client(coach), session).json()["data"]["url"]
    part = APIClient().get(url, headers={"Range": "bytes=0-7", "Accept": "image/*"})
    assert (part.status_code, b"".join(part), part["Content-Range"]) == (206, b"%PDF-1.7", f"bytes 0-7/{len(pdf())}")
    assert APIClient().head(url)["Content-Length"] == str(len(pdf()))


def test_a_link_ends_with_time_and_with_the_right(
    api_client: Clients, coach: User, session: Session, settings: Any
) -> None:
    client = api_client(coach)
    url = send(client, session).json()["data"]["url"]
    settings.SIGNED_URL_SECONDS = -1
    assert APIClient().get(url).status_code == 410
    settings.SIGNED_URL_SECONDS = 900
    assert APIClient().get(url[:-20] + "x" + url[-19:]).status_code == 404
    film_link = f"/media/signed/{media.sign(SessionAttachment.objects.get().pk, coach.pk, 'scan.media')}/attachment"
    assert APIClient().get(film_link).status_code == 404
    coach.memberships.all().delete()
    assert APIClient().get(url).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "status", "word"),
    [
        ("plan.pdf", EXE, 415, "a Windows program"),
        ("plan.pdf", b"", 415, "empty"),
        ("page.html", b"<html>", 415, "is not a kind of file that is kept here"),
        ("logo.svg", b"<svg/>", 415, "Use PDF, PNG"),
        ("plan.pdf", b"%PDF-1.7\n" + bytes(2000), 415, "damaged"),
        ("x" * 297 + ".pdf", pdf(), 415, "at most 200"),
        ("plan", pdf(), 415, "Use PDF, PNG"),
        ("board.png", pdf(), 415, "name it .pdf"),
    ],
)
def test_what_is_not_kept_leaves_nothing(
    api_client: Clients,
    coach: User,
    session: Session,
    media_root: Path,
    name: str,
    content: bytes,
    status: int,
    word: str,
) -> None:
    answer = send(api_client(coach), session, name, content)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, "INVALID_FILE")
    assert word in answer.json()["error"]["message"]
    assert SessionAttachment.objects.count() == 0
    assert files_below(media_root) == []


def test_a_path_in_the_name_leads_nowhere(api_client: Clients, coach: User, session: Session, media_root: Path) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../../etc/cron.d/plan.pdf"\r\n'
        b"Content-Type: text/html\r\n\r\n" + pdf() + b"\r\n--x--\r\n"
    )
    answer = api_client(coach).post(files_url(session), body, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, answer.json()["data"]["name"]) == (201, "plan.pdf")
    assert answer.json()["data"]["content_type"] == "application/pdf"
    assert [name.split("/")[0] for name in files_below(media_root)] == ["attachments"]


def test_a_large_file_is_refused(
    api_client: Clients, coach: User, session: Session, media_root: Path, settings: Any
) -> None:
    settings.MAX_ATTACHMENT_SIZE = 1024**2
    answer = send(api_client(coach), session, "gps.csv", b"a,b\n" * 262_145)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "FILE_TOO_LARGE")
    assert answer.json()["error"]["message"] == "The file is larger than 1 MB. Films are added as a scan."
    assert files_below(media_root) == []
    assert send(api_client(coach), session, "gps.csv", b"a,b\n" * 262_144).status_code == 201


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "file"),
        ({"film": SimpleUploadedFile("plan.pdf", pdf())}, "goes into field 'file'"),
        ({"file": [SimpleUploadedFile("a.pdf", pdf()), SimpleUploadedFile("b.pdf", pdf())]}, "takes one file"),
        ({"file": "plan.pdf"}, "file"),
    ],
)
def test_a_form_of_another_shape_is_refused(
    api_client: Clients, coach: User, session: Session, media_root: Path, fields: dict[str, Any], word: str
) -> None:
    answer = api_client(coach).post(files_url(session), fields, format="multipart")
    assert answer.status_code == 400
    assert word in answer.json()["error"]["message"] + " ".join(answer.json()["error"]["details"])
    assert files_below(media_root) == []


def test_a_connection_that_breaks_leaves_nothing(
    api_client: Clients, coach: User, session: Session, media_root: Path
) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="plan.pdf"\r\n\r\n'
    body = head + pdf() + bytes(200_000)  # and no end
    answer = api_client(coach).post(files_url(session), body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code in (400, 415)
    assert SessionAttachment.objects.count() == 0
    assert files_below(media_root) == []


def test_the_teams_space_is_bounded(
    api_client: Clients, coach: User, session: Session, media_root: Path, settings: Any
) -> None:
    settings.ATTACHMENT_QUOTA = 2 * len(pdf())
    client = api_client(coach)
    assert [send(client, make_session(session.team)).status_code for _ in range(2)] == [201, 201]
    answer = send(client, session)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "FILE_TOO_LARGE")
    assert answer.json()["error"]["message"] == "The team's space for files has 0.0 MB left; delete some first."
    assert len(files_below(media_root)) == SessionAttachment.objects.count() == 2


def test_a_session_has_so_many_files(
    api_client: Clients, coach: User, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MAX_FILES", 1)
    assert send(api_client(coach), session).status_code == 201
    assert send(api_client(coach), session).status_code == 409


def test_a_repeated_upload_is_kept_once(api_client: Clients, coach: User, session: Session, media_root: Path) -> None:
    client, headers = api_client(coach), {"Idempotency-Key": "k1"}
    answers = [send(client, session, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["data"]["id"] == answers[1].json()["data"]["id"]
    assert len(files_below(media_root)) == SessionAttachment.objects.count() == 1
    assert send(client, session, "notes.txt", headers=headers).status_code == 409
    assert len(files_below(media_root)) == 1


def test_a_storage_that_fails_leaves_no_row(
    api_client: Clients, coach: User, session: Session, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, key: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(media, "put_file", full)
    assert send(api_client(coach), session).status_code == 500
    assert SessionAttachment.objects.count() == 0
    assert files_below(media_root) == []


def test_files_are_the_staffs(
    api_client: Clients, coach: User, player_user: User, team: Team, media_root: Path
) -> None:
    child = player_user.players.get()
    session = make_session(team, player=child)
    row_id = send(api_client(coach), session).json()["data"]["id"]
    for reader in (api_client(player_user), api_client(make_guardian(child))):
        assert reader.get(files_url(session)).json()["data"] == []
        assert reader.get(f"{files_url(session)}/{row_id}").status_code == 404
        assert reader.delete(f"{files_url(session)}/{row_id}").status_code == 404
        assert send(reader, session).status_code == 403
    assert len(files_below(media_root)) == 1


def test_a_refused_upload_is_not_read(api_client: Clients, player_user: User, team: Team, media_root: Path) -> None:
    session = make_session(team, player=player_user.players.get())
    answer = send(api_client(player_user), session, "plan.exe", EXE)
    assert answer.status_code == 403, "the right comes before the file"
    assert send(api_client(player_user), make_session(team, player=make_player(team))).status_code == 404
    assert files_below(media_root) == []


def test_who_added_a_file_or_a_coach_deletes_it(
    api_client: Clients,
    coach: User,
    analyst: User,
    session: Session,
    media_root: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = api_client(analyst)
    own = send(client, session).json()["data"]["id"]
    coachs = send(api_client(coach), session).json()["data"]["id"]
    assert client.delete(f"{files_url(session)}/{coachs}").status_code == 403
    assert len(files_below(media_root)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(f"{files_url(session)}/{own}").status_code == 204
        assert api_client(coach).delete(f"{files_url(session)}/{coachs}").status_code == 204
    assert SessionAttachment.objects.count() == 0
    assert files_below(media_root) == []
    assert AuditEvent.objects.filter(action="attachment.deleted").count() == 2


def test_a_list_of_files_costs_the_same_however_long(
    api_client: Clients, coach: User, session: Session, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        SessionAttachment.objects.create(
            session=session,
            name=f"{number}.pdf",
            content_type="application/pdf",
            size_bytes=1,
            uploaded_by=make_member(session.team),
        )
    client = api_client(coach)
    with django_assert_num_queries(4):  # user, session, count, files with people
        assert len(client.get(files_url(session)).json()["data"]) == 5


def test_a_file_that_lost_its_storage_is_not_found(
    api_client: Clients, coach: User, session: Session, media_root: Path
) -> None:
    url = send(api_client(coach), session).json()["data"]["url"]
    (media_root / (SessionAttachment.objects.get().file.name or "")).unlink()
    assert APIClient().get(url).status_code == 404


# Files without rows ------------------------------------------------------------------------------------------------


def test_old_files_without_a_row_are_swept(
    api_client: Clients, coach: User, session: Session, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.core.lifecycle import lifecycle

    send(api_client(coach), session)
    stray = media_root / "attachments" / "gone" / "a.pdf"
    stray.parent.mkdir()
    stray.write_bytes(pdf())
    assert lifecycle.sweepers["training_sessions"]() is not None
    assert [orphan.name for orphan in lifecycle.sweepers["training_sessions"]()] == [], "too young"
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("apps.sessions.lifecycle.timezone.now", lambda: later)
    [orphan] = lifecycle.sweepers["training_sessions"]()
    assert orphan.name == "attachments/gone/a.pdf"
    orphan.remove()
    orphan.remove()
    assert len(files_below(media_root)) == 1


def test_files_that_a_storage_kept_go_with_the_next_sweep(
    api_client: Clients,
    coach: User,
    session: Session,
    media_root: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from apps.core.lifecycle import lifecycle

    send(api_client(coach), session)
    with monkeypatch.context() as broken:

        def away(key: str) -> None:
            raise OSError("the storage is away")

        broken.setattr(media, "delete_file", away)
        with django_capture_on_commit_callbacks(execute=True):
            assert api_client(coach).delete(f"/api/sessions/{session.pk}").status_code == 204
        assert len(files_below(media_root)) == 1
        later = timezone.now() + timedelta(hours=2)
        broken.setattr("apps.sessions.lifecycle.timezone.now", lambda: later)
        assert lifecycle.sweep() == 0, "still away"
    monkeypatch.setattr("apps.sessions.lifecycle.timezone.now", lambda: later)
    assert lifecycle.sweep() == 1
    assert files_below(media_root) == []


def test_a_rolled_back_deletion_keeps_the_files(
    api_client: Clients, coach: User, session: Session, media_root: Path
) -> None:
    from apps.sessions.services.sessions import delete_session

    send(api_client(coach), session)
    with pytest.raises(RuntimeError), transaction.atomic():
        delete_session(user=coach, session_id=session.pk)
        raise RuntimeError
    assert SessionAttachment.objects.count() == 1
    assert len(files_below(media_root)) == 1
