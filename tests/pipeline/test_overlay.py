"""The film with drawings: the map is that of the marked pitch, and trails show the way of people, not of the camera."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import overlay
from tests.factories.films import calibration, film, scan
from vision.calibration.pitch_model import PITCH_FORMATS
from vision.events.find import CoverageParams
from vision.render.faces import hide

FRAMES = 30


def walk(frame: int) -> list[tuple[float, float]]:
    """Two people; one walks."""
    return [(-6.0 + 0.05 * frame, 3.0), (5.0, -4.0)]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """Corners of the maps, trails and balls that were drawn."""
    found: dict[str, list[Any]] = {"maps": [], "trails": [], "balls": []}

    class Inset(overlay.PitchInset):
        def __init__(self, lines: Any, picture: tuple[int, int]) -> None:
            kept = list(lines)
            found["maps"].append(np.concatenate(kept).max(axis=0))
            super().__init__(kept, picture)

    monkeypatch.setattr(overlay, "PitchInset", Inset)
    monkeypatch.setattr(overlay, "draw_trail", lambda image, points, colour: found["trails"].append(points))
    monkeypatch.setattr(overlay, "draw_ball", lambda image, xy, *, interpolated: found["balls"].append(xy))
    return found


def test_the_map_is_that_of_the_marked_pitch(tmp_path: Path, drawn: dict[str, list[Any]]) -> None:
    sevens = PITCH_FORMATS["7v7"]
    marked = {**calibration(), "pitch": sevens.to_dict()}
    scan(tmp_path, walk, FRAMES, preset="fast", calibration=marked, overlay=True)
    np.testing.assert_allclose(drawn["maps"], [[sevens.length_m / 2, sevens.width_m / 2]])
    assert drawn["trails"]


def test_marks_of_no_known_pitch_give_no_map(tmp_path: Path, drawn: dict[str, list[Any]]) -> None:
    scan(tmp_path, walk, FRAMES, preset="fast", calibration=calibration(), overlay=True)
    assert drawn["maps"] == []


@pytest.mark.parametrize(("least", "drawn_in"), [(0.4, FRAMES), (0.99, 0)])
def test_a_ball_is_drawn_where_it_is_sure_enough_to_be_told_of(
    tmp_path: Path, drawn: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch, least: float, drawn_in: int
) -> None:
    monkeypatch.setattr(overlay, "CoverageParams", lambda: CoverageParams(min_ball_score=least))
    scan(tmp_path, walk, FRAMES, preset="fast", overlay=True, ball=True)
    assert len(drawn["balls"]) == drawn_in


def test_a_camera_that_moves_draws_no_trails(tmp_path: Path, drawn: dict[str, list[Any]]) -> None:
    film(tmp_path / "film.mp4", FRAMES, walk, pan_px=4.0)
    scan(tmp_path, walk, FRAMES, preset="fast", overlay=True)
    assert drawn["trails"] == []


def test_heads_are_hidden_where_faces_are_not_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden: list[int] = []

    def counted(image_bgr: Any, boxes: Any) -> Any:
        hidden.append(len(boxes))
        return hide(image_bgr, boxes)

    monkeypatch.setattr(overlay, "hide", counted)
    scan(tmp_path, walk, FRAMES, preset="fast", overlay=True)
    assert hidden == []
    scan(tmp_path, walk, FRAMES, preset="fast", overlay=True, faces=False)
    assert len(hidden) == FRAMES and min(hidden) >= 2  # both people, in every picture
