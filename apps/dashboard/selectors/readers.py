"""Who asks, and whose figures they may have: looked up anew for every request, never kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from apps.accounts.models import STAFF_ROLES, Player, Team, User
from apps.accounts.permissions import role_in
from apps.accounts.selectors import get_player, get_team, list_teams
from apps.core.errors import InvalidRequest, NotFound
from apps.sessions.models import Session

MOST_COMPARED = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """A team, and of whom the caller may read: `None` = everybody (the team's staff)."""

    team: Team
    player_ids: tuple[uuid.UUID, ...] | None

    @property
    def is_whole(self) -> bool:
        """Whether the caller reads the whole team."""
        return self.player_ids is None


def reading_of_team(user: User, team_id: uuid.UUID | None) -> Reading:
    """Return the team and what the caller reads of it; without an id the only team that the caller is in.

    Raises:
        NotFound: no such team for this user.
        InvalidRequest: no id, and several teams (or none).
    """
    return _reading(user, get_team(user, team_id) if team_id else _only_team(user))


def reading_of_player(user: User, reference: str) -> tuple[Player, Team]:
    """Return a player and their team.

    Raises:
        NotFound: no such player for this user.
    """
    player = get_player(user, reference)
    return player, Team.objects.get(pk=player.team_id)


def reading_of_players(user: User, references: Sequence[str]) -> tuple[Reading, list[Player]]:
    """Return up to four players of one team, each once, in the order asked for.

    Raises:
        NotFound: one of them does not exist for this user.
        InvalidRequest: none, too many, or of several teams.
    """
    _check_number(len(set(references)), "player_ids")
    players = list(dict.fromkeys(get_player(user, reference) for reference in dict.fromkeys(references)))
    if len({player.team_id for player in players}) > 1:
        raise InvalidRequest("These players are of different teams; compare players of one team.")
    return _reading(user, Team.objects.get(pk=players[0].team_id)), players


def reading_of_sessions(user: User, ids: Sequence[uuid.UUID], *, least: int) -> tuple[Reading, list[Session]]:
    """Return up to four sessions of one team, each once, in the order asked for.

    Raises:
        NotFound: one of them does not exist for this user.
        InvalidRequest: too few, too many, or of several teams.
    """
    wanted = list(dict.fromkeys(ids))
    _check_number(len(wanted), "session_ids", least)
    found = Session.objects.visible_to(user).in_bulk(wanted)
    if len(found) < len(wanted):
        raise NotFound("There is no such session.")
    sessions = [found[key] for key in wanted]
    if len({session.team_id for session in sessions}) > 1:
        raise InvalidRequest("These sessions are of different teams; compare sessions of one team.")
    return _reading(user, Team.objects.get(pk=sessions[0].team_id)), sessions


def _check_number(number: int, name: str, least: int = 1) -> None:
    if not least <= number <= MOST_COMPARED:
        raise InvalidRequest(f"Name {least} to {MOST_COMPARED} different {name}, separated by commas; got {number}.")


def _only_team(user: User) -> Team:
    teams = list(list_teams(user)[:2])
    if not teams:
        raise InvalidRequest("You are in no team. A child's figures are at /api/dashboard/player/ and the child's id.")
    if len(teams) > 1:
        raise InvalidRequest("Say which team: team_id is needed.")
    return teams[0]


def _reading(user: User, team: Team) -> Reading:
    if role_in(user, team.pk) in STAFF_ROLES:
        return Reading(team, None)
    own = Player.objects.filter(team=team, pk__in=user.own_player_ids()).order_by("pk")
    return Reading(team, tuple(own.values_list("pk", flat=True)))
