"""Another camera's boxes and postures: the first one's numbers, by its clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pipeline.artefacts import Stamp, concatenate
from pipeline.params import OFFSETS
from pipeline.plan import ArtefactName
from pipeline.reading import ScanReader
from tests.pipeline.test_steps_multiview import PARAMS, RATE_HZ, Scene
from tests.vision.multiview.people import walkers
from tests.vision.multiview.rigs import ring
from vision.multiview.cameras import CameraRig

AHEAD_S = {"camera1": 0.4, "camera2": -0.2}
SPAN_S = (1.0, 3.0)


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Two people before three cameras, whose clocks differ."""
    params = replace(PARAMS, sync=OFFSETS, clock_offsets_s=AHEAD_S)
    return Scene(walkers(2, 4.0, seed=3), 3, params=params, noise_px=0.0).film(offsets_s=AHEAD_S).run()


def beside(scene: Scene, camera: str, series: str = "tracks") -> dict[str, Any]:
    reader, other = ScanReader(scene.first), ScanReader(scene.of(camera))
    return reader.read_beside(camera, other, series, *SPAN_S)


@pytest.mark.parametrize("camera", AHEAD_S)
def test_everybody_is_where_that_camera_saw_them_at_the_first_ones_time(scene: Scene, camera: str) -> None:
    rows = beside(scene, camera)
    assert rows["t"].min() == pytest.approx(SPAN_S[0], abs=1 / RATE_HZ)
    assert rows["t"].max() == pytest.approx(SPAN_S[1] - 1 / RATE_HZ, abs=1 / RATE_HZ)
    rig = CameraRig.from_params({name: ring(3)[name] for name in scene.names})
    world = ScanReader(scene.first).read("points3d", *SPAN_S)
    for number in (1, 2):
        mine, there = rows["track_id"] == number, world["track_id"] == number
        assert mine.sum() == round((SPAN_S[1] - SPAN_S[0]) * RATE_HZ)
        pixels = rig.project(world["xyz"][there].reshape(-1, 3))[scene.names.index(camera)].reshape(there.sum(), -1, 2)
        middle = np.nanmean(pixels, axis=1)
        box = rows["xyxy"][mine]
        assert (np.abs((box[:, :2] + box[:, 2:]) / 2 - middle) < (box[:, 2:] - box[:, :2]) / 2).all()


def test_postures_come_too_and_nothing_that_is_not_its_own(scene: Scene) -> None:
    rows = beside(scene, "camera1", "poses")
    assert list(rows) == ["frame", "t", "track_id", "keypoints", "interpolated"]
    assert set(rows["track_id"].tolist()) == {1, 2}
    assert beside(scene, "camera1", "world") == {}


def test_of_two_boxes_on_one_body_the_larger_is_shown() -> None:
    scene = Scene(walkers(2, 4.0, seed=3), 3, noise_px=0.0).film().run()
    before = beside(scene, "camera2")
    store, stamp = scene.of("camera2"), Stamp("again", models=[])
    rows = store.read_window(ArtefactName.TRACKS, 0)
    lower = {name: array[rows["track_id"] == 11].copy() for name, array in rows.items()}
    lower["track_id"][:] = 99
    lower["xyxy"][:, 1] += 40.0
    store.write_window(ArtefactName.TRACKS, 0, concatenate([lower, rows]), stamp)
    people = scene.first.read_json(ArtefactName.PEOPLE)
    pieces = people["pieces"]["camera2"]
    pieces.append([99, dict(map(tuple, pieces))[11]])
    scene.first.write_json(ArtefactName.PEOPLE, people, stamp)
    after = beside(scene, "camera2")
    assert {tuple(box) for box in after["xyxy"].tolist()} == {tuple(box) for box in before["xyxy"].tolist()}
    assert len(after["frame"]) == len(before["frame"])


def test_nothing_before_the_cameras_were_brought_together_or_of_one_that_is_not_there(scene: Scene) -> None:
    fresh = Scene(walkers(1, 4.0), 3).film()
    assert beside(fresh, "camera1") == {}
    reader, other = ScanReader(scene.first), ScanReader(scene.of("camera1"))
    assert reader.read_beside("camera9", other, "tracks", *SPAN_S) == {}
