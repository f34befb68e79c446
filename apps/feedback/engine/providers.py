"""Which engine writes: the rule-based coach, unless a language model is set and may be used."""

from __future__ import annotations

import uuid

from apps.feedback.engine.chain import Engine
from apps.feedback.engine.rule_based import RuleBasedCoach

NO_CONSENT = "No consent to texts by a language model is recorded for this player."


def engine_for(*, consented: bool, team_id: uuid.UUID) -> Engine:
    """Return the engine for a text about players who did, or did not, consent to a language model in the cloud."""
    rules = RuleBasedCoach()
    return Engine(coach=rules, fallback=rules)
