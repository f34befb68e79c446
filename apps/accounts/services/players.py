"""Players."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.errors import ExternalIdTaken
from apps.accounts.models import Guardianship, Player, Right, User
from apps.accounts.permissions import has_right, require_right
from apps.accounts.selectors import get_player, get_team
from apps.core import audit
from apps.core.errors import PermissionDenied
from apps.core.lifecycle import lifecycle


def create_player(*, user: User, team_id: uuid.UUID, fields: Mapping[str, Any]) -> Player:
    """Add a player to a team.

    Raises:
        NotFound, PermissionDenied: not visible, or the role lacks the right.
        ExternalIdTaken: another player of the team has the external id.
    """
    team = get_team(user, team_id)
    require_right(user, team.pk, Right.EDIT_PLAYERS)
    return _saved(Player(team=team, **fields), new=True)


def update_player(*, user: User, player_id: str, changes: Mapping[str, Any]) -> Player:
    """Change a player's particulars.

    Raises:
        NotFound, PermissionDenied: not visible, or the role lacks the right.
        ExternalIdTaken: another player of the team has the external id.
    """
    player = get_player(user, player_id)
    require_right(user, player.team_id, Right.EDIT_PLAYERS)
    for name, value in changes.items():
        setattr(player, name, value)
    return _saved(player, new=False, update_fields=[*changes, "updated_at"])


@transaction.atomic
def delete_player(*, user: User, player_id: str) -> None:
    """Delete a player with what other apps keep about them.

    Raises:
        NotFound, PermissionDenied: not visible, or the role lacks the right.
    """
    player = get_player(user, player_id)
    require_right(user, player.team_id, Right.EDIT_PLAYERS)
    lifecycle.erase("player", [player.pk])
    audit.record(actor_id=user.pk, action="player.deleted", target=player, team_id=player.team_id)
    player.delete()


@transaction.atomic
def set_consent(*, user: User, player_id: str, given: bool) -> Player:
    """Note or withdraw the consent to film a player: by the guardian, the player, or staff who hold it on paper.

    Raises:
        NotFound, PermissionDenied: not visible, or none of the three.
    """
    player = get_player(user, player_id)
    if not _may_consent(user, player):
        raise PermissionDenied("Consent is given by the guardian, by the player, or noted by a coach.")
    player.consent_given_at = timezone.now() if given else None
    player.consent_given_by = user if given else None
    player.save(update_fields=["consent_given_at", "consent_given_by", "updated_at"])
    action = "consent.given" if given else "consent.withdrawn"
    audit.record(actor_id=user.pk, action=action, target=player, team_id=player.team_id)
    return player


def _may_consent(user: User, player: Player) -> bool:
    if player.user_id == user.pk or has_right(user, player.team_id, Right.EDIT_PLAYERS):
        return True
    return Guardianship.objects.filter(guardian=user, player=player).exists()


def _saved(player: Player, *, new: bool, update_fields: list[str] | None = None) -> Player:
    try:
        with transaction.atomic():
            player.save(force_insert=new, update_fields=update_fields)
    except IntegrityError as error:
        if "external_id" not in str(error):
            raise
        raise ExternalIdTaken from None
    return player
