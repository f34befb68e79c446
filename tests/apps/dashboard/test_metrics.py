"""Which figures there are, and in which units they are told."""

from __future__ import annotations

import pytest

from apps.core.errors import InvalidRequest
from apps.core.units import Units
from apps.dashboard.metrics import BEST_KEYS, DEFAULT_KEYS, LOAD_KEY, metric_of, metrics_of
from vision.kpi.catalogue import CATALOGUE


@pytest.mark.parametrize(
    ("key", "value", "unit", "told"),
    [
        ("max_speed_mps", 8.9408, "mph", 20.0),
        ("total_distance_m", 914.4, "yd", 1000.0),
        ("distance_per_min_m", 91.44, "yd/min", 100.0),
        ("movement_area_m2", 0.83612736, "yd²", 1.0),
        ("acceleration_density_mps2", 3.048, "ft/s²", 10.0),
        ("jump_height_m", 0.254, "in", 10.0),
        ("stride_length_m", 3.048, "ft", 10.0),
        ("sprint_count", 7.0, "", 7.0),
        ("time_zone_5_s", 7.0, "s", 7.0),
        (LOAD_KEY, 480.0, "AU", 480.0),
    ],
)
def test_imperial_units_are_exact(key: str, value: float, unit: str, told: float) -> None:
    imperial = metric_of(key, Units.IMPERIAL).scale
    assert imperial.unit == unit
    assert value * imperial.factor == pytest.approx(told, rel=1e-15)
    assert metric_of(key, Units.METRIC).scale.factor == 1.0


def test_every_figure_of_the_catalogue_can_be_asked_for() -> None:
    for key, entry in CATALOGUE.items():
        metric = metric_of(key, Units.METRIC)
        assert (metric.scale.unit, metric.group, metric.name) == (entry.unit, entry.group, entry.title)
    assert set(DEFAULT_KEYS) | BEST_KEYS <= set(CATALOGUE)


def test_what_depends_on_the_zones_of_an_age_group() -> None:
    by_zones = {key for key in CATALOGUE if metric_of(key, Units.METRIC).by_zones}
    assert {"sprint_count", "high_speed_distance_m", "time_zone_3_s", "distance_zone_5_m"} <= by_zones
    assert {"max_speed_mps", "total_distance_m", "accelerations_high"}.isdisjoint(by_zones)


def test_what_grows_with_the_film_says_so() -> None:
    assert "length of the film" in str(metric_of("total_distance_m", Units.METRIC).text()["remark"])
    for key in ("max_speed_mps", "distance_per_min_m", "mean_speed_mps", "knee_flexion_range_deg", LOAD_KEY):
        assert metric_of(key, Units.METRIC).text()["remark"] is None


def test_an_unknown_figure_is_refused_with_what_there_is() -> None:
    with pytest.raises(InvalidRequest, match="no metric 'speed'") as error:
        metric_of("speed", Units.METRIC)
    assert "max_speed_mps" in error.value.message and LOAD_KEY in error.value.message
    with pytest.raises(InvalidRequest, match="no metric 'srpe_load_au'"):
        metrics_of([LOAD_KEY], Units.METRIC)
    with pytest.raises(InvalidRequest, match="at most 12"):
        metrics_of(list(CATALOGUE)[:13], Units.METRIC)


def test_figures_asked_for_twice_come_once() -> None:
    found = metrics_of(["sprint_count", "max_speed_mps", "sprint_count"], Units.METRIC)
    assert [metric.key for metric in found] == ["sprint_count", "max_speed_mps"]
    assert [metric.key for metric in metrics_of([], Units.METRIC)] == list(DEFAULT_KEYS)
