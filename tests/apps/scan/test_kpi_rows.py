"""The columns that lists and trends read."""

from __future__ import annotations

from apps.scan.services.kpi_rows import kpi_columns


def entry(value: float, **marks: bool) -> dict[str, object]:
    return {"value": value, "unit": "m/s", "low": value - 1, "high": value + 1, "n": 10, "coverage": 1.0, **marks}


def test_a_measured_value_and_its_interval_get_columns() -> None:
    columns = kpi_columns({"speed": {"max_speed_mps": entry(7.0)}})
    assert (columns["max_speed_mps_low"], columns["max_speed_mps"], columns["max_speed_mps_high"]) == (6.0, 7.0, 8.0)
    assert columns["total_distance_m"] is None


def test_a_value_no_human_reaches_stays_out_of_the_columns() -> None:
    """A swapped track once showed 9.9 m/s in the list of sessions, without the mark it has on its own page."""
    columns = kpi_columns({"speed": {"max_speed_mps": entry(25.3, implausible=True)}})
    assert set(columns.values()) == {None}
