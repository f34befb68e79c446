"""The JSON door of the calibration: what a process that must not load vision libraries sends and gets."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from tests.scenes.pitch_views import PITCH, straight_camera, visible_marks
from vision.calibration.fit import answer, choose_pitch, describe_pitch, fit
from vision.calibration.homography import PitchHomography
from vision.calibration.pitch_model import PITCH_FORMATS, PitchModel
from vision.errors import CalibrationError

SIZE = (1920, 1080)


def request(**changes: Any) -> dict[str, Any]:
    names, pixels, _ = visible_marks(straight_camera())
    points = [{"mark": name, "image": list(map(float, pixel))} for name, pixel in zip(names, pixels, strict=True)]
    return {"image_size": list(SIZE), "points": points, **changes}


def test_the_json_form_reads_back_as_the_same_calibration() -> None:
    found = fit(request())
    data = found["data"]
    assert PitchModel(**data.pop("pitch")) == PITCH_FORMATS["11v11"]
    again = PitchHomography.from_dict(json.loads(json.dumps(data)))
    grid = PITCH.grid(10.0)
    np.testing.assert_allclose(again.to_image(grid), straight_camera().project_ground(grid), atol=1e-6)
    assert found["max_error_m"] == 0.0


def test_lines_are_where_the_camera_sees_them() -> None:
    """Every drawn point, taken back to the pitch, lies on a line of the pitch, and none is far outside the picture."""
    found = fit(request())
    calibration = PitchHomography.from_dict(found["data"])  # type: ignore[arg-type]
    pixels = np.array([point for line in found["lines_px"] for point in line])
    assert len(pixels) > 300
    assert (pixels > -0.5 * np.array(SIZE)).all()
    assert (pixels < 1.5 * np.array(SIZE)).all()
    metres, _ = calibration.to_pitch(pixels)
    lines = np.vstack(list(PITCH.polylines(0.05).values()))
    away = np.linalg.norm(metres[:, None] - lines[None], axis=2).min(axis=1)
    # Half the step between the points of the lines (0.025 m), and pixels rounded to a tenth (0.05 m far away).
    assert away.max() < 0.1


def test_the_error_map_is_the_calibrations_own() -> None:
    found = fit(request())
    calibration = PitchHomography.from_dict(found["data"])  # type: ignore[arg-type]
    xs, ys, sigma = (found["error_map"][key] for key in ("x", "y", "sigma_m"))
    assert (xs[0], xs[-1], ys[0], ys[-1]) == (-52.5, 52.5, -34.0, 34.0)
    seen = [(x, y, value) for y, row in zip(ys, sigma, strict=True) for x, value in zip(xs, row, strict=True)]
    known = [(x, y, value) for x, y, value in seen if value is not None]
    expected = calibration.error_map([(x, y) for x, y, _ in known])
    np.testing.assert_allclose([value for *_, value in known], expected, atol=1e-3)


def test_a_camera_beside_the_pitch_draws_only_what_is_before_it() -> None:
    """Lines that pass behind the camera would come back mirrored; they must end."""
    camera = straight_camera()
    found = fit(request())
    for line in found["lines_px"]:
        jumps = np.linalg.norm(np.diff(np.array(line), axis=0), axis=1)
        assert jumps.max() < max(camera.image_size) / 4


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"format": "3v3"}, "no pitch format '3v3'"),
        ({"format": "11v11", "width_m": 30}, "no room"),
        ({"format": "11v11", "length_m": 30}, "no room"),
        ({"format": "11v11", "length_m": 1000}, "between 10 and 130"),
    ],
)
def test_an_impossible_pitch_is_refused(wish: dict[str, Any], said: str) -> None:
    with pytest.raises(CalibrationError, match=said):
        choose_pitch(wish)


@pytest.mark.parametrize("name", PITCH_FORMATS)
def test_every_format_fits_its_own_size(name: str) -> None:
    assert choose_pitch({"format": name}) == PITCH_FORMATS[name]
    described = describe_pitch({"format": name})
    assert {mark["key"] for mark in described["marks"]} == set(PITCH_FORMATS[name].marks())
    assert len({mark["name"] for mark in described["marks"]}) == len(described["marks"])


def test_a_refusal_names_the_mark_as_a_coach_would() -> None:
    points = request()["points"]
    points[1] = {**points[1], "image": [points[1]["image"][0] + 300, points[1]["image"][1]]}
    refused = answer(json.dumps(request(points=points)))
    assert (refused["ok"], refused["code"]) == (False, "BAD_CALIBRATION")
    assert "_" not in refused["message"].split(" is ")[0]


def test_as_a_process() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vision.calibration.fit"],
        input=json.dumps(request()),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == json.loads(json.dumps({"ok": True, **fit(request())}))


def test_a_mark_far_outside_the_picture_is_refused() -> None:
    wish = request()
    wish["points"][0] = {**wish["points"][0], "image": [5.0 * SIZE[0], 10.0]}
    with pytest.raises(CalibrationError, match=r"lies far outside the picture \(\d+x\d+ pixels\)"):
        fit(wish)


def test_a_place_far_from_the_pitch_is_refused() -> None:
    wish = request()
    wish["points"][0] = {"pitch": [400.0, 0.0], "image": wish["points"][0]["image"]}
    with pytest.raises(CalibrationError, match="outside the pitch; at most 30 m"):
        fit(wish)
