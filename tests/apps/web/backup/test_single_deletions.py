"""Files and notes that were deleted singly stay deleted when an older backup comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.accounts.models import Team, User
from apps.core.models import AuditEvent
from apps.sessions.models import SessionAttachment, SessionNote
from apps.sessions.services.attachments import delete_attachment
from apps.sessions.services.notes import delete_note
from apps.web.backup import erasures
from tests.factories.scans import make_session

pytestmark = pytest.mark.django_db


def test_a_restore_deletes_them_again(
    coach: User, team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    session = make_session(team=team)
    gone = SessionNote.objects.create(session=session, author=coach, text="Ben limps")
    kept = SessionNote.objects.create(session=session, author=coach, text="good tempo")
    key = default_storage.save(f"attachments/{session.pk}/plan.pdf", ContentFile(b"%PDF"))
    file = SessionAttachment.objects.create(
        session=session, file=key, name="plan.pdf", content_type="application/pdf", size_bytes=4, uploaded_by=coach
    )
    at_the_backup = erasures.ledger()
    with django_capture_on_commit_callbacks(execute=True):
        delete_note(user=coach, session_id=session.pk, note_id=gone.pk)
        delete_attachment(user=coach, session_id=session.pk, attachment_id=file.pk)
    assert not default_storage.exists(key)
    event = AuditEvent.objects.get(action="note.deleted")
    assert event.object_id == str(gone.pk)
    assert "limps" not in str(event.before), "the trail says that, not what"

    known = erasures.read(_written(tmp_path, erasures.as_bytes(erasures.ledger())))
    default_storage.save(key, ContentFile(b"%PDF"))
    SessionNote.objects.create(pk=gone.pk, session=session, author=coach, text="Ben limps")
    SessionAttachment.objects.create(
        pk=file.pk, session=session, file=key, name="plan.pdf", content_type="application/pdf", size_bytes=4
    )
    monkeypatch.setattr(erasures, "ledger", lambda: at_the_backup)
    assert erasures.apply_again(known) == {"attachment.deleted": 1, "note.deleted": 1}
    assert list(SessionNote.objects.all()) == [kept]
    assert not SessionAttachment.objects.exists()
    assert not default_storage.exists(key)
    assert erasures.apply_again(known) == {}, "a second time there is nothing to do"


def _written(folder: Path, content: bytes) -> Path:
    path = folder / erasures.NAME
    path.write_bytes(content)
    return path
