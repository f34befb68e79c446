"""Starting and stopping a live session, and its cameras."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Right, User
from apps.accounts.permissions import has_right
from apps.core import versions
from apps.core.audit import record
from apps.core.errors import InvalidRequest, NotFound
from apps.live import broker
from apps.live.errors import LiveBusy, LiveEnded, TooManyLive
from apps.live.models import OPEN, TAKES_FRAMES, FilmState, LiveCamera, LiveSession, LiveSource, LiveStatus
from apps.live.services.consent import filming_warnings
from apps.live.stream import MAX_CAMERAS
from apps.scan.models import Calibration
from apps.scan.permissions import require_right
from apps.scan.services.scans import ScanPlan, ScanWish, check_wish
from apps.sessions.models import Session, SessionStatus, SessionType
from pipeline import api

MAIN_CAMERA = "main"
"""The camera of whoever names none."""
MAX_OF_TEAM = 4
"""Live sessions of one team at once: training on four pitches; more was forgotten to be stopped."""

STORED_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class CameraWish:
    """A camera that will send, and where it looks."""

    name: str
    calibration_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class LiveWish:
    """What is asked for, as it came in."""

    source: str
    player_id: str = ""
    team_id: uuid.UUID | None = None
    fps: float = 10.0
    calibration_id: uuid.UUID | None = None
    model: str = ""
    title: str = ""
    record: bool = False
    cameras: Sequence[CameraWish] = ()


@dataclass(frozen=True, slots=True)
class StartedLive:
    """A session that takes frames, and what a coach should know before filming."""

    live: LiveSession
    warnings: list[str]


@transaction.atomic
def start_live(*, user: User, wish: LiveWish) -> StartedLive:
    """Open a live session; a worker is rung for after the commit.

    Raises:
        DomainError: 400, 403 (role, or somebody may not be filmed), 404, 409 the team has too many, 503 no room.
    """
    plan = check_wish(
        user, ScanWish(player_id=wish.player_id, team_id=wish.team_id, calibration_id=wish.calibration_id)
    )
    warnings = filming_warnings(plan.team, plan.player)
    _require_room(plan.team.pk)
    session = Session.objects.create(
        team=plan.team,
        player=plan.player,
        session_type=SessionType.LIVE,
        title=wish.title.strip(),
        status=SessionStatus.PROCESSING,
        created_by=user,
    )
    live = LiveSession.objects.create(
        session=session, source=LiveSource(wish.source), model=wish.model, fps=wish.fps, record=wish.record,
        film=FilmState.WAITING if wish.record else FilmState.NONE,
        started_at=session.start,
    )  # fmt: skip
    _add_cameras(live, plan, wish)
    record(actor_id=user.pk, action="live.start", target=session, team_id=plan.team.pk, after={"record": wish.record})
    versions.bump(versions.TEAM, plan.team.pk)
    transaction.on_commit(partial(ring, live.pk), robust=True)
    return StartedLive(live, warnings)


@transaction.atomic
def stop_live(*, user: User, live: LiveSession) -> LiveSession:
    """Take no more frames; a worker stores what was measured. Stopping again changes nothing.

    Raises:
        PermissionDenied: 403.
    """
    require_right(user, live.session.team_id, Right.RUN_SCANS)
    mark_stopping(live.pk, actor_id=user.pk)
    live.refresh_from_db()
    return live


def mark_stopping(session_id: uuid.UUID, *, actor_id: uuid.UUID | None) -> bool:
    """Ask for the end of an open session, once; True for whoever did.

    The worker is rung for again each time: the message of the first who asked may be lost.
    """
    open_ones = LiveSession.objects.filter(pk=session_id, status__in=TAKES_FRAMES)
    first = bool(open_ones.update(status=LiveStatus.STOPPING, stop_requested_at=timezone.now()))
    live = LiveSession.objects.select_related("session").filter(pk=session_id, status=LiveStatus.STOPPING).first()
    if live is None:
        return False
    if first:
        record(actor_id=actor_id, action="live.stop", target=live.session, team_id=live.session.team_id)
    transaction.on_commit(partial(broker.request_stop, session_id), robust=True)
    if not live.is_held():
        transaction.on_commit(partial(ring, session_id), robust=True)
    return first


def wait_until_stored(live: LiveSession, until_s: float) -> LiveSession:
    """The session as it is once it is stored, or at a moment of the monotonic clock [s]."""
    while True:
        live.refresh_from_db()
        if not live.is_open or time.monotonic() >= until_s:
            return live
        time.sleep(STORED_LOOK_S)


def may_send(user: User, live: LiveSession) -> bool:
    """Whether the user may film this session; who may not may still watch."""
    return has_right(user, live.session.team_id, Right.RUN_SCANS)


def ring(session_id: uuid.UUID | str) -> bool:
    """Ask for a worker; harmless however often."""
    return api.start_live(str(session_id))


def ensure_camera(live: LiveSession, name: str, calibration_id: uuid.UUID | None = None) -> LiveCamera:
    """The camera of this name; a new one joins the session while it takes frames.

    Raises:
        LiveEnded: 409. InvalidRequest: there are too many cameras. NotFound: no such calibration of the team.
    """
    found = LiveCamera.objects.filter(live=live, name=name).first()
    if not live.takes_frames:
        raise LiveEnded
    calibration = _calibration(live, calibration_id) if calibration_id else None
    if found is None:
        if LiveCamera.objects.filter(live=live).count() >= MAX_CAMERAS:
            raise InvalidRequest(f"A live session has at most {MAX_CAMERAS} cameras.")
        found, _ = LiveCamera.objects.get_or_create(live=live, name=name, defaults={"calibration": calibration})
    if calibration is not None and found.calibration_id != calibration.pk:
        found.calibration = calibration
        found.save(update_fields=["calibration"])
    return found


def _add_cameras(live: LiveSession, plan: ScanPlan, wish: LiveWish) -> None:
    wanted = wish.cameras or [CameraWish(MAIN_CAMERA)]
    if len({camera.name for camera in wanted}) < len(wanted):
        raise InvalidRequest("Two cameras have the same name; each needs its own.")
    for camera in wanted:
        calibration = plan.calibration
        if camera.calibration_id:
            calibration = _calibration(live, camera.calibration_id)
        LiveCamera.objects.create(live=live, name=camera.name, calibration=calibration)


def _calibration(live: LiveSession, calibration_id: uuid.UUID) -> Calibration:
    found: Calibration | None = Calibration.objects.filter(team_id=live.session.team_id, pk=calibration_id).first()
    if found is None:
        raise NotFound("This team has no such calibration.")
    return found


def _require_room(team_id: uuid.UUID) -> None:
    running = LiveSession.objects.filter(status__in=OPEN)
    if running.filter(session__team_id=team_id).count() >= MAX_OF_TEAM:
        raise TooManyLive(f"This team has {MAX_OF_TEAM} live sessions already. Stop one of them first.")
    if running.count() >= settings.LIVE_MAX_SESSIONS:
        raise LiveBusy("The server carries as many live sessions as it can. Try again when one has ended.")
