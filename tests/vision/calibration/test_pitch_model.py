"""The pitch as data."""

from __future__ import annotations

import numpy as np
import pytest

from vision.calibration.pitch_model import PITCH_FORMATS, PitchModel
from vision.errors import CalibrationError


def test_marks_of_the_laws() -> None:
    marks = PitchModel().marks()
    assert marks["centre_spot"] == (0.0, 0.0)
    assert marks["a_corner_left"] == (-52.5, 34.0)
    assert marks["b_corner_right"] == (52.5, -34.0)
    assert marks["a_penalty_mark"] == (-41.5, 0.0)
    assert marks["b_penalty_area_front_left"] == pytest.approx((36.0, 20.16))
    assert marks["a_goal_area_goal_line_right"] == pytest.approx((-52.5, -9.16))
    assert marks["b_goalpost_left"] == pytest.approx((52.5, 3.66))
    # Where the penalty arc meets the area: √(9.15² − 5.5²) from the middle.
    assert marks["a_arc_left"] == pytest.approx((-36.0, 7.3125), abs=1e-3)


def test_marks_mirror_in_both_axes() -> None:
    marks = PitchModel(length_m=97.0, width_m=61.0).marks()
    for name, (x, y) in marks.items():
        if name.endswith("_left") and not name.startswith(("halfway", "circle")):
            assert marks[name.replace("_left", "_right")] == (x, -y)
        if name.startswith("a_"):
            assert marks["b_" + name[2:]] == (-x, y)


@pytest.mark.parametrize("name", list(PITCH_FORMATS))
def test_every_mark_and_line_lies_on_the_pitch(name: str) -> None:
    pitch = PITCH_FORMATS[name]
    half = np.array([pitch.length_m, pitch.width_m]) / 2 + 1e-9
    everything = np.vstack([np.array(list(pitch.marks().values())), *pitch.polylines().values(), pitch.grid()])
    assert (np.abs(everything) <= half).all()
    for line in pitch.polylines(0.5).values():
        assert np.linalg.norm(np.diff(line, axis=0), axis=1).max() <= 0.5 + 1e-9


def test_small_sided_sizes_in_yards() -> None:
    assert (PITCH_FORMATS["7v7"].length_m, PITCH_FORMATS["7v7"].width_m) == pytest.approx((54.864, 36.576))
    assert "circle_a" not in PITCH_FORMATS["5v5"].marks(), "a marking that clubs choose must not be offered"
    assert "a_penalty_mark" not in PITCH_FORMATS["5v5"].marks()
    assert PITCH_FORMATS["9v9"].marks()["a_penalty_mark"][0] == pytest.approx(-36.576 + 8.2296)


def test_impossible_size_is_refused() -> None:
    with pytest.raises(CalibrationError, match="pitch length is 1050 m"):
        PitchModel(length_m=1050.0)
    with pytest.raises(CalibrationError, match=r"pitch width is 6\.8 m"):
        PitchModel(width_m=6.8)
    with pytest.raises(CalibrationError):
        PitchModel(length_m=float("nan"))


def test_survives_json() -> None:
    pitch = PitchModel(length_m=100.0, name="ours")
    assert PitchModel(**pitch.to_dict()) == pitch  # type: ignore[arg-type]
