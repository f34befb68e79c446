"""What may not be said, by age; ordinary football passes."""

from __future__ import annotations

import pytest

from apps.feedback.engine.safety import allows, review
from apps.feedback.engine.schema import Draft, Recommended, Strand
from tests.factories.briefs import DRILLS, a_brief

NEVER = (
    "Kim has a hamstring strain.",
    "There is a high injury risk.",
    "Take ibuprofen before the match.",
    "Push through the pain.",
    "Kim is lazy.",
    "Kim is fat.",
    "You must lose weight.",
    "Text me on WhatsApp tonight.",
    "See https://example.org for more.",
    "As an AI language model I cannot say.",
    "Tiene una lesión en la rodilla.",
    "Es un vago.",
    "Está gorda.",
    "Quedamos a solas después.",
)
NOT_TO_CHILDREN = (
    "Kim is the slowest in the team.",
    "Faster than her team-mates.",
    "Give everything until exhaustion: all-out sprints.",
    "Kim is too small for this position.",
    "Es más rápida que sus compañeras.",
)
FINE = (
    "Weight of the pass: firm and on the ground.",
    "Kim covered 3,012 m.",
    "Shift your weight onto the front foot.",
    "Keep the ball moving, look up, have fun.",
    "El peso del pase fue bueno.",
    "If there is pain, stop and ask a clinician.",
)


@pytest.mark.parametrize("band", ["child", "youth", "adult"])
@pytest.mark.parametrize("text", NEVER)
def test_never(text: str, band: str) -> None:
    assert not allows(text, band)  # type: ignore[arg-type]  # the three bands


@pytest.mark.parametrize("text", NOT_TO_CHILDREN)
def test_not_to_children(text: str) -> None:
    assert not allows(text, "child")


@pytest.mark.parametrize("text", FINE)
def test_football_is_fine(text: str) -> None:
    assert allows(text, "child")


def test_a_sentence_goes_the_rest_stays_and_it_is_told() -> None:
    draft = Draft(
        summary="Kim covered 3,012 m. Kim is lazy.",
        physical=Strand(strengths=["Kim is fat.", "Six sprints."]),
    )
    found = review(draft, a_brief())
    assert found.draft is not None
    assert (found.draft.summary, found.draft.physical.strengths) == ("Kim covered 3,012 m.", ["Six sprints."])
    assert {one.rule for one in found.filtered} == {"kind", "no_body_shaming"}


def test_a_summary_of_which_nothing_is_left_is_no_text() -> None:
    assert review(Draft(summary="Kim is lazy."), a_brief()).draft is None


def test_recommendations_fall_while_the_rules_hold_them_back() -> None:
    drill = DRILLS[0]
    advice = Recommended(
        area="first_touch",
        drill=drill.title,
        drill_key=drill.key,
        description="Because.",
        duration_min=10,
        frequency="once a week",
    )
    draft = Draft(summary="Good.", recommendations=[advice])
    assert review(draft, a_brief()).draft == draft
    held = review(draft, a_brief(caution=("Pain was reported.",))).draft
    assert held is not None and held.recommendations == []
