"""Windowed steps: chosen frames only, many workers, nothing half done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.artefacts import artefacts_of, empty
from pipeline.errors import ArtefactError, JobCancelled
from pipeline.local import FolderArtefactStore
from pipeline.params import params_of
from pipeline.plan import ArtefactName, JobKind, StepName
from pipeline.ports import JobRecord, JobStatus, StepKey, VideoRecord
from pipeline.steps import registry
from pipeline.steps.base import StepContext
from pipeline.steps.pose import most_important
from pipeline.steps.profile import choose_profile
from pipeline.testing import MemoryJobStore
from tests.factories.films import Script, ScriptedDetector, film, scripted_tools
from vision.types import CLASS_PERSON, Detections
from vision.video.reader import VideoReader

DETECT = registry.get(StepName.DETECT)
FRAMES = 100


def walk(frame: int) -> list[tuple[float, float]]:
    """Three people; the third leaves the picture."""
    return [(-10 + 0.04 * frame, 0.0), (10.0, -8.0), (0.0, 8.0) if frame < 50 else (np.nan, np.nan)]


def make_context(tmp_path: Path, script: Script = walk, **overrides) -> tuple[StepContext, ScriptedDetector]:
    """A probed film, ready to be looked at in four windows."""
    film(tmp_path / "film.mp4", FRAMES, script)
    detector = ScriptedDetector(script)
    params = {"window_s": 1.0, **overrides}
    video = VideoRecord("v", "", "film.mp4", "sha")
    job = JobRecord("j", "s", JobKind.QUICK, "full", JobStatus.RUNNING, (video,), params=params)
    context = StepContext(
        job=job,
        key=StepKey("j", StepName.PROBE),
        params=params_of(job),
        jobs=MemoryJobStore(),
        artefacts=FolderArtefactStore(tmp_path / "artefacts", tmp_path),
        models=scripted_tools(detector, tmp_path).models,
        report=lambda fraction: None,
    )
    probe = registry.get(StepName.PROBE)
    probe.run(context, probe.params_hash(context))
    return context, detector


def at(context: StepContext, window: int, step: StepName = StepName.DETECT) -> StepContext:
    """The same, for one window of a step."""
    return replace(context, key=StepKey("j", step, window))


def store_of(context: StepContext):
    """The film's artefacts."""
    return artefacts_of(context.artefacts, context.job, context.video)


def run(context: StepContext, window: int) -> None:
    """Detect in one window."""
    here = at(context, window)
    DETECT.run(here, DETECT.params_hash(here))


def test_every_window_looks_at_its_own_frames_once(tmp_path: Path) -> None:
    context, detector = make_context(tmp_path)
    assert list(DETECT.windows(context)) == [0, 1, 2, 3]
    run(context, 2)
    # The first picture is that of the window before, with which the camera's place is compared.
    assert detector.seen == [25, *range(50, 75)]
    rows = store_of(context).read_window(ArtefactName.DETECTIONS, 2)
    np.testing.assert_array_equal(rows["frame"], np.repeat(np.arange(50, 75), 2))
    assert rows["kit"].shape == (50, 14)


def test_the_index_appears_with_the_last_window_in_any_order(tmp_path: Path) -> None:
    context, _ = make_context(tmp_path)
    for window in (3, 0, 2):
        run(context, window)
        assert not store_of(context).store.exists(store_of(context).manifest_key(ArtefactName.DETECTIONS))
    run(context, 1)
    windows = store_of(context).manifest(ArtefactName.DETECTIONS)["windows"]
    assert [(entry["window"], entry["start"], entry["stop"]) for entry in windows] == [
        (0, 0, 25),
        (1, 25, 50),
        (2, 50, 75),
        (3, 75, 100),
    ]
    assert len(store_of(context).read_range(ArtefactName.DETECTIONS)["frame"]) == 50 * 3 + 50 * 2


def test_a_window_is_done_when_its_file_stands_and_the_index_if_it_could(tmp_path: Path) -> None:
    context, _ = make_context(tmp_path)
    here = at(context, 0)
    chosen = DETECT.params_hash(here)
    assert not DETECT.is_done(here, chosen)
    run(context, 0)
    assert DETECT.is_done(here, chosen)
    for window in (1, 2, 3):
        run(context, window)
    store = store_of(context)
    store.store.delete(store.manifest_key(ArtefactName.DETECTIONS))
    assert not DETECT.is_done(here, chosen)
    run(context, 0)
    assert store.stands(ArtefactName.DETECTIONS, chosen)


def test_other_parameters_are_another_output(tmp_path: Path) -> None:
    context, _ = make_context(tmp_path)
    run(context, 0)
    slower = replace(at(context, 0), params=replace(context.params, detect_hz=5.0))
    assert DETECT.params_hash(slower) != DETECT.params_hash(at(context, 0))
    assert not DETECT.is_done(slower, DETECT.params_hash(slower))


