"""Whether what was entered can be: questions in words, asked before it is stored. No database.

A slip of the key (176 for 167, pounds for kilograms, the wrong child) would make wrong growth and wrong limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.accounts.maturity import DAYS_PER_YEAR, Body


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What is asked about before it is believed; all ours, wide enough not to nag.

    Attributes:
        shrink_cm: readings of one height differ by this much, and people are shorter in the evening.
        growth_cm_per_year: faster than any child at the peak of the spurt.
        weight_share_per_month: change of weight in 30 days.
        weight_kg: change that is never asked about (clothes, another scale).
        sitting_share: lowest and highest sitting height by height.
        bmi: lowest and highest kg/m².
    """

    shrink_cm: float = 1.5
    growth_cm_per_year: float = 16.0
    weight_share_per_month: float = 0.1
    weight_kg: float = 2.0
    sitting_share: tuple[float, float] = (0.45, 0.62)
    bmi: tuple[float, float] = (11.0, 40.0)


def questions_about(body: Body, others: Sequence[Body], limits: BodyLimits | None = None) -> list[str]:
    """Return what to ask about a measurement, given the player's other ones; empty where all is plausible."""
    rules = limits or BodyLimits()
    asked = _proportions(body, rules)
    for name, compare in (("height_cm", _heights), ("sitting_height_cm", _heights), ("weight_kg", _weights)):
        before = [other for other in others if other.day < body.day and getattr(other, name) is not None]
        after = [other for other in others if other.day > body.day and getattr(other, name) is not None]
        if getattr(body, name) is None:
            continue
        if before:
            asked += compare(max(before, key=lambda other: other.day), body, name, rules)
        if after:
            asked += compare(body, min(after, key=lambda other: other.day), name, rules)
    return asked


def _proportions(body: Body, rules: BodyLimits) -> list[str]:
    asked = []
    if body.height_cm is not None and body.sitting_height_cm is not None:
        share, (low, high) = body.sitting_height_cm / body.height_cm, rules.sitting_share
        if not low <= share <= high:
            asked.append(
                f"A sitting height of {body.sitting_height_cm:g} cm is {share:.0%} of {body.height_cm:g} cm; usual is "
                f"{low:.0%} to {high:.0%}. Was the stool taken off?"
            )
    if body.height_cm is not None and body.weight_kg is not None:
        bmi, (low, high) = body.weight_kg / (body.height_cm / 100) ** 2, rules.bmi
        if not low <= bmi <= high:
            asked.append(
                f"{body.weight_kg:g} kg at {body.height_cm:g} cm is unusually {'light' if bmi < low else 'heavy'}."
            )
    return asked


def _heights(earlier: Body, later: Body, name: str, rules: BodyLimits) -> list[str]:
    first, second = getattr(earlier, name), getattr(later, name)
    days, gained = (later.day - earlier.day).days, second - first
    what = "Height" if name == "height_cm" else "Sitting height"
    if gained < -rules.shrink_cm:
        return [f"{what} falls from {first:g} cm on {earlier.day} to {second:g} cm on {later.day}."]
    if gained > rules.growth_cm_per_year * days / DAYS_PER_YEAR + rules.shrink_cm:
        return [f"{what} grows by {gained:.1f} cm in {_span(days)}, from {earlier.day} to {later.day}."]
    return []


def _weights(earlier: Body, later: Body, name: str, rules: BodyLimits) -> list[str]:
    first, second = getattr(earlier, name), getattr(later, name)
    days, change = (later.day - earlier.day).days, second - first
    allowed = rules.weight_kg + rules.weight_share_per_month * first * days / 30
    if abs(change) <= allowed:
        return []
    return [f"Weight {'rises' if change > 0 else 'falls'} by {abs(change):.1f} kg in {_span(days)}."]


def _span(days: int) -> str:
    if days < 60:
        return "1 day" if days == 1 else f"{days} days"
    return f"{days / 30.44:.0f} months"
