"""Teams."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.accounts.models import Membership, Right, Role, Team, User, normalise_email
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_team
from apps.core import audit
from apps.core.lifecycle import lifecycle
from apps.core.sockets import notify_access_changed


@dataclass(frozen=True, slots=True)
class FirstTeam:
    """A team and who runs it, as the command line names them."""

    name: str
    email: str
    club: str = ""
    age_group: str = ""
    coach_name: str = ""
    role: Role = Role.OWNER


@dataclass(frozen=True, slots=True)
class FoundedTeam:
    """What was found or made."""

    team: Team
    user: User
    team_is_new: bool
    user_is_new: bool


@transaction.atomic
def found_team(wanted: FirstTeam, password: str) -> FoundedTeam:
    """Make a team and the log-in of its coach, unless they are there; an existing password stays as it is."""
    email = normalise_email(wanted.email)
    user = User.objects.filter(email=email).first()
    user_is_new = user is None
    if user is None:
        user = User.objects.create_user(email, password, name=wanted.coach_name)
    team, team_is_new = Team.objects.get_or_create(
        name=wanted.name, club=wanted.club, defaults={"age_group": wanted.age_group}
    )
    Membership.objects.get_or_create(user=user, team=team, defaults={"role": wanted.role})
    return FoundedTeam(team, user, team_is_new, user_is_new)


@transaction.atomic
def create_team(*, user: User, fields: Mapping[str, Any]) -> Team:
    """Create a team that the user owns."""
    team = Team.objects.create(**fields)
    Membership.objects.create(user=user, team=team, role=Role.OWNER)
    audit.record(actor_id=user.pk, action="team.created", target=team, team_id=team.pk)
    return team


@transaction.atomic
def update_team(*, user: User, team_id: uuid.UUID, changes: Mapping[str, Any]) -> Team:
    """Change a team's particulars.

    Raises:
        NotFound, PermissionDenied: not visible, or the role lacks the right.
    """
    team = get_team(user, team_id)
    require_right(user, team.pk, Right.MANAGE_TEAM)
    for name, value in changes.items():
        setattr(team, name, value)
    team.save(update_fields=[*changes, "updated_at"])
    return team


@transaction.atomic
def delete_team(*, user: User, team_id: uuid.UUID) -> None:
    """Delete a team with everything it owns.

    Raises:
        NotFound, PermissionDenied: not visible, or the role lacks the right.
    """
    team = get_team(user, team_id)
    require_right(user, team.pk, Right.MANAGE_TEAM)
    for member_id in team.memberships.values_list("user_id", flat=True):
        notify_access_changed(member_id)
    lifecycle.erase("team", [team.pk])
    audit.record(actor_id=user.pk, action="team.deleted", target=team, team_id=team.pk, before={"name": str(team)})
    team.delete()
