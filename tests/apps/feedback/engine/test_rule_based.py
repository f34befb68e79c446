"""The rule-based coach: whatever the evidence, every number is in it, every sentence may be said, in both languages."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.feedback.engine.brief import Brief, Fact, FactKind, Kind, NextTraining, Note
from apps.feedback.engine.grounding import check, texts_of
from apps.feedback.engine.rule_based import RuleBasedCoach
from apps.feedback.engine.rulebook import phrases_en, phrases_es
from apps.feedback.engine.safety import review
from apps.feedback.engine.schema import Draft
from tests.factories.briefs import DRILLS, KIM, LOU, a_brief, a_fact, a_trend

KEYS = {
    "max_speed_mps": (0.5, 11.0),
    "total_distance_m": (10.0, 13_000.0),
    "distance_per_min_m": (5.0, 140.0),
    "high_speed_distance_m": (0.0, 2500.0),
    "sprint_count": (0.0, 60.0),
    "movement_area_m2": (20.0, 7000.0),
    "touches": (0.0, 150.0),
    "passes_attempted": (0.0, 80.0),
    "passes_completed": (0.0, 80.0),
    "jump_height_m": (0.05, 0.7),
    "stride_length_m": (0.5, 4.5),
    "time_on_ball_s": (0.0, 400.0),
}
COUNTS = {"sprint_count", "touches", "passes_attempted", "passes_completed"}
QUESTIONS = (
    "",
    "How fast was it, and when?",
    "How often should we sprint in a week?",
    "What should the next training work on?",
    "¿Cómo mejora el primer toque?",
    "Will Kim get injured?",
    "Is Kim too fat?",
    "Who won the cup in 1986?",
)


def write(brief: Brief) -> Draft:
    return RuleBasedCoach().write(brief, tell=lambda text: None).draft


@st.composite
def measured(draw: Any, player: str) -> tuple[list[Fact], list[Any]]:
    """Facts of a player, each with some interval, some with earlier sessions."""
    facts, trends = [], []
    for key in draw(st.lists(st.sampled_from(sorted(KEYS)), unique=True, max_size=8)):
        low, high = KEYS[key]
        value = draw(st.floats(low, high))
        value = float(round(value)) if key in COUNTS else value
        half = draw(st.sampled_from([0.0, 0.01, 0.05])) * value
        grade = draw(st.sampled_from("ABCD"))
        fact = a_fact(key, value, low=value - half, high=value + half, grade=grade, player=player)
        fact = replace(fact, t_s=draw(st.none() | st.floats(0, 5000)))
        facts.append(fact)
        if draw(st.booleans()):
            before = value * draw(st.sampled_from([0.33, 0.6, 0.9, 1.0, 1.2, 1.7]))
            direction = "steady" if before == value else ("up" if before < value else "down")
            sessions = draw(st.integers(3, 12))
            trends.append(a_trend(fact, before, direction=direction, sessions=sessions))
    return facts, trends


@st.composite
def briefs(draw: Any) -> Brief:
    """Any evidence, of one player or a team."""
    of_team = draw(st.booleans())
    people = (KIM, LOU) if of_team else (KIM,)
    parts = [draw(measured(person.ref)) for person in people]
    facts = [fact for part, _ in parts for fact in part]
    trends = [trend for _, part in parts for trend in part]
    rpe = draw(st.none() | st.sampled_from([0, 0.5, 3, 6.5, 9, 10]))
    if rpe is not None:
        load = {"kind": FactKind.LOAD, "group": "load", "player": KIM.ref}
        effort = {"title": "Effort", "value": float(rpe), "unit": "of 10", "note": "A hint."}
        facts.append(Fact("load:rpe", key="rpe", **effort, **load))
        minutes = draw(st.sampled_from([17.5, 30.0, 45.0, 90.0]))
        facts.append(Fact("load:minutes", key="minutes", title="Minutes", value=minutes, unit="min", **load))
        facts.append(Fact("load:au", key="load_au", title="Load", value=rpe * minutes, unit="AU", **load))
        monotony = draw(st.floats(0.3, 4.0))
        facts.append(Fact("load:mono", key="monotony", title="Monotony", value=monotony, **load))
    return a_brief(
        kind=draw(st.sampled_from(list(Kind))),
        language=draw(st.sampled_from(["en", "es"])),
        age_band=draw(st.sampled_from(["child", "youth", "adult"])),
        session_type=draw(st.sampled_from(["training", "match", "analysis"])),
        person=None if of_team else KIM,
        people=people if of_team else (),
        facts=tuple(facts),
        trends=tuple(trends),
        notes=draw(st.sampled_from([(), (Note("note:1", "Three runs behind the line", target=True),)])),
        drills=draw(st.sampled_from([DRILLS, DRILLS[:2], ()])),
        focus=draw(st.sampled_from([(), ("passing",), ("dribbling",)])),
        question=draw(st.sampled_from(QUESTIONS)),
        next_training=draw(st.none() | st.builds(NextTraining, st.dates(date(2026, 5, 3), date(2026, 5, 12)))),
        caution=draw(st.sampled_from([(), ("Pain of 5 out of 10 was reported on 1 May 2026.",)])),
        synthetic=draw(st.booleans()),
        units=draw(st.sampled_from(["metric", "imperial"])),
        speed_unit=draw(st.sampled_from(["", "m/s", "km/h", "mph"])),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(briefs())
def test_every_number_is_in_the_evidence_and_every_sentence_may_be_said(brief: Brief) -> None:
    draft = write(brief)
    assert [str(problem) for problem in check(draft, brief).problems] == []
    reviewed = review(draft, brief)
    assert reviewed.filtered == ()
    assert reviewed.draft == draft
    assert not any("{" in text or "  " in text or " ." in text for _, text in texts_of(draft))


@pytest.mark.parametrize(
    ("units", "speed_unit", "language", "told"),
    [
        ("metric", "", "en", ("25.3 km/h", "3,010 m")),
        ("metric", "m/s", "es", ("7,0 m/s", "3.010 m")),
        ("imperial", "", "en", ("15.7 mph", "3,290 yd")),
        ("imperial", "km/h", "es", ("25,3 km/h", "3.290 yd")),
    ],
)
def test_figures_are_told_in_the_units_of_whoever_asked(
    units: str, speed_unit: str, language: Any, told: tuple[str, str]
) -> None:
    brief = a_brief(units=units, speed_unit=speed_unit, language=language)
    draft = write(brief)
    assert [one in draft.summary for one in told] == [True, True], draft.summary
    written = " ".join(text for where, text in texts_of(draft) if not where.startswith("recommendations"))
    others = {"m/s", "km/h", "mph", "m", "yd"} - {one.split()[1] for one in told}
    assert [unit for unit in others if re.search(rf"\d {unit}(?![\w/])", written)] == []
    assert [fact.unit for fact in brief.facts] == ["m/s", "m", ""], "the evidence stays as it was measured"


@pytest.mark.parametrize(("language", "told"), [("en", "12 inches"), ("es", "12 pulgadas")])
def test_a_jump_is_told_in_words_that_are_no_others(language: Any, told: str) -> None:
    jump = a_fact("jump_height_m", 0.3048, low=0.2794, high=0.3302)
    asked = {"kind": Kind.SPECIFIC, "question": "How high was the jump?", "units": "imperial", "language": language}
    draft = write(a_brief(facts=(jump,), trends=(), **asked))
    assert draft.answer is not None
    assert told in draft.answer.text
    assert check(draft, a_brief(facts=(jump,), trends=(), **asked)).supported


def test_the_same_evidence_has_the_same_words() -> None:
    assert write(a_brief()) == write(a_brief())


def test_other_sessions_have_other_words() -> None:
    openings = {write(a_brief(session_ref=f"session:{number}")).summary[:20] for number in range(12)}
    assert len(openings) >= 2


def test_both_languages_have_the_same_phrases_with_the_same_fields() -> None:
    assert set(phrases_en.PHRASES) == set(phrases_es.PHRASES)
    for slot in phrases_en.PHRASES:
        told = [{fields(one) for one in module.PHRASES[slot]} for module in (phrases_en, phrases_es)]
        assert told[0] == told[1], slot
    for table in ("NAMES", "COUNTED", "TYPES", "AREAS", "GROUPS"):
        assert set(getattr(phrases_en, table)) == set(getattr(phrases_es, table)), table


def fields(phrase: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(phrase) if name)


def test_it_says_what_to_do_on_tuesday() -> None:
    draft = write(a_brief())
    assert "Tuesday" in draft.summary and draft.recommendations[0].drill in draft.summary
    assert "martes" in write(a_brief(language="es")).summary.lower()


def test_without_a_calendar_it_speaks_of_the_next_training() -> None:
    summary = write(a_brief(next_training=None)).summary
    assert "next t" in summary.lower()


def test_what_is_not_assessed_is_named_with_its_reason() -> None:
    assert "the ball was not tracked in this film" in write(a_brief()).summary
    assert "el balón no se siguió en este vídeo" in write(a_brief(language="es")).summary


def test_length_fits_the_kind() -> None:
    lengths = [len(write(a_brief(kind=kind)).summary.split()) for kind in (Kind.QUICK, Kind.COMPREHENSIVE)]
    assert lengths[0] < 60 < lengths[1] < 160
    quick = write(a_brief(kind=Kind.QUICK))
    assert len(quick.recommendations) == 1
    strands = (quick.technical, quick.physical, quick.tactical)
    assert sum(len(one.strengths) + len(one.improvements) for one in strands) <= 2


def test_recovery_is_advised_only_while_the_legs_still_feel_it() -> None:
    soon, late = (a_brief(next_training=NextTraining(day)) for day in (date(2026, 5, 3), date(2026, 5, 6)))
    assert write(soon).recommendations[0].area == "recovery"
    assert "recovery" not in [one.area for one in write(late).recommendations]


def test_pain_holds_every_drill_back_and_says_so() -> None:
    draft = write(a_brief(caution=("Pain was reported; an adult has to decide.",)))
    assert draft.recommendations == []
    assert "Pain was reported; an adult has to decide." in draft.summary


@pytest.mark.parametrize(
    ("question", "answered", "words"),
    [
        ("How fast was Kim?", True, "25.3 km/h"),
        ("How many touches did Kim have?", False, "not assessed"),
        ("How often should Kim sprint in a week?", True, "Plan one short block of sprints a week"),
        ("What should the next training work on?", True, "On Tuesday"),
        ("Will Kim get injured?", False, "clinician"),
        ("Is Kim too fat to play?", False, "no subject"),
        ("Is Kim better than her team-mates?", False, "their own earlier sessions"),
        ("Who won the cup in 1986?", False, "does not answer that"),
    ],
)
def test_answers(question: str, answered: bool, words: str) -> None:
    answer = write(a_brief(kind=Kind.SPECIFIC, question=question)).answer
    assert answer is not None
    variants = (words, "holds no answer") if words == "does not answer that" else (words,)
    assert answer.answered is answered
    assert any(one in answer.text for one in variants), answer.text


def test_more_or_less_than_before_is_answered_by_the_change_beyond_its_interval() -> None:
    fact = a_fact("max_speed_mps", 7.0)
    for direction in ("up", "down", "steady"):
        for language, question in (("en", "Was Kim faster than before?"), ("es", "¿Fue más rápida que antes?")):
            trend = a_trend(fact, 6.0, direction=direction)
            told = a_brief(
                kind=Kind.SPECIFIC, question=question, facts=(fact,), trends=(trend,), language=language, person=KIM
            )
            draft = write(told)
            assert draft.answer is not None and draft.answer.answered, question
            assert ("6" in draft.answer.text) is (direction != "steady")


def test_children_are_reminded_once_that_it_is_play() -> None:
    draft = write(a_brief(age_band="child", age_group="U10"))
    closes = ("Keep it a game.", "Let it be fun first.")
    assert sum(any(close in one.description for close in closes) for one in draft.recommendations) <= 1


def test_a_team_of_children_is_not_ranked() -> None:
    facts = tuple(
        a_fact("total_distance_m", value, player=person.ref) for person, value in ((KIM, 2000.0), (LOU, 3000.0))
    )
    draft = write(a_brief(person=None, people=(KIM, LOU), facts=facts, trends=(), age_band="child"))
    assert "2,000 m and 3,000 m" in draft.summary
    assert "Kim" not in draft.summary and "Lou" not in draft.summary
