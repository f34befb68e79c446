"""What the formats are made of: as much of a scan as the user may see, asked from the database at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from apps.accounts.models import Player, User
from apps.core.errors import NotFound
from apps.scan.errors import JobStateConflict
from apps.scan.models import ProcessingJob, SessionEvent, SessionKPI, Video
from apps.scan.selectors.arrays import reader_of
from apps.scan.selectors.events import list_events
from apps.scan.selectors.jobs import find_session
from apps.scan.selectors.kpis import SessionKpis, reads_whole_team, session_kpis
from apps.scan.selectors.results import ResultsSummary, TrackSummary, read_results
from apps.sessions.models import Session
from pipeline.api import JobStatus, ScanReader, rounded

Rows = dict[str, NDArray[Any]]
_MARKED = "pitch_homography"
ALL_PLAYERS = "all"
"""Every named player, a page each."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the file is.

    Attributes:
        language: `en` or `es`.
        units: `metric` or `imperial`.
        speed_unit: `m/s`, `km/h` or `mph`; empty: as usual with these units.
        zone: in which the times of day are told.
        everybody: sees the whole team; else only their own child or themselves.
    """

    language: str = "en"
    units: str = "metric"
    speed_unit: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    everybody: bool = True


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
        pitch_m: length and width of the marked pitch; `None` where positions are not on one.
        shirts: player's id → number on the shirt.
        events: what these people did, by time; read only where the format tells of them.
        details: track → efforts, heat map and more; likewise.
        about: whose page is asked for: a player's id, a track's number, or `all`; `None`: the session's.
    """

    session: Session
    kpis: SessionKpis
    results: ResultsSummary | None
    tracks: list[TrackSummary]
    scanned: Film | None
    reader: Reader = field(default_factory=Reader)
    pitch_m: tuple[float, float] | None = None
    shirts: Mapping[str, int] = field(default_factory=dict)
    events: Sequence[SessionEvent] = ()
    details: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    about: str | int | None = None

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


def of_one(source: ExportSource, track_id: int) -> ExportSource:
    """The same, of one person.

    Raises:
        NotFound: there is no such track among those whom the user may see.
    """
    tracks = [track for track in source.tracks if track["track_id"] == track_id]
    if not tracks:
        raise NotFound(f"There is no track {track_id} in this session.")
    return replace(source, tracks=tracks)


def _of(rows: Rows, numbers: list[int]) -> Rows:
    if not rows:
        return rows
    kept = np.isin(rows["track_id"], numbers)
    return {column: array[kept] for column, array in rows.items()}


def gather(
    user: User, object_id: uuid.UUID, *, told: bool = False, about: str | int | None = None, language: str | None = None
) -> ExportSource:
    """Read everything an export needs (at most fourteen queries).

    Args:
        told: for a format that is read by people: with events, details and shirt numbers.
        about: see `ExportSource`.
        language: of what people read; `None`: the account's.

    Raises:
        NotFound: no such session or scan for this user.
        JobStateConflict: the scan is not finished, so figures and tracks may not belong together.
    """
    session = find_session(user, object_id)
    jobs = ProcessingJob.objects.scans().filter(session=session).select_related("session", "calibration")
    job = jobs.order_by("-created_at").first()
    if job is not None and job.status != JobStatus.COMPLETED.value:
        raise JobStateConflict(f"The scan is {job.status}; it can be exported when it is completed.")
    everybody = reads_whole_team(user, session.team_id)
    kpis = session_kpis(user, session)
    more: dict[str, Any] = _for_people(user, session, kpis, language or user.language) if told else {}
    more["about"] = about
    if job is None:
        return ExportSource(session, kpis, None, [], None, **more)
    results = read_results(user, job, include=(), span=(None, None))
    tracks = [track for track in results["tracks"] if everybody or track["player"] is not None]
    video = session.videos.order_by("camera").first()
    film = Film(video, reader_of(video)) if video else None
    return ExportSource(session, kpis, results, tracks, film, pitch_m=_pitch(job, results), **more)


def _for_people(user: User, session: Session, kpis: SessionKpis, language: str) -> dict[str, Any]:
    """Reader, shirts, events and details, for the same people as the figures (five queries)."""
    numbers = [row["track_id"] for row in kpis["players"]]
    rows = SessionKPI.objects.visible_to(user).filter(session=session, is_current=True, track_id__in=numbers)
    shirts = Player.objects.visible_to(user).filter(team=session.team_id, jersey_number__isnull=False)
    zone = user.time_zone or session.team.time_zone
    return {
        "reader": Reader(
            language[:2], user.units, user.speed_unit, ZoneInfo(zone), reads_whole_team(user, session.team_id)
        ),
        "shirts": {str(player): shirt for player, shirt in shirts.values_list("pk", "jersey_number")},
        "events": list(list_events(user, session, {})),
        "details": dict(rows.values_list("track_id", "details")),
    }


def _pitch(job: ProcessingJob, results: ResultsSummary) -> tuple[float, float] | None:
    """Size of the marked pitch [m] on which the positions lie."""
    pitch = job.calibration.data.get("pitch") if job.calibration else None
    if results["scale_source"] != _MARKED or not pitch:
        return None
    return float(pitch["length_m"]), float(pitch["width_m"])
