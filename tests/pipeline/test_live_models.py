"""A live worker's child has its models before the first session asks; other workers load none."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from celery import current_app
from celery.signals import worker_process_init

from pipeline import tasks
from pipeline.live_models import LiveModels
from pipeline.models import ModelPool
from pipeline.plan import Queue
from tests.pipeline.live_session import stage
from tests.pipeline.scripted import scripted_steps, scripted_tools
from vision.errors import ModelError
from vision.live import LiveConfig
from vision.types import Detections, Float32Array, ImageBGR, Keypoints, ModelInfo

INFO = ModelInfo(key="counted", version="1", sha256="0" * 64)


class CountedModels:
    """Builds detectors and pose models, and counts what was built and looked at."""

    info = INFO
    skeleton = "coco17"

    def __init__(self, missing: bool = False) -> None:
        self.built: list[str] = []
        self.looks = 0
        self._missing = missing
        self.pool = ModelPool(Path("none"), build_detector=self._detector, build_pose=self._pose)

    def detect(self, images_bgr: Sequence[ImageBGR]) -> list[Detections]:
        self.looks += len(images_bgr)
        return [Detections.empty() for _ in images_bgr]

    def estimate(self, image_bgr: ImageBGR, xyxy: Float32Array) -> Keypoints:
        self.looks += len(xyxy)
        return np.zeros((len(xyxy), 17, 3), np.float32)

    def _detector(self, key: str, profile: str) -> CountedModels:
        if self._missing:
            raise ModelError("nanodet is missing; run make models")
        self.built.append(f"{key} {profile}")
        return self

    def _pose(self, key: str) -> CountedModels:
        self.built.append(key)
        return self


@pytest.fixture
def queues() -> Iterator[object]:
    """The queues that this process would take from; as before at the end."""
    before = current_app.amqp.queues._consume_from
    yield current_app.amqp.queues
    current_app.amqp.queues._consume_from = before


def started(models: CountedModels, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Celery does in a new child, and whatever that began."""
    monkeypatch.setattr(tasks, "_equipment", [(replace(scripted_tools(scripted_steps()), models=models.pool), None)])
    running = set(threading.enumerate())
    worker_process_init.send(sender=None)
    for thread in set(threading.enumerate()) - running:
        thread.join(10.0)


def test_a_child_of_the_live_queue_has_its_models_before_a_session(
    queues: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = CountedModels()
    current_app.amqp.queues.select([Queue.LIVE.value])
    started(models, monkeypatch)
    assert models.built == ["nanodet fast", "movenet-lightning"]
    assert models.looks == 2

    LiveModels(models.pool).processor(stage(1, duration_s=1.0).record, LiveConfig())
    assert len(models.built) == 2


def test_a_child_of_other_queues_loads_none(queues: object, monkeypatch: pytest.MonkeyPatch) -> None:
    models = CountedModels()
    current_app.amqp.queues.select([Queue.VIDEO.value, Queue.DEFAULT.value])
    started(models, monkeypatch)
    assert models.built == []


def test_a_missing_model_is_told_and_the_child_lives(
    queues: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    current_app.amqp.queues.select([Queue.LIVE.value])
    started(CountedModels(missing=True), monkeypatch)
    assert "run make models" in caplog.text
