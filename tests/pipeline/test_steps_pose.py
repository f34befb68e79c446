"""Step `pose` with a stride: who walks is read now and then, who runs in every picture, and everybody is told which."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.artefacts import Artefacts, artefacts_of
from pipeline.links import Links
from pipeline.plan import ArtefactName, JobKind, StepName
from pipeline.steps import registry
from pipeline.steps.base import StepContext
from pipeline.steps.body_rows import people_of
from pipeline.steps.people import collect
from tests.factories.videos import read_number
from tests.pipeline.test_steps_windows import FRAMES, at, make_context
from vision.types import ModelInfo

POSE = registry.get(StepName.POSE)
FPS = 25.0
LEFT_KNEE = 13


@dataclass
class Swinging:
    """A pose model that counts its readings; people right of the middle swing a leg four times a second, the others
    twice in three.
    """

    info: ModelInfo = field(default=ModelInfo("swinging", "1", "2" * 64))
    skeleton: str = "coco17"
    read: int = 0

    def estimate(self, image_bgr: np.ndarray, xyxy: np.ndarray) -> np.ndarray:
        """See `PoseEstimator.estimate`."""
        self.read += len(xyxy)
        t_s = read_number(image_bgr) / FPS
        share = np.linspace(0.05, 0.961, 17, dtype=np.float32)
        height = xyxy[:, 3:4] - xyxy[:, 1:2]
        people = np.full((len(xyxy), 17, 3), 0.9, np.float32)
        people[:, :, 0] = (xyxy[:, :1] + xyxy[:, 2:3]) / 2
        people[:, :, 1] = xyxy[:, 1:2] + share * height
        rate = np.where(xyxy[:, 0] > image_bgr.shape[1] / 2, 4.0, 0.67)
        people[:, LEFT_KNEE:, 0] += 0.2 * height * np.sin(2 * np.pi * rate * t_s)[:, None]
        return people


def stand(frame: int) -> list[tuple[float, float]]:
    """One on the left, one on the right."""
    del frame
    return [(-10.0, 0.0), (10.0, 0.0)]


@pytest.fixture
def filmed(tmp_path: Path) -> tuple[StepContext, Swinging]:
    """A film that was followed, ready for the postures."""
    context, _ = make_context(tmp_path, stand, window_s=20.0)
    model = Swinging()
    context.models.build_pose = lambda key: model
    for name in (StepName.DETECT, StepName.TRACK):
        step, here = registry.get(name), at(context, 0, name)
        step.run(here, step.params_hash(here))
    return at(context, 0, StepName.POSE), model


def read_of(context: StepContext) -> dict[str, np.ndarray]:
    """The postures that the step leaves."""
    POSE.run(context, POSE.params_hash(context))
    return store_of(context).read_range(ArtefactName.POSES)


def store_of(context: StepContext) -> Artefacts:
    return artefacts_of(context.artefacts, context.job, context.video)


def test_the_calm_are_read_in_half_of_the_pictures_the_quick_in_all(filmed: tuple[StepContext, Swinging]) -> None:
    context, model = filmed
    rows = read_of(context)
    assert len(rows["frame"]) == 2 * FRAMES, "everybody has a posture in every picture"
    assert (np.diff(rows["frame"]) >= 0).all()
    left = rows["keypoints"][:, 0, 0] < rows["keypoints"][:, 0, 0].mean()
    assert not rows["interpolated"][~left].any()
    assert 0.35 < rows["interpolated"][left].mean() < 0.5
    assert not rows["interpolated"][rows["frame"] % 2 == 0].any()
    assert model.read == (~rows["interpolated"]).sum(), "what was put between was not read as well"


def test_what_is_put_between_lies_where_it_would_have_been_read(filmed: tuple[StepContext, Swinging]) -> None:
    context, _ = filmed
    strided = read_of(context)
    every = read_of(replace(context, params=replace(context.params, pose_stride=False)))
    assert not every["interpolated"].any()
    assert (every["frame"] == strided["frame"]).all() and (every["track_id"] == strided["track_id"]).all()
    between = strided["interpolated"]
    assert np.array_equal(every["keypoints"][~between], strided["keypoints"][~between])
    tall = np.ptp(every["keypoints"][..., 1], axis=1)[between]
    away = np.linalg.norm((every["keypoints"] - strided["keypoints"])[between, :, :2], axis=2)
    assert (away / tall[:, None]).max() < 0.01


def test_windows_agree_on_the_pictures_that_are_read_first(tmp_path: Path) -> None:
    context, _ = make_context(tmp_path, stand, window_s=1.4)  # 35 frames: windows begin at even and odd ones
    context.models.build_pose = lambda key: Swinging()
    windows = registry.get(StepName.DETECT).windows(context)
    for name in (StepName.DETECT, StepName.TRACK, StepName.POSE):
        for window in windows if name is not StepName.TRACK else [0]:
            step, here = registry.get(name), at(context, window, name)
            step.run(here, step.params_hash(here))
    rows = store_of(context).read_range(ArtefactName.POSES)
    assert len(windows) == 3 and len(rows["frame"]) == 2 * FRAMES
    assert rows["interpolated"].any()
    assert (rows["frame"][rows["interpolated"]] % 2 == 1).all()


def test_of_several_cameras_and_of_the_other_presets_every_picture_is_read(
    filmed: tuple[StepContext, Swinging],
) -> None:
    context, _ = filmed
    without = replace(context, params=replace(context.params, pose_stride=False))
    several = replace(context, job=replace(context.job, kind=JobKind.MULTIVIEW))
    assert POSE.choices(several) == POSE.choices(without) != POSE.choices(context)
    assert not read_of(several)["interpolated"].any()


def test_who_reads_the_postures_knows_which_were_read(filmed: tuple[StepContext, Swinging]) -> None:
    """Bodies are fitted to readings alone; events and KPIs get all with the mark."""
    context, _ = filmed
    rows = read_of(context)
    for name in (StepName.LINK, StepName.CALIBRATE, StepName.WORLD):
        step, here = registry.get(name), replace(context, key=replace(context.key, step=name, window=-1))
        step.run(here, step.params_hash(here))
    store = store_of(context)
    links = Links.read(store)
    measured = int((~rows["interpolated"]).sum())
    bodies = people_of(store, links, context.params)
    assert sum(len(person.frame) for person in bodies.values()) == measured
    people = collect(store, links, np.arange(FRAMES, dtype=np.int32))
    marks = [person.poses_measured() for person in people.values()]
    assert sum(int(mark.sum()) for mark in marks if mark is not None) == measured
    assert sum(len(mark) for mark in marks if mark is not None) == len(rows["frame"])
