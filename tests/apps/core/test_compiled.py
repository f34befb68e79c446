"""SQL that is made once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db.models import QuerySet

from apps.accounts.models import Player, Team, User
from apps.core.compiled import sql_of
from tests.factories.accounts import make_player, make_team

pytestmark = pytest.mark.django_db
made: list[Any] = []


def players_of(team_id: uuid.UUID, but_id: uuid.UUID) -> QuerySet[Player]:
    """Players of a team but one."""
    made.append(team_id)
    return Player.objects.filter(team_id=team_id, sex="").exclude(pk=but_id)


def nothing_of(team_id: uuid.UUID) -> QuerySet[Player]:
    """Does not ask for the team."""
    return Player.objects.filter(first_name="Ada")


def test_it_is_djangos_own_and_made_once() -> None:
    teams = [make_team() for _ in range(2)]
    players = [[make_player(team) for _ in range(3)] for team in teams]
    for team, (out, *kept) in zip(teams, players, strict=True):
        assert sql_of(players_of, team.pk, out.pk) == players_of(team.pk, out.pk).query.sql_with_params()
        found = {player.pk for player in Player.objects.raw(*sql_of(players_of, team.pk, out.pk))}
        assert found == {player.pk for player in kept}
    assert [one for one in made if one not in [team.pk for team in teams]] == made[:1]


def test_an_id_that_the_query_forgets_is_found_out() -> None:
    with pytest.raises(ValueError, match="do not all stand in its SQL"):
        sql_of(nothing_of, uuid.uuid4())


def test_what_a_person_sees_within_another_query(coach: User, team: Team, django_assert_num_queries: Any) -> None:
    mine, other = make_player(team), make_player(make_team())
    with django_assert_num_queries(1):
        found = set(Player.objects.visible_to(coach).filter(pk__in=[mine.pk, other.pk]).values_list("pk", flat=True))
    assert found == {mine.pk}
    assert Player.objects.visible_to(coach).exclude(pk=mine.pk).count() == 0
