"""Two rows of one child become one; nothing is lost, and a look before changes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps

from apps.accounts.models import ConsentRecord, Guardianship, Measurement, Player, Team, User
from apps.accounts.services.merging import Merge, merge_players, preview_merge
from apps.core.errors import InvalidRequest
from apps.core.lifecycle import lifecycle
from apps.core.models import AuditEvent
from apps.sessions.models import SessionPlayer
from tests.factories.accounts import (
    make_fitness_test,
    make_guardian,
    make_measurement,
    make_player,
    make_player_user,
    make_user,
)
from tests.factories.sessions import make_session


@pytest.fixture
def pair(team: Team, player: Player) -> tuple[Player, Player]:
    """The player, and a second row of the same child with a bit of everything."""
    second = make_player(team, first_name="Kim", height_cm=165, position="forward", external_id="other")
    make_measurement(player, height_cm=160)
    make_measurement(second, height_cm=999 / 6)
    make_measurement(second, date=date(2026, 4, 1))
    make_fitness_test(second)
    parent = make_guardian(player)
    Guardianship.objects.create(guardian=parent, player=second)
    make_guardian(second)
    ConsentRecord.objects.create(player=second, purpose="film", given=True)
    SessionPlayer.objects.create(session=make_session(team, player=second), track_id=1, player=second)
    return player, second


def everything() -> dict[str, list[Any]]:
    models = [model for model in apps.get_models() if model._meta.managed]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


EXPECTED_MOVED = {
    "measurements": 1,
    "fitness tests": 1,
    "guardianships": 1,
    "consent records": 1,
    "session players": 1,
    "sessions": 1,
}
EXPECTED_DROPPED = {"measurements": 1, "guardianships": 1}


def test_a_look_before_tells_and_changes_nothing(pair: tuple[Player, Player]) -> None:
    before = everything()
    found = preview_merge(kept=pair[0], gone=pair[1])
    assert found == Merge(EXPECTED_MOVED, EXPECTED_DROPPED, ("position", "height_cm"))
    assert everything() == before


def test_everything_moves_and_where_both_have_one_the_first_keeps_its_own(
    pair: tuple[Player, Player], owner: User
) -> None:
    kept, gone = pair
    done = merge_players(user=owner, kept=kept, gone=gone)
    assert (done.moved, done.dropped) == (EXPECTED_MOVED, EXPECTED_DROPPED)
    assert not Player.objects.filter(pk=gone.pk).exists()
    heights = list(Measurement.objects.filter(player=kept).order_by("date").values_list("height_cm", flat=True))
    assert heights == [160, 165]
    assert (kept.guardianships.count(), kept.session_players.count(), kept.sessions.count()) == (2, 1, 1)
    kept.refresh_from_db()
    assert (kept.position, kept.height_cm, kept.external_id) == ("forward", 165, "player_1")
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id, event.before) == ("player.merged", str(kept.pk), {"gone_id": str(gone.pk)})
    assert event.after["moved"] == EXPECTED_MOVED


def test_the_log_in_moves_with_the_child(team: Team, player: Player, owner: User) -> None:
    account = make_player_user(team)
    gone = account.players.get()
    merge_players(user=owner, kept=player, gone=gone)
    player.refresh_from_db()
    assert player.user == account


@pytest.mark.parametrize("why", ["same", "team", "log-ins", "birth"])
def test_two_people_are_not_merged(pair: tuple[Player, Player], owner: User, other_team: Team, why: str) -> None:
    kept, gone = pair
    if why == "same":
        gone = kept
    elif why == "team":
        gone = make_player(other_team)
    elif why == "log-ins":
        for row in pair:
            Player.objects.filter(pk=row.pk).update(user=make_user())
    else:
        Player.objects.filter(pk=gone.pk).update(date_of_birth="2011-01-01")
    before = everything()
    with pytest.raises(InvalidRequest):
        preview_merge(kept=kept, gone=gone)
    with pytest.raises(InvalidRequest):
        merge_players(user=owner, kept=kept, gone=gone)
    assert everything() == before


def test_an_apps_own_merger_is_asked_and_counted(pair: tuple[Player, Player], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(lifecycle, "mergers", {})
    lifecycle.register_merger("other", lambda kept, gone: asked.append((kept, gone)) or {"notes": 2, "none": 0})
    found = preview_merge(kept=pair[0], gone=pair[1])
    assert asked == [(pair[0].pk, pair[1].pk)]
    assert {name: count for name, count in found.moved.items() if name.startswith("other")} == {"other: notes": 2}
