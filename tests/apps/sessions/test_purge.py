"""What is kept no longer: `manage.py purge` and the hourly sweep."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.accounts.models import Team
from apps.core import media
from apps.core.models import AuditEvent, IdempotencyKey
from apps.sessions.models import Session
from apps.sessions.services import retention
from pipeline.ports import installed
from pipeline.tasks import sweep
from tests.apps.sessions.conftest import files_below
from tests.factories.accounts import make_user
from tests.factories.sessions import make_attachment, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]


def purge(*options: str) -> str:
    out = StringIO()
    call_command("purge", *options, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def old(team: Team) -> Session:
    return make_session(team, title="Old", start=timezone.now() - timedelta(days=31))


@pytest.fixture
def young(team: Team) -> Session:
    return make_session(team, title="Young", start=timezone.now() - timedelta(days=29))


def test_it_only_lists_until_told_otherwise(old: Session, young: Session) -> None:
    text = purge("--days", "30")
    assert "1 sessions that began more than 30 days ago" in text
    assert str(old.pk) in text and str(young.pk) not in text
    assert "Nothing was deleted" in text
    assert Session.objects.count() == 2
    assert AuditEvent.objects.count() == 0


def test_told_so_it_deletes_with_all_files_and_says_so_in_the_audit_trail(
    old: Session, young: Session, media_root: Path, django_capture_on_commit_callbacks: Any
) -> None:
    gone, kept = make_attachment(old), make_attachment(young)
    installed().artefacts.write(f"sessions/{old.pk}/v/kpis.json", b"{}")
    with django_capture_on_commit_callbacks(execute=True):
        text = purge("--days", "30", "--yes")
    assert text.splitlines()[-1] == "1 deleted."
    assert list(Session.objects.all()) == [young]
    assert not gone.file.storage.exists(gone.file.name)
    assert kept.file.storage.exists(kept.file.name)
    assert list(installed().artefacts.list(f"sessions/{old.pk}")) == []
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.team_id) == ("session.purged", None, old.team_id)
    assert (event.before["title"], event.after) == ("Old", {"retention_days": 30})


def test_by_default_every_session_is_kept(old: Session) -> None:
    assert "RETENTION_DAYS is 0, all are kept" in purge("--yes")
    assert Session.objects.count() == 1


def test_the_setting_counts(old: Session, young: Session, settings: Any) -> None:
    settings.RETENTION_DAYS = 30
    purge("--yes")
    assert list(Session.objects.all()) == [young]


def test_a_nonsense_age_is_refused(old: Session) -> None:
    with pytest.raises(CommandError, match="0 or more"):
        purge("--days", "-1", "--yes")
    assert Session.objects.count() == 1


def test_files_without_a_row_are_listed_and_removed(media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("attachments/x/a.pdf", "videos/y/b.mp4"):
        default_storage.save(name, ContentFile(b"x"))
    installed().artefacts.write("sessions/z/v/kpis.json", b"{}")
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    text = purge()
    assert "3 files without a row" in text
    for name in ("attachments/x/a.pdf", "videos/y/b.mp4", "sessions/z"):
        assert f"  {name}\n" in text
    assert len(files_below(media_root)) == 2
    assert purge("--yes").splitlines()[-1] == "3 deleted."
    assert files_below(media_root) == []
    assert "0 files without a row" in purge()


def test_one_that_fails_does_not_keep_the_others(old: Session, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    worse = make_session(team, start=old.start)
    real = retention._purge_session

    def failing(session: Session, days: int) -> None:
        if session == worse:
            raise OSError("the storage is away")
        real(session, days)

    monkeypatch.setattr(retention, "_purge_session", failing)
    out = StringIO()
    with pytest.raises(CommandError, match="1 could not be deleted"):
        call_command("purge", "--days", "30", "--yes", stdout=out, stderr=out)
    assert f"session {worse.pk} could not be deleted: the storage is away" in out.getvalue()
    assert list(Session.objects.all()) == [worse]


def test_the_hourly_sweep_removes_files_and_old_answers(media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()
    IdempotencyKey.objects.create(user=user, scope="a", key="old", fingerprint="")
    default_storage.save("attachments/x/a.pdf", ContentFile(b"x"))
    later = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    IdempotencyKey.objects.create(user=user, scope="a", key="new", fingerprint="")
    sweep()
    assert files_below(media_root) == []
    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


def test_a_storage_that_is_away_is_asked_again(media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    default_storage.save("attachments/x/a.pdf", ContentFile(b"x"))
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    with monkeypatch.context() as broken:

        def away(prefix: str) -> Any:
            raise OSError("away")

        broken.setattr(media, "files_below", away)
        sweep()
    assert len(files_below(media_root)) == 1
    sweep()
    assert files_below(media_root) == []
