"""Figures anew from what is stored of a scan, by today's definitions; the old ones stay as history."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery

from apps.accounts.models import Team
from apps.core.audit import record
from apps.scan.models import ProcessingJob, SessionKPI
from apps.scan.services.reruns import run_again
from pipeline.api import ArtefactName, JobKind, JobStatus
from vision.kpi.catalogue import CATALOGUE_VERSION


def recomputable(
    *, session_ids: Sequence[uuid.UUID] = (), team: Team | None = None, outdated_only: bool = True
) -> QuerySet[ProcessingJob]:
    """The newest scan of each session, where it is completed: of these sessions, of a team, or of everybody.

    Args:
        outdated_only: leave out sessions whose figures follow today's catalogue already.
    """
    scans = ProcessingJob.objects.scans()
    newest = scans.filter(session_id=OuterRef("session_id")).order_by("-created_at").values("pk")[:1]
    completed = ProcessingJob.objects.filter(pk=Subquery(newest), status=JobStatus.COMPLETED.value)
    # Cameras that filmed a live session together were brought together while it ran (`reruns`).
    together = ProcessingJob.objects.annotate(films=Count("session__videos", distinct=True))
    jobs = completed.exclude(pk__in=together.filter(kind=JobKind.LIVE.value, films__gt=1).values("pk"))
    if session_ids:
        jobs = jobs.filter(session_id__in=session_ids)
    if team is not None:
        jobs = jobs.filter(session__team=team)
    if outdated_only:
        current = SessionKPI.objects.filter(is_current=True, catalogue_version=CATALOGUE_VERSION)
        jobs = jobs.exclude(session_id__in=current.values("session_id"))
    return jobs.select_related("session").order_by("created_at", "pk")


Figures = dict[tuple[int, str], tuple[float | None, str]]
"""(track, key of the KPI) → value (`None` = absent) and unit."""


@transaction.atomic
def recompute(job: ProcessingJob, *, actor_id: uuid.UUID | None = None) -> None:
    """Have a completed scan's figures made again; those of today count until then."""
    record(
        actor_id=actor_id,
        action="scan.recompute",
        target=job,
        team_id=job.session.team_id,
        after={"catalogue_version": CATALOGUE_VERSION},
    )
    run_again(job, ArtefactName.EVENTS)


def current_figures(session_id: uuid.UUID) -> Figures:
    """What counts now, person by person (one query)."""
    rows = SessionKPI.objects.filter(session_id=session_id, is_current=True).values_list("track_id", "groups")
    return {
        (track_id, key): (entry.get("value"), entry.get("unit", ""))
        for track_id, groups in rows
        for group in groups.values()
        for key, entry in group.items()
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of one person that is not what it was; `None` stands for "absent"."""

    track_id: int
    key: str
    unit: str
    before: float | None
    after: float | None


def differences(old: Figures, new: Figures, *, tolerance: float = 1e-9) -> list[Difference]:
    """What changed, in the order of tracks and keys; relative changes up to `tolerance` are none."""
    found = []
    for track_id, key in sorted({*old, *new}):
        before, was_in = old.get((track_id, key), (None, ""))
        after, is_in = new.get((track_id, key), (None, ""))
        if not _same(before, after, tolerance):
            found.append(Difference(track_id, key, is_in or was_in, before, after))
    return found


def _same(before: float | None, after: float | None, tolerance: float) -> bool:
    if before is None or after is None:
        return before is after
    return abs(after - before) <= tolerance * max(1.0, abs(before))
