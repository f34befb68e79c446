"""The embedded detector on real frames and at the edges."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from django.conf import settings

from tests.vision.detection.football_frames import frames, people_recall
from vision.detection import NanoDetConfig, NanoDetDetector, build_detector
from vision.errors import ModelError
from vision.types import CLASS_BALL, PEOPLE

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def model_dir() -> Path:
    return Path(settings.MODEL_DIR)


@pytest.fixture(scope="module")
def detector(model_dir: Path) -> NanoDetDetector:
    return NanoDetDetector(model_dir=model_dir)


def test_empty_scene_has_no_boxes(detector: NanoDetDetector) -> None:
    assert [len(found) for found in detector.detect([np.full((90, 160, 3), 90, np.uint8)] * 2)] == [0, 0]


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (33, 47)], ids=str)
def test_odd_sizes_are_taken(detector: NanoDetDetector, shape: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 255, (*shape, 3), dtype=np.uint8)
    found = detector.detect([image])[0]
    assert (found.xyxy >= 0).all()
    assert (found.xyxy <= [shape[1], shape[0]] * 2).all()


@pytest.mark.data
@pytest.mark.parametrize(
    ("profile", "recall_min"),
    # on all 25 frames 0.58, 0.76, 0.89; the five used here differ by a few hundredths
    [("fast", 0.5), ("standard", 0.7), ("full", 0.85)],
)
def test_people_of_match_frames_are_found(model_dir: Path, test_data: Path, profile: str, recall_min: float) -> None:
    detector = build_detector("nanodet", model_dir=model_dir, profile=profile)
    assert people_recall(detector, test_data, count=5, score_min=0.25) > recall_min


@pytest.mark.data
def test_images_of_several_sizes_in_one_call_are_those_of_single_calls(
    detector: NanoDetDetector, test_data: Path
) -> None:
    images = [frame.image_bgr for frame in frames(test_data, 2)]
    images.insert(1, np.ascontiguousarray(images[0][:, 600:1200]))
    together = detector.detect(images)
    for image, found in zip(images, together, strict=True):
        alone = detector.detect([image])[0]
        np.testing.assert_array_equal(found.xyxy, alone.xyxy)
        assert (np.diff(found.score) <= 0).all()
        assert set(found.class_id.tolist()) <= {*PEOPLE, CLASS_BALL}


@pytest.mark.data
def test_one_player_close_up_is_one_box(detector: NanoDetDetector, test_data: Path) -> None:
    capture = cv2.VideoCapture(str(test_data / "clips/single_player_cone_drill.mp4"))
    found_image, image = capture.read()
    capture.release()
    assert found_image
    people = detector.detect([image])[0].of_classes(PEOPLE)
    sure = people.select(people.score > 0.45)
    assert len(sure) == 1
    left, top, right, bottom = sure.xyxy[0]
    assert bottom - top > 250
    assert 1.5 < (bottom - top) / (right - left) < 5


@pytest.mark.data
def test_panorama_is_cut_and_its_players_found(model_dir: Path, test_data: Path) -> None:
    capture = cv2.VideoCapture(str(test_data / "clips/soccertrack_pano/pano_overlay_74f.mp4"))
    found_image, panorama = capture.read()
    capture.release()
    assert found_image
    tiled = build_detector("nanodet", model_dir=model_dir, profile="full").detect([panorama])[0]
    config = NanoDetConfig(long_side=1280)
    whole = NanoDetDetector(model_dir=model_dir, config=config).detect([panorama])[0]
    assert len(tiled.of_classes(PEOPLE)) >= len(whole.of_classes(PEOPLE)) + 5


def test_missing_model_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="make models"):
        NanoDetDetector(model_dir=tmp_path)
