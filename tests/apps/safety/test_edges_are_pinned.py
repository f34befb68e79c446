"""No edge of the default pack can move by the least step, and no band can go, without a hand-written case noticing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from apps.safety.pack import Band
from apps.safety.policies import SHAPES, load_pack
from apps.safety.verdict import Severity
from tests.apps.safety.test_cases import CASES, Written, asked

ONE_MINUTE_H = 1 / 60
STEPS = {
    "hours": ONE_MINUTE_H,
    **dict.fromkeys(("wbgt_c", "height_cm_per_year", "leg_cm_per_year"), 0.11),
    **dict.fromkeys(("adult_height_from", "adult_height_to"), 0.11),
}
"""The least step of an edge, by default 1; tenths with a little more than their rounding."""
FILES = {
    "session_minutes": "training_minutes",
    "week_minutes": "training_minutes",
    "overnight": "recovery",
    "football_days": "rest_days",
    "rest_day_minimum": "rest_days",
    "pain": "pain_and_fever",
    "fever": "pain_and_fever",
}
PACK = load_pack()


def moved(rule_id: str) -> Iterator[tuple[str, tuple[Band, ...]]]:
    """The rule's bands with one edge moved, or one band gone."""
    bands = PACK.bands[rule_id]
    for place, band in enumerate(bands):
        before, after = bands[:place], bands[place + 1 :]
        yield f"band {place + 1} gone", (*before, *after)
        for edge, value in band.edges.items():
            for step in (STEPS.get(edge, 1), -STEPS.get(edge, 1)):
                if value + step >= 0:
                    other = replace(band, edges={**band.edges, edge: value + step})
                    yield f"{edge} of band {place + 1} {value:g} → {value + step:g}", (*before, other, *after)


def nearest_first(rule_id: str) -> list[Written]:
    home = FILES.get(rule_id, rule_id)
    cases = [case for case in CASES if "pack" not in case.facts]
    return sorted(cases, key=lambda case: not (case.file == home or home.startswith(case.file)))


def noticed(facts: dict[str, Any], rule_id: str, bands: tuple[Band, ...]) -> bool:
    verdict, _ = asked(facts, replace(PACK, bands={**PACK.bands, rule_id: bands}))
    refusing = {finding.rule_id for finding in verdict.findings if finding.severity is not Severity.ADVISE}
    advising = {finding.rule_id for finding in verdict.findings if finding.severity is Severity.ADVISE}
    gaps = {gap.rule_id for gap in verdict.not_assessed}
    return (
        refusing != set(facts.get("rules", []))
        or advising != set(facts.get("advice", []))
        or not set(facts.get("unknown", [])) <= gaps
        or bool(set(facts.get("known", [])) & gaps)
    )


@pytest.mark.parametrize("rule_id", sorted(SHAPES))
def test_every_edge_is_pinned_by_a_case(rule_id: str) -> None:
    cases = nearest_first(rule_id)
    changes = list(moved(rule_id))
    assert changes
    unnoticed = [change for change, bands in changes if not any(noticed(case.facts, rule_id, bands) for case in cases)]
    assert unnoticed == []
