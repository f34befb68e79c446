"""In which units figures are told: exact factors, loads that are no speeds, and one table for all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from apps.core.units import Scale, Units, read_scale, scale_of, speed_scale
from vision.kpi.catalogue import CATALOGUE

APPS = Path(__file__).parents[3] / "apps"


@pytest.mark.parametrize(
    ("key", "unit", "told", "of_one"),
    [
        ("max_speed_mps", "m/s", "mph", 2.2369362920544),
        ("total_distance_m", "m", "yd", 1.0936132983377),
        ("jump_height_m", "m", "in", 39.370078740157),
        ("stride_length_m", "m", "ft", 3.2808398950131),
        ("movement_area_m2", "m²", "yd²", 1.1959900463011),
        ("movement_load", "m/s", "m/s", 1.0),
        ("cadence_spm", "1/min", "1/min", 1.0),
    ],
)
def test_imperial_units(key: str, unit: str, told: str, of_one: float) -> None:
    scale = scale_of(key, unit, Units.IMPERIAL)
    assert scale.unit == told
    assert scale.factor == pytest.approx(of_one, rel=1e-12)


def test_metric_figures_stay_but_for_the_speed_that_a_reader_chose() -> None:
    for key, entry in CATALOGUE.items():
        assert scale_of(key, entry.unit, Units.METRIC) == Scale(entry.unit)
    assert read_scale("max_speed_mps", "m/s", Units.METRIC, "").unit == "km/h"
    assert read_scale("max_speed_mps", "m/s", Units.IMPERIAL, "m/s") == Scale("m/s", 1.0, 1)
    assert read_scale("total_distance_m", "m", Units.METRIC, "mph") == Scale("m")
    assert speed_scale(Units.IMPERIAL, "").unit == "mph"


def test_no_other_module_knows_the_factors() -> None:
    factor = re.compile(r"0\.9144|0\.3048|0\.44704|0\.0254\b")
    known = {str(path.relative_to(APPS)) for path in APPS.rglob("*.py") if factor.search(path.read_text("utf-8"))}
    assert known == {"core/units.py"}
