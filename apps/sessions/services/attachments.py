"""Private files beside a session: whole or not at all, within the team's space."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum

from apps.accounts.models import Right, Team, User
from apps.accounts.permissions import has_right, require_right
from apps.core import audit, media
from apps.core.errors import Conflict, FileTooLarge, NotFound, PermissionDenied
from apps.core.idempotency import Answer, fingerprint, run_once
from apps.core.uploads import ReceivedFile
from apps.sessions.filetypes import clean_name, inspect
from apps.sessions.models import Session, SessionAttachment
from apps.sessions.selectors import attachment_folder, get_attachment, get_session

SCOPE = "sessions.attachments"
MAX_FILES = 100
"""Beside one session; more is an archive, which belongs elsewhere."""
MEGABYTE = 1024**2


def require_attacher(user: User, session_id: uuid.UUID) -> Session:
    """Return the session if the user may add files to it; asked before a byte is read.

    Raises:
        NotFound: not visible.
        PermissionDenied: the role does not carry the right.
    """
    session = get_session(user, session_id)
    require_right(user, session.team_id, Right.EDIT_SESSIONS)
    return session


def add_attachment(
    *, user: User, session: Session, file: ReceivedFile, key: str, shown: Callable[[SessionAttachment], Answer]
) -> Answer:
    """Keep a file that has arrived, once for each `Idempotency-Key`.

    Args:
        shown: makes the answer of the row.

    Raises:
        InvalidFile: not a kind that is kept, damaged, or disguised as one.
        FileTooLarge: the team's space is used up.
        Conflict: the session has as many files as it may have.
        NotFound: the session was deleted meanwhile.
    """
    name = clean_name(file.name)
    kind = inspect(file.path, name)
    row = SessionAttachment(
        session=session,
        name=name,
        content_type=kind.content_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        uploaded_by=user,
    )
    row.file.name = f"{attachment_folder(session.pk)}/{row.pk}.{kind.endings[0]}"
    work = partial(_keep, row, file, shown)
    digest = fingerprint({"session": session.pk, "name": name, "sha256": file.sha256})
    try:
        return run_once(user=user, scope=SCOPE, key=key, body_digest=digest, work=work)
    except IntegrityError:
        media.delete_file(row.file.name)
        raise NotFound("The session was deleted meanwhile.") from None
    except BaseException:
        media.delete_file(row.file.name)
        raise


def _keep(row: SessionAttachment, file: ReceivedFile, shown: Callable[[SessionAttachment], Answer]) -> Answer:
    """Write row and file; the team's row is locked, so that two files cannot both take the last space."""
    team = Team.objects.select_for_update().get(pk=row.session.team_id)
    if SessionAttachment.objects.filter(session=row.session).count() >= MAX_FILES:
        raise Conflict(f"A session has at most {MAX_FILES} files; delete one first.")
    used = SessionAttachment.objects.filter(session__team=team).aggregate(used=Sum("size_bytes"))["used"] or 0
    if used + row.size_bytes > settings.ATTACHMENT_QUOTA:
        free = max(0, settings.ATTACHMENT_QUOTA - used) / MEGABYTE
        raise FileTooLarge(f"The team's space for files has {free:.1f} MB left; delete some first.")
    row.save(force_insert=True)
    media.put_file(file.path, row.file.name or "")
    return shown(row)


@transaction.atomic
def delete_attachment(*, user: User, session_id: uuid.UUID, attachment_id: uuid.UUID) -> None:
    """Delete a file: who added it, an owner or a coach.

    Raises:
        NotFound: not visible.
        PermissionDenied: none of them.
    """
    row = get_attachment(user, session_id, attachment_id)
    team_id = row.session.team_id
    mine = row.uploaded_by_id == user.pk and has_right(user, team_id, Right.EDIT_SESSIONS)
    if not mine and not has_right(user, team_id, Right.DELETE_SESSIONS):
        raise PermissionDenied("A file is deleted by who added it, by an owner or by a coach.")
    before = {"name": row.name, "session_id": str(session_id), "size_bytes": row.size_bytes}
    audit.record(actor_id=user.pk, action="attachment.deleted", target=row, team_id=team_id, before=before)
    key = row.file.name or ""
    row.delete()
    transaction.on_commit(partial(media.delete_file, key), robust=True)
