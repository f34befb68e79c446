"""Which coach is asked: the cloud where it is set up and everybody concerned consents, else nobody but the rules."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from apps.accounts.filming import words_of
from apps.accounts.models import ConsentPurpose
from apps.feedback.engine.azure import AzureCoach
from apps.feedback.engine.azure_client import is_configured
from apps.feedback.engine.people import secrets_of

NO_CONSENT = "Written by rules: {missing} of {all} have not consented to texts by a language model."
NO_CONSENT_OF_ONE = "Written by rules: there is no consent to texts by a language model."


def cloud_coach(team_id: uuid.UUID, player_ids: Collection[uuid.UUID]) -> tuple[AzureCoach | None, str]:
    """Return the coach in the cloud, or None and why not ("" where none is set up).

    Args:
        team_id: whose budget pays.
        player_ids: everybody of whom the brief speaks; each must have consented to the purpose `ai`.
    """
    if not is_configured():
        return None, ""
    missing = len(player_ids) - consenting(player_ids)
    if missing:
        text = NO_CONSENT_OF_ONE if len(player_ids) == 1 else NO_CONSENT
        return None, text.format(missing=missing, all=len(player_ids))
    return AzureCoach(team_id, secrets_of(team_id)), ""


def consenting(player_ids: Collection[uuid.UUID]) -> int:
    """How many of some players have consented to the purpose `ai`; what counts of the words of each (one query)."""
    return sum(words_of(player_ids, ConsentPurpose.AI).values())
