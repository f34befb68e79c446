"""The youth safety rules: `RulesEngine.evaluate(calendar, proposed, profile)` → `Verdict`."""

from __future__ import annotations

from apps.safety.rules.engine import RulesEngine

__all__ = ["RulesEngine"]
