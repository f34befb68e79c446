"""A live session beyond its models: frame to state, KPI update, and memory over an hour of a whole match.

The detector and the posture model are scripted and cost nothing, so what is measured is everything else: reading from
the stream, opening the JPEG, tracking, placing, figures, recording, and the published state.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import cv2
import numpy as np

from pipeline.live_recording import CameraRecording
from pipeline.local import FolderArtefactStore
from tests.bench.row import Bar, Row, measure
from tests.pipeline.live_session import QUICK, stage
from tests.scenes.live_views import filmed, marked, players, side_camera
from vision.calibration.pitch_model import PitchModel
from vision.kpi.live import LiveKPIs
from vision.live import LiveConfig, LiveProcessor
from vision.synthetic.pitch_scene import PitchScene
from vision.synthetic.scenes import FilmedScene
from vision.types import CLASS_PERSON, Detections, ImageBGR, ModelInfo

PLAYERS = 22
SIZE = (1280, 720)
HOUR_FRAMES = 90_000
"""An hour at 25 frames a second."""
FRAMES = 300
FPS = 25.0


def run(repeats: int) -> list[Row]:
    """All rows of the live engine."""
    paths = [frame_to_state() for _ in range(min(repeats, 3))]
    updates = [kpi_update() for _ in range(repeats)]
    growth = [memory_growth(HOUR_FRAMES)]
    return [
        measure(
            "live engine: frame to state beyond the models, 720p, 22 players, p95", "ms", paths, Bar("at_most", 25.0)
        ),
        measure("live engine: KPI update, 22 players, p95", "ms", updates, Bar("at_most", 1.0)),
        measure("live engine: memory gained over an hour, 90,000 frames", "MB", growth, Bar("at_most", 20.0)),
    ]


@dataclass
class OrderedDetector:
    """Sees the next frame of a scene at each call."""

    scene: FilmedScene
    calls: int = 0
    info: ModelInfo = field(default_factory=lambda: ModelInfo("scripted", "1", "0" * 64))

    def detect(self, images_bgr: Sequence[ImageBGR]) -> list[Detections]:
        """Boxes of the scene's next frame."""
        frame = self.calls % self.scene.xyxy.shape[1]
        self.calls += 1
        boxes = self.scene.xyxy[self.scene.seen[:, frame], frame].astype(np.float32)
        zoom = np.float32(images_bgr[0].shape[1] / self.scene.camera.image_size[0])
        count = len(boxes)
        return [Detections(boxes * zoom, np.full(count, 0.8, np.float32), np.full(count, CLASS_PERSON, np.int16))]


class OrderedModels:
    """`LiveModels` with an `OrderedDetector`."""

    skeleton = "coco17"

    def __init__(self, detector: OrderedDetector) -> None:
        self.detector = detector
        self.infos = [detector.info]

    def processor(self, record: Any, config: LiveConfig) -> LiveProcessor:
        """A processor without postures."""
        return LiveProcessor(
            self.detector, None, cameras={camera.name: None for camera in record.cameras}, config=config
        )


def scene(frames: int) -> FilmedScene:
    """A match of 22 on a small pitch, all in the picture most of the time."""
    t_s = np.arange(frames) / FPS
    return filmed(players(PLAYERS, frames / FPS + 1.0), side_camera(-1.0, SIZE), t_s, 1)


def frame_to_state() -> float:
    """p95 of the time from a frame in the stream to its published state [ms]."""
    whole = scene(FRAMES)
    show = stage(PLAYERS, duration_s=FRAMES / FPS, rate_hz=FPS, fps=FPS)
    show.scenes = [whole]
    show.models = cast(Any, OrderedModels(OrderedDetector(whole)))
    pictures = [bytes(jpeg(seed)) for seed in range(3)]
    took: list[float] = []
    show.start(timing=QUICK)
    for frame in range(FRAMES):
        data = show.frame(frame, data=pictures[frame % len(pictures)])
        before, start = len(show.output.states), time.perf_counter()
        show.stream.put(data)
        show.told(before)
        took.append(1000.0 * (time.perf_counter() - start))
    show.stop()
    return float(np.percentile(took[20:], 95))


def jpeg(seed: int) -> Any:
    """A picture of a pitch as a phone would send it."""
    place = PitchScene(PitchModel(), np.random.default_rng(seed))
    image, _ = place.picture(side_camera(-1.0, SIZE), np.random.default_rng(seed).uniform(-15, 15, (PLAYERS, 2)))
    return cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 80])[1]


def kpi_update() -> float:
    """p95 of the processor time of one frame's figures of 22 players [ms]."""
    rng = np.random.default_rng(0)
    kpis, took = LiveKPIs(), []
    ids = np.arange(1, PLAYERS + 1, dtype=np.int32)
    xy = rng.uniform(-30, 30, (PLAYERS, 2))
    for frame in range(500):
        start = time.thread_time()
        kpis.update(frame / FPS, ids, xy + rng.normal(0, 0.1, xy.shape), np.full(PLAYERS, 0.1))
        took.append(1000.0 * (time.thread_time() - start))
    return float(np.percentile(took[100:], 95))


def memory_growth(frames: int) -> float:
    """Memory gained [MB] between a tenth of the way and the end of a session with 22 players who come and go."""
    lens = side_camera(-1.0, SIZE)
    whole = scene(1500)
    detector = OrderedDetector(whole)
    processor = LiveProcessor(detector, None, cameras={"cam": marked(lens, 3)}, config=LiveConfig(fps=FPS))
    image = np.zeros((72, 128, 3), np.uint8)
    settled = 0.0
    with TemporaryDirectory() as folder:
        recording = CameraRecording(FolderArtefactStore(Path(folder), Path(folder)), "sessions/s/cam/live")
        for frame in range(frames):
            processor.process_frame(image, frame / FPS, "cam")
            recording.add(processor.last["cam"])
            if frame % 25 == 0:
                processor.state()
            if frame == frames // 10:
                settled = resident_mb()
        return resident_mb() - settled


def resident_mb() -> float:
    """Memory of this process now [MB]."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6
