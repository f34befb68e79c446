"""All rules by id, and their judgement of one case."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping

from apps.safety.pack import SHAPES, Band, PolicyPack
from apps.safety.rules import change, health, heat, load, matches, rest
from apps.safety.rules.case import Case, Outcome
from apps.safety.verdict import Finding, Gap, Severity

Rule = Callable[[Case, Band], Iterator[Outcome]]

RULES: Mapping[str, Rule] = {
    "pain": health.pain,
    "fever": health.fever,
    "concussion_rest": health.concussion_rest,
    "concussion_contact": health.concussion_contact,
    "concussion_competition": health.concussion_competition,
    "heat_cancel": heat.heat_cancel,
    "heat_duration": heat.heat_duration,
    "heat_conditioning": heat.heat_conditioning,
    "heat_breaks": heat.heat_breaks,
    "half_length": matches.half_length,
    "match_minutes_day": matches.match_minutes_day,
    "heading": matches.heading,
    "session_minutes": load.session_minutes,
    "week_minutes": load.week_minutes,
    "weekly_hours": load.weekly_hours,
    "week_change": change.week_change,
    "sessions_per_day": rest.sessions_per_day,
    "recovery_next_match": rest.recovery_next_match,
    "recovery_high_intensity": rest.recovery_high_intensity,
    "recovery_between": rest.recovery_between,
    "overnight": rest.overnight,
    "rest_day_minimum": rest.rest_days,
    "rest_days": rest.rest_days,
    "football_days": rest.football_days,
    "one_sport_months": load.one_sport_months,
    "one_team_per_season": load.one_team_per_season,
    "growth_volume": health.growth_volume,
    "growth_advice": health.growth_advice,
}
"""In the order in which they are asked: what no other time or length can cure comes first."""


def judge(case: Case) -> Iterator[Outcome]:
    """Everything the rules have to say of a case."""
    limits = limits_of(case.policy, case.group)
    for rule_id, rule in RULES.items():
        if SHAPES[rule_id].by_heat:
            yield from _judge_heat(case, rule_id, rule)
        elif band := limits.get(rule_id):
            yield from rule(case, band)


@functools.lru_cache(maxsize=256)
def limits_of(policy: PolicyPack, group: int) -> Mapping[str, Band]:
    """What limits an age group, by rule."""
    found = {rule_id: policy.band_for_group(rule_id, group) for rule_id, shape in SHAPES.items() if not shape.by_heat}
    return {rule_id: band for rule_id, band in found.items() if band}


def _judge_heat(case: Case, rule_id: str, rule: Rule) -> Iterator[Outcome]:
    if case.entry.wbgt_c is None:
        yield case.missing(rule_id, Gap.WBGT, "the expected WBGT")
    elif band := case.policy.band_for_heat(rule_id, case.entry.wbgt_c):
        yield from rule(case, band)


def first_refusal(case: Case) -> str | None:
    """The first rule that weighs more than an advice; None: the event is allowed."""
    refusals = (
        outcome.rule_id
        for outcome in judge(case)
        if isinstance(outcome, Finding) and outcome.severity is not Severity.ADVISE
    )
    return next(refusals, None)
