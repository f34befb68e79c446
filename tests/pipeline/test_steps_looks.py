"""Steps `detect` and `track` with a stride: pictures left out, boxes put between and marked, and who measures told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import JobCancelled
from pipeline.plan import ArtefactName, JobKind, StepName
from pipeline.steps import registry
from pipeline.steps.base import StepContext
from pipeline.steps.timing import measured, passed_over, read_stored_timebase
from pipeline.steps.track import _since
from tests.factories.films import ScriptedDetector
from tests.pipeline.test_local import artefacts, calibration, scan
from tests.pipeline.test_steps_windows import FRAMES, at, make_context, store_of

DETECT = registry.get(StepName.DETECT)
SEEN = (ArtefactName.DETECTIONS, ArtefactName.CAMERA, ArtefactName.CAMERA_PATH, ArtefactName.CAMERA_VIEWS)


def walk(frame: int) -> list[tuple[float, float]]:
    """Two stand, one walks at 1.5 m/s."""
    return [(-10.0, 0.0), (10.0, -8.0), (-5 + 0.06 * frame, 8.0)]


def sprint(frame: int) -> list[tuple[float, float]]:
    """Two stand; the third does for two seconds, and runs at 9 m/s then."""
    return [(-10.0, 0.0), (10.0, -8.0), (-8 + 0.36 * max(0, frame - 50), 8.0)]


def run(context: StepContext, window: int, name: StepName = StepName.DETECT) -> None:
    step, here = registry.get(name), at(context, window, name)
    step.run(here, step.params_hash(here))


def contents(context: StepContext, window: int) -> list[bytes]:
    return [context.artefacts.read(store_of(context).key(name, window)) for name in SEEN]


@pytest.fixture
def filmed(tmp_path: Path) -> tuple[StepContext, ScriptedDetector]:
    """A walk, to be looked at in four windows with a stride."""
    return make_context(tmp_path, walk, detect_stride=True)


def test_past_walkers_about_every_second_picture_is_left_out(filmed: tuple[StepContext, ScriptedDetector]) -> None:
    context, detector = filmed
    run(context, 0)
    # A window ends with a look, and begins with what may be one: nothing of another window decides.
    assert detector.seen == [*range(0, 25, 2)]
    assert passed_over(store_of(context), 0).tolist() == [*range(1, 24, 2)]
    rows = store_of(context).read_window(ArtefactName.DETECTIONS, 0)
    np.testing.assert_array_equal(np.unique(rows["frame"]), np.arange(0, 25, 2))
    assert len(store_of(context).read_window(ArtefactName.CAMERA_PATH, 0)["frame"]) == 25, "its way is known in all"


def test_boxes_between_are_marked_and_lie_where_they_would_have_been_found(tmp_path: Path) -> None:
    tracks = {}
    for stride in (False, True):
        (tmp_path / str(stride)).mkdir()
        context, _ = make_context(tmp_path / str(stride), walk, detect_stride=stride)
        for window in range(4):
            run(context, window)
        run(context, 0, StepName.TRACK)
        tracks[stride] = store_of(context).read_range(ArtefactName.TRACKS)
    every, some = tracks[False], tracks[True]
    assert not every["interpolated"].any()
    assert (some["frame"] == every["frame"]).all() and (some["track_id"] == every["track_id"]).all()
    assert 0.4 < some["interpolated"].mean() < 0.5
    assert not some["interpolated"][some["frame"] % 2 == 0].any()
    assert np.isnan(some["kit"][some["interpolated"]]).all(), "no shirt was seen there"
    tall = every["xyxy"][:, 3] - every["xyxy"][:, 1]
    assert (np.abs(some["xyxy"] - every["xyxy"]).max(axis=1) / tall).max() < 0.02


def test_a_sprint_is_looked_at_in_every_picture(tmp_path: Path) -> None:
    context, detector = make_context(tmp_path, sprint, detect_stride=True)
    for window in range(4):
        run(context, window)
    looked = np.isin(np.arange(FRAMES), detector.seen)
    assert looked[58:72].all()
    assert not looked[1:48:2].all() and looked[:50].mean() < 0.6


def test_a_window_depends_on_no_other_and_has_the_same_bytes_again(tmp_path: Path) -> None:
    kept = {}
    for order in ((0, 1, 2, 3), (3, 1, 2, 0), (2, 2, 3, 0, 1)):
        folder = tmp_path / "".join(map(str, order))
        folder.mkdir()
        context, _ = make_context(folder, sprint, detect_stride=True)
        for window in order:
            run(context, window)
        kept[order] = [contents(context, window) for window in range(4)]
    first, *others = kept.values()
    assert all(other == first for other in others)


def test_a_worker_that_was_stopped_is_followed_by_one_that_leaves_the_same_bytes(
    filmed: tuple[StepContext, ScriptedDetector],
) -> None:
    context, _ = filmed

    def stop(fraction: float) -> None:
        if fraction > 0.5:
            raise JobCancelled("The scan was cancelled.")

    here = replace(at(context, 1), report=stop)
    with pytest.raises(JobCancelled):
        DETECT.run(here, DETECT.params_hash(here))
    assert not DETECT.is_done(here, DETECT.params_hash(here))
    run(context, 1)
    resumed = contents(context, 1)
    run(context, 1)
    assert contents(context, 1) == resumed


def test_without_a_stride_and_with_several_cameras_every_picture_is_looked_at(tmp_path: Path) -> None:
    context, detector = make_context(tmp_path, walk)
    run(context, 0)
    assert detector.seen == [*range(25)]
    assert store_of(context).window_meta(ArtefactName.DETECTIONS, 0)["facts"] == {}
    strided = replace(context, params=replace(context.params, detect_stride=True))
    assert DETECT.choices(strided) != DETECT.choices(context)
    several = replace(strided, job=replace(strided.job, kind=JobKind.MULTIVIEW))
    assert DETECT.choices(several) == DETECT.choices(context)


def test_measured_is_what_was_looked_at_in_any_case(tmp_path: Path) -> None:
    for stride, step in ((False, 1), (True, 2)):
        (tmp_path / str(stride)).mkdir()
        context, _ = make_context(tmp_path / str(stride), sprint, detect_stride=stride)
        for window in range(4):
            run(context, window)
        timebase, _ = read_stored_timebase(store_of(context))
        frames = measured(timebase, context.params, store_of(context))
        np.testing.assert_array_equal(frames, np.arange(0, FRAMES, step))


def test_figures_say_how_often_was_looked_and_stay_where_they_were(tmp_path: Path) -> None:
    """The rate, and with it the error, is that of the looks; the runner's figures move within their own intervals."""
    told = {}
    for stride in (False, True):
        (tmp_path / str(stride)).mkdir()
        chosen = {"detect_stride": stride, "window_s": 1.5}
        results, detector = scan(
            tmp_path / str(stride), sprint, 100, preset="full", calibration=calibration(), overrides=chosen
        )
        told[stride] = {player["track_id"]: player for player in results["players"]}
        poses = artefacts(tmp_path / str(stride)).read_range(ArtefactName.POSES)
        assert len(np.unique(poses["frame"])) == 100, "postures are read between looks, too"
        assert (len(set(detector.seen)) < 90) is stride
    assert told[False].keys() == told[True].keys() and told[True]
    for number, every in told[False].items():
        some = told[True][number]
        assert every["quality"]["fps"] == pytest.approx(25.0)
        assert some["quality"]["fps"] == pytest.approx(12.5)
        assert some["quality"]["frames_seen"] == 50 and every["quality"]["frames_seen"] == 100
        assert some["quality"]["coverage"] == pytest.approx(every["quality"]["coverage"], abs=0.02)
        way = "total_distance_m"
        apart = some["groups"]["distance"][way]["value"] - every["groups"]["distance"][way]["value"]
        assert abs(apart) < 0.5


def test_the_camera_moves_from_look_to_look_by_all_steps_between() -> None:
    step = {1: np.array([[1, 0, 2], [0, 1, 0], [0, 0, 1.0]]), 2: np.array([[1, 0, 3], [0, 1, 1], [0, 0, 1.0]])}
    moved = _since(step, [1, 2])
    assert moved is not None
    np.testing.assert_array_equal(moved @ [10, 10, 1], [15, 11, 1])
    assert _since(step, [2]) is step[2]
    assert _since(step, [1, 3]) is None and _since(step, [3, 1]) is None
