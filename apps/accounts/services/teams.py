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
from apps.core.errors import InvalidRequest
from apps.core.lifecycle import lifecycle
from apps.core.sockets import notify_access_changed
from apps.safety.selectors import packs_offered

_WRITTEN_DOWN = ("policy_pack", "blur_shared_film")
"""Whose changes the audit trail keeps: they decide about children."""


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
    """Create a team that the user owns.

    Raises:
        InvalidRequest: a safety policy pack that is not offered.
    """
    _check_pack(fields.get("policy_pack"), None)
    team = Team.objects.create(**fields)
    Membership.objects.create(user=user, team=team, role=Role.OWNER)
    audit.record(actor_id=user.pk, action="team.created", target=team, team_id=team.pk)
    return team


@transaction.atomic
def update_team(*, user: User, team_id: uuid.UUID, changes: Mapping[str, Any]) -> Team:
    """Change a team's particulars.

    Raises:
        NotFound, PermissionDenied: not visible, or the role lacks the right.
        InvalidRequest: a safety policy pack that is not offered.
    """
    team = get_team(user, team_id)
    require_right(user, team.pk, Right.MANAGE_TEAM)
    _check_pack(changes.get("policy_pack"), team.pk)
    before = {name: getattr(team, name) for name in _WRITTEN_DOWN}
    for name, value in changes.items():
        setattr(team, name, value)
    team.save(update_fields=[*changes, "updated_at"])
    for name, value in before.items():
        if getattr(team, name) != value:
            audit.record(
                actor_id=user.pk,
                action=f"team.{name}",
                target=team,
                team_id=team.pk,
                before={name: value},
                after={name: getattr(team, name)},
            )
    return team


@transaction.atomic
def delete_team(*, user: User, team_id: uuid.UUID) -> None:
    """Delete a team with everything it owns.

    Raises:
        NotFound, PermissionDenied: not visible, or the role lacks the right.
    """
    team = get_team(user, team_id)
    require_right(user, team.pk, Right.MANAGE_TEAM)
    remove_team(team=team, actor=user)


@transaction.atomic
def remove_team(*, team: Team, actor: User) -> None:
    """Delete a team with everything it owns; rights were asked."""
    for member_id in team.memberships.values_list("user_id", flat=True):
        notify_access_changed(member_id)
    lifecycle.erase("team", [team.pk])
    audit.record(actor_id=actor.pk, action="team.deleted", target=team, team_id=team.pk, before={"name": str(team)})
    team.delete()


def _check_pack(key: str | None, team_id: uuid.UUID | None) -> None:
    """A pack that nobody offers would be judged by the strictest one, to everybody's surprise."""
    if key is None:
        return
    offered = [pack.key for pack in packs_offered(team_id)]
    if key not in offered:
        raise InvalidRequest(f"There is no safety policy pack {key!r}; offered are {', '.join(sorted(offered))}.")
