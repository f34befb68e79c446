"""The processor with scripted models: the seed's names, honest scales, moved cameras, states."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scenes.live_views import SIZE, ScriptedDetector, ScriptedPose, filmed, marked, picture, players, side_camera
from tests.scenes.pitch_views import PITCH
from vision.errors import VisionError
from vision.live import LiveConfig, LiveProcessor, PlayerFacts
from vision.synthetic.pitch_scene import PitchScene
from vision.synthetic.scenes import FilmedScene

T_S = np.arange(150) / 10


@pytest.fixture(scope="module")
def scene() -> FilmedScene:
    return filmed(players(5, 16.0), side_camera(-1.0), T_S, 3)


def test_the_seeds_names_work_as_they_stand(scene: FilmedScene) -> None:
    processor = LiveProcessor(ScriptedDetector([scene]), session_id="s1")
    report = processor.process_frame(picture(0))
    assert report == {**processor.get_current_metrics("s1"), "budget": report["budget"]}
    assert len(report["players"]) == int(scene.seen[:, 0].sum())
    with pytest.raises(VisionError, match="s2"):
        processor.get_current_metrics("s2")


def test_a_frame_of_the_past_or_of_no_camera_is_refused(scene: FilmedScene) -> None:
    processor = LiveProcessor(ScriptedDetector([scene]), cameras={"a": None, "b": None})
    processor.process_frame(picture(5), 0.5, "a")
    with pytest.raises(VisionError, match="increase"):
        processor.process_frame(picture(4), 0.4, "a")
    processor.process_frame(picture(4), 0.4, "b")
    with pytest.raises(VisionError, match="no camera 'c'"):
        processor.process_frame(picture(6), 0.6, "c")


def test_cameras_without_a_pitch_keep_their_people_apart(scene: FilmedScene) -> None:
    processor = LiveProcessor(ScriptedDetector([scene, scene]), cameras={"a": None, "b": None})
    for frame in range(10):
        for at, name in enumerate("ab"):
            report = processor.process_frame(picture(frame, at), frame / 10 + 0.01 * at, name)
    numbers = [player["track_id"] for player in report["players"]]
    assert len(numbers) == len(set(numbers)) >= 8
    assert report["scale"] == "none"


def test_the_state_of_a_processor_goes_on_elsewhere_exactly(scene: FilmedScene) -> None:
    def fresh() -> LiveProcessor:
        lens = marked(side_camera(-1.0), 4)
        return LiveProcessor(ScriptedDetector([scene]), ScriptedPose(), cameras={"a": lens}, config=LiveConfig(fps=10))

    whole, other = fresh(), fresh()
    for frame in range(60):
        whole.process_frame(picture(frame), frame / 10, "a")
    other.restore(whole.state())
    for frame in range(60, 90):
        one, two = (each.process_frame(picture(frame), frame / 10, "a")["players"] for each in (whole, other))
        for player in [*one, *two]:
            player.pop("keypoints", None)
        assert [player["track_id"] for player in one] == [player["track_id"] for player in two]
        assert [player["bbox"] for player in one] == [player["bbox"] for player in two]
    for player, same in zip(one, two, strict=True):
        assert player["distance_m"] == pytest.approx(same["distance_m"], abs=0.5)


def test_a_camera_that_is_moved_stops_telling_metres() -> None:
    rng = np.random.default_rng(0)
    place, lens, moved = PitchScene(PITCH, rng), side_camera(-1.0), side_camera(-1.0)
    turned = type(moved).look_at(
        tuple(moved.position_m), (3.0, -2.0, 0.0), image_size=moved.image_size, focal_px=moved.focal_px
    )
    cast = players(6, 31.0)
    before, after = filmed(cast, lens, np.arange(300) / 10, 1), filmed(cast, turned, np.arange(300) / 10, 1)
    detector = ScriptedDetector([before, after])
    processor = LiveProcessor(detector, cameras={"a": marked(lens, 2)}, config=LiveConfig(fps=10))
    pictures = [place.picture(camera)[0] for camera in (lens, turned)]
    for frame in range(120):
        late = int(frame >= 60)
        image = pictures[late].copy()
        image[0, 0, 0], image[0, 1, :2] = late, (frame % 256, frame // 256)
        report = processor.process_frame(image, frame / 10, "a")
        if frame == 59:
            assert report["scale"] == "calibrated" and report["messages"] == []
    assert report["scale"] == "none"
    assert report["messages"] == [
        "Camera a was moved after the pitch was marked: there are no speeds and distances until the pitch is marked "
        "again."
    ]
    assert all("xy_m" not in player or player["speed_mps"] is None for player in report["players"])
    processor.use_cameras({"a": marked(turned, 2)})
    assert processor.scale == "calibrated"


def test_a_picture_of_another_shape_than_the_marked_one_has_no_metres(scene: FilmedScene) -> None:
    processor = LiveProcessor(ScriptedDetector([scene]), cameras={"a": marked(side_camera(-1.0), 4)})
    report = processor.process_frame(picture(0, size=(960, 720)), 0.0, "a")
    assert report["scale"] == "none"
    assert "another shape" in report["messages"][0]


def test_postures_of_the_chosen_come_first_and_the_budget_limits_them(scene: FilmedScene) -> None:
    pose = ScriptedPose()
    processor = LiveProcessor(ScriptedDetector([scene]), pose, cameras={"a": marked(side_camera(-1.0), 4)})
    for frame in range(12):
        processor.know_players({4: PlayerFacts()}, [4])
        report = processor.process_frame(picture(frame), frame / 10, "a")
    posed = [player["track_id"] for player in report["players"] if "keypoints" in player]
    assert 4 in posed
    assert pose.people <= 12 * 4
    assert (report["frame"]["a"]["width"], report["frame"]["a"]["height"]) == SIZE
