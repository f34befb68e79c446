"""Who belongs to a team, in which role."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone

from apps.accounts.errors import LastOwner
from apps.accounts.models import Membership, Right, Role, Team, User
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_team, list_memberships
from apps.core import audit
from apps.core.errors import InvalidRequest, NotFound, PermissionDenied
from apps.core.sockets import notify_access_changed

INVITATION_DAYS = 14
INVITATION_TOKEN_BYTES = 32


@transaction.atomic
def change_role(*, user: User, team_id: uuid.UUID, membership_id: uuid.UUID, role: Role) -> Membership:
    """Give a member another role.

    Raises:
        NotFound, PermissionDenied: not visible, or the user's role does not carry the right.
        LastOwner: the team would have no owner left.
    """
    membership = _manageable(user, team_id, membership_id, role)
    before = membership.role
    if before == Role.OWNER and role != Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role", "updated_at"])
    _record(user, "membership.changed", membership, before)
    return membership


@transaction.atomic
def remove_member(*, user: User, team_id: uuid.UUID, membership_id: uuid.UUID) -> None:
    """Take a member out of the team; open sockets of theirs close.

    Raises:
        NotFound, PermissionDenied: not visible, or the user's role does not carry the right.
        LastOwner: the team would have no owner left.
    """
    membership = _manageable(user, team_id, membership_id, Role.PLAYER)
    if membership.role == Role.OWNER:
        _keep_an_owner(membership)
    _record(user, "membership.removed", membership, membership.role)
    membership.delete()


@transaction.atomic
def leave_team(*, user: User, team_id: uuid.UUID) -> None:
    """Give up one's own membership, whatever the role.

    Raises:
        NotFound: no team of the user's.
        LastOwner: the team would have no owner left.
    """
    get_team(user, team_id)
    membership = Membership.objects.get(user=user, team_id=team_id)
    if membership.role == Role.OWNER:
        _keep_an_owner(membership)
    _record(user, "membership.left", membership, membership.role)
    membership.delete()


@transaction.atomic
def hand_over(*, user: User, team_id: uuid.UUID, membership_id: uuid.UUID) -> Membership:
    """Make another member the owner; the owner who hands over becomes a coach.

    Raises:
        NotFound, PermissionDenied: not visible, or the user does not own the team.
        InvalidRequest: to oneself.
    """
    membership = list_memberships(user, team_id).filter(pk=membership_id).first()
    if membership is None:
        raise NotFound("There is no such member.")
    require_right(user, team_id, Right.MANAGE_TEAM)
    if membership.user_id == user.pk:
        raise InvalidRequest("You own the team already; name another member.")
    for row, role in ((membership, Role.OWNER), (Membership.objects.get(user=user, team_id=team_id), Role.COACH)):
        before, row.role = row.role, role
        row.save(update_fields=["role", "updated_at"])
        _record(user, "membership.changed", row, before)
    return membership


def _manageable(user: User, team_id: uuid.UUID, membership_id: uuid.UUID, role: Role) -> Membership:
    membership = list_memberships(user, team_id).filter(pk=membership_id).first()
    if membership is None:
        raise NotFound("There is no such member.")
    require_appointing(user, team_id, role)
    if membership.role == Role.OWNER:
        require_right(user, team_id, Right.MANAGE_TEAM)
    return membership


def require_appointing(user: User, team_id: uuid.UUID, role: str) -> None:
    """Ask whether the user may give somebody this role.

    Raises:
        PermissionDenied: the role does not carry the right, or only an owner may.
    """
    own = require_right(user, team_id, Right.MANAGE_MEMBERS)
    if role == Role.OWNER and own != Role.OWNER:
        raise PermissionDenied("Only an owner appoints owners.")


def _keep_an_owner(leaving: Membership) -> None:
    # The team's row is written first, so that two owners who leave at once do not both count the other.
    Team.objects.filter(pk=leaving.team_id).update(updated_at=timezone.now())
    owners = Membership.objects.filter(team_id=leaving.team_id, role=Role.OWNER).exclude(pk=leaving.pk)
    if not owners.exists():
        raise LastOwner


def _record(user: User, action: str, membership: Membership, before: str) -> None:
    notify_access_changed(membership.user_id)
    audit.record(
        actor_id=user.pk,
        action=action,
        target=membership,
        team_id=membership.team_id,
        before={"user_id": str(membership.user_id), "role": before},
        after={"role": membership.role},
    )
