"""Whose names a team's texts may hold: its players, their families, its staff, itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from apps.accounts.models import Guardianship, Membership, Player, Team
from apps.feedback.engine.pseudonyms import Kind, Secret


def secrets_of(team_id: uuid.UUID) -> list[Secret]:
    """Everybody of a team, players first (4 queries)."""
    team = Team.objects.get_queryset().get(pk=team_id)
    return [*_players(team_id), *_adults(team_id), *_team(team)]


def _players(team_id: uuid.UUID) -> Iterator[Secret]:
    rows = Player.objects.filter(team_id=team_id).select_related("user").order_by("pk")
    for player in rows:
        account = [player.user.name, player.user.email] if player.user else []
        words = [player.display_name, player.first_name, player.last_name, player.external_id, *account]
        yield Secret(Kind.PLAYER, str(player.pk), tuple(filter(None, words)), player.first_name)


def _adults(team_id: uuid.UUID) -> Iterator[Secret]:
    family = Guardianship.objects.filter(player__team_id=team_id).select_related("guardian")
    staff = Membership.objects.filter(team_id=team_id).exclude(user__players__team_id=team_id).select_related("user")
    people = {row.guardian_id: row.guardian for row in family} | {row.user_id: row.user for row in staff}
    for key, person in sorted(people.items()):
        words = tuple(filter(None, (person.name, person.email)))
        yield Secret(Kind.PERSON, str(key), words, person.name or "a member of staff")


def _team(team: Team) -> Iterator[Secret]:
    whole = f"{team.club} {team.name}".strip()
    words = [name for name in (whole, team.club, team.name) if name and name != team.age_group]
    yield Secret(Kind.TEAM, str(team.pk), tuple(words), team.name)
