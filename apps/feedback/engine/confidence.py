"""How far the figures carry a text: one number, by a rule that can be read."""

from __future__ import annotations

from statistics import fmean

from apps.feedback.engine.brief import Brief, FactKind

BY_GRADE = {"A": 0.95, "B": 0.85, "C": 0.65, "D": 0.4, "": 0.4}
"""Share of trust in a value by the grade of its film; without a grade as the lowest."""
WITHOUT_FIGURES = 0.1
"""Only what people entered, or nothing."""
OF_FEW = 0.8
FEW = 4


def confidence_in(brief: Brief) -> float:
    """Return 0–1: the mean over the KPI facts of grade and coverage, less where there are few or made-up ones."""
    shares = [BY_GRADE[fact.grade] * (fact.coverage or 1.0) for fact in brief.facts if fact.kind is FactKind.KPI]
    if not shares:
        return WITHOUT_FIGURES
    few = OF_FEW if len(shares) < FEW else 1.0
    return round(fmean(shares) * few, 2)
