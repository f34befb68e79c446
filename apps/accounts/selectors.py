"""Reading people, always by who asks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from apps.accounts.errors import AmbiguousPlayer
from apps.accounts.models import Invitation, LogIn, Membership, Player, Team, User
from apps.core.errors import NotFound


def list_teams(user: User) -> QuerySet[Team]:
    """Return the user's teams."""
    return Team.objects.visible_to(user)


def get_team(user: User, team_id: uuid.UUID) -> Team:
    """Return one of the user's teams.

    Raises:
        NotFound: no such team for this user.
    """
    team = Team.objects.visible_to(user).filter(pk=team_id).first()
    if team is None:
        raise NotFound("There is no such team.")
    return team


def with_memberships(user: User) -> User:
    """Return the user with memberships and teams loaded in one go."""
    rows = Membership.objects.select_related("team").order_by(Lower("team__name"), "team_id")
    return User.objects.prefetch_related(Prefetch("memberships", queryset=rows)).get(pk=user.pk)


def list_logins(user: User) -> QuerySet[LogIn]:
    """Return where the user is logged in now."""
    return LogIn.objects.filter(user_id=user.pk, ended_at__isnull=True, expires_at__gt=timezone.now())


def list_memberships(user: User, team_id: uuid.UUID) -> QuerySet[Membership]:
    """Return the members of a team that the user staffs."""
    return Membership.objects.visible_to(user).filter(team_id=team_id).select_related("user")


def list_invitations(user: User, team_id: uuid.UUID) -> QuerySet[Invitation]:
    """Return the open invitations of a team that the user staffs."""
    return Invitation.objects.visible_to(user).filter(team_id=team_id, accepted_at__isnull=True)


def list_players(user: User) -> QuerySet[Player]:
    """Return the players that the user may read."""
    return Player.objects.visible_to(user)


def get_player(user: User, reference: str, *, team_id: uuid.UUID | None = None) -> Player:
    """Return a player by id or by the team's external id.

    Raises:
        NotFound: no such player for this user.
        AmbiguousPlayer: an external id that players of several of the user's teams have.
    """
    rows = Player.objects.visible_to(user)
    if team_id is not None:
        rows = rows.filter(team_id=team_id)
    try:
        rows = rows.filter(pk=uuid.UUID(reference))
    except ValueError:
        rows = rows.filter(external_id=reference) if reference else rows.none()
    found: list[Player] = list(rows[:2])
    if not found:
        raise NotFound(f"There is no player {reference!r}.")
    if len(found) > 1:
        raise AmbiguousPlayer
    return found[0]


def players_by_id(user: User, player_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Player]:
    """Return those of the players that the user may read."""
    return Player.objects.visible_to(user).in_bulk(list(player_ids))
