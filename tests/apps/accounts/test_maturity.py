"""Growth and maturity: published cases, units, and every reason for saying nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.maturity import (
    MIRWALD,
    Body,
    GrowthParams,
    Maturity,
    NotAssessed,
    Velocity,
    growth_of,
    mirwald_offset,
)

DAY = date(2026, 3, 1)
COMPLETE = Body(day=DAY, height_cm=165, sitting_height_cm=86, weight_kg=54)


def born(age_years: float) -> date:
    return DAY - timedelta(days=round(age_years * 365.25))


def test_the_case_of_the_design_page() -> None:
    """A boy of 14 with 165/86 cm and 54 kg is +0.20 years; without the factor 100 he would be −0.54."""
    assert mirwald_offset(MIRWALD["male"], COMPLETE, 14.0) == pytest.approx(0.2027, abs=5e-5)


def test_a_girl_by_hand() -> None:
    """Term by term: LL·SH 6794, age·LL 1027, age·SH 1118, age·W 702, W/H·100 32.727."""
    by_hand = -9.376 + 1.2786308 + 2.2594 + 6.530238 - 1.865916 + 2.5177091
    assert mirwald_offset(MIRWALD["female"], COMPLETE, 13.0) == pytest.approx(by_hand, abs=1e-6)


def test_it_comes_with_its_interval_and_stage() -> None:
    found = growth_of([COMPLETE], born=born(14), sex="male").maturity
    assert isinstance(found, Maturity)
    assert (found.stage, found.measured_on) == ("around", DAY)
    assert (found.high_years - found.low_years) / 2 == pytest.approx(1.645 * 0.59)
    assert "Mirwald" in found.reference


@pytest.mark.parametrize(
    ("height", "sitting", "weight", "age", "stage"),
    [(135.0, 71.0, 30.0, 10.0, "before"), (182.0, 96.0, 74.0, 15.9, "after")],
)
def test_a_stage_is_named_where_the_whole_interval_is_in_it(
    height: float, sitting: float, weight: float, age: float, stage: str
) -> None:
    body = Body(day=DAY, height_cm=height, sitting_height_cm=sitting, weight_kg=weight)
    found = growth_of([body], born=born(age), sex="male").maturity
    assert isinstance(found, Maturity)
    assert found.stage == stage
    assert found.low_years * found.high_years > 0


@pytest.mark.parametrize(
    ("body", "birth", "sex", "words"),
    [
        (COMPLETE, born(14), "", "sex"),
        (COMPLETE, None, "male", "date of birth"),
        (Body(day=DAY, height_cm=165, weight_kg=54), born(14), "male", "sitting height"),
        (Body(day=DAY, height_cm=165, sitting_height_cm=86), born(14), "male", "weight"),
        (COMPLETE, born(17.5), "male", "ages 8 to 16; at 17.5"),
        (COMPLETE, born(6), "female", "ages 8 to 16; at 6.0"),
        (Body(day=DAY, height_cm=100, sitting_height_cm=55, weight_kg=15), born(9), "male", "outside those"),
    ],
)
def test_what_is_missing_is_named(body: Body, birth: date | None, sex: str, words: str) -> None:
    found = growth_of([body], born=birth, sex=sex).maturity
    assert isinstance(found, NotAssessed)
    assert words in found.reason


def test_the_formula_alone_wants_everything() -> None:
    with pytest.raises(ValueError, match="needs height"):
        mirwald_offset(MIRWALD["male"], Body(day=DAY, height_cm=165), 14.0)


def at(days_ago: int, height: float, sitting: float | None = None) -> Body:
    return Body(day=DAY - timedelta(days=days_ago), height_cm=height, sitting_height_cm=sitting)


def test_growth_is_per_year_with_the_reading_error() -> None:
    found = growth_of([at(0, 165, 86), at(183, 161, 84)], born=None, sex="")
    assert isinstance(found.height, Velocity)
    assert isinstance(found.leg, Velocity)
    years = 183 / 365.25
    assert found.height.value == pytest.approx(4 / years)
    assert found.height.high - found.height.value == pytest.approx(1 / years)
    assert found.leg.value == pytest.approx(2 / years)
    assert found.leg.high - found.leg.value == pytest.approx(2 / years)
    assert (found.height.since, found.height.until) == (DAY - timedelta(days=183), DAY)


def test_the_reading_nearest_to_a_year_before_counts() -> None:
    rows = [at(0, 165), at(200, 163), at(360, 160), at(500, 158), at(20, 164.8)]
    found = growth_of(rows, born=None, sex="").height
    assert isinstance(found, Velocity)
    assert found.since == DAY - timedelta(days=360)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "Nobody entered height"),
        ([at(0, 165)], "from 5 to 18 months before"),
        ([at(0, 165), at(149, 163)], "from 5 to 18 months"),
        ([at(0, 165), at(551, 155)], "from 5 to 18 months"),
    ],
)
def test_without_two_readings_far_enough_apart_there_is_no_speed(rows: list[Body], words: str) -> None:
    found = growth_of(rows, born=None, sex="").height
    assert isinstance(found, NotAssessed)
    assert words in found.reason


heights = st.floats(60, 250)


@given(st.lists(st.tuples(st.integers(0, 3000), heights, st.floats(30, 150), st.floats(10, 200)), max_size=8))
def test_whatever_was_entered_figures_are_finite_and_inside_their_interval(rows: list[Any]) -> None:
    bodies = [
        Body(day=DAY - timedelta(days=days), height_cm=height, sitting_height_cm=sitting, weight_kg=weight)
        for days, height, sitting, weight in rows
    ]
    found = growth_of(bodies, born=born(12), sex="female")
    for speed in (found.height, found.leg):
        assert isinstance(speed, NotAssessed) or speed.low < speed.value < speed.high
    if isinstance(found.maturity, Maturity):
        assert abs(found.maturity.offset_years) <= GrowthParams().farthest_offset_years
        assert found.maturity.low_years < found.maturity.offset_years < found.maturity.high_years
