"""Players."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from apps.accounts.errors import ExternalIdTaken
from apps.accounts.models import Player, Right, User
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_player, get_team
from apps.core import audit, versions
from apps.core.lifecycle import lifecycle


@transaction.atomic
def create_player(*, user: User, team_id: uuid.UUID, fields: Mapping[str, Any]) -> Player:
    """Add a player to a team.

    Raises:
        NotFound, PermissionDenied: not visible, or the role lacks the right.
        ExternalIdTaken: another player of the team has the external id.
    """
    team = get_team(user, team_id)
    require_right(user, team.pk, Right.EDIT_PLAYERS)
    versions.bump(versions.TEAM, team.pk)
    return _saved(Player(team=team, **fields), new=True)


@transaction.atomic
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
    versions.bump(versions.TEAM, player.team_id)
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
    versions.bump(versions.TEAM, player.team_id)
    player.delete()


def _saved(player: Player, *, new: bool, update_fields: list[str] | None = None) -> Player:
    try:
        with transaction.atomic():
            player.save(force_insert=new, update_fields=update_fields)
    except IntegrityError as error:
        if "external_id" not in str(error):
            raise
        raise ExternalIdTaken from None
    return player
