"""A job as the steps see it, read from the tables."""

from __future__ import annotations

from datetime import date

from apps.accounts.models import Player
from apps.scan.models import ProcessingJob
from apps.scan.selectors.zones import zone_pack
from apps.sessions.models import TrackCorrection
from pipeline.api import JobKind
from pipeline.errors import PipelineError
from pipeline.ports import Correction, JobRecord, JobStatus, PlayerRecord, VideoRecord


def job_record(job_id: str) -> JobRecord:
    """Load a job with its videos, players, calibration and corrections.

    Raises:
        PipelineError: `NOT_FOUND`, the job was deleted.
    """
    jobs = ProcessingJob.objects.select_related("session__team", "calibration")
    job = jobs.prefetch_related("session__videos").filter(pk=job_id).first()
    if job is None:
        raise PipelineError("This scan was deleted.", code="NOT_FOUND")
    corrections = list(job.session.track_corrections.order_by("created_at", "id"))
    named = {correction.player_id for correction in corrections} | {job.subject_player_id}
    players = Player.objects.filter(pk__in=named - {None}).order_by("pk")
    day, age_group = job.session.start.date(), job.session.team.age_group
    return JobRecord(
        job_id=str(job.pk),
        session_id=str(job.session_id),
        kind=JobKind(job.kind),
        preset=job.preset,
        status=JobStatus(job.status),
        videos=tuple(
            VideoRecord(str(video.pk), video.camera, video.file.name, video.sha256)
            for video in job.session.videos.all()
        ),
        players=tuple(_player(player, day, age_group) for player in players),
        subject_player_id=str(job.subject_player_id) if job.subject_player_id else None,
        calibration=job.calibration.data if job.calibration else None,
        corrections=tuple(_correction(correction) for correction in corrections),
        params=job.params,
    )


def _player(player: Player, day: date, age_group: str) -> PlayerRecord:
    age = player.age_years_on(day)
    return PlayerRecord(
        player_id=str(player.pk),
        height_m=float(player.height_cm) / 100 if player.height_cm else None,
        age_years=age,
        zones=zone_pack(age, player.sex, age_group),
    )


def _correction(correction: TrackCorrection) -> Correction:
    return Correction(
        kind=correction.kind,
        track_id=correction.track_id,
        player_id=str(correction.player_id) if correction.player_id else None,
        other_track_id=correction.other_track_id,
        frame=correction.frame,
    )
