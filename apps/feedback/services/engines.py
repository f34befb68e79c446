"""Which engine is set, told without loading it: the web process loads no language model's client."""

from __future__ import annotations

import uuid

from django.conf import settings

RULES = "rule_based"
AZURE = "azure_openai"


def engine_name(team_id: uuid.UUID) -> str:
    """Return the engine that the settings choose; who may not be written about by it gets the rules all the same."""
    chosen = settings.ASSISTANT_PROVIDER
    complete = all((settings.AZURE_OPENAI_ENDPOINT, settings.AZURE_OPENAI_KEY, settings.AZURE_OPENAI_DEPLOYMENT))
    if chosen == "azure" or (chosen == "auto" and complete):
        return f"{AZURE}:{settings.AZURE_OPENAI_DEPLOYMENT}"
    return RULES
