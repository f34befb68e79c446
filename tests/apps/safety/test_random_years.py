"""Ten thousand random years: what the engine lets through breaks no limit in the eyes of the naive checker."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from apps.safety.inputs import Calendar, Entry
from apps.safety.policies import load_pack
from apps.safety.rules import RulesEngine
from apps.safety.verdict import Decision, Severity, Verdict
from tests.apps.safety.naive import HARD, RULES, SHARED, broken_rules
from tests.apps.safety.random_calendars import PACKS, Question, question

CHUNKS = 20
CHUNK = 500
MUST_NOTICE_WITHIN = 1500
NEAR = timedelta(days=9)


@functools.cache
def engine(pack: str) -> RulesEngine:
    return RulesEngine(load_pack(pack))


def ask(asked: Question, with_engine: RulesEngine | None = None) -> Verdict:
    judge = with_engine or engine(asked.pack)
    return judge.evaluate(Calendar(asked.calendar), asked.proposed, asked.profile)


def refused(verdict: Verdict) -> set[tuple[str, str]]:
    """(rule, event) of what weighs more than an advice."""
    return {(f.rule_id, f.event_id) for f in verdict.findings if f.severity is not Severity.ADVISE}


def check(asked: Question) -> Verdict:
    """The engine and the naive checker agree on the proposal, and nothing that may be committed is unsafe."""
    verdict = ask(asked)
    naive = broken_rules(asked.calendar, asked.proposed, asked.profile, asked.pack)
    assert refused(verdict) == naive, f"seed {asked.seed}: they differ in {refused(verdict) ^ naive}"
    assert (verdict.decision is Decision.ALLOW) is (not naive)
    if verdict.alternative is not None:
        unsafe = broken_rules(asked.calendar, verdict.alternative, asked.profile, asked.pack)
        assert unsafe == set(), f"seed {asked.seed}: the alternative breaks {unsafe}"
    committed = asked.proposed if verdict.decision is Decision.ALLOW else verdict.alternative
    if committed:
        assert newly_unsafe(asked, committed) == set(), f"seed {asked.seed}: an older event is unsafe now"
    return verdict


def newly_unsafe(asked: Question, committed: tuple[Entry, ...]) -> set[tuple[str, str]]:
    """Hard limits that events already in the calendar break only since the commit."""
    new = {entry.id for entry in committed}
    old = [entry for entry in asked.calendar if entry.id not in new]
    near = [entry for entry in old if any(abs(entry.start - other.start) < NEAR for other in committed)]
    before = broken_rules(old, near, asked.profile, asked.pack, SHARED)
    return broken_rules([*old, *committed], near, asked.profile, asked.pack, SHARED) - before


def test_the_first_random_years_are_safe() -> None:
    for seed in range(120):
        check(question(seed))


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_ten_thousand_random_years_have_no_unsafe_commit(chunk: int) -> None:
    decisions = Counter(
        (verdict.decision, verdict.alternative is not None)
        for verdict in (check(question(seed)) for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK))
    )
    assert sum(decisions.values()) == CHUNK
    # Enough of each answer that the agreement says something.
    assert decisions[Decision.ALLOW, False] > CHUNK // 25
    assert sum(count for (_, instead), count in decisions.items() if instead) > CHUNK // 25


@pytest.mark.slow
@pytest.mark.parametrize("rule", sorted(RULES))
def test_the_checker_notices_a_rule_that_is_gone(rule: str) -> None:
    """An engine without the rule lets something through that the naive checker refuses."""
    blind = {pack: RulesEngine(replace(load_pack(pack), bands={**load_pack(pack).bands, rule: ()})) for pack in PACKS}
    for seed in range(MUST_NOTICE_WITHIN):
        asked = question(seed)
        naive = broken_rules(asked.calendar, asked.proposed, asked.profile, asked.pack)
        if rule in {found for found, _ in naive} and asked.profile.age_known:
            assert rule not in {found for found, _ in refused(ask(asked, blind[asked.pack]))}
            return
    pytest.fail(f"no random year of {MUST_NOTICE_WITHIN} breaks {rule}")


def test_the_naive_checker_knows_every_rule_that_refuses() -> None:
    pack = load_pack()
    refusing = {
        rule for rule, bands in pack.bands.items() if any(band.severity is not Severity.ADVISE for band in bands)
    }
    assert set(RULES) == refusing
    assert set(HARD) == {rule for rule, bands in pack.bands.items() if any(band.is_hard for band in bands)}
