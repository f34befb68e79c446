"""Making the films without faces that players and guardians are shown."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.scan.models import ProcessingJob, Video
from apps.scan.selectors.arrays import reader_of
from apps.scan.selectors.results import ResultsSummary
from apps.scan.selectors.shown import OPEN, Faces, ShownFilm, film_for, newest_blur, sees_faces
from apps.sessions.models import Session
from pipeline import api
from pipeline.api import JobKind, JobStatus

TRY_AGAIN = timedelta(minutes=30)
"""A copy that could not be made is tried again when somebody asks so much later; a coach may at once."""


def shown(user: User, video: Video, *, blurred: bool = False) -> ShownFilm:
    """The film as the user is shown it; where that is a copy that does not stand yet, it is begun.

    Raises:
        FilmNotReady: 409.
    """
    if blurred or not sees_faces(user, video.session):
        make_copies(video.session)
    return film_for(user, video, blurred=blurred)


def prepare(found: ResultsSummary, session: Session) -> None:
    """Begin the copies that an answer says its reader will be shown, if they do not stand."""
    if found["video"] is not None and found["video"]["faces"] != Faces.VISIBLE.value:
        make_copies(session)


def make_copies(session: Session) -> ProcessingJob | None:
    """Have the films without faces made of a scanned session, if they do not stand as they would be made now.

    Of several who ask at once one job comes of it. They are made when they are first asked for: most sessions are never
    looked at by a family, and a copy costs the disk of the film and once (720p) or twice (1080p) its length of a core.
    """
    films = [film for film in session.videos.all() if film.file]
    if not films or all(_stands(film) for film in films):
        return None
    scan = session.jobs.scans().order_by("-created_at").first()
    last = newest_blur(session)
    if scan is None or scan.status != JobStatus.COMPLETED.value or (last is not None and _rests(last)):
        return None
    try:
        with transaction.atomic():
            job = ProcessingJob.objects.create(
                session=session,
                kind=JobKind.BLUR.value,
                preset=scan.preset,
                status=JobStatus.QUEUED.value,
                current_step=api.plan_of(JobKind.BLUR)[0].name.value,
            )
    except IntegrityError:
        return None
    transaction.on_commit(partial(api.submit, str(job.pk)), robust=True)
    return job


def _rests(last: ProcessingJob) -> bool:
    """Whether the last job is under way, or failed so lately that it would again."""
    if last.status in OPEN:
        return True
    ended = last.ended_at or last.created_at
    return last.status != JobStatus.COMPLETED.value and timezone.now() - ended < TRY_AGAIN


def _stands(film: Video) -> bool:
    reader = reader_of(film)
    copy, origin = reader.shared_film(), reader.shared_origin()
    return (copy is not None and copy["origin"] == origin) or origin is None