def test_a_window_made_twice_has_the_same_bytes(tmp_path: Path) -> None:
    context, _ = make_context(tmp_path)
    keys = [store_of(context).key(name, 1) for name in (ArtefactName.DETECTIONS, ArtefactName.CAMERA)]
    run(context, 1)
    first = [context.artefacts.read(key) for key in keys]
    run(context, 1)
    assert [context.artefacts.read(key) for key in keys] == first


def test_a_cancelled_window_leaves_nothing(tmp_path: Path) -> None:
    context, detector = make_context(tmp_path)

    def stop(fraction: float) -> None:
        if fraction > 0.3:
            raise JobCancelled("The scan was cancelled.")

    here = replace(at(context, 1), report=stop)
    with pytest.raises(JobCancelled):
        DETECT.run(here, DETECT.params_hash(here))
    assert max(detector.seen) < 40
    with pytest.raises(ArtefactError):
        store_of(context).read_window(ArtefactName.DETECTIONS, 1)
    run(context, 1)
    DETECT.discard(at(context, 1))
    assert list(context.artefacts.list("sessions/s/v/detections")) == []
    assert list(context.artefacts.list("sessions/s/v/camera")) == []


def test_a_skipped_window_tells_again_what_was_recorded(tmp_path: Path) -> None:
    context, _ = make_context(tmp_path)
    run(context, 0)
    recalled = DETECT.recall(at(context, 0))
    assert [model.key for model in recalled.models] == ["scripted"]


def test_the_most_important_people_are_the_large_and_long_in_view() -> None:
    tracks = empty(ArtefactName.TRACKS, {"kit": (14,)})
    tracks |= {
        "track_id": np.array([1, 1, 1, 2, 3, 3], np.int32),
        "xyxy": np.array([[0, 0, 5, 10]] * 3 + [[0, 0, 50, 100]] + [[0, 0, 5, 11]] * 2, np.float32),
    }
    assert list(most_important(tracks, 1)) == [2]
    assert list(most_important(tracks, 2)) == [1, 2]
    assert list(most_important(tracks, 0)) == [1, 2, 3]


@pytest.mark.parametrize(("rate", "people", "rows"), [(0.0, 0, 250), (5.0, 0, 50), (5.0, 1, 20), (5.0, 4, 85)])
def test_postures_are_read_of_whom_and_as_often_as_asked(rate: float, people: int, rows: int, tmp_path: Path) -> None:
    context, _ = make_context(tmp_path, pose_hz=rate, pose_people=people, window_s=20.0)
    run(context, 0)
    for name in (StepName.TRACK, StepName.POSE):
        step, here = registry.get(name), at(context, 0, name)
        step.run(here, step.params_hash(here))
    poses = store_of(context).read_range(ArtefactName.POSES)
    assert len(poses["frame"]) == rows
    assert store_of(context).manifest(ArtefactName.POSES)["facts"] == {"skeleton": "coco17"}
    if people:
        assert len(np.unique(poses["track_id"])) == min(people, 3)


class Sighted:
    """A detector that finds some of twenty people, by profile."""

    def __init__(self, finds: int) -> None:
        self.finds = finds

    def detect(self, images_bgr):
        """See `Detector.detect`."""
        boxes = np.tile(np.array([0, 0, 5, 9], np.float32), (self.finds, 1))
        kinds = np.full(self.finds, CLASS_PERSON, np.int16)
        return [Detections(boxes, np.full(self.finds, 0.6, np.float32), kinds) for _ in images_bgr]


@pytest.mark.parametrize(
    ("finds", "wanted"),
    [
        ({"fast": 18, "standard": 19, "fine": 20, "full": 20}, "fast"),
        ({"fast": 5, "standard": 19, "fine": 19, "full": 20}, "standard"),
        ({"fast": 5, "standard": 8, "fine": 17, "full": 20}, "fine"),
        ({"fast": 5, "standard": 8, "fine": 16, "full": 20}, "full"),
        ({"fast": 0, "standard": 0, "fine": 0, "full": 0}, "fast"),
    ],
)
def test_the_cheapest_profile_that_finds_the_people_is_taken(
    finds: dict[str, int], wanted: str, tmp_path: Path
) -> None:
    context, _ = make_context(tmp_path, detector_profile="auto")
    context.models.build_detector = lambda key, profile: Sighted(finds[profile])
    reader = VideoReader(tmp_path / "film.mp4")
    assert choose_profile(context, reader) == wanted
    asked = replace(context, params=replace(context.params, detector_profile="standard"))
    assert choose_profile(asked, reader) == "standard"
