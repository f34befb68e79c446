"""What a live session needs from outside: frames in, states out, and who may work on it. Light: no arrays.

A session is owned by one process at a time, by a lease of a few seconds. Who lost the lease stops at the next frame;
who takes over continues from the last checkpoint and re-reads the frames that came since. Django's side is
`apps/live/adapters.py`; `pipeline.live_testing` has the same in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NotRequired, Protocol, TypedDict

from pipeline.errors import PipelineError
from pipeline.ports import ArtefactStore, Correction, Lease, Machine, PlayerRecord, Results

LEASE_S = 3.0
"""A silent worker keeps its session this long [s]; another must stand in within 5 s of a kill."""
LATENCY_BUDGET_MS = 250.0
"""From a frame's arrival to its state [ms], unless the session says otherwise: later than that a coach sees it lag."""


EVERYTHING: Mapping[str, float | int] = {"detect_hz": 0.0, "pose_hz": 0.0, "pose_people": 0}
"""Overrides (`pipeline.params`) of a live session's job whenever its steps run again: what was recorded was chosen
already, so every frame of it counts. Without them rows of frames that a preset would skip land on wrong times."""


class LiveEnd(StrEnum):
    """Why a session ended."""

    STOPPED = "stopped"
    IDLE = "idle"
    """No frame came for minutes."""
    TOO_LONG = "too_long"
    BROKEN_OFF = "broken_off"
    """The analysis could not go on; what was there is stored."""


class Scale(StrEnum):
    """Where metres come from: the marked pitch, the known heights of players, or nowhere."""

    CALIBRATED = "calibrated"
    ESTIMATED = "estimated"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """One picture as it was sent; nobody has decoded it yet.

    Attributes:
        camera: name of the camera in its session.
        seq: counts the camera's frames as they were sent; rises.
        captured_us: when it was filmed [µs since 1970 by the server's clock; the device's offset is applied].
        received_us: when the server had it [µs since 1970].
        data: JPEG, PNG or WebP.
    """

    camera: str
    seq: int
    captured_us: int
    received_us: int
    data: bytes


@dataclass(frozen=True, slots=True)
class LiveCamera:
    """A camera of a session. `calibration`: JSON form of a `PitchHomography` of this camera, or `None`.

    `artefact_id`: below `sessions/<session_id>/` the camera's own boxes and postures are stored under this name.
    """

    name: str
    artefact_id: str
    calibration: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class LiveRecord:
    """A session as its worker sees it; read again every second, because people change it while it runs.

    Attributes:
        artefact_id: the session's own results are stored below `sessions/<session_id>/<artefact_id>/`. For one camera
            it is that camera's; for several it is another one (a `VideoRecord.video_id` in every reader's eyes).
        model: detector key or file; empty for the fastest that is installed.
        pose_model: the same; `none` for no postures.
        preset: of `pipeline.params`.
        fps: frames a second that the cameras were told to send.
        started_us: time zero of the session [µs since 1970].
        players: who may be in it; heights give a scale where no pitch is marked.
        labels: track number → player id, as a coach said so far.
        subject_player_id: who gets postures first, with all labelled ones.
        latency_budget_ms: from a frame's arrival to its state [ms].
    """

    session_id: str
    artefact_id: str
    cameras: tuple[LiveCamera, ...]
    started_us: int
    model: str = ""
    pose_model: str = ""
    preset: str = "fast"
    fps: float = 10.0
    players: tuple[PlayerRecord, ...] = ()
    labels: Mapping[int, str] = field(default_factory=dict)
    subject_player_id: str | None = None
    latency_budget_ms: float = LATENCY_BUDGET_MS


@dataclass(frozen=True, slots=True)
class LiveClaim:
    """The right to work on a session until the lease ends. `token` fences every later write."""

    session_id: str
    token: str
    worker: str


class LivePlayer(TypedDict):
    """A tracked person in one published state; `None` where it is not known or cannot be told honestly.

    Keys: `bbox` [px of `camera`'s frame]; `views` the boxes in all cameras' frames, where there are several;
    `keypoints` 17 × (x, y [px], score); `xy_m` on the pitch [m] with 1σ per axis `sigma_m`; `speed_mps` with its 1σ;
    `distance_m` and `load` (arbitrary units) since the start; `zone` 1-5; `implausible` true while the figures are
    beyond what a human can do; `seen` false where the box is predicted. Names are the host's to add.
    """

    track_id: int
    player_id: str | None
    camera: str
    bbox: list[float]
    seen: bool
    views: NotRequired[dict[str, list[float]]]
    keypoints: NotRequired[list[list[float]]]
    xy_m: NotRequired[list[float]]
    sigma_m: NotRequired[float]
    speed_mps: float | None
    speed_sigma_mps: float | None
    distance_m: float | None
    zone: int | None
    load: float | None
    implausible: NotRequired[bool]


class LiveFrameFacts(TypedDict):
    """The frame a state was made of, per camera. `t_us`: when it was filmed [µs since 1970]."""

    t_us: int
    seq: int
    width: int
    height: int


class LiveBudget(TypedDict):
    """How the time budget is held now.

    Keys: `latency_ms` the budget; `spent_ms` what a frame takes now (a moving mean); `input_px` longer side of the
    detector's input, `None` where the model fixes it; `detect_every` and `pose_every` frames; `pose_players` how many
    get postures; `catching_up` true after a change of workers; `note` a sentence for a coach, or empty.
    """

    latency_ms: float
    spent_ms: float
    input_px: int | None
    detect_every: int
    pose_every: int
    pose_players: int
    catching_up: bool
    note: str


