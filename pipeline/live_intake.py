"""Which frame is looked at next: in order, the newest first when late, and after a change of workers a few in between.

A frame that came twice, or after a later one of its camera, is not looked at; what nobody looks at is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.live_ports import LiveFrame


@dataclass(frozen=True, slots=True)
class IntakeParams:
    """Parameters.

    Attributes:
        gap_s: where more than this lies between the last frame looked at and the newest, frames in between are taken
            too, so that players can be followed through the gap: no more than the figures bridge
            (`vision.kpi.smoothing.SmoothingParams.max_gap_s`) …
        step_s: … this far apart [s], so that a player who was missed once is not lost to the figures …
        most_between: … but no more than so many: then the newest counts again.
        most_waiting: frames of a camera that wait here; more would be older than anybody wants to see.
        clock_s: a frame whose time is further than this from its arrival was dated by a wrong clock [s]; its arrival
            counts instead.
    """

    gap_s: float = 0.5
    step_s: float = 0.2
    most_between: int = 30
    most_waiting: int = 128
    clock_s: float = 65.0


@dataclass(slots=True)
class CameraIntake:
    """One camera's frames.

    Attributes:
        seq, captured_us: of the newest frame that was taken in.
        done_seq, done_us: of the last frame that is dealt with; those behind it wait.
        again_seq: frames up to this one were dealt with by an earlier worker and may come again.
        looked_us: when the last frame that was looked at was filmed; 0 for none.
        dropped, ignored, broken, looked: counts.
    """

    seq: int = -1
    captured_us: int = 0
    looked_us: int = 0
    between: int = 0
    looked: int = 0
    dropped: int = 0
    ignored: int = 0
    broken: int = 0
    offered: int = 0
    done_seq: int = -1
    done_us: int = 0
    again_seq: int = -1
    waiting: list[LiveFrame] = field(default_factory=list)

    def counts(self) -> list[int]:
        """What a checkpoint keeps."""
        return [self.done_seq, self.done_us, self.looked_us, self.looked, self.dropped, self.ignored, self.broken]

    @classmethod
    def of_counts(cls, counts: Sequence[int]) -> CameraIntake:
        """Continue from `counts`."""
        seq, captured_us, looked_us, looked, dropped, ignored, broken = (int(count) for count in counts)
        known = cls(seq, captured_us, looked_us, 0, looked, dropped, ignored, broken)
        known.done_seq, known.done_us, known.again_seq = seq, captured_us, seq
        return known


@dataclass(slots=True)
class Intake:
    """Frames of all cameras that wait to be looked at."""

    params: IntakeParams = field(default_factory=IntakeParams)
    cameras: dict[str, CameraIntake] = field(default_factory=dict)

    def add(self, frames: Sequence[LiveFrame]) -> None:
        """Take in frames in the order in which they came."""
        for frame in frames:
            camera = self.cameras.setdefault(frame.camera, CameraIntake())
            moment = self.moment_us(frame)
            if frame.seq <= camera.seq or moment <= camera.captured_us:
                camera.ignored += frame.seq > camera.again_seq
                continue
            camera.seq, camera.captured_us = frame.seq, moment
            camera.waiting.append(frame)
            while len(camera.waiting) > self.params.most_waiting:
                gone = camera.waiting.pop(0)
                camera.done_seq, camera.done_us = gone.seq, self.moment_us(gone)
                camera.dropped += 1

    def moment_us(self, frame: LiveFrame) -> int:
        """When a frame was filmed, as far as its clock can be believed [µs since 1970]."""
        off_s = abs(frame.captured_us - frame.received_us) / 1e6
        return frame.captured_us if off_s <= self.params.clock_s else frame.received_us

    def next_frames(self, every: int = 1) -> list[LiveFrame]:
        """The next frame of each camera that has one, the earliest first.

        Args:
            every: look at one of so many frames.
        """
        found = [frame for camera in self.cameras.values() if (frame := self._next(camera, every)) is not None]
        return sorted(found, key=self.moment_us)

    @property
    def has_waiting(self) -> bool:
        """Whether frames wait."""
        return any(camera.waiting for camera in self.cameras.values())

    @property
    def catching_up(self) -> bool:
        """Whether frames of a gap are being looked at."""
        return any(camera.between for camera in self.cameras.values())

    def tally(self, name: str) -> dict[str, int]:
        """Camera → one of its counts (`dropped`, `ignored`, `broken`, `looked`)."""
        return {camera: int(getattr(counts, name)) for camera, counts in sorted(self.cameras.items())}

    def state(self) -> dict[str, list[int]]:
        """What a checkpoint keeps; waiting frames are read again by whoever takes over."""
        return {name: camera.counts() for name, camera in self.cameras.items()}

    def restore(self, state: Mapping[str, Sequence[int]]) -> None:
        """Continue where `state` was taken."""
        self.cameras = {name: CameraIntake.of_counts(counts) for name, counts in state.items()}

    def _next(self, camera: CameraIntake, every: int) -> LiveFrame | None:
        if not camera.waiting:
            return None
        gap_us = self.moment_us(camera.waiting[-1]) - camera.looked_us
        in_gap = camera.looked_us > 0 and gap_us > self.params.gap_s * 1e6
        if in_gap and len(camera.waiting) > 1 and camera.between < self.params.most_between:
            camera.between += 1
            earliest = camera.looked_us + self.params.step_s * 1e6
            index = next(
                (at for at, frame in enumerate(camera.waiting) if self.moment_us(frame) >= earliest),
                len(camera.waiting) - 1,
            )
        else:
            camera.between = 0
            index = len(camera.waiting) - 1
        frame = camera.waiting[index]
        camera.dropped += index
        camera.done_seq, camera.done_us = frame.seq, self.moment_us(frame)
        del camera.waiting[: index + 1]
        camera.offered += 1
        if every > 1 and camera.offered % every:
            camera.dropped += 1
            return None
        camera.looked_us = self.moment_us(frame)
        return frame
