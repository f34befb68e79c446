"""A sync and people at the same moment: nobody's edit is lost, whoever comes first."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import Team, User
from apps.edge.models import SyncConflict
from apps.edge.services import sync as sync_module
from apps.edge.services.merging import Merge
from apps.sessions.models import Session
from apps.sessions.services.sessions import delete_session, update_session
from tests.apps.edge.conftest import Box, change, now_ms
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_thread(act: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_session_deleted_just_before_the_lock_stays_deleted(
    box: Box, team: Team, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_session(team, title="Old")
    box.sync()
    real = sync_module._hold_sessions

    def rival(*arguments: Any) -> None:
        if Session.objects.filter(pk=session.pk).exists():
            delete_session(user=owner, session_id=session.pk)
        real(*arguments)

    monkeypatch.setattr(sync_module, "_hold_sessions", rival)
    data = box.sync(change(session.pk, title="From the pitch"))
    assert [entry["id"] for entry in data["applied"]] == [str(session.pk)]
    assert [entry["op"] for entry in data["changes"] if entry["id"] == str(session.pk)] == ["delete"]
    assert not Session.objects.exists()
    assert SyncConflict.objects.get().loser["value"] == {"title": "From the pitch"}


@pytest.mark.parametrize("rival", ["edit", "delete"])
def test_who_comes_while_a_sync_writes_waits_and_has_the_last_word(
    box: Box, team: Team, owner: User, monkeypatch: pytest.MonkeyPatch, rival: str
) -> None:
    session = make_session(team, title="Old")
    box.sync()
    threads: list[threading.Thread] = []
    real = Merge.prepare

    def act() -> None:
        if rival == "edit":
            update_session(user=owner, session_id=session.pk, changes={"title": "Coach"})
        else:
            delete_session(user=owner, session_id=session.pk)

    def prepare(self: Merge, changes: Any) -> None:
        if not threads:
            threads.append(in_a_thread(act))
            time.sleep(0.4)  # the rival is at the door; it may not come in
            assert threads[0].is_alive()
        real(self, changes)

    monkeypatch.setattr(Merge, "prepare", prepare)
    box.sync(change(session.pk, at_ms=now_ms() - 5, title="Pitch"))
    threads[0].join(timeout=30)
    told = [entry for entry in box.sync()["changes"] if entry["id"] == str(session.pk)]
    if rival == "edit":
        assert Session.objects.get().title == "Coach"
        assert told[-1]["body"] == {"title": "Coach"}
    else:
        assert not Session.objects.exists()
        assert told[-1]["op"] == "delete"


def test_the_same_batch_from_two_at_once_is_taken_once(box: Box) -> None:
    session_id, note_id = str(uuid.uuid4()), str(uuid.uuid4())
    batch = {"cursor": None, "changes": [change(session_id, title="x", notes={note_id: "One"})]}
    codes: list[int] = []
    threads = [in_a_thread(lambda: codes.append(box.post("sync", batch).status_code)) for _ in range(4)]
    for thread in threads:
        thread.join(timeout=60)
    assert codes == [200] * 4
    assert Session.objects.count() == 1
    assert SyncConflict.objects.count() == 0
