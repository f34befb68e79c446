"""What a finished scan leaves in the tables: KPIs, events, who is who; all in one transaction."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction
from django.db.models import Max

from apps.accounts.filming import not_to_be_named
from apps.accounts.models import Player
from apps.core import versions
from apps.scan.models import ProcessingJob, SessionEvent, SessionKPI, Video
from apps.scan.services.kpi_rows import kpi_row
from apps.sessions.models import SessionPlayer
from pipeline.errors import PipelineError
from pipeline.ports import EventResult, JobStatus, Results

OPEN = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


@transaction.atomic
def store_results(job_id: str, results: Results) -> None:
    """Replace what an earlier run of the job stored; the same results again change nothing.

    Rows of older jobs, and this job's by older definitions, stay as history (`is_current` false).

    Raises:
        PipelineError: `NOT_FOUND` when the job was deleted, `NOT_OPEN` when it ended meanwhile.
    """
    digest = hashlib.sha256(json.dumps(results, sort_keys=True, default=str).encode()).hexdigest()
    job = ProcessingJob.objects.filter(pk=job_id).first()
    if job is None:
        raise PipelineError("This scan was deleted.", code="NOT_FOUND")
    if job.results_sha256 == digest and SessionKPI.objects.filter(job=job, is_current=True).exists():
        return
    # The write that both of two racing workers need comes first, so that the second waits here and replaces the first.
    if not ProcessingJob.objects.filter(pk=job.pk, status__in=OPEN).update(results_sha256=digest):
        raise PipelineError("The scan ended while its results were being stored.", code="NOT_OPEN")
    known, withheld = _known_players(job, results)
    _store_kpis(job, results, known)
    versions.bump(versions.TEAM, job.session.team_id)
    _store_events(job, results, known)
    for video_id, key in results.get("thumbnails", {}).items():
        Video.objects.filter(pk=video_id, session_id=job.session_id).update(thumbnail=key)
    SessionPlayer.objects.filter(session_id=job.session_id).delete()
    SessionPlayer.objects.bulk_create(
        SessionPlayer(
            session_id=job.session_id,
            track_id=track["track_id"],
            player_id=_player(track["player_id"], known),
            withheld=track["player_id"] in withheld,
        )
        for track in results["tracks"]
    )


def _store_kpis(job: ProcessingJob, results: Results, known: set[str]) -> None:
    of_session = SessionKPI.objects.filter(session_id=job.session_id)
    version = (of_session.aggregate(last=Max("version"))["last"] or 0) + 1
    of_session.filter(job=job, catalogue_version=results["catalogue_version"]).delete()
    of_session.filter(is_current=True).update(is_current=False)
    rows = [
        kpi_row(
            player,
            catalogue_version=results["catalogue_version"],
            session_id=job.session_id,
            job=job,
            player_id=_player(player["player_id"], known),
            version=version,
            synthetic=job.session.synthetic,
        )
        for player in results["players"]
    ]
    SessionKPI.objects.bulk_create(rows, batch_size=200)


def _store_events(job: ProcessingJob, results: Results, known: set[str]) -> None:
    SessionEvent.objects.filter(session_id=job.session_id).delete()
    SessionEvent.objects.bulk_create([_event_row(job, event, known) for event in results["events"]], batch_size=500)


def _event_row(job: ProcessingJob, event: EventResult, known: set[str]) -> SessionEvent:
    return SessionEvent(
        session_id=job.session_id,
        job=job,
        player_id=_player(event["player_id"], known),
        track_id=event["track_id"],
        kind=event["kind"],
        t0_s=event["t0_s"],
        t1_s=event["t1_s"],
        confidence=event["confidence"],
        data=event["data"],
    )


def _known_players(job: ProcessingJob, results: Results) -> tuple[set[str], set[str]]:
    """Players named in the results who still exist in the session's team (one may be deleted during a scan), and those
    of the team who must stay without a name.
    """
    rows = (*results["players"], *results["events"], *results["tracks"])
    named = {row["player_id"] for row in rows if row["player_id"] is not None}
    team_id = job.session.team_id
    players = list(Player.objects.filter(pk__in=named, team_id=team_id))
    withheld = not_to_be_named(players)
    return {str(player.pk) for player in players if player.pk not in withheld}, {str(pk) for pk in withheld}


def _player(player_id: str | None, known: set[str]) -> str | None:
    return player_id if player_id in known else None
