"""The loop of a live session: claim, continue from the checkpoint, look at frames, tell, save, and store the result.

    claim ─→ restore ─→ ┌ read → look at the newest → publish ┐ ─→ stop, silence, length ─→ result ─→ finish ─→ release
                        └──── every second: save, re-read ────┘

Whoever is killed at any instant leaves a checkpoint that is at most a second old; frames since then are still in the
stream and are looked at again. Nothing that a sender does ends the session: a frame that cannot be opened is counted.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from pipeline.errors import ArtefactError, JobCancelled, LeaseLost, PipelineError
from pipeline.live_checkpoint import pack_checkpoint, unpack_checkpoint
from pipeline.live_frames import BadFrame, open_frame
from pipeline.live_intake import Intake
from pipeline.live_lease import LeaseKeeper, LiveTiming
from pipeline.live_models import LiveModels
from pipeline.live_ports import (
    FrameSource,
    LiveBudget,
    LiveClaim,
    LiveEnd,
    LiveFrame,
    LiveFrameFacts,
    LiveMetrics,
    LivePlayer,
    LivePorts,
    LiveRecord,
    LiveResult,
    LiveSink,
    LiveState,
    Scale,
)
from pipeline.live_recording import CameraRecording, piece_prefix
from pipeline.live_result import discard_pieces, make_results
from pipeline.live_series import Recorded
from pipeline.steps.kpis import zone_policy
from vision.calibration.homography import PitchHomography
from vision.errors import CalibrationError, ModelError, VisionError
from vision.live import LiveConfig, LiveProcessor, LiveReport, PlayerFacts

log = logging.getLogger(__name__)


def run_live(
    session_id: str,
    ports: LivePorts,
    models: LiveModels,
    *,
    worker: str,
    timing: LiveTiming | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Work on a session until it ends; False at once when somebody else does, or it is closed.

    Args:
        clock: what the time between checkpoints is taken from [s].

    Raises:
        Exception: what the machine or the code does wrong; the session is given back and others try.
    """
    timing = timing or LiveTiming()
    claim = ports.store.claim(session_id, worker=worker, lease_s=timing.lease_s)
    if claim is None:
        return False
    with LeaseKeeper(ports.store, claim, timing) as lease:
        try:
            LiveLoop(ports, claim, models, lease, timing, clock).run()
        except (JobCancelled, LeaseLost) as leaving:
            log.info("live session %s: %s", session_id, leaving.message)
        except (PipelineError, ModelError, CalibrationError) as error:
            log.warning("live session %s cannot go on: %s", session_id, error.message)
            ports.sink(claim).fail(error.code, error.message)
    return True


