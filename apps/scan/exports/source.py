"""What the formats are made of: as much of a scan as the user may see, asked from the database at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.scan.errors import JobStateConflict
from apps.scan.models import ProcessingJob, Video
from apps.scan.selectors.arrays import reader_of
from apps.scan.selectors.jobs import find_session
from apps.scan.selectors.kpis import SessionKpis, reads_whole_team, session_kpis
from apps.scan.selectors.results import ResultsSummary, TrackSummary, read_results
from apps.sessions.models import Session
from pipeline.api import JobStatus, ScanReader, rounded

Rows = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Film:
    """A film and what was found in it."""

    video: Video
    reader: ScanReader


@dataclass(frozen=True, slots=True)
class ExportSource:
    """A finished scan, or figures without one (then `results` and `scanned` are `None`).

    Attributes:
        tracks: the people whom the user may see: all, or (players, guardians) those who are theirs.
    """

    session: Session
    kpis: SessionKpis
    results: ResultsSummary | None
    tracks: list[TrackSummary]
    scanned: Film | None

    @property
    def film(self) -> Film:
        """The film and its arrays.

        Raises:
            NotFound: there is no film, or its arrays are no longer stored.
        """
        if self.scanned is None or not self.scanned.reader.spans():
            raise NotFound("There are no tracks of a film in this session; choose json or csv.")
        return self.scanned

    def windows(self, *series: str) -> Iterator[tuple[Rows, ...]]:
        """Rows of the series for one stretch of the film after the other, people's that the user may see only.

        A series that was not made has no columns.
        """
        reader = self.film.reader
        numbers = [track["track_id"] for track in self.tracks]
        for start_s, end_s in reader.spans():
            yield tuple(_of(rounded(name, reader.read(name, start_s, end_s)), numbers) for name in series)


def _of(rows: Rows, numbers: list[int]) -> Rows:
    if not rows:
        return rows
    kept = np.isin(rows["track_id"], numbers)
    return {column: array[kept] for column, array in rows.items()}


def gather(user: User, object_id: uuid.UUID) -> ExportSource:
    """Read everything an export needs (at most nine queries).

    Raises:
        NotFound: no such session or scan for this user.
        JobStateConflict: the scan is not finished, so figures and tracks may not belong together.
    """
    session = find_session(user, object_id)
    jobs = ProcessingJob.objects.filter(session=session).select_related("session", "calibration")
    job = jobs.order_by("-created_at").first()
    if job is None:
        return ExportSource(session, session_kpis(user, session), None, [], None)
    if job.status != JobStatus.COMPLETED.value:
        raise JobStateConflict(f"The scan is {job.status}; it can be exported when it is completed.")
    results = read_results(user, job, include=(), span=(None, None))
    everybody = reads_whole_team(user, session.team_id)
    tracks = [track for track in results["tracks"] if everybody or track["player"] is not None]
    video = session.videos.order_by("camera").first()
    film = Film(video, reader_of(video)) if video else None
    return ExportSource(session, session_kpis(user, session), results, tracks, film)
