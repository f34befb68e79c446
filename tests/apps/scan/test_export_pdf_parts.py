"""What printed reports are made of: amounts, curves and words."""

from __future__ import annotations

from typing import Any

import pytest

from apps.scan.exports.report.amounts import amount, number
from apps.scan.exports.report.drawings import Curve
from apps.scan.exports.report.words import WORDS
from tests.apps.scan.conftest import kpi
from vision.kpi.catalogue import CATALOGUE
from vision.kpi.catalogue_es import SPANISH

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "entry", "units", "language", "told"),
    [
        ("max_speed_mps", kpi(7.0, 6.8, 7.2, "m/s"), "metric", "en", ("25.2", "km/h", "24.5", "25.9")),
        ("movement_load", kpi(7.0, 6.0, 8.0, "m/s"), "imperial", "en", ("7", "m/s", "6", "8")),
        ("total_distance_m", kpi(612.4, 590.0, 634.0, "m"), "metric", "en", ("612", "m", "590", "634")),
        ("total_distance_m", kpi(1000.0, 900.0, 1100.0, "m"), "metric", "es", ("1,0", "km", "0,9", "1,1")),
        ("jump_height_m", kpi(0.312, 0.28, 0.34, "m"), "metric", "en", ("0.31", "m", "0.28", "0.34")),
        ("jump_height_m", kpi(0.254, 0.2286, 0.2794, "m"), "imperial", "en", ("10", "in", "9", "11")),
        ("total_distance_m", kpi(3218.688, 3000.0, 3400.0, "m"), "imperial", "en", ("2.0", "mi", "1.9", "2.1")),
        ("total_distance_m", kpi(914.4, 905.256, 923.544, "m"), "imperial", "en", ("1,000", "yd", "990", "1,010")),
        ("", kpi(0.21, 0.0, 0.21, "m"), "imperial", "en", ("8", "in", "0", "8")),
        ("time_zone_1_s", kpi(59.96, 59.0, 61.0, "s"), "metric", "en", ("60", "s", "59", "61")),
        ("time_zone_1_s", kpi(125.4, 119.6, 130.0, "s"), "metric", "en", ("2:05", "min", "2:00", "2:10")),
        ("one_touch_share", kpi(0.25, 0.1, 0.4, "share"), "metric", "en", ("25", "%", "10", "40")),
        ("sprint_count", kpi(0, 0, 0, ""), "metric", "en", ("0", "", "0", "0")),
        (
            "movement_area_m2",
            kpi(1234.5, 1200.0, 1270.0, "m²"),
            "metric",
            "es",
            ("1\xa0234", "m²", "1\xa0200", "1\xa0270"),
        ),
    ],
)
def test_amounts(key: str, entry: dict[str, Any], units: str, language: str, told: tuple[str, ...]) -> None:
    found = amount(key, entry, units=units, language=language)
    assert (found.value, found.unit, found.low, found.high) == told


@pytest.mark.parametrize(
    ("units", "speed_unit", "told"),
    [
        ("metric", "", ("25.2", "km/h")),
        ("imperial", "", ("15.7", "mph")),
        ("imperial", "km/h", ("25.2", "km/h")),
        ("metric", "m/s", ("7.0", "m/s")),
    ],
)
def test_speeds_in_the_unit_that_was_chosen(units: str, speed_unit: str, told: tuple[str, str]) -> None:
    found = amount("max_speed_mps", kpi(7.0, 6.8, 7.2, "m/s"), units=units, language="en", speed_unit=speed_unit)
    assert (found.value, found.unit) == told


def test_numbers_are_never_minus_zero() -> None:
    assert [number(-0.001, 1, "en"), number(-0.04, 1, "es"), number(-0.06, 1, "es")] == ["0.0", "0,0", "-0,1"]


def test_a_long_curve_keeps_its_peaks_and_gaps() -> None:
    speeds: list[float | None] = [1.0] * 27_000
    speeds[12_345] = 8.0
    speeds[20_000:21_000] = [None] * 1000
    series = {"t_s": [n / 5 for n in range(27_000)], "speed_mps": speeds}
    curve = Curve.of(series, 3.6, [(100.0, 200.0)])
    assert curve is not None
    assert len(curve.points) == 360
    assert curve.step_s == pytest.approx(15.0)
    assert max(value for _, value in curve.points if value is not None) == pytest.approx(28.8)
    gaps = [t_s for t_s, value in curve.points if value is None]
    assert any(4000 <= t_s <= 4200 for t_s in gaps)
    assert any(100 <= t_s <= 200 for t_s in gaps), "what cannot be is left out"
    assert Curve.of({"t_s": [0.0, 1.0], "speed_mps": [None, 2.0]}, 1.0, []) is None


def test_both_languages_say_the_same() -> None:
    assert set(WORDS["en"]) == set(WORDS["es"])
    for key, english in WORDS["en"].items():
        assert english.count("{") == WORDS["es"][key].count("{"), key
    assert set(SPANISH) == set(CATALOGUE)
