"""Which film somebody is shown: the staff of the team the original, everybody else one without faces."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from apps.accounts.filming import not_to_be_named
from apps.accounts.models import Player, User
from apps.scan import media
from apps.scan.errors import FilmNotReady
from apps.scan.models import ProcessingJob, Video
from apps.scan.selectors.arrays import reader_of
from apps.scan.selectors.kpis import reads_whole_team
from apps.sessions.models import Session
from pipeline.api import JobStatus

LOOK_AGAIN_S = 30
BEING_MADE = "This film is being prepared for you: faces are blurred first. Look again in a few minutes."
NOT_SCANNED = (
    "Faces in this film can be blurred when its scan is completed; until then only the staff of the team sees it."
)
NOT_BLURRED = "Faces in this film could not be blurred, so only the staff of the team sees it. A coach can try again."
OPEN = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


class Faces(StrEnum):
    """How a film is shown to somebody."""

    VISIBLE = "visible"
    BLURRED = "blurred"
    BEING_MADE = "being_made"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class ShownFilm:
    """A file of the media storage that somebody may see.

    Attributes:
        key: its name there.
        sha256: of its content.
    """

    video: Video
    key: str
    sha256: str


def blurs_faces(session: Session) -> bool:
    """Tell whether players and guardians see the session's films without faces.

    A team may switch it off; while one of its players may not be filmed (`accounts.filming`) it stays on: nobody can
    know by machine who walked through a picture (no query where it is on, else two).
    """
    team = session.team
    return team.blur_shared_film or bool(not_to_be_named(Player.objects.filter(team_id=team.pk)))


def sees_faces(user: User, session: Session) -> bool:
    """Tell whether the user is shown the session's films as they were filmed."""
    return reads_whole_team(user, session.team_id) or not blurs_faces(session)


def film_for(user: User, video: Video, *, blurred: bool = False) -> ShownFilm:
    """The film as the user is shown it; never the original to whom it is not shown.

    Args:
        blurred: without faces, whoever asks: what a coach hands on.

    Raises:
        FilmNotReady: 409, the copy without faces does not stand.
    """
    if not blurred and sees_faces(user, video.session):
        return ShownFilm(video, media.key_of(video), video.sha256)
    copy = reader_of(video).shared_film()
    if copy is not None:
        return ShownFilm(video, copy["key"], copy["sha256"])
    state, reason = copy_state(video.session)
    raise FilmNotReady(reason, retry_after_s=LOOK_AGAIN_S if state is Faces.BEING_MADE else None)


def faces_in(video: Video, *, sees: bool) -> Faces:
    """How a film is shown to somebody who sees faces, or does not."""
    if sees:
        return Faces.VISIBLE
    return Faces.BLURRED if reader_of(video).shared_film() is not None else copy_state(video.session)[0]


def copy_state(session: Session) -> tuple[Faces, str]:
    """Where the copy without faces is that does not stand yet, and a sentence about it (two queries)."""
    scan = session.jobs.scans().order_by("-created_at").values_list("status", flat=True).first()
    if scan != JobStatus.COMPLETED.value:
        return Faces.WITHHELD, NOT_SCANNED
    blur = newest_blur(session)
    if blur is not None and blur.status in (JobStatus.FAILED.value, JobStatus.CANCELLED.value):
        return Faces.WITHHELD, NOT_BLURRED
    return Faces.BEING_MADE, BEING_MADE


def newest_blur(session: Session) -> ProcessingJob | None:
    """The newest job that blurs the session's films (one query)."""
    found: ProcessingJob | None = session.jobs.blurs().order_by("-created_at").first()
    return found
