"""What people do with a feedback: rate it, show it to the player and family, delete it."""

from __future__ import annotations

import uuid
from functools import partial

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Right, User
from apps.accounts.permissions import require_right
from apps.core import audit
from apps.core.errors import Conflict
from apps.feedback import indexing, messages
from apps.feedback.models import Feedback, FeedbackRating, FeedbackStatus
from apps.feedback.selectors import get_feedback


def rate(*, user: User, feedback_id: uuid.UUID, rating: int, notes: str = "") -> FeedbackRating:
    """Say what a feedback was worth; saying it again replaces it.

    Raises:
        NotFound: not visible.
        Conflict: it is not completed.
    """
    found = get_feedback(user, feedback_id)
    if found.status != FeedbackStatus.COMPLETED:
        raise Conflict("Only a completed feedback can be rated.")
    row, _ = FeedbackRating.objects.update_or_create(
        feedback=found, user=user, defaults={"rating": rating, "notes": notes}
    )
    return row


@transaction.atomic
def share(*, user: User, feedback_id: uuid.UUID, shared: bool) -> Feedback:
    """Show a feedback to its player and their guardians, or no longer; repeating it changes nothing.

    Raises:
        NotFound: not visible.
        PermissionDenied: the role does not carry the right (owner, coach, analyst).
        Conflict: it is about the whole team, or not completed.
    """
    found = get_feedback(user, feedback_id)
    require_right(user, found.team_id, Right.EDIT_SESSIONS)
    if shared and found.player_id is None:
        raise Conflict("A feedback about the whole team speaks of several players; share one about this player.")
    if shared and found.status != FeedbackStatus.COMPLETED:
        raise Conflict("Only a completed feedback can be shared.")
    if (found.shared_at is not None) != shared:
        found.shared_at, found.shared_by = (timezone.now(), user) if shared else (None, None)
        found.save(update_fields=["shared_at", "shared_by", "updated_at"])
        audit.record(
            actor_id=user.pk,
            action="feedback.shared" if shared else "feedback.unshared",
            target=found,
            team_id=found.team_id,
        )
        transaction.on_commit(partial(messages.announce_access, found.pk), robust=True)
    return found


@transaction.atomic
def delete_feedback(*, user: User, feedback_id: uuid.UUID) -> None:
    """Delete a feedback with its ratings and its entry in the index.

    Raises:
        NotFound: not visible.
        PermissionDenied: the role does not carry the right (owner, coach).
    """
    found = get_feedback(user, feedback_id)
    require_right(user, found.team_id, Right.DELETE_SESSIONS)
    audit.record(actor_id=user.pk, action="feedback.deleted", target=found, team_id=found.team_id)
    indexing.remove_feedback([found.pk])
    transaction.on_commit(partial(messages.announce_access, found.pk), robust=True)
    Feedback.objects.filter(pk=found.pk).delete()
