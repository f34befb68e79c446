"""Who is asked: the cloud only where it is set up and everybody concerned consents."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import ConsentPurpose, ConsentRecord, Player, Team
from apps.feedback.engine.azure import AzureCoach
from apps.feedback.engine.providers import cloud_coach
from tests.factories.accounts import make_player, make_team


@pytest.fixture
def team(db: None, settings: Any) -> Team:
    settings.AZURE_OPENAI_ENDPOINT = "http://127.0.0.1:9"
    settings.AZURE_OPENAI_KEY, settings.AZURE_OPENAI_DEPLOYMENT = "key", "coach"
    return make_team()


def consent(player: Player, *, given: bool = True, purpose: str = ConsentPurpose.AI, days_ago: int = 0) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    ConsentRecord.objects.create(player=player, purpose=purpose, given=given, at=at)


def test_with_everybodys_consent_the_cloud_writes(team: Team) -> None:
    players = [make_player(team), make_player(team)]
    for player in players:
        consent(player, given=False, days_ago=9)
        consent(player)
    coach, reason = cloud_coach(team.pk, {player.pk for player in players})
    assert isinstance(coach, AzureCoach)
    assert (coach.team_id, reason) == (team.pk, "")
    assert {secret.key for secret in coach.secrets} >= {str(player.pk) for player in players}


def test_one_without_consent_keeps_all_from_the_cloud(team: Team) -> None:
    yes, never, withdrawn, other = (make_player(team) for _ in range(4))
    consent(yes)
    consent(withdrawn, days_ago=9)
    consent(withdrawn, given=False)
    consent(other, purpose=ConsentPurpose.SHARE)
    for player in (never, withdrawn, other):
        assert cloud_coach(team.pk, {player.pk}) == (
            None,
            "Written by rules: there is no consent to texts by a language model.",
        )
    coach, reason = cloud_coach(team.pk, {yes.pk, never.pk, withdrawn.pk})
    assert (coach, reason) == (None, "Written by rules: 2 of 3 have not consented to texts by a language model.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSISTANT_PROVIDER", "rules"),
        ("AZURE_OPENAI_ENDPOINT", ""),
        ("AZURE_OPENAI_KEY", ""),
        ("AZURE_OPENAI_DEPLOYMENT", ""),
    ],
)
def test_nothing_set_up_is_no_reason_to_give(team: Team, settings: Any, name: str, value: str) -> None:
    setattr(settings, name, value)
    assert cloud_coach(team.pk, set()) == (None, "")
