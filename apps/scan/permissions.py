"""Who may start and change scans. Asked after visibility: what somebody may not know of is not found before."""

from __future__ import annotations

import uuid

from apps.accounts.models import ROLE_RIGHTS, Right, User
from apps.accounts.permissions import role_in
from apps.core.errors import PermissionDenied


def require_right(user: User, team_id: uuid.UUID, right: Right) -> None:
    """Refuse who sees the object but may not do this with it: players, guardians, and analysts who start scans.

    Raises:
        PermissionDenied: 403, names the roles that may.
    """
    role = role_in(user, team_id)
    if role is None or right not in ROLE_RIGHTS[role]:
        holders = ", ".join(name for name, rights in ROLE_RIGHTS.items() if right in rights)
        raise PermissionDenied(f"Your role in this team does not allow this; needed: {holders}.")


def require_uploader(user: User) -> None:
    """Refuse who may scan for no team at all, before a byte is taken.

    Raises:
        PermissionDenied: 403.
    """
    roles = [role for role, rights in ROLE_RIGHTS.items() if Right.RUN_SCANS in rights]
    if not user.memberships.filter(role__in=roles).exists():
        raise PermissionDenied("Only owners and coaches of a team may upload films.")
