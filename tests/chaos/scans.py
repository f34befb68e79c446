"""Scans of one scripted film: asking for them, and what they left, down to the bytes."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.forms.models import model_to_dict

from apps.scan.models import JobStep, ProcessingJob, SessionEvent, SessionKPI
from apps.sessions.models import SessionPlayer
from pipeline import api
from tests.chaos.film import FRAMES, walk
from tests.factories.films import calibration, film
from tests.factories.scans import make_calibration, make_job, make_session, make_video

T = TypeVar("T")
FILM = "videos/film.mp4"
ANEW_S = 60.0
WINDOW_S = 1.0
ENDED = ("completed", "failed", "cancelled")
OF_THE_RUN = {"id", "session", "job", "player", "made", "video", "computed_at", "created_at"}
"""What differs between two scans of one film by right: whose they are, and when."""


def patiently(look: Callable[[], T]) -> T:
    """Ask the database again when a fault has cut this process's own connection."""
    until = time.monotonic() + ANEW_S
    while True:
        try:
            return look()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def make_film() -> None:
    """Put the film where uploads lie."""
    path = Path(settings.MEDIA_ROOT) / FILM
    path.parent.mkdir(parents=True, exist_ok=True)
    film(path, FRAMES, walk)


def new_scan() -> str:
    """A queued scan; its job's id."""

    def make() -> str:
        session = make_session()
        make_video(session, file=FILM, width=192, height=128, fps_num=25, frames=FRAMES, duration_s=FRAMES / 25)
        pitch = make_calibration(session.team, data=calibration())
        return str(make_job(session, preset="full", calibration=pitch, params={"window_s": WINDOW_S}).pk)

    return patiently(make)


def submit() -> str:
    """Ask for a scan; its job's id."""
    job_id = new_scan()
    patiently(lambda: api.submit(job_id))
    return job_id


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of a job's steps, as far as faults change it."""

    name: str
    status: str
    attempt: int
    token: str
    worker: str


def units(job_id: str) -> list[Unit]:
    """The job's rows."""

    def rows() -> list[Unit]:
        found = JobStep.objects.filter(job_id=job_id).order_by("id")
        return [Unit(f"{r.step}[{r.window}]", r.status, r.attempt, r.token, r.worker) for r in found]

    return patiently(rows)


def status_of(job_id: str) -> str:
    """The job's status."""
    return patiently(lambda: ProcessingJob.objects.values_list("status", flat=True).get(pk=job_id))


def failure_of(job_id: str) -> str:
    """Why it failed."""
    job = patiently(lambda: ProcessingJob.objects.get(pk=job_id))
    return f"{job.status}: {job.error_code} {job.error_message} {job.error_trace[-600:]}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that a scan leaves, without what differs by right."""

    files: dict[str, bytes]
    rows: dict[str, list[dict[str, Any]]]

    def difference(self, other: Outcome) -> str:
        """What is not equal, in words; empty when everything is."""
        names = sorted(set(self.files) ^ set(other.files))
        unequal = sorted(name for name in self.files if other.files.get(name, self.files[name]) != self.files[name])
        tables = sorted(name for name in self.rows if self.rows[name] != other.rows[name])
        found = {"only in one": names, "other bytes": unequal, "other rows": tables}
        return "; ".join(f"{what}: {', '.join(which)}" for what, which in found.items() if which)


def outcome(job_id: str) -> Outcome:
    """What the scan left in the store and in the tables."""

    def look() -> Outcome:
        session_id = ProcessingJob.objects.get(pk=job_id).session_id
        kinds = {"kpis": SessionKPI, "events": SessionEvent, "players": SessionPlayer}
        rows = {name: _plain(kind.objects.filter(session_id=session_id)) for name, kind in kinds.items()}
        return Outcome(_content(Path(settings.ARTEFACT_ROOT) / "sessions" / str(session_id)), rows)

    return patiently(look)


def _plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    found = [{k: v for k, v in model_to_dict(row).items() if k not in OF_THE_RUN} for row in rows]
    return sorted(found, key=lambda row: json.dumps(row, sort_keys=True, default=str))


def _content(folder: Path) -> dict[str, bytes]:
    files = {"/".join(p.relative_to(folder).parts[1:]): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    for name, data in files.items():
        if name.endswith(("index.json", ".manifest.json")):
            files[name] = json.dumps({**json.loads(data), "made": None}, sort_keys=True).encode()
    return files


def half_written(root: Path) -> list[str]:
    """Files that a dead writer left."""
    return sorted(str(path.relative_to(root)) for path in root.rglob(".part-*"))


def wrongs(job_id: str, expected: Outcome, logs: Sequence[str]) -> list[str]:
    """What is not as it should be with a scan that should have ended once, with the results of a calm run."""
    job = patiently(lambda: ProcessingJob.objects.select_related("session").get(pk=job_id))
    found = []
    if (job.status, job.session.status, job.progress) != ("completed", "completed", 100.0):
        return [f"the job is {job.status} at {job.progress} %, its session {job.session.status}"]
    if difference := outcome(job_id).difference(expected):
        found.append(f"not as in a calm run: {difference}")
    versions = set(
        patiently(lambda: list(SessionKPI.objects.filter(job_id=job_id).values_list("version", "is_current")))
    )
    if versions != {(1, True)}:
        found.append(f"results were stored more than once: {versions}")
    done = Counter(line.split("step ")[1].split(" is done")[0] for line in _lines(logs, f"of job {job_id} is done"))
    found += [f"{unit} was recorded {count} times" for unit, count in done.items() if count > 1]
    if any(unit.status != "done" for unit in units(job_id)):
        found.append("rows are left open")
    return found


def _lines(logs: Sequence[str], words: str) -> list[str]:
    return [line for log in logs for line in log.splitlines() if words in line]
