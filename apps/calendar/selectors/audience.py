"""Which groups of the calendar socket somebody may join."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from apps.accounts.models import Player
from apps.calendar.events import family_group, player_group, staff_group
from apps.core.tenancy import TenantUser

EVERY_TEAM = "all"


@dataclass(frozen=True, slots=True)
class Audience:
    """Groups to join, and the teams that they are of."""

    groups: frozenset[str]
    team_ids: frozenset[uuid.UUID]


def audience_of(user: TenantUser, team_id: uuid.UUID | None) -> Audience:
    """What the user may hear, of one team or (None) of all (2 queries)."""
    staffed = {team for team in user.staffed_team_ids() if team_id in (None, team)}
    own = Player.objects.filter(pk__in=user.own_player_ids()).values_list("pk", "team_id")
    mine = [(player, team) for player, team in own if team_id in (None, team) and team not in staffed]
    groups = {staff_group(team) for team in staffed}
    groups |= {family_group(team) for _, team in mine} | {player_group(player) for player, _ in mine}
    return Audience(frozenset(groups), frozenset(staffed | {team for _, team in mine}))
