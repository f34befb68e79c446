"""What goes with a session, and what belongs to a person's export."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import Player, User
from apps.accounts.traces import Named
from apps.core import versions
from apps.core.lifecycle import Orphan, lifecycle
from apps.scan import media
from apps.scan.models import JobStep, ProcessingJob, SessionEvent, SessionKPI, Upload, Video
from apps.scan.selectors.arrays import reader_of
from apps.scan.selectors.summaries import figures, summaries
from apps.scan.services import uploads
from apps.sessions.models import Session, SessionPlayer
from apps.sessions.summaries import register_figures, register_provider
from pipeline import api
from pipeline.ports import installed

OWNER = "scan"
SESSIONS = "sessions"
"""Folder of the artefacts."""
YOUNG = timedelta(hours=1)
"""A film is put in its place a moment before its row is committed."""


def register() -> None:
    """Tell core and sessions what this app keeps; called when Django is ready."""
    lifecycle.register_eraser("session", OWNER, erase_sessions)
    lifecycle.register_eraser("player", OWNER, erase_bodies)
    lifecycle.register_eraser("user", OWNER, erase_uploads)
    lifecycle.register_eraser("filming", OWNER, withhold_names)
    lifecycle.register_exporter("player", OWNER, export_player)
    lifecycle.register_sweeper(OWNER, unowned_files)
    register_provider(summaries)
    register_figures(figures)


def erase_sessions(session_ids: Sequence[uuid.UUID]) -> Callable[[], None]:
    """Stop the sessions' scans; after the commit remove films and artefacts (an eraser of `core.lifecycle`)."""
    keys = [key for key in Video.objects.filter(session_id__in=session_ids).values_list("file", flat=True) if key]
    for job_id in _open_jobs(session_ids):
        api.cancel(str(job_id))

    def after() -> None:
        for key in keys:
            media.delete_file(key)
        for session_id in session_ids:
            media.delete_folder(f"{media.FILMS}/{session_id}")
            installed().artefacts.delete(f"{SESSIONS}/{session_id}")

    return after


def erase_bodies(player_ids: Sequence[uuid.UUID]) -> Callable[[], None]:
    """Cameras called after players get another name; after the commit remove the bodies that were fitted to them (an
    eraser of `core.lifecycle`): their shape is theirs, even where a session with others stays.
    """
    for player in Player.objects.filter(pk__in=player_ids):
        _rename_cameras([player.team_id], Named(player.first_name, player.last_name, (player.last_name,)))
    return _forget_bodies(player_ids)


def _rename_cameras(team_ids: Collection[uuid.UUID], person: Named) -> None:
    """A camera's name is part of a key, which no search through texts changes; a film and its steps keep one name.

    While a scan runs, its cameras are known by their names: they stay, as in `live`.
    """
    pattern = person.pattern()
    if pattern is None:
        return
    films = (
        Video.objects.filter(session__team__in=team_ids).exclude(camera="").exclude(session_id__in=_working(team_ids))
    )
    for film in films:
        if pattern.search(film.camera):
            name = f"camera {film.pk.hex[:8]}"
            JobStep.objects.filter(job__session_id=film.session_id, camera=film.camera).update(camera=name)
            Video.objects.filter(pk=film.pk).update(camera=name)


def _working(team_ids: Collection[uuid.UUID]) -> QuerySet[ProcessingJob, uuid.UUID]:
    """Sessions with a job under way."""
    still_open = (api.JobStatus.QUEUED.value, api.JobStatus.RUNNING.value)
    jobs = ProcessingJob.objects.filter(session__team__in=team_ids, status__in=still_open)
    return jobs.values_list("session_id", flat=True)


def _forget_bodies(player_ids: Sequence[uuid.UUID]) -> Callable[[], None]:
    found = _bodies_of(player_ids)

    def after() -> None:
        for _, bodies, track_id in found:
            bodies.erase(track_id)

    return after


def withhold_names(player_ids: Sequence[uuid.UUID]) -> Callable[[], None]:
    """Take players out of what films showed, for their consent to filming is gone: tracks and figures stay, of nobody.

    The coaches' words stay too, so that a re-run after a new yes names them again; bodies that were fitted go.
    """
    after = _forget_bodies(player_ids)
    SessionPlayer.objects.filter(player_id__in=player_ids).update(player=None, withheld=True)
    SessionKPI.objects.filter(player_id__in=player_ids).update(player=None)
    SessionEvent.objects.filter(player_id__in=player_ids).update(player=None)
    for team_id in set(Player.objects.filter(pk__in=player_ids).values_list("team_id", flat=True)):
        versions.bump(versions.TEAM, team_id)
    return after


def _bodies_of(player_ids: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, api.Bodies, int]]:
    """Session, place and track of the bodies that players may have (two queries)."""
    tracks = SessionPlayer.objects.filter(player_id__in=player_ids).values_list("session_id", "track_id")
    of_session: dict[uuid.UUID, set[int]] = {}
    for session_id, track_id in tracks:
        of_session.setdefault(session_id, set()).add(track_id)
    films = Video.objects.filter(session_id__in=of_session).order_by("session_id", "camera")
    return [
        (film.session_id, reader_of(film).bodies(), track_id)
        for film in films
        for track_id in sorted(of_session[film.session_id])
    ]


def unowned_files() -> Iterator[Orphan]:
    """Find films and artefacts whose session or row is gone (a sweeper of `core.lifecycle`)."""
    yield from (Orphan(key, partial(media.delete_file, key)) for key in media.unowned_films(YOUNG))
    found = {key.split("/")[1] for key in installed().artefacts.list(SESSIONS) if key.count("/") > 1}
    there = {str(pk) for pk in Session.objects.values_list("pk", flat=True)}
    for session_id in sorted(found - there):
        prefix = f"{SESSIONS}/{session_id}"
        yield Orphan(prefix, partial(installed().artefacts.delete, prefix))


def _open_jobs(session_ids: Sequence[uuid.UUID]) -> Sequence[uuid.UUID]:
    still_open = (api.JobStatus.QUEUED.value, api.JobStatus.RUNNING.value)
    jobs = ProcessingJob.objects.filter(session_id__in=session_ids, status__in=still_open)
    return list(jobs.values_list("pk", flat=True))


def erase_uploads(user_ids: Sequence[uuid.UUID]) -> Callable[[], None]:
    """Remove what users had begun to upload; cameras called after them get another name (see `erase_bodies`)."""
    for user in User.objects.filter(pk__in=user_ids):
        first, _, last = user.name.partition(" ")
        if last:
            _rename_cameras(list(user.memberships.values_list("team_id", flat=True)), Named(first, last))
    paths = [uploads.part_path(upload) for upload in Upload.objects.filter(created_by_id__in=user_ids)]

    def after() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    return after


def export_player(player_id: uuid.UUID) -> Mapping[str, Any]:
    """Every figure ever computed about a player, and the bodies fitted to them (an exporter of `core.lifecycle`)."""
    rows = SessionKPI.objects.filter(player_id=player_id).select_related("session").order_by("session__start", "pk")
    return {
        "kpis": [
            {
                "session_id": str(row.session_id),
                "start": row.session.start.isoformat(),
                "version": row.version,
                "is_current": row.is_current,
                "grade": row.grade or None,
                "groups": row.groups,
                "quality": row.quality,
            }
            for row in rows
        ],
        "bodies": [
            {"session_id": str(session_id), "fitted": dict(report["facts"])}
            for session_id, bodies, track_id in _bodies_of([player_id])
            if (report := bodies.report(track_id)) is not None
        ],
    }
