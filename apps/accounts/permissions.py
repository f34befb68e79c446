"""Roles: asked after visibility, so that what somebody may not know of stays unknown."""

from __future__ import annotations

import uuid

from apps.accounts.models import ROLE_RIGHTS, Guardianship, Membership, Player, Right, Role, User
from apps.core.errors import PermissionDenied


def role_in(user: User, team_id: uuid.UUID) -> Role | None:
    """Return the user's role in a team, `None` for a stranger."""
    role = Membership.objects.filter(user_id=user.pk, team_id=team_id).values_list("role", flat=True).first()
    return Role(role) if role is not None else None


def has_right(user: User, team_id: uuid.UUID, right: Right) -> bool:
    """Tell whether the user's role in the team carries a right."""
    role = role_in(user, team_id)
    return role is not None and right in ROLE_RIGHTS[role]


def require_right(user: User, team_id: uuid.UUID, right: Right) -> Role:
    """Return the user's role, which carries the right; asked of a team whose object the user sees already.

    Raises:
        PermissionDenied: no member (a guardian), or the role does not carry the right.
    """
    role = role_in(user, team_id)
    if role is None:
        raise PermissionDenied("Only members of the team may do this.")
    if right not in ROLE_RIGHTS[role]:
        holders = ", ".join(name for name, rights in ROLE_RIGHTS.items() if right in rights)
        raise PermissionDenied(f"As {role.label.lower()} you may not do this; needed: {holders}.")
    return role


def is_guardian(user: User, player: Player) -> bool:
    """Tell whether the user is the player's guardian."""
    return Guardianship.objects.filter(guardian_id=user.pk, player_id=player.pk).exists()


def is_family(user: User, player: Player) -> bool:
    """Tell whether the user is the player, or their guardian."""
    return player.user_id == user.pk or is_guardian(user, player)
