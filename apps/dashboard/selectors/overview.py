"""A team at a glance: who was active, this week, load, how good the films are; what runs and what was last."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypedDict

from django.db.models import Count, Q
from django.utils import timezone

from apps.accounts.models import Player, Team, User
from apps.dashboard.periods import Bucket, Period, bucket_of, midnight, today_in
from apps.dashboard.selectors.facts import kpi_rows
from apps.dashboard.selectors.figures import Figure, absent, figure
from apps.dashboard.selectors.team_load import Load, load_of
from apps.scan.models import ProcessingJob
from apps.sessions.models import Session
from apps.sessions.selectors import with_summaries
from pipeline.api import JobStatus

RECENT = 5
RUNNING = 20
DAYS_PER_WEEK = 7
OPEN = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


class Week(TypedDict):
    """Sessions of an ISO week in the team's time zone, so far, and those of the week before up to its end."""

    start: date
    end: date
    iso_week: str
    sessions: Figure
    trainings: int
    matches: int
    last_week: Figure


class GradeShare(TypedDict):
    """Sessions of a grade."""

    grade: str | None
    sessions: int
    share: float


class DataQuality(TypedDict):
    """How good the films of the period were."""

    sessions: int
    by_grade: list[GradeShare]
    no_metres: int
    not_assessed: int
    synthetic: int
    absent: str | None
    rule: str


class Numbers(TypedDict):
    """What is kept: the same for everybody who reads the same players."""

    active_players: Figure
    roster: int
    week: Week
    load: Load
    data_quality: DataQuality


class RunningJob(TypedDict):
    """A scan that waits or runs."""

    job_id: str
    session_id: str
    title: str
    status: str
    progress: float
    step: str
    created_at: datetime


def numbers(team: Team, period: Period, player_ids: Sequence[uuid.UUID] | None) -> Numbers:
    """Return the overview's figures (seven queries).

    Args:
        player_ids: whose figures; `None` for the whole team.
    """
    rows = Player.objects.filter(team=team)
    players = list(rows if player_ids is None else rows.filter(pk__in=player_ids))
    ids = [player.pk for player in players]
    whole = player_ids is None
    load = load_of(players, period)
    return Numbers(
        active_players=_active(team, period, ids),
        roster=len(players),
        week=_week(team, period.zone, None if whole else ids),
        load=load,
        data_quality=_quality(team, period, None if whole else ids),
    )


def recent_sessions(user: User, team: Team) -> list[Session]:
    """Return the newest sessions that the user may read, with what lists show of them (four queries)."""
    rows = Session.objects.visible_to(user).filter(team=team, start__lte=timezone.now()).select_related("player")
    return with_summaries(user, list(rows[:RECENT]))


def running_jobs(user: User, team: Team) -> list[RunningJob]:
    """Return the scans that wait or run, oldest first (one query)."""
    rows = ProcessingJob.objects.visible_to(user).filter(session__team=team, status__in=OPEN)
    return [
        RunningJob(
            job_id=str(job.pk),
            session_id=str(job.session_id),
            title=str(job.session),
            status=job.status,
            progress=round(job.progress, 1),
            step=job.current_step,
            created_at=job.created_at,
        )
        for job in rows.select_related("session").order_by("created_at", "pk")[:RUNNING]
    ]


def _active(team: Team, period: Period, player_ids: Sequence[uuid.UUID]) -> Figure:
    """Players with a figure, a load or their name on a track in a session of the period."""
    if not player_ids:
        return absent("The team has no players yet.", "players")
    within = {"start__gte": period.since, "start__lt": period.until}
    there = Q(kpis__player__in=player_ids, kpis__is_current=True)
    sessions = Session.objects.filter(team=team, **within).order_by()
    found = {
        *sessions.filter(there).values_list("kpis__player", flat=True).distinct(),
        *sessions.filter(loads__player__in=player_ids).values_list("loads__player", flat=True).distinct(),
        *sessions.filter(session_players__player__in=player_ids).values_list("session_players__player", flat=True),
        *sessions.filter(player__in=player_ids).values_list("player", flat=True),
    }
    return figure(len(found & set(player_ids)), "players", len(player_ids))


def _week(team: Team, zone: str, player_ids: Sequence[uuid.UUID] | None) -> Week:
    today = today_in(zone)
    start = bucket_of(today, Bucket.WEEK)
    here = midnight(start, zone)
    before = midnight(start - timedelta(days=DAYS_PER_WEEK), zone)
    rows = Session.objects.filter(team=team, start__gte=before, start__lte=timezone.now()).order_by()
    if player_ids is not None:
        about = Q(player__in=player_ids) | Q(kpis__player__in=player_ids) | Q(loads__player__in=player_ids)
        rows = rows.filter(about)
    this = Q(start__gte=here)
    count = rows.aggregate(
        now=Count("pk", filter=this, distinct=True),
        trainings=Count("pk", filter=this & Q(session_type="training"), distinct=True),
        matches=Count("pk", filter=this & Q(session_type="match"), distinct=True),
        before=Count("pk", filter=~this, distinct=True),
    )
    year, week, _ = start.isocalendar()
    days = (today - start).days + 1
    return Week(
        start=start,
        end=start + timedelta(days=DAYS_PER_WEEK - 1),
        iso_week=f"{year}-W{week:02d}",
        sessions=figure(count["now"], "sessions", days),
        trainings=count["trainings"],
        matches=count["matches"],
        last_week=figure(count["before"], "sessions", DAYS_PER_WEEK),
    )


def _quality(team: Team, period: Period, player_ids: Sequence[uuid.UUID] | None) -> DataQuality:
    """Grade of each session: the most frequent of its players' (the worse of two as frequent)."""
    sessions = Session.objects.filter(team=team, start__gte=period.since, start__lt=period.until)
    if player_ids is not None:
        sessions = sessions.filter(Q(player__in=player_ids) | Q(kpis__player__in=player_ids))
    count = sessions.order_by().aggregate(
        total=Count("pk", distinct=True), synthetic=Count("pk", filter=Q(synthetic=True), distinct=True)
    )
    total = count["total"]
    graded: dict[uuid.UUID, Counter[str]] = {}
    rows = kpi_rows(team.pk, period=period, player_ids=player_ids)
    for session_id, grade, n in rows.values_list("session_id", "grade").annotate(n=Count("pk")):
        graded.setdefault(session_id, Counter())[grade] += n
    grades = Counter(max(count, key=lambda grade: (count[grade], grade or "Z")) for count in graded.values())
    no_metres = grades.pop("", 0)
    return DataQuality(
        sessions=total,
        by_grade=[GradeShare(grade=grade, sessions=n, share=n / total) for grade, n in sorted(grades.items()) if total],
        no_metres=no_metres,
        not_assessed=max(total - sum(grades.values()) - no_metres, 0),
        synthetic=count["synthetic"],
        absent=None if total else "There was no session in this period.",
        rule="A session has the grade of most of its named players; of two as frequent, the worse.",
    )
