"""How fast a player grows and how far from the growth spurt: formulas only, no database.

Every figure is an interval. What cannot be computed is "not assessed" with the reason, never a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

DAYS_PER_YEAR = 365.25
MIRWALD_SOURCE = "Mirwald et al. 2002, Med Sci Sports Exerc 34(4):689-694"
Z_90 = 1.645
"""Half-width of a 90 % interval of a normal distribution, in standard errors."""


@dataclass(frozen=True, slots=True)
class MirwaldFit:
    """The regression of one sex: years from peak height velocity from cm, kg and years.

    Attributes:
        intercept: years.
        leg_sitting: per cm · cm of leg length and sitting height.
        age_leg: per year · cm.
        age_sitting: per year · cm.
        age_weight: per year · kg.
        weight_height: per 100 · kg / cm (sources disagree on the 100; with it the published cases come out right).
        standard_error: of the estimate, years.
    """

    intercept: float
    leg_sitting: float
    age_leg: float
    age_sitting: float
    age_weight: float
    weight_height: float
    standard_error: float


MIRWALD = {
    "male": MirwaldFit(-9.236, 0.0002708, -0.001663, 0.007216, 0.0, 0.02292, 0.59),
    "female": MirwaldFit(-9.376, 0.0001882, 0.0022, 0.005841, -0.002658, 0.07693, 0.57),
}


@dataclass(frozen=True, slots=True)
class GrowthParams:
    """What growth is judged by.

    Attributes:
        reading_error_cm: of one height at a club with a wall ruler; ours, on the safe side. A height lies within it.
        shortest_days: between two heights that give a speed; over less, the reading error is larger than the growth.
        longest_days: over more, the speed of today is hidden in the mean.
        youngest_years, oldest_years: ages for which Mirwald's regression was made.
        farthest_offset_years: the regression was made from children within four years of the spurt.
    """

    reading_error_cm: float = 0.5
    shortest_days: int = 150
    longest_days: int = 550
    youngest_years: float = 8.0
    oldest_years: float = 16.0
    farthest_offset_years: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What was measured on a day [cm, kg]."""

    day: date
    height_cm: float | None = None
    sitting_height_cm: float | None = None
    weight_kg: float | None = None

    @property
    def leg_cm(self) -> float | None:
        """Height without sitting height."""
        if self.height_cm is None or self.sitting_height_cm is None:
            return None
        return self.height_cm - self.sitting_height_cm


@dataclass(frozen=True, slots=True)
class Velocity:
    """Growth per year between two days, with the interval that the reading error leaves [cm/year]."""

    value: float
    low: float
    high: float
    since: date
    until: date


Stage = Literal["before", "around", "after"]


@dataclass(frozen=True, slots=True)
class Maturity:
    """Years from peak height velocity (negative: before it) with a 90 % interval, and the stage it allows.

    A stage is "before" or "after" only where the whole interval is; early and late maturers are off by more.
    """

    offset_years: float
    low_years: float
    high_years: float
    stage: Stage
    measured_on: date
    reference: str = MIRWALD_SOURCE


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """Why there is no figure."""

    reason: str


@dataclass(frozen=True, slots=True)
class Growth:
    """Everything that follows from a player's measurements."""

    height: Velocity | NotAssessed
    leg: Velocity | NotAssessed
    maturity: Maturity | NotAssessed


def growth_of(bodies: Sequence[Body], *, born: date | None, sex: str, params: GrowthParams | None = None) -> Growth:
    """Return growth speeds and maturity from measurements in any order.

    Args:
        bodies: one for a day.
        born: date of birth, `None` = unknown.
        sex: "male", "female" or "" = unknown.
    """
    rules = params or GrowthParams()
    rows = sorted(bodies, key=lambda body: body.day)
    heights = [(body.day, body.height_cm) for body in rows if body.height_cm is not None]
    legs = [(body.day, leg) for body in rows if (leg := body.leg_cm) is not None]
    return Growth(
        height=velocity(heights, "height", rules.reading_error_cm, rules),
        # Two readings make a leg length.
        leg=velocity(legs, "height and sitting height", 2 * rules.reading_error_cm, rules),
        maturity=maturity(rows, born=born, sex=sex, params=rules),
    )


def velocity(
    readings: Sequence[tuple[date, float]], what: str, error_cm: float, params: GrowthParams
) -> Velocity | NotAssessed:
    """Return the growth per year up to the newest reading, from the reading that lies nearest to a year before.

    Args:
        readings: day and centimetres, oldest first.
        what: was read, for the reason.
        error_cm: largest error of one reading.
    """
    if not readings:
        return NotAssessed(f"Nobody entered {what}.")
    until, newest = readings[-1]
    earlier = [
        (abs((until - day).days - DAYS_PER_YEAR), day, length)
        for day, length in readings
        if params.shortest_days <= (until - day).days <= params.longest_days
    ]
    if not earlier:
        months = round(params.shortest_days / DAYS_PER_YEAR * 12), round(params.longest_days / DAYS_PER_YEAR * 12)
        return NotAssessed(f"Needs {what} from {months[0]} to {months[1]} months before the newest.")
    _, since, length = min(earlier)
    years = (until - since).days / DAYS_PER_YEAR
    value, band = (newest - length) / years, 2 * error_cm / years
    return Velocity(value, value - band, value + band, since, until)


def maturity(rows: Sequence[Body], *, born: date | None, sex: str, params: GrowthParams) -> Maturity | NotAssessed:
    """Return the maturity offset at the newest complete measurement, after Mirwald."""
    fit = MIRWALD.get(sex)
    if fit is None:
        return NotAssessed("Nobody entered the sex; the formula differs by it.")
    if born is None:
        return NotAssessed("Nobody entered the date of birth.")
    complete = [body for body in rows if body.leg_cm is not None and body.weight_kg is not None]
    if not complete:
        return NotAssessed("Needs height, sitting height and weight of one day.")
    body = complete[-1]
    age = (body.day - born).days / DAYS_PER_YEAR
    if not params.youngest_years <= age <= params.oldest_years:
        ages = f"{params.youngest_years:g} to {params.oldest_years:g}"
        return NotAssessed(f"The formula was made for ages {ages}; at {age:.1f} it says nothing.")
    offset = mirwald_offset(fit, body, age)
    if abs(offset) > params.farthest_offset_years:
        return NotAssessed("The measurements lie outside those that the formula was made from; check them.")
    band = Z_90 * fit.standard_error
    return Maturity(offset, offset - band, offset + band, _stage(offset - band, offset + band), body.day)


def mirwald_offset(fit: MirwaldFit, body: Body, age_years: float) -> float:
    """Return years from peak height velocity.

    Raises:
        ValueError: height, sitting height or weight is missing.

    Source: Mirwald et al. 2002, equations 3 and 4.
    """
    height, sitting, leg, weight = body.height_cm, body.sitting_height_cm, body.leg_cm, body.weight_kg
    if height is None or sitting is None or leg is None or weight is None:
        raise ValueError("the maturity offset needs height, sitting height and weight")
    return (
        fit.intercept
        + fit.leg_sitting * leg * sitting
        + fit.age_leg * age_years * leg
        + fit.age_sitting * age_years * sitting
        + fit.age_weight * age_years * weight
        + fit.weight_height * 100 * weight / height
    )


def _stage(low: float, high: float) -> Stage:
    if high < 0:
        return "before"
    return "after" if low > 0 else "around"
