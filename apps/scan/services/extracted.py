"""Starting a scan whose film was looked at elsewhere: the arrays come instead of the film, the rest is done here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from django.db import transaction

from apps.accounts.models import User
from apps.core.errors import Conflict, NotFound
from apps.scan import media
from apps.scan.models import ProcessingJob, Video
from apps.scan.probe import ProbedVideo
from apps.scan.services import uploads
from apps.scan.services.scans import ReceivedVideo, ScanPlan, ScanWish, check_wish, create_scan
from apps.sessions.models import Session
from pipeline import api
from pipeline.api import Extracted, FilmFacts
from pipeline.ports import installed


@dataclass(frozen=True, slots=True)
class DistantFilm:
    """A film that stays where it is.

    Attributes:
        packed_bytes: of the arrays as they came, for the disk and the quota.
    """

    name: str
    sha256: str
    size_bytes: int
    packed_bytes: int


@dataclass(frozen=True, slots=True)
class StartedScan:
    """A job, and the folder of its artefacts: to be taken away where the caller's transaction is rolled back."""

    job: ProcessingJob
    folder: str

    def forget(self) -> None:
        """Take the artefacts away again."""
        installed().artefacts.delete(self.folder)


def scan_extracted(
    *, user: User, wish: ScanWish, film: DistantFilm, extracted: Extracted, session_id: uuid.UUID | None = None
) -> StartedScan:
    """Store the arrays and start the job that continues from them; call it in a transaction.

    Args:
        session_id: of a session of the team without a film, which the film joins; one that is not there is made.

    Raises:
        DomainError: 400, 403, 404; 409, the session has a film; 429 or 503, no room.
    """
    plan = check_wish(user, replace(wish, preset=extracted.preset))
    plan = _for_session(plan, session_id) if session_id else plan
    uploads.check_quota(user=user, length=film.packed_bytes)
    video = ReceivedVideo(Path(), film.name, film.size_bytes, film.sha256)
    probed = _probed(extracted.film)
    stored = media.video_key(plan.session_id, plan.video_id, probed.container)
    job = create_scan(plan, video, probed, stored, kind=extracted.kind)
    started = StartedScan(job, f"sessions/{plan.session_id}/{plan.video_id}")
    try:
        api.store_extracted(str(plan.session_id), str(plan.video_id), extracted)
    except BaseException:
        started.forget()
        raise
    transaction.on_commit(partial(api.submit, str(job.pk)), robust=True)
    return started


def _for_session(plan: ScanPlan, session_id: uuid.UUID) -> ScanPlan:
    session = Session.objects.filter(pk=session_id).first()
    if session is None:
        return replace(plan, session_id=session_id)
    if session.team_id != plan.team.pk:
        raise NotFound("There is no such session in this team.")
    if Video.objects.filter(session=session).exists():
        raise Conflict("This session has a film already; a film of its own needs a session of its own.")
    if plan.player is not None and session.player_id is None:  # as if the film had made its session
        Session.objects.filter(pk=session.pk).update(player=plan.player)
        session.player = plan.player
    return replace(plan, session_id=session_id, session=session)


def _probed(facts: FilmFacts) -> ProbedVideo:
    return ProbedVideo(
        container=facts["container"],
        codec=facts["codec"],
        width=facts["width"],
        height=facts["height"],
        fps=Fraction(facts["fps_fraction"]),
        frames=facts["frames"],
        duration_s=facts["duration_s"],
        rotation_deg=facts["rotation"],
        playable=False,
        warnings=facts["warnings"],
    )
