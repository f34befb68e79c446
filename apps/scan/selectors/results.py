"""Summary of what a scan found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Player, User
from apps.core.errors import InvalidRequest
from apps.scan.media import signed_video_url
from apps.scan.models import Calibration, ProcessingJob, Video
from apps.scan.selectors.arrays import WINDOW_S, read_arrays, reader_of
from apps.scan.selectors.body import BodyJob, list_bodies, newest_body_job
from apps.scan.selectors.kpis import PlayerName, name_of, reads_whole_team
from apps.scan.selectors.shown import Faces, blurs_faces, faces_in
from apps.sessions.models import SessionPlayer
from pipeline.api import LinkedTrack, SkeletonShape

NO_CONSENT = "Stays without a name: there is no consent to filming for the player who was named here."


class TrackSummary(TypedDict):
    """One person followed through the film."""

    track_id: int
    player: PlayerName | None
    team: str
    color: str | None
    start_s: float
    end_s: float
    frames: int
    coverage: float
    corrected: bool
    name_withheld: str | None


class ResultsSummary(TypedDict):
    """What a page shows beside the arrays."""

    job_id: str
    session_id: str
    status: str
    video: dict[str, Any] | None
    films: list[dict[str, Any]]
    calibration: dict[str, Any] | None
    scale_source: str | None
    models: list[dict[str, str]]
    tracks: list[TrackSummary]
    skeleton: SkeletonShape | None
    bodies: list[dict[str, Any]]
    body_job: BodyJob | None
    warnings: list[str]
    arrays: dict[str, Any]


def read_results(
    user: User,
    job: ProcessingJob,
    *,
    include: Sequence[str],
    span: tuple[float | None, float | None],
    camera: str = "",
) -> ResultsSummary:
    """Summary and, where asked for, arrays (six queries).

    Args:
        camera: whose boxes and postures the arrays hold; empty for the shown film's.

    Raises:
        InvalidRequest: more time asked for than one answer may cover, or a camera that is not there.
    """
    videos = list(job.session.videos.select_related("session__team").order_by("camera"))
    video = videos[0] if videos else None
    reader = reader_of(video) if video else None
    models, warnings = _made_with(job)
    everybody = reads_whole_team(user, job.session.team_id)
    sees = everybody or not (video and blurs_faces(video.session))
    tracks = _tracks(user, job, reader.tracks() if reader else (), everybody=everybody)
    own = None if everybody else {track["track_id"] for track in tracks}
    url = f"{reverse('scan-results', args=[job.pk])}?include=tracks,poses,ball,world&from=0&to={WINDOW_S:.0f}"
    arrays: dict[str, Any] = {"window_s": WINDOW_S, "url": url}
    return ResultsSummary(
        job_id=str(job.pk),
        session_id=str(job.session_id),
        status=job.status,
        video=_film(video, user, sees=sees) if video else None,
        films=_films(videos, user, sees=sees) if len(videos) > 1 else [],
        calibration=_calibration(job.calibration),
        scale_source=reader.scale_source() if reader else None,
        models=models,
        tracks=tracks,
        skeleton=reader.skeleton() if reader else None,
        bodies=list_bodies(video, job.session_id, only_tracks=own) if video else [],
        body_job=newest_body_job(job),
        warnings=warnings,
        arrays=arrays
        | (
            read_arrays(video, include, span, only_tracks=own, beside=_beside(videos, camera))
            if video and include
            else {}
        ),
    )


def _beside(videos: Sequence[Video], camera: str) -> Video | None:
    """The film of the camera that is asked for; `None` for the first one, which is asked by itself."""
    if not camera or videos[0].camera == camera:
        return None
    found = next((video for video in videos if video.camera == camera), None)
    if found is None:
        names = ", ".join(video.camera for video in videos if video.camera)
        raise InvalidRequest(
            f"This session has no camera '{camera}'; it has {names}."
            if names
            else "This session has one camera, without a name: leave the camera out."
        )
    return found


def _film(video: Video, user: User, *, sees: bool) -> dict[str, Any]:
    """Facts of a film as the user is shown it: a copy without faces is H.264, whatever the original is."""
    faces = faces_in(video, sees=sees)
    return {
        "id": str(video.pk),
        "url": signed_video_url(video, user.pk),
        "width": video.width,
        "height": video.height,
        "fps": round(video.fps, 4),
        "frames": video.frames,
        "duration_s": video.duration_s,
        "codec": video.codec if sees else "h264",
        "playable": video.playable if sees else faces is Faces.BLURRED,
        "faces": faces.value,
        "warnings": video.warnings,
    }


def _films(videos: Sequence[Video], user: User, *, sees: bool) -> list[dict[str, Any]]:
    """Every camera's film with its place in time; one that nobody was seen in has none."""
    offsets = reader_of(videos[0]).clock_offsets_s()
    return [
        {**_film(video, user, sees=sees), "camera": video.camera, "offset_s": offsets.get(video.camera)}
        for video in videos
    ]


def _calibration(used: Calibration | None) -> dict[str, Any] | None:
    if used is None:
        return None
    return {
        "id": str(used.pk),
        "name": used.name,
        "error_m": used.error_m,
        "max_error_m": used.max_error_m,
        "points": len(used.points),
        "warnings": used.warnings,
    }


def _made_with(job: ProcessingJob) -> tuple[list[dict[str, str]], list[str]]:
    """Models and warnings of the steps, each once, in the order of the work (one query)."""
    rows = job.steps.order_by("id").values_list("models_used", "warnings")
    models: dict[tuple[str, str], dict[str, str]] = {}
    warnings: dict[str, None] = {}
    for used, warned in rows:
        models |= {(model["key"], model["sha256"]): model for model in used}
        warnings |= dict.fromkeys(warned)
    return list(models.values()), list(warnings)


def _tracks(user: User, job: ProcessingJob, linked: Sequence[LinkedTrack], *, everybody: bool) -> list[TrackSummary]:
    """People of the film with their names; a player or guardian gets only their own tracks."""
    rows = SessionPlayer.objects.filter(session_id=job.session_id).select_related("player")
    named = Q(player__isnull=False) | Q(withheld=True) if everybody else Q(player__in=user.own_player_ids())
    found = {row.track_id: row for row in rows.filter(named)}
    names: Mapping[int, Player | None] = {track_id: row.player for track_id, row in found.items()}
    return [
        TrackSummary(
            track_id=track["track_id"],
            player=name_of(names.get(track["track_id"])),
            team=track["team"],
            color=track["color"],
            start_s=track["start_s"],
            end_s=track["end_s"],
            frames=track["frames"],
            coverage=track["coverage"],
            corrected=track["corrected"],
            name_withheld=NO_CONSENT if track["track_id"] in found and found[track["track_id"]].withheld else None,
        )
        for track in linked
        if everybody or track["track_id"] in names
    ]
