"""Parents and guardians of players."""

from __future__ import annotations

import uuid

from django.db import transaction

from apps.accounts.models import Invitation, InvitedAs, Right, User
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_player, list_guardianships
from apps.accounts.services.invitations import invite
from apps.core import audit
from apps.core.errors import NotFound
from apps.core.sockets import notify_access_changed


def invite_guardian(*, user: User, player_id: str, email: str) -> Invitation:
    """Mail a guardian an invitation.

    Raises:
        NotFound, PermissionDenied: not visible, or the user's role does not carry the right.
        Conflict: a guardian of the player already.
    """
    player = get_player(user, player_id)
    require_right(user, player.team_id, Right.MANAGE_MEMBERS)
    return invite(user=user, team_id=player.team_id, email=email, role=InvitedAs.GUARDIAN, player_id=str(player.pk))


@transaction.atomic
def remove_guardian(*, user: User, player_id: str, guardianship_id: uuid.UUID) -> None:
    """End a guardianship: the guardian themselves, or the team's coach; open sockets of theirs close.

    Raises:
        NotFound, PermissionDenied: not visible, or neither.
    """
    player = get_player(user, player_id)
    row = list_guardianships(user, player).filter(pk=guardianship_id).first()
    if row is None:
        raise NotFound("There is no such guardian.")
    if row.guardian_id != user.pk:
        require_right(user, player.team_id, Right.MANAGE_MEMBERS)
    notify_access_changed(row.guardian_id)
    before = {"guardian_id": str(row.guardian_id), "player_id": str(player.pk)}
    audit.record(actor_id=user.pk, action="guardianship.removed", target=row, team_id=player.team_id, before=before)
    row.delete()
