"""A whole scan in this process: no server, no broker, no database (`manage.py scan`, notebooks, tests)."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from pipeline.artefacts import Artefacts, artefacts_of
from pipeline.bodies import BodyFacts
from pipeline.errors import ArtefactError, PipelineError
from pipeline.links import LinkedTrack, Links
from pipeline.models import ModelPool
from pipeline.params import params_of
from pipeline.plan import ArtefactName, JobKind, StepName, progress_percent
from pipeline.ports import (
    Correction,
    EventResult,
    JobRecord,
    JobStatus,
    PlayerRecord,
    PlayerResult,
    Ports,
    StepKey,
    VideoRecord,
)
from pipeline.runner import Tools, run_to_end
from pipeline.steps import registry
from pipeline.testing import MemoryJobStore
from pipeline.whole import written_whole

if TYPE_CHECKING:
    from vision.calibration.pitch_model import PitchModel

OnProgress = Callable[[float, str], None]
"""Percent done and the step at work."""


class ScanResults(TypedDict):
    """What a scan found.

    Keys: `video` the probe's findings; `calibration` the JSON form of the scale or `None`; `scale_source` where metres
    come from; `models` what looked at the film; `files` name → path below the output folder; `bodies` where asked for.
    """

    video: dict[str, Any]
    scale_source: str
    calibration: dict[str, Any] | None
    models: list[dict[str, str]]
    tracks: list[LinkedTrack]
    catalogue_version: str
    players: list[PlayerResult]
    events: list[EventResult]
    warnings: list[str]
    files: dict[str, str]
    bodies: NotRequired[list[BodyFacts]]


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to scan and how.

    Attributes:
        video: the film.
        out_dir: gets `artefacts/`, `kpis.json` and `overlay.mp4`.
        calibration: JSON form of a `PitchHomography`.
        player: who the film is about; gives the scale by height when the pitch is not marked.
        track: that player's track, as an earlier scan numbered it; without it the only person long in view.
        overrides: `ScanParams` fields that differ from the preset.
        cameras: films of several cameras of one scene, by name; `video` is the first of them, and the calibration is
            that of the rig (`vision.calibration.rig_file`).
        bodies: fit a body to everybody whose postures were read, and write `body-<track>.glb`.
        body_dir: where licensed body models lie.
        faces: leave heads visible in `overlay.mp4`.
    """

    video: Path
    out_dir: Path
    preset: str = "standard"
    calibration: Mapping[str, Any] | None = None
    player: PlayerRecord | None = None
    track: int | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    overlay: bool = True
    cameras: Mapping[str, Path] = field(default_factory=dict)
    bodies: bool = False
    body_dir: Path | None = None
    faces: bool = True


def default_tools(
    model_dir: Path | None = None, *, device: str = "cpu", threads: int = 0, body_dir: Path | None = None
) -> Tools:
    """The real steps and models; nothing heavy is loaded before the first step."""
    from vision.weights.registry import DEFAULT_MODEL_DIR

    pool = ModelPool(model_dir or DEFAULT_MODEL_DIR, device=device, threads=threads, body_dir=body_dir)
    return Tools(steps=registry.get, params=params_of, models=pool, device=device)


def run_local(request: ScanRequest, tools: Tools, on_progress: OnProgress | None = None) -> ScanResults:
    """Run every step of a scan on one film, or on those of several cameras.

    A second run in the same folder skips what stands with the same parameters.

    Raises:
        PipelineError: a step failed; the message is for the coach.
    """
    for path in (request.video, *request.cameras.values()):
        if not path.is_file():
            raise PipelineError(f"There is no video at {path}.", code="NOT_FOUND")
    request.out_dir.mkdir(parents=True, exist_ok=True)
    job = _job(request)
    jobs = MemoryJobStore()
    jobs.add(job)
    files = FolderArtefactStore(request.out_dir / "artefacts", media=request.video.parent)
    ports = Ports(jobs, files, _Progress(jobs, on_progress))
    overview = run_to_end(ports, tools, job.job_id)
    if overview.status is not JobStatus.COMPLETED:
        raise PipelineError(overview.error_message or "The scan did not end.", code=overview.error_code or "STOPPED")
    store = artefacts_of(files, job, job.videos[0])
    results = _results(store, jobs, job)
    if request.bodies:
        from pipeline.local_body import fit_bodies

        made = fit_bodies(ports, jobs, tools, job, request.out_dir)
        results["bodies"] = made.fitted
        results["files"] |= made.files
        results["warnings"] += made.reasons
    if request.overlay:
        from pipeline.overlay import render_overlay

        path, pitch = request.out_dir / "overlay.mp4", _pitch(request)

        def report(share: float) -> None:
            _tell(on_progress, 100.0 * share, "overlay")

        render_overlay(request.video, store, path, report, pitch, faces=request.faces)
        results["files"]["overlay"] = path.name
    results["files"]["kpis"] = "kpis.json"
    text = json.dumps(results, indent=2, sort_keys=True, allow_nan=False)
    (request.out_dir / "kpis.json").write_text(text + "\n", encoding="utf-8")
    return results


