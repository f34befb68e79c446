"""Finding a scan by its own id or its session's."""

from __future__ import annotations

import uuid

from django.db.models import Q

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.scan.models import ProcessingJob, ProcessingJobQuerySet, Video
from apps.sessions.models import Session
from pipeline.api import BESIDE


def find_job(user: User, object_id: uuid.UUID) -> ProcessingJob:
    """The newest scan of a session, or the job itself (a scan or a body fit), if the user may see it (one query).

    Raises:
        NotFound: no such scan for this user.
    """
    scans = Q(session_id=object_id) & ~Q(kind__in=[kind.value for kind in BESIDE])
    return _first(ProcessingJob.objects.visible_to(user).filter(Q(pk=object_id) | scans))


def find_scan(user: User, object_id: uuid.UUID) -> ProcessingJob:
    """The scan itself, or the newest of a session, also by a job beside it, if the user may see it (one query).

    Raises:
        NotFound: no such scan for this user.
    """
    beside = ProcessingJob.objects.filter(pk=object_id, kind__in=[kind.value for kind in BESIDE]).values("session_id")
    named = Q(pk=object_id) | Q(session_id=object_id) | Q(session_id__in=beside)
    return _first(ProcessingJob.objects.visible_to(user).scans().filter(named))


def _first(jobs: ProcessingJobQuerySet) -> ProcessingJob:
    job = jobs.select_related("session__player", "session__team", "calibration").order_by("-created_at").first()
    if job is None:
        raise NotFound("There is no such scan.")
    found: ProcessingJob = job
    return found


def find_session(user: User, object_id: uuid.UUID) -> Session:
    """The session itself, or a job's, if the user may see it; there may be figures without any scan (one query).

    Raises:
        NotFound: no such session for this user.
    """
    sessions = Session.objects.visible_to(user).filter(Q(pk=object_id) | Q(jobs=object_id))
    session = sessions.distinct().first()
    if session is None:
        raise NotFound("There is no such session.")
    found: Session = session
    return found


def find_video(user: User, object_id: uuid.UUID) -> Video:
    """The film of a session or job, if the user may see it; of several cameras the one that pages show.

    Raises:
        NotFound: no such film for this user.
    """
    videos = (
        Video.objects.visible_to(user)
        .select_related("session__team")
        .filter(Q(session_id=object_id) | Q(session__jobs=object_id))
    )
    video = videos.distinct().order_by("camera").first()
    if video is None:
        raise NotFound("There is no film for this session.")
    found: Video = video
    return found


def find_linked_video(*, user_id: str, video_id: str) -> tuple[User, Video]:
    """The user and the film of a signed link, if that user may still see it.

    Raises:
        NotFound: the film, the user or the right is gone.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    films = Video.objects.visible_to(user).select_related("session__team") if user else Video.objects.none()
    video = films.filter(pk=video_id).first()
    if user is None or video is None:
        raise NotFound("There is nothing here.")
    return user, video
