"""What stands in the library of drills: enough for each age group, safe for each, none twice."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import Any

import pytest

from apps.calendar.models import EventIntensity, FocusArea
from apps.calendar.services.drills import LIBRARY

ROWS: list[dict[str, Any]] = json.loads(LIBRARY.read_text(encoding="utf-8"))
DRILLS: dict[str, dict[str, Any]] = {row["pk"]: row["fields"] for row in ROWS}
AGE_GROUPS = (*range(7, 19), 99)
LONGEST_SHOWN_TITLE = 40
"""Characters that fit into one line of the app's list on a phone."""
MOST_ALIKE = 0.45
"""Share of common words of two drills; the most alike pair of the library, two rondos of other sizes, has 0.39."""
YOUNGEST_HIGH, YOUNGEST_CONDITIONING, YOUNGEST_SPRINTS, YOUNGEST_NORDIC = 8, 15, 13, 14
DOSE = re.compile(
    r"\d|\b(one|once|two|twice|three|four|five|six|seven|eight|nine|ten|twelve|twenty|half|few|each|minutes?)\b",
    re.IGNORECASE,
)
HEAD = re.compile(r"\bhead(ing|er|ers|s)?\b", re.IGNORECASE)
HEAD_IS_NO_PART = re.compile(
    r"head (up|behind|stays out)|heads up|above the head|head height|nobody heads|no head(ers)?\b|never the head"
    r"|blow to the head|knees to head|heading is not part|without (the )?head(ers)?",
    re.IGNORECASE,
)


def text_of(drill: dict[str, Any]) -> str:
    return " ".join(
        [drill["title"], drill["aim"], drill["setup"], drill["load"], *drill["steps"], *drill["progressions"],
         *drill["safety"]]
    )  # fmt: skip


def words_of(drill: dict[str, Any]) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", " ".join([drill["aim"], drill["setup"], *drill["steps"]]).lower()))


def test_there_are_enough_for_every_age_group_and_aim() -> None:
    assert len(DRILLS) == len(ROWS) >= 120
    for group in AGE_GROUPS:
        fitting = [drill for drill in DRILLS.values() if drill["youngest"] <= group <= drill["oldest"]]
        assert len(fitting) >= 40, group
        focuses = {focus for drill in fitting for focus in drill["focus"]}
        assert focuses >= set(FocusArea.values) - ({"goalkeeping"} if group == 7 else set()), group
    for focus in FocusArea.values:
        assert sum(focus in drill["focus"] for drill in DRILLS.values()) >= 8, focus


@pytest.mark.parametrize("key", DRILLS)
def test_each_can_be_run_tomorrow(key: str) -> None:
    drill = DRILLS[key]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)
    assert len(drill["title"]) <= LONGEST_SHOWN_TITLE
    assert 6 <= drill["youngest"] <= drill["oldest"] <= 99
    assert 5 <= drill["minutes"] <= 30
    assert 1 <= drill["players_min"] <= 22
    assert drill["intensity"] in EventIntensity.values
    assert len(drill["steps"]) >= 2
    assert drill["progressions"] and drill["safety"] and drill["sources"] and drill["focus"]
    assert DOSE.search(drill["load"]), "the load names no dose"


def test_titles_are_unique() -> None:
    titles = [drill["title"].lower() for drill in DRILLS.values()]
    assert len(set(titles)) == len(titles)


def test_no_two_are_nearly_the_same() -> None:
    for one, other in combinations(DRILLS, 2):
        a, b = words_of(DRILLS[one]), words_of(DRILLS[other])
        assert len(a & b) / len(a | b) < MOST_ALIKE, (one, other)


@pytest.mark.parametrize("key", DRILLS)
def test_nobody_heads_a_ball(key: str) -> None:
    drill = DRILLS[key]
    assert (drill["headers"], drill["head_contact"]) == (0, False)
    assert not HEAD.search(HEAD_IS_NO_PART.sub("", text_of(drill))), "a drill of the library asks for headers"


@pytest.mark.parametrize("key", DRILLS)
def test_hard_work_comes_at_its_age(key: str) -> None:
    drill = DRILLS[key]
    text = text_of(drill).lower()
    if drill["intensity"] == EventIntensity.HIGH:
        assert drill["youngest"] >= YOUNGEST_HIGH
        assert re.search(r"\brest\b|recover", drill["load"]), "hard work without a rest"
        if "speed" in drill["focus"]:
            assert drill["youngest"] >= YOUNGEST_SPRINTS
            assert "match" in text, "full sprints say how far from a match they lie"
    if drill["conditioning"]:
        assert drill["youngest"] >= YOUNGEST_CONDITIONING
    if "nordic" in key:
        assert drill["youngest"] >= YOUNGEST_NORDIC


@pytest.mark.parametrize("key", [key for key, drill in DRILLS.items() if any("goal" in e for e in drill["equipment"])])
def test_goals_are_fixed(key: str) -> None:
    assert any("goal" in line.lower() or "GOAL" in line for line in DRILLS[key]["safety"]), "goals that may fall"