def scanned(request: ScanRequest) -> Artefacts:
    """The artefacts that `run_local` left for a request."""
    job = _job(request)
    files = FolderArtefactStore(request.out_dir / "artefacts", media=request.video.parent)
    return artefacts_of(files, job, job.videos[0])


def _job(request: ScanRequest) -> JobRecord:
    cameras = request.cameras or {"": request.video}
    said: tuple[Correction, ...] = ()
    if request.player is not None and request.track is not None:
        said = (Correction("assign", request.track, player_id=request.player.player_id),)
    return JobRecord(
        job_id="local",
        session_id="local",
        kind=JobKind.MULTIVIEW if request.cameras else JobKind.QUICK,
        preset=request.preset,
        status=JobStatus.QUEUED,
        videos=tuple(_video(camera, path) for camera, path in cameras.items()),
        players=(request.player,) if request.player is not None else (),
        subject_player_id=request.player.player_id if request.player is not None else None,
        calibration=request.calibration,
        corrections=said,
        params=request.overrides,
    )


def _video(camera: str, path: Path) -> VideoRecord:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    video_id = f"{sha256[:16]}-{camera}" if camera else sha256[:16]
    return VideoRecord(video_id, camera, str(path.resolve()), sha256)


def _results(store: Artefacts, jobs: MemoryJobStore, job: JobRecord) -> ScanResults:
    found = jobs.jobs[job.job_id].results
    if found is None:
        raise PipelineError("The scan ended without results.", code="STALLED")
    world = store.manifest(ArtefactName.WORLD)["facts"]
    warnings = [text for row in jobs.rows.values() if row.summary for text in row.summary["warnings"]]
    models = [
        model for name in (ArtefactName.DETECTIONS, ArtefactName.POSES) for model in store.manifest(name)["models"]
    ]
    return ScanResults(
        video=store.manifest(ArtefactName.TIMEBASE)["facts"],
        scale_source=world["scale_source"],
        calibration=world["scale"],
        models=models,
        tracks=list(Links.read(store).tracks),
        catalogue_version=found["catalogue_version"],
        players=found["players"],
        events=found["events"],
        warnings=list(dict.fromkeys(warnings)),
        files={"artefacts": "artefacts"},
    )


def _pitch(request: ScanRequest) -> PitchModel | None:
    """The pitch that was marked, if the calibration says which it was."""
    from vision.calibration.pitch_model import PitchModel

    data = (request.calibration or {}).get("pitch")
    return PitchModel(**data) if data else None


def _tell(on_progress: OnProgress | None, percent: float, step: str) -> None:
    if on_progress is not None:
        on_progress(percent, step)


@dataclass(frozen=True, slots=True)
class _Progress:
    """A progress sink that calls a function."""

    jobs: MemoryJobStore
    on_progress: OnProgress | None

    def step_progress(self, key: StepKey, fraction: float) -> None:
        """See `ProgressSink.step_progress`."""
        rows = [row.key.window for row in self.jobs.rows.values() if row.key.step == key.step]
        share = (sorted(rows).index(key.window) + fraction) / max(1, len(rows)) if key.window in rows else fraction
        kind = self.jobs.load(key.job_id).kind
        _tell(self.on_progress, progress_percent(kind, key.step, share), key.step.value)

    def job_changed(self, job_id: str) -> None:
        """See `ProgressSink.job_changed`."""
        step = self.jobs.current_step(job_id)
        _tell(self.on_progress, self.jobs.overview(job_id).progress, (step or StepName.PUBLISH).value)


@dataclass(frozen=True, slots=True)
class FolderArtefactStore:
    """Artefacts as files below `root`; videos lie below `media`."""

    root: Path
    media: Path

    def write(self, key: str, data: bytes) -> None:
        """See `ArtefactStore.write`."""
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.part")
        partial.write_bytes(data)
        partial.replace(path)

    def read(self, key: str) -> bytes:
        """See `ArtefactStore.read`."""
        path = self.root / key
        if not path.is_file():
            raise ArtefactError(f"The artefact {key} is missing.")
        return path.read_bytes()

    def exists(self, key: str) -> bool:
        """See `ArtefactStore.exists`."""
        return (self.root / key).is_file()

    def list(self, prefix: str) -> Iterator[str]:
        """See `ArtefactStore.list`."""
        start = self.root / prefix
        files = [start] if start.is_file() else start.rglob("*")
        return iter(sorted(path.relative_to(self.root).as_posix() for path in files if path.is_file()))

    def delete(self, prefix: str) -> None:
        """See `ArtefactStore.delete`."""
        start = self.root / prefix
        if start.is_dir():
            shutil.rmtree(start)
        else:
            start.unlink(missing_ok=True)

    @contextmanager
    def local_video(self, key: str) -> Iterator[Path]:
        """See `ArtefactStore.local_video`."""
        path = self.media / key
        if not path.is_file():
            raise ArtefactError(f"There is no video at {path}.", code="VIDEO_MISSING")
        yield path

    @contextmanager
    def new_video(self, key: str) -> Iterator[Path]:
        """See `ArtefactStore.new_video`."""
        with written_whole(self.media / key) as path:
            yield path

    def drop_video(self, key: str) -> None:
        """See `ArtefactStore.drop_video`."""
        (self.media / key).unlink(missing_ok=True)
