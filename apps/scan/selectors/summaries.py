"""What a list of sessions shows of their scans."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from apps.accounts.models import STAFF_ROLES, Membership
from apps.scan.media import signed_thumbnail_url
from apps.scan.models import ProcessingJob, SessionKPI, Video
from apps.sessions.summaries import JobSummary, KpiSummary, SessionSummary
from pipeline.api import JobStatus

OPEN = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


def summaries(session_ids: Sequence[uuid.UUID], user_id: uuid.UUID) -> Mapping[uuid.UUID, SessionSummary]:
    """Newest scan, headline figures and picture of a page of sessions (three queries, no look into a storage)."""
    jobs = _jobs(session_ids)
    kpis = figures(session_ids)
    pictures = _pictures(session_ids, user_id)
    return {
        session_id: SessionSummary(
            job=jobs.get(session_id), kpis=kpis.get(session_id), thumbnail_url=pictures.get(session_id)
        )
        for session_id in {*jobs, *kpis, *pictures}
    }


def _pictures(session_ids: Sequence[uuid.UUID], user_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """A link for each session whose film has a picture that the user is shown; of several films that of the first
    camera.
    """
    team = OuterRef("session__team")
    staff = Membership.objects.filter(team=team, user_id=user_id, role__in=STAFF_ROLES)
    blurred = ProcessingJob.objects.blurs().filter(session=OuterRef("session"), status=JobStatus.COMPLETED.value)
    seen = Exists(staff) | Exists(blurred) | Q(session__team__blur_shared_film=False)
    rows = Video.objects.filter(seen, session_id__in=session_ids).exclude(thumbnail="").order_by("-camera")
    return {
        session_id: signed_thumbnail_url(video_id, user_id)
        for session_id, video_id in rows.values_list("session_id", "pk")
    }


def _jobs(session_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, JobSummary]:
    rows = ProcessingJob.objects.scans().filter(session_id__in=session_ids).order_by("created_at")
    return {
        row.session_id: JobSummary(
            job_id=str(row.pk),
            status=row.status,
            progress=round(row.progress, 1),
            step=row.current_step if row.status in OPEN else None,
        )
        for row in rows.only("session_id", "status", "progress", "current_step")
    }


def figures(session_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, KpiSummary]:
    """The subject's figures; without a subject, those of the only person there, or the best of many.

    The grade is that of whose figures are shown, of two the worse.
    """
    rows = SessionKPI.objects.filter(session_id__in=session_ids, is_current=True, track_id__gte=0)
    columns = ("session_id", "session__player_id", "player_id", "grade", "max_speed_mps", "total_distance_m")
    found: dict[uuid.UUID, list[_Shown]] = {}
    for session_id, subject, player, grade, *values in rows.values_list(*columns).order_by("track_id"):
        if subject is None or subject == player:
            known = found.get(session_id, [_Shown(), _Shown()])
            found[session_id] = [one.or_larger(value, grade) for one, value in zip(known, values, strict=True)]
    return {
        session_id: KpiSummary(
            max_speed_mps=speed.value,
            total_distance_m=distance.value,
            grade=max(speed.grade, distance.grade) or None,
        )
        for session_id, (speed, distance) in found.items()
    }


class _Shown(NamedTuple):
    """A figure and the grade of whoever has it; empty where nobody has it."""

    value: float | None = None
    grade: str = ""

    def or_larger(self, value: float | None, grade: str) -> _Shown:
        if value is None or (self.value is not None and value <= self.value):
            return self
        return _Shown(value, grade)
