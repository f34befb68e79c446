"""Files beside sessions: who may see which, and private links to them."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.urls import reverse

from apps.accounts.models import User
from apps.core import media
from apps.core.errors import NotFound
from apps.sessions.models import SessionAttachment

ATTACHMENTS = "attachments"
_SALT = "sessions.attachment"


def attachment_folder(session_id: uuid.UUID) -> str:
    """Where a session's files lie in the storage."""
    return f"{ATTACHMENTS}/{session_id}"


def list_attachments(user: User, session_id: uuid.UUID) -> QuerySet[SessionAttachment]:
    """Return a session's files where the user is staff of its team."""
    rows = SessionAttachment.objects.visible_to(user).filter(session_id=session_id)
    return rows.select_related("uploaded_by", "session")


def get_attachment(user: User, session_id: uuid.UUID, attachment_id: uuid.UUID) -> SessionAttachment:
    """Return one file of a session.

    Raises:
        NotFound: no such file for this user.
    """
    row = list_attachments(user, session_id).filter(pk=attachment_id).first()
    if row is None:
        raise NotFound("There is no such file.")
    found: SessionAttachment = row
    return found


def signed_attachment_url(attachment_id: uuid.UUID, user_id: uuid.UUID) -> str:
    """A private link that needs no header, ends in 15 minutes, and earlier when the user may no longer see the file."""
    return reverse("signed-attachment", args=[media.sign(attachment_id, user_id, _SALT)])


def linked_attachment(token: str) -> SessionAttachment:
    """Return the file of a signed link, if its user may still see it.

    Raises:
        Gone: the link has expired.
        NotFound: not ours, or file, user or right is gone.
    """
    attachment_id, user_id = media.opened(token, _SALT)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    row = SessionAttachment.objects.visible_to(user).filter(pk=attachment_id).first() if user else None
    if row is None:
        raise NotFound("There is nothing here.")
    found: SessionAttachment = row
    return found
