"""A live session in memory: scripted players, cameras that see them, frames that are fed one by one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import cv2
import numpy as np

from pipeline.live import run_live
from pipeline.live_lease import LiveTiming
from pipeline.live_models import LiveModels
from pipeline.live_ports import LiveCamera, LiveFrame, LivePorts, LiveRecord, LiveState
from pipeline.live_testing import MemoryFrames, MemoryLive, MemoryLiveOutput
from pipeline.ports import PlayerRecord
from tests.scenes.live_views import ScriptedDetector, ScriptedPose, filmed, marked, picture, players, side_camera
from vision.live import LiveConfig, LiveProcessor
from vision.synthetic.movement import Trajectory
from vision.synthetic.scenes import FilmedScene

SIZE = (640, 360)
START_US = time.time_ns() // 1000
SESSION = "11111111-1111-4111-8111-111111111111"
QUICK = LiveTiming(block_s=0.01, save_s=0.1, renew_s=0.05, idle_s=30.0, drain_s=5.0)
BY_FILM = replace(QUICK, save_s=1.0)


@dataclass
class ScriptedModels:
    """`LiveModels` whose detector knows the scenes."""

    scenes: Sequence[FilmedScene]
    pose: ScriptedPose | None = field(default_factory=ScriptedPose)
    skeleton: str = "coco17"
    break_at: Callable[[int], bool] = lambda frame: False

    @property
    def infos(self) -> list[Any]:
        return [ScriptedDetector(self.scenes).info, *([self.pose.info] if self.pose else [])]

    def processor(self, record: LiveRecord, config: LiveConfig) -> LiveProcessor:
        detector = BreakingDetector(self.scenes, breaks=self.break_at)
        cameras = {camera.name: None for camera in record.cameras}
        return LiveProcessor(detector, self.pose, cameras=cameras, config=config, session_id=record.session_id)


@dataclass
class BreakingDetector(ScriptedDetector):
    """Fails at chosen pictures as broken code would."""

    breaks: Callable[[int], bool] = lambda frame: False

    def _one(self, image: np.ndarray) -> Any:
        if self.breaks(int(image[0, 1, 0]) + 256 * int(image[0, 1, 1])):
            raise RuntimeError("planted fault")
        return super()._one(image)


@dataclass
class Stage:
    """Players, cameras and the session that films them."""

    cast: Sequence[Trajectory]
    scenes: Sequence[FilmedScene]
    live: MemoryLive
    record: LiveRecord
    models: ScriptedModels
    rate_hz: float
    stream: MemoryFrames = field(init=False)
    output: MemoryLiveOutput = field(init=False)
    threads: list[threading.Thread] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self.stream, self.output = self.live.add(self.record, most=4000)

    @property
    def names(self) -> list[str]:
        return [camera.name for camera in self.record.cameras]

    def captured_us(self, frame: int, camera: int = 0) -> int:
        return START_US + round(1e6 * float(self.scenes[camera].t_s[frame]))

    def frame(self, frame: int, camera: int = 0, data: bytes | None = None) -> LiveFrame:
        moment = self.captured_us(frame, camera)
        body = encoded(frame, camera) if data is None else data
        return LiveFrame(self.names[camera], frame + 1, moment, moment + 20_000, body)

    def put(self, frame: int, camera: int = 0) -> None:
        """A camera sends a frame."""
        self.sent = max(self.sent, frame + 1)
        self.stream.put(self.frame(frame, camera))

    def film_s(self) -> float:
        """How much was filmed: a clock by which checkpoints fall on the same frames on every machine."""
        return self.sent / self.rate_hz

    def start(
        self, ports: LivePorts | None = None, timing: LiveTiming = QUICK, clock: Callable[[], float] = time.monotonic
    ) -> threading.Thread:
        """A worker in a thread."""

        def work() -> None:
            try:
                models = cast(LiveModels, self.models)
                run_live(SESSION, ports or self.live.ports(), models, worker="test", timing=timing, clock=clock)
            except Killed:
                return

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self.threads.append(thread)
        return thread

    def feed(self, frames: range, *, wait: bool = True) -> None:
        """Send frames of all cameras; each waits for the state of the one before."""
        for number in frames:
            for camera in range(len(self.scenes)):
                before = len(self.output.states)
                self.put(number, camera)
                if wait:
                    self.told(before)

    def told(self, before: int, worker: threading.Thread | None = None) -> None:
        """Wait for a state after so many, or the worker's death."""
        until(lambda: len(self.output.states) > before or (worker is not None and not worker.is_alive()))

    def stop(self) -> None:
        """Press stop and wait for the result."""
        self.stream.stop = True
        until(lambda: bool(self.output.results) or self.output.failure is not None, 60.0)
        for thread in self.threads:
            thread.join(10.0)

    @property
    def last(self) -> LiveState:
        return self.output.states[-1]


class Killed(BaseException):
    """What a killed worker's thread ends with."""


def stage(
    count: int = 4, *, cameras: int = 1, duration_s: float = 30.0, rate_hz: float = 10.0, calibrated: bool = True,
    seed: int = 0, labels: dict[int, str] | None = None, people: Sequence[PlayerRecord] = (), fps: float = 10.0,
) -> Stage:  # fmt: skip
    """Set a session up."""
    cast = players(count, duration_s + 1.0, seed)
    lenses = [side_camera(-1.0, SIZE), side_camera(1.0, SIZE)][:cameras]
    t_s = np.arange(int(duration_s * rate_hz)) / rate_hz
    scenes = [filmed(cast, lens, t_s + 0.043 * at, seed + 10 + at) for at, lens in enumerate(lenses)]
    held = tuple(
        LiveCamera(f"cam{at}", f"film{at}", dict(marked(lens, seed + 30 + at, 0.7).to_dict()) if calibrated else None)
        for at, lens in enumerate(lenses)
    )
    record = LiveRecord(
        SESSION,
        "film0" if cameras == 1 else "joint",
        held,
        START_US,
        fps=fps,
        labels=labels or {},
        players=tuple(people),
        latency_budget_ms=2000.0,
    )
    return Stage(cast, scenes, MemoryLive(), record, ScriptedModels(scenes), rate_hz)


def relabel(stage: Stage, labels: dict[int, str]) -> None:
    """Say while it runs who is who."""
    stage.record = replace(stage.record, labels=labels)
    stage.live.store.records[SESSION] = stage.record


def encoded(frame: int, camera: int = 0, size: tuple[int, int] = SIZE) -> bytes:
    """The picture of a frame as PNG: no pixel is lost."""
    return bytes(cv2.imencode(".png", picture(frame, camera, size), [cv2.IMWRITE_PNG_COMPRESSION, 1])[1])


def until(true: Callable[[], bool], limit_s: float = 20.0) -> None:
    """Wait for something, at most `limit_s`."""
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.001)