@dataclass(slots=True)
class LiveLoop:
    """One worker's time with one session."""

    ports: LivePorts
    claim: LiveClaim
    models: LiveModels
    lease: LeaseKeeper
    timing: LiveTiming = field(default_factory=LiveTiming)
    clock: Callable[[], float] = time.monotonic
    now_us: Callable[[], int] = lambda: time.time_ns() // 1000
    record: LiveRecord = field(init=False)
    sink: LiveSink = field(init=False)
    source: FrameSource = field(init=False)
    processor: LiveProcessor = field(init=False)
    intake: Intake = field(default_factory=Intake)
    version: int = 0
    ending: LiveEnd | None = None
    _recordings: dict[str, CameraRecording] = field(default_factory=dict)
    _facts: dict[str, LiveFrameFacts] = field(default_factory=dict)
    _calibrations: dict[str, tuple[Mapping[str, Any] | None, PitchHomography | None]] = field(default_factory=dict)
    _looked_at: deque[float] = field(default_factory=lambda: deque(maxlen=600))
    _messages: dict[str, str] = field(default_factory=dict)
    _cursor: str = ""
    _failures: int = 0
    _told: tuple[int, ...] = ()
    _last_frame: float = field(default_factory=time.monotonic)
    _saved: float = -math.inf

    def run(self) -> None:
        """From the checkpoint to the stored result, or until the lease is gone."""
        self.record = self.ports.store.load(self.claim.session_id)
        self.sink = self.ports.sink(self.claim)
        self._cursor = self._restore()
        self.source = self.ports.source(self.claim, self._cursor)
        try:
            while self.ending is None:
                self.lease.check()
                self._turn()
            self._drain()
            self._save()
            self._finish(self.ending)
        finally:
            self.source.close()

    def _turn(self) -> None:
        """Read, look, tell; once a second save."""
        block_s = 0.0 if self.intake.has_waiting else self.timing.block_s
        frames = self.source.read(self.timing.read_frames, block_s)
        if frames:
            self._last_frame = time.monotonic()
        self.intake.add(frames)
        for frame in self.intake.next_frames(self.processor.budget.detect_every):
            self._look(frame)
        if not self.intake.has_waiting:
            self._cursor = self.source.cursor()
        if self.clock() - self._saved >= self.timing.save_s:
            self._save()
            self._tell_counts()
        self.ending = self.ending or self._end()

    def _end(self) -> LiveEnd | None:
        if self._failures >= self.timing.failures:
            return LiveEnd.BROKEN_OFF
        if self.source.stop_requested():
            return LiveEnd.STOPPED
        if time.monotonic() - self._last_frame > self.timing.idle_s:
            return LiveEnd.IDLE
        if (self.now_us() - self.record.started_us) / 1e6 > self.timing.most_s:
            return LiveEnd.TOO_LONG
        return None

    def _drain(self) -> None:
        """Look at what came before somebody pressed stop."""
        until = time.monotonic() + self.timing.drain_s
        while self.ending is LiveEnd.STOPPED and time.monotonic() < until:
            self.lease.check()
            frames = self.source.read(self.timing.read_frames, 0.0)
            self.intake.add(frames)
            if not frames and not self.intake.has_waiting:
                return
            for frame in self.intake.next_frames():
                self._look(frame)

    def _look(self, frame: LiveFrame) -> None:
        """Look at one frame and tell what is known now. Whatever is wrong with it, the session goes on."""
        camera = self.intake.cameras[frame.camera]
        if frame.camera not in self.processor.views:
            self._read_record()
        if frame.camera not in self.processor.views:
            camera.dropped += 1
            return
        try:
            image = open_frame(frame.data)
            t_s = (self.intake.moment_us(frame) - self.record.started_us) / 1e6
            report = self.processor.process_frame(image, t_s, frame.camera)
        except (BadFrame, VisionError) as error:
            camera.broken += 1
            self._messages[frame.camera] = f"{frame.camera}: {error}"
            return
        except Exception:
            camera.broken += 1
            self._failures += 1
            log.exception("live session %s: a frame of %s failed", self.claim.session_id, frame.camera)
            self._messages[frame.camera] = f"{frame.camera}: a picture could not be analysed."
            return
        self._failures, camera.looked = 0, camera.looked + 1
        self._messages.pop(frame.camera, None)
        height, width = image.shape[:2]
        self._facts[frame.camera] = LiveFrameFacts(
            t_us=frame.captured_us, seq=frame.seq, width=int(width), height=int(height)
        )
        self._recording(frame.camera).add(self.processor.last[frame.camera])
        self._looked_at.append(time.monotonic())
        self._publish(report, (self.now_us() - frame.received_us) / 1000.0)

    def _recording(self, name: str) -> CameraRecording:
        if name not in self._recordings:
            camera = next(camera for camera in self.record.cameras if camera.name == name)
            prefix = piece_prefix(self.record.session_id, camera.artefact_id)
            self._recordings[name] = CameraRecording(self.ports.artefacts, prefix)
        return self._recordings[name]

    def _tell_counts(self) -> None:
        """Publish without a new frame where something changed that a viewer should know."""
        counts = (sum(self._sum_dropped().values()), sum(self.intake.tally("broken").values()))
        if counts != self._told and self._told:
            self._publish(self.processor.get_current_metrics(), 0.0)
        self._told = counts

    def _publish(self, report: LiveReport, latency_ms: float) -> None:
        self.version += 1
        metrics = LiveMetrics(
            players=[self._player(cast(LivePlayer, player)) for player in report["players"]],
            frame=dict(self._facts),
            fps=self._rate(),
            latency_ms=round(latency_ms, 1),
            dropped=self._sum_dropped(),
            broken=self.intake.tally("broken"),
            ignored=self.intake.tally("ignored"),
            scale=report["scale"],
            budget=LiveBudget(**report["budget"], catching_up=self.intake.catching_up),
            messages=[*report["messages"], *self._messages.values()],
        )
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.sink.publish(LiveState(type="metrics_update", version=self.version, metrics=metrics, timestamp=stamp))

    def _player(self, player: LivePlayer) -> LivePlayer:
        """With who it is; a player whom several tracks belonged to has the sum of them."""
        who = self.record.labels.get(player["track_id"])
        player["player_id"] = who
        if who is None:
            return player
        others = [track for track, one in self.record.labels.items() if one == who and track != player["track_id"]]
        for key in ("distance_m", "load"):
            value = player[key]
            if value is not None:
                more = sum(self.processor.kpis.totals(track)[key] for track in others)
                player[key] = round(value + more, 1)
        return player

    def _rate(self) -> float:
        now = time.monotonic()
        recent = sum(moment > now - self.timing.rate_s for moment in self._looked_at)
        return round(recent / self.timing.rate_s, 1)

    def _sum_dropped(self) -> dict[str, int]:
        """Camera → frames nobody looked at: passed over here, and trimmed before they were read."""
        total = self.intake.tally("dropped")
        for camera, count in self.source.dropped().items():
            total[camera] = total.get(camera, 0) + count
        return total

    def _read_record(self) -> None:
        """Take up what people changed: cameras, calibrations, who is who."""
        self.record = self.ports.store.load(self.claim.session_id)
        cameras: dict[str, PitchHomography | None] = {}
        for camera in self.record.cameras:
            known = self._calibrations.get(camera.name)
            if known is None or known[0] != camera.calibration:
                known = (camera.calibration, self._calibration(camera.name, camera.calibration))
                self._calibrations[camera.name] = known
            cameras[camera.name] = known[1]
        self.processor.use_cameras(cameras)
        players = {player.player_id: player for player in self.record.players}
        facts = {
            track: PlayerFacts(players[who].height_m, zone_policy(players[who].zones))
            for track, who in self.record.labels.items()
            if who in players
        }
        subject = self.record.subject_player_id
        chosen = sorted(facts, key=lambda track: self.record.labels[track] != subject)
        self.processor.know_players(facts, chosen)

    def _calibration(self, camera: str, data: Mapping[str, Any] | None) -> PitchHomography | None:
        try:
            return PitchHomography.from_dict(cast(Any, data)) if data else None
        except CalibrationError as error:
            self._messages[f"calibration of {camera}"] = f"{camera}: {error.message}"
            return None

    def _restore(self) -> str:
        """Continue from the last checkpoint, or begin; answers how far frames were read."""
        self.processor = self.models.processor(self.record, self._config())
        self._read_record()
        data = self.sink.load()
        if data is None:
            return ""
        try:
            head, arrays = unpack_checkpoint(data)
        except ArtefactError as error:
            log.error("live session %s: %s", self.claim.session_id, error.message)
            self.ending = LiveEnd.BROKEN_OFF
            return ""
        self._restore_from(head, arrays)
        return str(head["cursor"])

    def _restore_from(self, head: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
        # Cameras in the order in which they joined: states are numbered by it.
        self.version = int(head["state"]) + self.timing.version_step
        self.intake.restore(head["intake"])
        self._facts = dict(head["facts"])
        for name, recording in head["recordings"].items():
            prefix = f"record.{name}."
            rows = {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
            if any(camera.name == name for camera in self.record.cameras):
                self._recording(name).resume(recording, rows)
        state = {key.removeprefix("see."): value for key, value in arrays.items() if key.startswith("see.")}
        self.processor.restore({**state, "plain": head["plain"]})

    def _save(self) -> None:
        """Keep all that another worker needs.

        Raises:
            LeaseLost: another worker has the session.
        """
        self._saved = self.clock()
        self._read_record()
        state = self.processor.state()
        plain = state.pop("plain")
        arrays = {f"see.{key}": value for key, value in state.items()}
        for name, recording in self._recordings.items():
            arrays |= {f"record.{name}.{column}": rows for column, rows in recording.rows().items()}
        head = {
            "state": self.version,
            "cursor": self._cursor,
            "intake": self.intake.state(),
            "facts": self._facts,
            "recordings": {name: recording.head() for name, recording in self._recordings.items()},
            "plain": plain,
        }
        if not self.sink.save(pack_checkpoint(head, arrays)):
            raise LeaseLost("Another worker took the session over.")

    def _finish(self, reason: LiveEnd) -> None:
        """Store the result; exactly one caller's counts."""
        for recording in self._recordings.values():
            recording.flush()
        self.lease.check()
        self.lease.be_patient()
        made = make_results(self.ports.artefacts, self.record, self._recorded())
        scale = self.processor.scale
        result = LiveResult(
            session_id=self.record.session_id,
            reason=reason,
            results=made.results,
            ended_us=self.record.started_us + round(1e6 * made.last_s),
            frames=made.frames,
            dropped=self._sum_dropped(),
            broken=self.intake.tally("broken"),
            scale=Scale(scale),
            warnings=tuple(view.problem for view in self.processor.views.values() if view.problem),
            corrections=made.corrections,
        )
        self.lease.check()
        if self.sink.finish(result):
            discard_pieces(self.ports.artefacts, self.record)

    def _recorded(self) -> list[Recorded]:
        return [Recorded(camera, self.models.infos, self.models.skeleton) for camera in self.record.cameras]

    def _config(self) -> LiveConfig:
        return LiveConfig(latency_ms=self.record.latency_budget_ms, fps=self.record.fps)
