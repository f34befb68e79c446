"""A live session's eyes: frames in, one state of everybody on the pitch out, within a time budget."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vision.calibration.homography import PitchHomography
from vision.errors import VisionError
from vision.kpi.live import LiveKPIs
from vision.kpi.policy import ZonePolicy
from vision.live.budget import TimeBudget
from vision.live.fusion import PitchFusion
from vision.live.heights import HeightScale
from vision.live.report import CALIBRATED, ESTIMATED, NONE, FrameFacts, LiveReport, Placed, player_states
from vision.live.sizes import SizedDetector
from vision.live.view import CameraView, LiveScale, Sight
from vision.types import NO_TRACK, Detector, ImageBGR, Int32Array, PoseEstimator, Tracks


@dataclass(frozen=True, slots=True)
class PlayerFacts:
    """What is known of the player that a number stands for. `height_m`: standing height [m]."""

    height_m: float | None = None
    policy: ZonePolicy = field(default_factory=ZonePolicy)


@dataclass(frozen=True, slots=True)
class LiveConfig:
    """How a session is looked at.

    Attributes:
        latency_ms: from a frame's arrival to its state [ms].
        fps: frames a second of each camera.
        shown_s: a camera's people are shown for so long after its last frame [s].
        keypoints_s: … and postures for so long [s]: players move a limb's length in it.
    """

    latency_ms: float = 250.0
    fps: float = 10.0
    shown_s: float = 1.0
    keypoints_s: float = 0.35


class LiveProcessor:
    """Detector, tracker, postures and figures of one session with one camera or several.

    Several calibrated cameras give one position and number per player (`PitchFusion`); the frames' times must then be
    of one clock. Frames of one camera come in order.
    """

    def __init__(
        self,
        detector: Detector,
        pose: PoseEstimator | None = None,
        *,
        cameras: Mapping[str, LiveScale | None] | None = None,
        config: LiveConfig | None = None,
        session_id: str = "",
    ) -> None:
        """Make a session.

        Args:
            detector: finds people; its input size is changed to hold the budget where the model allows.
            pose: reads postures, or `None`.
            cameras: name → calibration or `None`; one nameless camera without calibration by default.
            config: budget and rates.
            session_id: what `get_current_metrics` answers to.
        """
        self.config = config or LiveConfig()
        self.session_id = session_id
        self._detector, self._pose = SizedDetector(detector), pose
        self._views: dict[str, CameraView] = {}
        self._heights: dict[str, HeightScale] = {}
        self._looked: dict[str, int] = {}
        self._last: dict[str, Placed] = {}
        self._fusion: PitchFusion | None = None
        self._own_numbers: dict[tuple[str, int], int] = {}
        self._next_number = 1
        self._kpis = LiveKPIs()
        self._players: dict[int, PlayerFacts] = {}
        self._chosen: tuple[int, ...] = ()
        self._keypoints: dict[tuple[str, int], tuple[float, list[list[float]]]] = {}
        self._took_ms = 0.0
        self._began = time.monotonic()
        self.budget = TimeBudget(
            self.config.latency_ms,
            1000.0 / self.config.fps,
            sizes=self._detector.sizes,
            has_pose=pose is not None,
        )
        self.use_cameras(dict(cameras) if cameras else {"": None})

    def use_cameras(self, cameras: Mapping[str, LiveScale | None]) -> None:
        """Take in cameras that joined, and calibrations that changed; numbers of players stay what they are.

        Cameras that are not named stay as they are.
        """
        for name, scale in cameras.items():
            if name not in self._views:
                self._views[name] = CameraView(name)
                self._looked[name] = 0
            view = self._views[name]
            if scale is not None and view.scale is not scale:
                view.use_scale(scale)
                self._heights.pop(name, None)
            elif view.scale is None:
                self._heights.setdefault(name, HeightScale())
        if len(self._views) > 1:
            self._keep_numbers()
        calibrated = [view for view in self._views.values() if isinstance(view.scale, PitchHomography)]
        if len(calibrated) > 1 and self._fusion is None:
            self._fusion = PitchFusion(next_number=self._next_number)
            for key, number in self._own_numbers.items():
                self._fusion.adopt(key, number)
            for name, placed in self._last.items():
                self._fuse(name, placed.sight)
        self.budget.frame_ms = 1000.0 / (self.config.fps * len(self._views))

    def _keep_numbers(self) -> None:
        """From the second camera on numbers are the session's own; until then they were the first tracker's."""
        if self._own_numbers or self._next_number > 1 or not self._last:
            return
        name = next(iter(self._last))
        tracker = self._views[name].tracker
        self._own_numbers = {(name, track): track for track in tracker.waited_for.tolist()}
        self._next_number = tracker.next_id

    def process_frame(self, frame: ImageBGR, t_s: float | None = None, camera: str = "") -> LiveReport:
        """Look at the next frame of a camera.

        Args:
            frame: `(H, W, 3)` uint8 BGR; its size may change in proportion.
            t_s: when it was filmed, by the session's clock [s]; now by default.
            camera: which camera; may be left out where there is one.

        Returns:
            The whole state of the session.

        Raises:
            VisionError: `UNKNOWN_CAMERA`, or `BAD_FRAME_TIME`: not later than the camera's last frame.
            ShapeError: not an image.
        """
        began = time.perf_counter()
        name = camera if camera in self._views or len(self._views) > 1 else next(iter(self._views))
        if name not in self._views:
            known = ", ".join(self._views)
            raise VisionError(f"There is no camera {camera!r} in this session; known: {known}.", code="UNKNOWN_CAMERA")
        moment = time.monotonic() - self._began if t_s is None else t_s
        self._look(frame, moment, name)
        self._took_ms = 1000.0 * (time.perf_counter() - began)
        self.budget.spend(self._took_ms, time.monotonic())
        return self.get_current_metrics()

    def get_current_metrics(self, session_id: str | None = None) -> LiveReport:
        """The state as it is, without looking at anything.

        Raises:
            VisionError: `NOT_FOUND`, another session's id.
        """
        if session_id is not None and session_id != self.session_id:
            raise VisionError(f"This processor does not work on session {session_id!r}.", code="NOT_FOUND")
        newest = max((placed.sight.t_s for placed in self._last.values()), default=0.0)
        shown = {
            name: placed for name, placed in self._last.items() if placed.sight.t_s >= newest - self.config.shown_s
        }
        return LiveReport(
            players=player_states(shown, self._kpis, self._keypoints, several=len(self._views) > 1),
            frame={
                name: FrameFacts(t_s=placed.sight.t_s, width=placed.sight.size[0], height=placed.sight.size[1])
                for name, placed in self._last.items()
            },
            scale=self.scale,
            budget=self.budget.report(),
            processing_time_ms=round(self._took_ms, 2),
            messages=[view.problem for view in self._views.values() if view.problem],
        )

    @property
    def scale(self) -> str:
        """`calibrated`, `estimated` (by players' heights) or `none`: where metres come from."""
        scales = [view.scale for view in self._views.values() if view.has_metres]
        if any(isinstance(scale, PitchHomography) for scale in scales):
            return CALIBRATED
        return ESTIMATED if scales else NONE

    @property
    def last(self) -> Mapping[str, Placed]:
        """What each camera's newest frame added."""
        return self._last

    @property
    def views(self) -> Mapping[str, CameraView]:
        """The cameras."""
        return self._views

    @property
    def kpis(self) -> LiveKPIs:
        """The figures."""
        return self._kpis

    @property
    def fused(self) -> bool:
        """Whether several cameras are joined on the pitch."""
        return self._fusion is not None

    def know_players(self, players: Mapping[int, PlayerFacts], chosen: Sequence[int] = ()) -> None:
        """Say who numbers stand for, and whose postures are read before others'."""
        self._players, self._chosen = dict(players), tuple(chosen)
        self._kpis.use_policies({number: facts.policy for number, facts in players.items()})

    def state(self) -> dict[str, Any]:
        """All that must survive a change of workers: arrays, and plain values for JSON below `plain`."""
        found: dict[str, Any] = {f"kpis.{key}": value for key, value in self._kpis.state().items()}
        for index, view in enumerate(self._views.values()):
            found |= {f"view{index}.{key}": value for key, value in view.state().items()}
        found["plain"] = {
            "cameras": list(self._views),
            "numbers": [[camera, track, number] for (camera, track), number in self._own_numbers.items()],
            "next": self._next_number,
            "fusion": self._fusion.state() if self._fusion is not None else None,
            "rung": self.budget.rung_index,
            "heights": {name: heights.state() for name, heights in self._heights.items()},
        }
        return found

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue where `state` was taken, by a processor of the same cameras (more may have joined since)."""

        def below(prefix: str) -> dict[str, Any]:
            return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}

        plain = state["plain"]
        self._kpis.restore(below("kpis."))
        for index, name in enumerate(plain["cameras"]):
            view = self._views.get(name)
            if view is None:
                continue
            if name in self._heights and name in plain["heights"]:
                self._heights[name].restore(plain["heights"][name])
                view.scale = self._heights[name].scale
            view.restore(below(f"view{index}."))
        self._own_numbers = {(camera, track): number for camera, track, number in plain["numbers"]}
        self._next_number = int(plain["next"])
        if self._fusion is not None and plain["fusion"] is not None:
            self._fusion.restore(plain["fusion"])
        self.budget.rung_index = min(int(plain["rung"]), len(self.budget.params.ladder) - 1)

    def _look(self, frame: ImageBGR, t_s: float, name: str) -> None:
        view = self._views[name]
        tracks, zoom = view.see(frame, t_s, self._detector, self.budget.input_px)
        rung = self.budget.rung
        rows: list[int] = []
        if self._pose is not None and rung.pose_every and self._looked[name] % rung.pose_every == 0:
            rows = self._whose_posture(name, tracks, rung.pose_players)
        keypoints = view.read_postures(frame, tracks, zoom, self._pose, rows) if self._pose is not None else {}
        self._looked[name] += 1
        sight = view.place(tracks, zoom, keypoints, t_s)
        number = self._numbers_of(name, sight)
        self._learn_height(name, tracks, number)
        self._measure(name, sight, number)
        for row, points in keypoints.items():
            rounded = [[round(float(x), 1), round(float(y), 1), round(float(score), 2)] for x, y, score in points]
            self._keypoints[name, int(number[row])] = (t_s, rounded)
        self._keypoints = {
            key: entry for key, entry in self._keypoints.items() if entry[0] >= t_s - self.config.keypoints_s
        }

    def _whose_posture(self, name: str, tracks: Tracks, most: int) -> list[int]:
        """Rows of the people whose postures are read: the chosen ones first, then the largest."""
        seen = np.flatnonzero(tracks.detection_index >= 0)
        own = {number: track for (camera, track), number in self._known_numbers().items() if camera == name}
        first = [own[number] for number in self._chosen if number in own]
        rank = {track: place for place, track in enumerate(first)}
        height = tracks.xyxy[:, 3] - tracks.xyxy[:, 1]
        order = sorted(seen, key=lambda row: (rank.get(int(tracks.track_id[row]), len(rank)), -height[row]))
        return [int(row) for row in order[:most]]

    def _known_numbers(self) -> Mapping[tuple[str, int], int]:
        if self._fusion is not None:
            return {**self._own_numbers, **self._fusion.numbers}
        if len(self._views) == 1:
            name, placed = next(iter(self._last.items()), ("", None))
            found = placed.sight.tracks.track_id.tolist() if placed is not None else []
            return {(name, track): track for track in found}
        return self._own_numbers

    def _numbers_of(self, name: str, sight: Sight) -> Int32Array:
        """The session's numbers of the people in a camera's frame."""
        track_id = sight.tracks.track_id
        if len(self._views) == 1 and not self._own_numbers:
            return track_id
        if self._fusion is not None and self._views[name].has_metres:
            return self._fuse(name, sight)
        numbers = np.full(len(track_id), NO_TRACK, np.int32)
        for row, track in enumerate(track_id):
            key = (name, int(track))
            if key not in self._own_numbers:
                self._own_numbers[key] = self._new_number()
            numbers[row] = self._own_numbers[key]
        while len(self._own_numbers) > 2000:
            del self._own_numbers[next(iter(self._own_numbers))]
        return numbers

    def _fuse(self, name: str, sight: Sight) -> Int32Array:
        assert self._fusion is not None  # noqa: S101 - callers asked
        return self._fusion.update(name, sight.t_s, sight.tracks.track_id, sight.xy_m, sight.covariance, sight.sigma_m)

    def _new_number(self) -> int:
        if self._fusion is not None:
            self._fusion.next_number += 1
            return self._fusion.next_number - 1
        self._next_number += 1
        return self._next_number - 1

    def _learn_height(self, name: str, tracks: Tracks, number: Int32Array) -> None:
        """Get a scale from the heights of known players where the pitch is not marked."""
        heights, view = self._heights.get(name), self._views[name]
        if heights is None or heights.scale is not None or view.reference_size is None:
            return
        known = {index: facts.height_m for index, facts in self._players.items() if facts.height_m is not None}
        if not known:
            return
        tall = np.array([known.get(int(each), np.nan) for each in number])
        there = np.isfinite(tall) & (tracks.detection_index >= 0)
        heights.add(tracks.xyxy[there], tall[there], view.reference_size)
        view.scale = heights.scale

    def _measure(self, name: str, sight: Sight, number: Int32Array) -> None:
        if self._fusion is not None:
            joint = self._fusion.fused(sight.t_s)
            self._kpis.update(sight.t_s, joint.number, joint.xy_m, joint.noise_m)
            self._last[name] = Placed(name, sight, number, joint.number, joint.xy_m, joint.sigma_m)
            return
        placed = np.isfinite(sight.xy_m).all(axis=1) & (number != NO_TRACK)
        xy, noise = sight.xy_m[placed], sight.sigma_m[placed]
        sigma = np.sqrt(np.trace(sight.covariance[placed], axis1=1, axis2=2) / 2)
        self._kpis.update(sight.t_s, number[placed], xy, noise)
        self._last[name] = Placed(name, sight, number, number[placed], xy, sigma)
