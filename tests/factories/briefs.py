"""Briefs, without a database."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.feedback.engine.brief import (
    Brief,
    DrillOption,
    Fact,
    FactKind,
    Kind,
    Missing,
    NextTraining,
    Passage,
    Person,
    Trend,
)
from vision.kpi.catalogue import CATALOGUE

DAY = date(2026, 5, 2)
KIM = Person("player:1", "Kim", 14, "midfielder")
LOU = Person("player:2", "Lou", 13, "defender")
ARTICLE = Passage(
    "article:sprint-exposure",
    "knowledge",
    "Sprinting in the week",
    "Plan one short block of sprints a week, after the warm-up. Four to six fast runs of 20 to 40 m are enough.",
)


def a_fact(key: str, value: float, **fields: Any) -> Fact:
    """A measured KPI of Kim, grade B, with an interval of 2 % to both sides."""
    definition = CATALOGUE[key]
    values: dict[str, Any] = {
        "ref": f"kpi:{fields.get('player', KIM.ref)}:{key}",
        "kind": FactKind.KPI,
        "group": definition.group,
        "title": definition.title,
        "unit": definition.unit,
        "low": value * 0.98,
        "high": value * 1.02,
        "grade": "B",
        "coverage": 0.9,
        "player": KIM.ref,
    }
    return Fact(key=key, value=value, **{**values, **fields})


def a_trend(fact: Fact, before: float, **fields: Any) -> Trend:
    """The fact beside five earlier sessions, spoken of where they differ."""
    direction = "up" if fact.value > before else "down"
    values: dict[str, Any] = {"sessions": 5, "since": date(2026, 4, 1), "direction": direction, "player": fact.player}
    return Trend(
        ref=f"trend:{fact.ref}",
        now=fact.ref,
        key=fact.key,
        before=before,
        change=fact.value - before,
        unit=fact.unit,
        **{**values, **fields},
    )


def a_drill(key: str, *areas: str, **fields: Any) -> DrillOption:
    """A drill of ten minutes."""
    values: dict[str, Any] = {
        "title": f"The {key} drill",
        "aim": "Take the ball out of your feet.",
        "minutes": 10,
        "setup": "A wall 5 m away.",
        "steps": ("Pass against the wall.", "Take it past the cone."),
    }
    return DrillOption(key=key, areas=areas, **{**values, **fields})


DRILLS = tuple(
    a_drill(area, area)
    for area in ("first_touch", "passing", "speed", "recovery", "small_sided", "coordination", "endurance")
)


def a_brief(**fields: Any) -> Brief:
    """Kim's training: fast, far, no ball."""
    facts = (
        a_fact("max_speed_mps", 7.02),
        a_fact("total_distance_m", 3012.0),
        a_fact("sprint_count", 6.0, low=6.0, high=6.0),
    )
    values: dict[str, Any] = {
        "kind": Kind.COMPREHENSIVE,
        "language": "en",
        "team": "U15",
        "age_group": "U15",
        "age_band": "youth",
        "session_ref": "session:1",
        "session_type": "training",
        "title": "Training",
        "day": DAY,
        "person": KIM,
        "facts": facts,
        "trends": (a_trend(facts[1], 2480.0),),
        "missing": (
            Missing("touches", "technical", "Touches", "Not measured: the ball was not tracked in this film."),
        ),
        "passages": (ARTICLE,),
        "drills": DRILLS,
        "next_training": NextTraining(date(2026, 5, 5), 60),
        "retrieval": "keyword",
    }
    return Brief(**{**values, **fields})
