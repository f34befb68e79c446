"""Files that arrive at the same moment, or while their session is deleted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.core import media
from apps.sessions.models import Session, SessionAttachment
from apps.sessions.services import attachments
from tests.apps.sessions.conftest import files_below, send
from tests.factories.attachments import pdf

Clients = Callable[..., APIClient]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]


@pytest.mark.django_db(transaction=True)
def test_a_file_that_arrives_while_its_session_is_deleted_leaves_nothing(
    api_client: Clients, coach: User, session: Session, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = attachments.inspect

    def deleting(path: Path, name: str) -> Any:
        kind = real(path, name)
        assert api_client(coach).delete(f"/api/sessions/{session.pk}").status_code == 204
        return kind

    monkeypatch.setattr(attachments, "inspect", deleting)
    answer = send(api_client(coach), session)
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "The session was deleted meanwhile.")
    assert SessionAttachment.objects.count() == 0
    assert files_below(media_root) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_files_do_not_both_take_the_last_space(
    api_client: Clients, coach: User, session: Session, media_root: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ATTACHMENT_QUOTA = len(pdf())
    meet = threading.Barrier(2)
    real = attachments._keep
    monkeypatch.setattr(attachments, "_keep", lambda *given: (meet.wait(timeout=10), real(*given))[1])
    statuses: list[int] = []

    def upload() -> None:
        statuses.append(send(api_client(coach), session).status_code)
        connection.close()

    threads = [threading.Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(statuses) == [201, 413]
    assert len(files_below(media_root)) == SessionAttachment.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_deletion_waits_for_no_upload_and_leaves_nothing_of_it(
    api_client: Clients, coach: User, session: Session, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The upload has written row and file, but not committed, when the session goes."""
    written, gone = threading.Event(), threading.Event()
    real = media.put_file

    def slow(source: Path, key: str) -> None:
        real(source, key)
        written.set()
        assert gone.wait(timeout=10)

    monkeypatch.setattr(media, "put_file", slow)
    answers: list[int] = []

    def upload() -> None:
        answers.append(send(api_client(coach), session).status_code)
        connection.close()

    thread = threading.Thread(target=upload)
    thread.start()
    assert written.wait(timeout=10)
    assert api_client(coach).delete(f"/api/sessions/{session.pk}").status_code == 204
    gone.set()
    thread.join(timeout=20)
    assert answers == [404]
    assert not Session.objects.exists()
    assert not SessionAttachment.objects.exists()
    assert files_below(media_root) == []
