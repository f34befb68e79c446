"""What the evidence does not hold is found: numbers, mixed-up figures, dates, quotes, changes, drills."""

from __future__ import annotations

import pytest

from apps.feedback.engine.grounding import check, check_text
from apps.feedback.engine.schema import Cited, Draft, Recommended, Strand
from tests.factories.briefs import KIM, LOU, a_brief, a_fact, a_trend

BRIEF = a_brief()


@pytest.mark.parametrize(
    "text",
    [
        "Kim covered 3,012 m.",
        "Kim covered about 3,000 m.",
        "Kim covered 3.0 km.",
        "The top speed was 7.0 m/s, which is 25.3 km/h.",
        "Top speed between 6.9 and 7.2 m/s.",
        "There were six sprints.",
        "Total distance rose to 3,012 m, up from 2,480 m in 5 sessions.",
        "On Tuesday, 5 May, try it for 10 min.",
        "Seen for 90 % of the session.",
        "The library says “Four to six fast runs of 20 to 40 m are enough.”",
        "Play 3v3 and one-touch football: two things to try.",
    ],
)
def test_what_the_evidence_holds_may_be_said(text: str) -> None:
    assert check_text(text, BRIEF).problems == ()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Kim covered 3,112 m.", "3,112 m"),
        ("Kim covered 3.4 km.", "3.4 km"),
        ("The top speed was 7.3 m/s.", "7.3 m/s"),
        ("The top speed was 7 km/h.", "7 km/h"),
        ("The top speed was 27 km/h.", "27 km/h"),
        ("There were seven sprints.", "seven"),
        ("About half of the distance was fast.", "half of"),
        ("Try it for 15 minutes.", "15 minutes"),
        ("Twice a week is right.", "Twice"),
        ("Train on Friday.", "Friday"),
        ("The session of 3 May was good.", "3 May"),
        ("Watch it at 1:23.", "1:23"),
        ("For a U12 this is a lot.", "U12"),
        ("The library says “sprint every single day of the week”.", "sprint every single day of the week"),
        ("The top speed improved clearly.", "improved"),
        ("Total distance dropped.", "dropped"),
    ],
)
def test_what_it_does_not_hold_is_found(text: str, written: str) -> None:
    assert [problem.written for problem in check_text(text, BRIEF).problems] == [written]


def test_a_number_beside_the_wrong_name_of_a_figure_is_found() -> None:
    brief = a_brief(facts=(*BRIEF.facts, a_fact("mean_speed_mps", 1.6)))
    assert check_text("The average speed was 1.6 m/s.", brief).supported
    assert not check_text("The top speed was 1.6 m/s.", brief).supported
    assert not check_text("There were 6 high-intensity runs.", brief).supported


def test_another_players_figure_is_found() -> None:
    facts = (a_fact("sprint_count", 6.0), a_fact("sprint_count", 9.0, player=LOU.ref))
    brief = a_brief(person=None, people=(KIM, LOU), facts=facts, trends=())
    assert check_text("Kim had 6 sprints. Lou had 9 sprints.", brief).supported
    wrong = check_text("Kim had 9 sprints.", brief).problems
    assert [problem.why for problem in wrong] == ["is another player's value"]


def test_a_steady_trend_allows_no_claim_of_change() -> None:
    fact = a_fact("max_speed_mps", 7.02)
    steady = a_brief(facts=(fact,), trends=(a_trend(fact, 7.0, direction="steady"),))
    up = a_brief(facts=(fact,), trends=(a_trend(fact, 6.5),))
    assert not check_text("The top speed increased.", steady).supported
    assert check_text("The top speed increased.", up).supported
    assert not check_text("The top speed decreased.", up).supported
    assert check_text("To improve the top speed, rest well.", steady).supported


def test_a_rounded_form_must_not_say_another_thing() -> None:
    brief = a_brief(facts=(a_fact("max_speed_mps", 5.4),), trends=())
    assert check_text("top speed 5.4 m/s", brief).supported
    assert not check_text("top speed 5 m/s", brief).supported


def test_only_drills_and_evidence_of_the_brief() -> None:
    drill = BRIEF.drills[0]
    advice = Recommended(
        area="first_touch",
        drill=drill.title,
        drill_key=drill.key,
        description="Because.",
        duration_min=10,
        frequency="once a week",
    )
    good = Draft(summary="Good.", recommendations=[advice])
    assert check(good, BRIEF).supported
    for change in ({"drill_key": "invented"}, {"duration_min": 12}, {"drill": "Another title"}):
        bad = Draft(summary="Good.", recommendations=[advice.model_copy(update=change)])
        assert not check(bad, BRIEF).supported
    cited = Draft(summary="Good.", evidence=[Cited(kind="kpi", ref="kpi:9", quote_or_value="x", relevance="x")])
    assert [problem.written for problem in check(cited, BRIEF).problems] == ["kpi:9"]


def test_every_part_of_a_draft_is_read() -> None:
    wrong = "It was 99 m."
    draft = Draft(
        summary=wrong,
        technical=Strand(strengths=[wrong], improvements=[wrong]),
        physical=Strand(strengths=[wrong]),
        tactical=Strand(improvements=[wrong]),
    )
    assert len(check(draft, BRIEF).problems) == 5
