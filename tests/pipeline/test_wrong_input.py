"""What a coach may do wrong: each is a clear error, or a result that says what it lacks.

Elsewhere: three marks on a line and mirrored marks (`tests/vision/calibration/test_homography.py`), a mirrored rig
(`tests/vision/multiview/test_triangulation.py`), a black camera, swapped names, a world upside down and a wrong size
(`test_steps_multiview.py`), a moving camera (`test_steps_moving.py`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import PipelineError
from pipeline.params import OFFSETS
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.link import NOBODY
from pipeline.steps.world import UNMARKED
from tests.factories.films import calibration, scan
from tests.pipeline.test_steps_multiview import PARAMS, RATE_HZ, Scene
from tests.vision.multiview.people import jumper, walkers
from tests.vision.multiview.rigs import ring
from tests.vision.multiview.test_bundle import bumped
from vision.calibration.homography import PitchHomography
from vision.errors import CalibrationError
from vision.multiview.cameras import CameraRig

MOVING = np.concatenate([walkers(2, 14.0, seed=2), jumper(14.0, 6.0)[None]])


def filmed_late(truth: Any, late_s: dict[str, float], **changes: Any) -> Scene:
    """Films whose clocks say nothing of it: what a camera shows at t happened `late_s` earlier."""
    scene = Scene(truth, params=replace(PARAMS, **changes)).film()
    people, frames, joints = truth.shape[:3]
    rig = CameraRig.from_params({name: ring(4)[name] for name in scene.names})
    rng = np.random.default_rng(7)
    for name, seconds in late_s.items():
        shifted = np.roll(truth, round(seconds * RATE_HZ), axis=1)
        pixels = rig.project(shifted.reshape(-1, 3)).reshape(4, people, frames, joints, 2)[scene.names.index(name)]
        scene._write(name, pixels + rng.normal(0.0, 2.0, pixels.shape), frames, 0.0)
    return scene


def refusal(scene: Scene, *steps: StepName) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        scene.run(*steps)
    return caught.value


@pytest.mark.parametrize("late_s", [0.2, 1.0])
def test_films_that_did_not_begin_together_are_refused(late_s: float) -> None:
    """0.2 s would pass unseen otherwise: the people are only a step apart, and every camera agrees a little."""
    error = refusal(filmed_late(MOVING, {"camera2": late_s}), StepName.SYNC)
    assert error.code == "NOT_SYNCHRONISED"
    told = re.search(r"camera camera2 is ([+-][0-9.]+) s against camera0, not \+0.00 s", error.message)
    assert told is not None
    assert float(told[1]) == pytest.approx(late_s, abs=0.02)


def test_offsets_of_the_wrong_sign_are_refused() -> None:
    scene = filmed_late(MOVING, {"camera1": 1.0}, sync=OFFSETS, clock_offsets_s={"camera1": -1.0})
    assert "s against camera0, not -1.00 s" in refusal(scene, StepName.SYNC).message
    right = filmed_late(MOVING, {"camera1": 1.0}, sync=OFFSETS, clock_offsets_s={"camera1": 1.0}).run(StepName.SYNC)
    assert right.first.read_json(ArtefactName.SYNC)["offsets_s"]["camera1"] == 1.0


def test_a_camera_that_contradicts_the_others_is_named() -> None:
    """It was turned by 25° since its calibration: it shows people where the others have nobody."""
    scene = Scene(walkers(3, 8.0, seed=1)).film()
    cameras = dict(scene.job.calibration["cameras"])  # type: ignore[index]
    wrong = bumped(ring(4), "camera1", 25.0, 0.0)["camera1"]
    cameras["camera1"] = {**cameras["camera1"], "R": wrong["R"].tolist(), "t": wrong["t"].tolist()}
    scene.job = replace(scene.job, calibration={"kind": "rig", "cameras": cameras})
    scene.run(StepName.SYNC, StepName.ASSOCIATE, StepName.TRIANGULATE)
    (warning,) = scene.first.manifest(ArtefactName.POINTS3D)["warnings"]
    assert warning.startswith("Camera camera1 agrees with the others on hardly any joint (0%)")
    assert "does its clock match?" in warning


def test_a_film_of_nobody_says_so(tmp_path: Path) -> None:
    """A black picture, a covered lens, an empty pitch: the detector finds nobody."""
    results, _ = scan(tmp_path, lambda frame: [], frames=60, calibration=calibration())
    assert NOBODY in results["warnings"]
    assert results["players"] == [] and results["tracks"] == []


def test_a_player_who_is_never_seen_has_no_figures(tmp_path: Path) -> None:
    """Two people in the film, one of them for half a second: no track, no figure, and nobody else's."""

    def script(frame: int) -> list[tuple[float, float]]:
        return [(-8.0 + 0.05 * frame, 3.0), *([(5.0, -4.0)] if frame < 12 else [])]

    results, _ = scan(tmp_path, script, frames=120, calibration=calibration())
    assert len(results["tracks"]) == len(results["players"]) == 1
    assert NOBODY not in results["warnings"]


def test_without_a_marked_pitch_there_are_no_metres_and_no_grade(tmp_path: Path) -> None:
    results, _ = scan(tmp_path, lambda frame: [(-8.0 + 0.1 * frame, 3.0)], frames=100)
    (player,) = results["players"]
    assert UNMARKED in results["warnings"]
    assert player["quality"]["grade"] == "" and player["quality"]["grade_reason"] == UNMARKED
    figures = {**player["groups"]["speed"], **player["groups"]["distance"]}
    assert len(figures) > 20
    assert all("value" not in entry and entry["absent"] for entry in figures.values())


def test_three_marks_on_a_line_and_one_beside_are_refused() -> None:
    """Four marks are the least; of these four only the plane's one line and a point are known."""
    metres = np.array([[-20.0, 0.0], [0.0, 0.0], [20.0, 0.0], [0.0, 12.0]])
    pixels = np.array([[100.0, 300.0], [300.0, 300.0], [500.0, 300.0], [300.0, 200.0]])
    with pytest.raises(CalibrationError, match="line"):
        PitchHomography.fit(pixels, metres, image_size=(640, 360))