class LiveMetrics(TypedDict):
    """What is known at one moment. `broken`: camera → pictures that could not be read; `ignored`: twice sent or late.

    `dropped`: camera → frames nobody looked at because newer ones were there. `latency_ms`: from the frame's arrival at
    the server to this state.
    """

    players: list[LivePlayer]
    frame: dict[str, LiveFrameFacts]
    fps: float
    latency_ms: float
    dropped: dict[str, int]
    broken: dict[str, int]
    ignored: dict[str, int]
    scale: str
    budget: LiveBudget
    messages: list[str]


class LiveState(TypedDict):
    """One published state: whole, versioned, the newest replaces all others. `version` rises through every takeover."""

    type: str
    version: int
    metrics: LiveMetrics
    timestamp: str


@dataclass(frozen=True, slots=True)
class LiveResult:
    """What a session leaves.

    Attributes:
        results: as a scan's (`pipeline.ports.JobStore.save_results`): KPIs with series, events, tracks.
        ended_us: time of the last frame [µs since 1970], or of the start where none came.
        frames, dropped, broken: camera → how many were looked at, passed over, unreadable.
        scale: where metres came from.
        warnings: what a coach should know.
        corrections: who is who as coaches said while it ran, in the numbers that the results are stored under; they
            replace the labels.
    """

    session_id: str
    reason: LiveEnd
    results: Results
    ended_us: int
    frames: Mapping[str, int]
    dropped: Mapping[str, int]
    broken: Mapping[str, int]
    scale: Scale
    warnings: Sequence[str] = ()
    corrections: Sequence[Correction] = ()


class FrameSource(Protocol):
    """The frames of one session, all cameras."""

    def read(self, limit: int, block_s: float) -> list[LiveFrame]:
        """At most `limit` frames after the last read, in the order in which they came; waits at most `block_s` [s] for
        the first. A frame that was trimmed before it was read is gone; it counts in `dropped`."""
        ...

    def cursor(self) -> str:
        """How far was read; goes into the checkpoint, so that whoever takes over reads on from there."""
        ...

    def dropped(self) -> Mapping[str, int]:
        """Camera → frames of this session that were trimmed unread, since its start."""
        ...

    def stop_requested(self) -> bool:
        """Whether somebody pressed stop: what is there is read to the end, then the session is finished."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...


class LiveSink(Protocol):
    """Where states, checkpoints and the result go. Every write is fenced by the claim it was made for."""

    def publish(self, state: LiveState) -> None:
        """Tell the viewers; may coalesce. Must not block for longer than a few milliseconds, nor raise for a viewer's
        or channel's fault."""
        ...

    def save(self, checkpoint: bytes) -> bool:
        """Keep the newest checkpoint (some 10 kB, every second); False when the lease was lost."""
        ...

    def load(self) -> bytes | None:
        """The last checkpoint, if there is one."""
        ...

    def finish(self, result: LiveResult) -> bool:
        """Store the result and close the session in one transaction; True for exactly one caller ever."""
        ...

    def fail(self, code: str, message: str) -> None:
        """The session cannot go on, and why, in a sentence for a coach; closes it. What was stored stays."""
        ...


class LiveStore(Protocol):
    """Truth about sessions and who owns them."""

    def load(self, session_id: str) -> LiveRecord:
        """The session as it is now; `PipelineError` with code `NOT_FOUND` when it was deleted."""
        ...

    def claim(self, session_id: str, *, worker: str, lease_s: float = LEASE_S) -> LiveClaim | None:
        """Take an open session that nobody holds; `None` when somebody does, or it is closed or gone."""
        ...

    def renew(self, claim: LiveClaim, *, lease_s: float = LEASE_S) -> Lease:
        """Prolong the lease. `CANCELLED`: the session was deleted or discarded; leave without finishing."""
        ...

    def release(self, claim: LiveClaim) -> None:
        """Give the lease back now, if it is still this claim's."""
        ...

    def due(self) -> Sequence[str]:
        """Open sessions that nobody holds: somebody must be rung for them."""
        ...

    def close(self) -> None:
        """Give back what the calling thread holds (a database connection)."""
        ...


@dataclass(frozen=True, slots=True)
class LivePorts:
    """What a host installs for live sessions.

    Attributes:
        source: claim and cursor of the last checkpoint (empty: from the oldest frame kept) → frames.
        sink: claim → where the states of this claim go.
        artefacts: where series are stored while the session runs.
    """

    store: LiveStore
    source: Callable[[LiveClaim, str], FrameSource]
    sink: Callable[[LiveClaim], LiveSink]
    artefacts: ArtefactStore
    machine: Machine = field(default_factory=Machine)


_installed: list[LivePorts] = []


def install_live(ports: LivePorts) -> None:
    """Make `ports` the ones this process uses for live sessions; replaces earlier ones."""
    _installed[:] = [ports]


def installed_live() -> LivePorts:
    """The live ports of this process; `PipelineError` when no host installed any."""
    if not _installed:
        raise PipelineError("no live ports are installed; call install_live() first", code="NO_PORTS")
    return _installed[0]
