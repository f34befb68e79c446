"""What the pipeline needs from outside, as Protocols; installed once by whoever hosts it.

Django provides `apps.scan.adapters`; tests, edge agent and `manage.py scan` install `pipeline.testing` or local ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NotRequired, Protocol, TypedDict

from pipeline.errors import PipelineError
from pipeline.plan import JobKind, StepName

WHOLE = -1
"""Window number of a step that is not windowed."""

BACK_OFF_S = 5.0
"""A step that failed for the n-th time waits n times this [s] (the seed's retry rule)."""

STALL_S = 2.0
"""A job whose current step has had no open row for this long [s] needs a push: opening a step takes well under it."""


class JobStatus(StrEnum):
    """queued → running → completed | failed | cancelled; failed, cancelled → queued by retry."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepStatus(StrEnum):
    """pending → running → done | failed | cancelled; running → pending when its lease expires."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class StepKey:
    """Names one unit of work: a step of a job, for one camera and one time window (`WHOLE` if not windowed)."""

    job_id: str
    step: StepName
    window: int = WHOLE
    camera: str = ""

    def __str__(self) -> str:
        where = "" if self.window == WHOLE else f"[{self.window}]"
        return f"{self.step}{where}{f' of {self.camera}' if self.camera else ''} of job {self.job_id}"


@dataclass(frozen=True, slots=True)
class VideoRecord:
    """A video of the job. `key` is its name in the media storage."""

    video_id: str
    camera: str
    key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PlayerRecord:
    """What the KPIs may use of a player; `None` where nobody entered it. `zones` names the speed-zone policy."""

    player_id: str
    height_m: float | None = None
    age_years: float | None = None
    zones: str = "adult"


@dataclass(frozen=True, slots=True)
class Correction:
    """A coach's word on the tracks, in the order given; survives every re-run.

    Attributes:
        kind: `assign` (track_id, player_id), `merge` (track_id, other_track_id) or `split` (track_id, frame).
    """

    kind: str
    track_id: int
    player_id: str | None = None
    other_track_id: int | None = None
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job as the steps see it.

    Attributes:
        calibration: JSON form of `vision.calibration.PitchHomography`, or `None`.
        subject_player_id: the player the session is about (`player_id` of quick scan), if any.
        params: overrides of the preset's `pipeline.params.ScanParams` fields.
    """

    job_id: str
    session_id: str
    kind: JobKind
    preset: str
    status: JobStatus
    videos: tuple[VideoRecord, ...]
    players: tuple[PlayerRecord, ...] = ()
    subject_player_id: str | None = None
    calibration: Mapping[str, Any] | None = None
    corrections: tuple[Correction, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)


class ClaimOutcome(StrEnum):
    """Why a step may or may not be worked on now."""

    CLAIMED = "claimed"
    DONE = "done"
    BUSY = "busy"
    STOPPED = "stopped"
    """The job was cancelled, failed, deleted, or is not at this step."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a step until the lease ends. `token` fences every later write."""

    outcome: ClaimOutcome
    token: str = ""
    attempt: int = 0


class Lease(StrEnum):
    """Answer to a renewal."""

    HELD = "held"
    LOST = "lost"
    CANCELLED = "cancelled"


class StepSummary(TypedDict):
    """What is recorded with a finished step."""

    params_hash: str
    models: list[dict[str, str]]
    device: str
    frames: int
    compute_s: float
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class JobOverview:
    """What `pipeline.api.get_job_status` answers from.

    Attributes:
        progress: percent.
        error_trace: traceback, for staff only.
    """

    job_id: str
    kind: JobKind
    status: JobStatus
    progress: float
    step: StepName | None
    created_at: datetime
    ended_at: datetime | None
    error_code: str = ""
    error_message: str = ""
    error_trace: str = ""


class PlayerResult(TypedDict):
    """KPIs of one player or unnamed track, as `kpis.json` and the tables hold them.

    `groups`: `{group: {key: {value, unit, low, high, n, coverage} | {absent: reason}}}`; `series`: `{t_s, speed_mps}`;
    `details`: efforts, heat map, distance by interval (`vision.kpi.values`).
    """

    track_id: int
    player_id: str | None
    grade: str
    groups: dict[str, dict[str, dict[str, Any]]]
    quality: dict[str, Any]
    series: dict[str, list[float | None]] | None
    details: dict[str, Any]


class EventResult(TypedDict):
    """Something that happened between `t0_s` and `t1_s`: touch, possession, dribble, pass, shot, sprint, jump or turn.

    `data`: its figures, and under `evidence` the `frames` that show it and `why` it was told.
    """

    kind: str
    t0_s: float
    t1_s: float
    track_id: int
    player_id: str | None
    confidence: float | None
    data: dict[str, Any]


class TrackResult(TypedDict):
    """Who a linked track is, as far as coaches said; `None` for nobody."""

    track_id: int
    player_id: str | None


class Results(TypedDict):
    """What a job leaves in the tables. `thumbnails`: video → artefact key of its picture, where one was made."""

    catalogue_version: str
    players: list[PlayerResult]
    events: list[EventResult]
    tracks: list[TrackResult]
    thumbnails: NotRequired[dict[str, str]]


class JobStore(Protocol):
    """Truth about jobs and steps. Every write is a conditional update, harmless when repeated."""

    def load(self, job_id: str) -> JobRecord:
        """The job; `PipelineError` with code `NOT_FOUND` when it was deleted."""
        ...

    def open_step(self, job_id: str, step: StepName, windows: Sequence[int], camera: str = "") -> None:
        """Make the step's rows (pending) where they are missing, if the job is open and stands at the step."""
        ...

    def claim(self, key: StepKey, *, worker: str, device: str, lease_s: float, max_attempts: int = 3) -> Claim:
        """Take the step if it is pending and its back-off is over, or if its lease is over.

        A step whose lease ended `max_attempts` times fails with its job (`WORKER_LOST`); the answer is `STOPPED`.
        """
        ...

    def renew(self, key: StepKey, token: str, *, lease_s: float) -> Lease:
        """Prolong the lease."""
        ...

    def bury(self, is_dead: Callable[[str], bool]) -> Sequence[StepKey]:
        """End the leases of workers that are dead, by the names they claimed with; answers what they held."""
        ...

    def finish(self, key: StepKey, token: str, summary: StepSummary) -> bool:
        """running → done; False when the lease was lost."""
        ...

    def release(self, key: StepKey, token: str, error: PipelineError, *, max_attempts: int) -> bool:
        """After a failure: back to pending with a back-off of 5·attempt seconds when the error is retryable and
        attempts are left (answers True), else step and job fail with the error's code and message (False)."""
        ...

    def unfinished(self, job_id: str, step: StepName) -> int:
        """How many of the step's rows are not done."""
        ...

    def advance(self, job_id: str, step: StepName) -> bool:
        """True for exactly one caller once all rows of `step` are done: that one publishes the next step."""
        ...

    def complete(self, job_id: str) -> bool:
        """running → completed; True for exactly one caller."""
        ...

    def save_results(self, job_id: str, results: Results) -> None:
        """Put KPIs, tracks and events in place of the job's earlier ones, at once; the same again changes nothing."""
        ...

    def due(self, *, rung_before_s: float) -> Sequence[StepKey]:
        """Steps of open jobs which could be claimed now (pending after their back-off, or running with a lease that
        is over) and for which nobody rang since, or the last ring is more than `rung_before_s` seconds ago."""
        ...

    def stalled(self) -> Sequence[str]:
        """Open jobs whose current step has no rows or only done ones, for some seconds: nobody is working on them
        and nobody will be, until `continue_job` is called."""
        ...

    def current_step(self, job_id: str) -> StepName | None:
        """The step an open (queued or running) job stands at; `None` when it is not open or was deleted."""
        ...

    def waiting(self, job_id: str, step: StepName) -> Sequence[StepKey]:
        """The step's pending rows, whether or not a message for them was published."""
        ...

    def rang(self, keys: Sequence[StepKey]) -> None:
        """Note that messages for `keys` were published now."""
        ...

    def reset(self, job_id: str, from_step: StepName | None = None) -> bool:
        """Open the job again. `None`: where it failed or was cancelled, done rows stay. Else from `from_step`, or from
        where the job stands if that is earlier; the rows from there on start afresh, and workers that are on them
        lose their lease. False when there is nothing to do: the job is open and has not come to `from_step` yet, or
        (`None`) did not fail and was not cancelled."""
        ...

    def cancel(self, job_id: str) -> bool:
        """queued, running → cancelled; True for exactly one caller."""
        ...

    def overview(self, job_id: str) -> JobOverview:
        """Status, times and error of the job; `PipelineError` with code `NOT_FOUND` when it was deleted."""
        ...

    def close(self) -> None:
        """Give back what the calling thread holds (a database connection)."""
        ...


class ArtefactStore(Protocol):
    """Files between the steps. A reader sees the whole file or none."""

    def write(self, key: str, data: bytes) -> None:
        """Put atomically."""

    def read(self, key: str) -> bytes:
        """Content; `ArtefactError` when missing."""

    def exists(self, key: str) -> bool:
        """Whether the whole file is there."""

    def list(self, prefix: str) -> Iterator[str]:
        """Keys under a prefix, sorted."""

    def delete(self, prefix: str) -> None:
        """Remove a file or everything under a prefix."""

    def local_video(self, key: str) -> AbstractContextManager[Path]:
        """A readable local path of an uploaded video while the context is open."""

    def new_video(self, key: str) -> AbstractContextManager[Path]:
        """A path to write a film to; once the context ends well it lies whole under `key` in the media storage."""

    def drop_video(self, key: str) -> None:
        """Remove a film that `new_video` put there, if any."""


class ProgressSink(Protocol):
    """Tells the world; at most twice a second a job (the runner sees to it)."""

    def step_progress(self, key: StepKey, fraction: float) -> None:
        """How far one unit of work is, 0-1."""
        ...

    def job_changed(self, job_id: str) -> None:
        """The job's status or step changed: announce the whole state now."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """What a worker process may use.

    Attributes:
        model_dir: where model files lie; `None` for the registry's own folder.
        device, threads: `cpu` or `cuda:N`, and how many processor threads a model may use (0: every core).
        body_dir: where licensed body models lie; `None` where the user has none.
    """

    model_dir: Path | None = None
    device: str = "cpu"
    threads: int = 0
    body_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class Ports:
    """What a host installs; `sweep` removes files that no row owns and answers how many, called once an hour."""

    jobs: JobStore
    artefacts: ArtefactStore
    progress: ProgressSink
    machine: Machine = field(default_factory=Machine)
    sweep: Callable[[], int] = lambda: 0


_installed: list[Ports] = []


def install(ports: Ports) -> None:
    """Make `ports` the ones this process uses; replaces earlier ones."""
    _installed[:] = [ports]


def installed() -> Ports:
    """The ports of this process; `PipelineError` when no host installed any."""
    if not _installed:
        raise PipelineError("no ports are installed; call pipeline.ports.install() first", code="NO_PORTS")
    return _installed[0]
