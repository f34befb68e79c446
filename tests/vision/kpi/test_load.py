"""Daily loads: hand-computed weeks."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from vision.kpi.load import daily_loads, ewma, monotony, session_load, summarise, week_starts

WEEK = np.array([300.0, 0, 450, 0, 300, 600, 0])


def test_session_load() -> None:
    assert session_load(6, 75) == 450
    with pytest.raises(ValueError, match="0 to 10"):
        session_load(11, 60)
    with pytest.raises(ValueError, match="0 or more"):
        session_load(5, -1)


def test_days_without_entry_are_rest() -> None:
    entries = [(date(2026, 3, 2), 300.0), (date(2026, 3, 4), 200.0), (date(2026, 3, 4), 250.0), (date(2026, 2, 1), 9.0)]
    assert daily_loads(entries, date(2026, 3, 2), date(2026, 3, 5)).tolist() == [300, 0, 450, 0]
    assert len(daily_loads(entries, date(2026, 3, 5), date(2026, 3, 2))) == 0


def test_monotony_and_strain_by_hand() -> None:
    """Mean 235.71, mean square 106071, population SD 224.74: monotony 1.0488, strain 1650 × 1.0488."""
    assert monotony(WEEK) == pytest.approx(1.0488, abs=1e-4)
    found = summarise(WEEK)
    assert found["strain"] == pytest.approx(1650 * 1.0488, abs=0.2)
    assert found["flags"] == [] and found["chronic"] is None and found["week_change"] is None


def test_even_load_is_undefined_and_flagged_not_infinite() -> None:
    found = summarise(np.full(7, 400.0))
    assert found["monotony"] is None and found["monotony_undefined"] and found["strain"] is None
    assert found["flags"] == ["monotony"]
    rest = summarise(np.zeros(7))
    assert rest["monotony"] is None and not rest["monotony_undefined"] and rest["flags"] == []


def test_ewma_by_hand() -> None:
    """λ = 2/8: 300, then 0.25 · 0 + 0.75 · 300 = 225, then 0.25 · 450 + 0.75 · 225 = 281.25."""
    assert ewma(WEEK, 7)[:3].tolist() == [300.0, 225.0, 281.25]
    assert len(ewma(np.zeros(0), 7)) == 0


def test_change_is_named_only_with_four_weeks() -> None:
    more = np.concatenate([WEEK, WEEK * 1.3])
    assert summarise(more)["week_change"] == pytest.approx(0.3)
    assert "week_change" not in summarise(more)["flags"]
    month = np.concatenate([WEEK, WEEK, WEEK, WEEK * 1.3])
    found = summarise(month)
    assert found["flags"] == ["week_change"]
    assert found["uncoupled_ratio"] == pytest.approx(1.3)
    assert found["chronic"] is not None


def test_after_a_free_week_there_is_no_change_to_tell() -> None:
    assert summarise(np.concatenate([np.zeros(7), WEEK]))["week_change"] is None
    assert summarise(np.concatenate([np.zeros(21), WEEK]))["uncoupled_ratio"] is None


def test_empty() -> None:
    found = summarise(np.zeros(0))
    assert found["days"] == 0 and found["week_load"] == 0 and found["monotony"] is None and found["flags"] == []


def test_weeks_begin_on_monday() -> None:
    assert week_starts(date(2026, 3, 4), date(2026, 3, 16)) == [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)]
