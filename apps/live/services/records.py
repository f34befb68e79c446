"""A live session as its worker sees it, read from the tables every second."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from apps.accounts.models import Player
from apps.live.models import LiveSession
from apps.scan.selectors.zones import zone_pack
from apps.sessions.models import CorrectionKind, TrackCorrection
from pipeline.errors import PipelineError
from pipeline.live_ports import LiveCamera, LiveRecord
from pipeline.ports import PlayerRecord


def live_record(session_id: str) -> LiveRecord:
    """Load a session with its cameras, calibrations, the team's players and who is who (five queries).

    Raises:
        PipelineError: `NOT_FOUND`, the session was deleted.
    """
    rows = LiveSession.objects.select_related("session__team").prefetch_related("cameras__calibration")
    live = rows.filter(pk=uuid.UUID(session_id)).first()
    if live is None:
        raise PipelineError("This live session was deleted.", code="NOT_FOUND")
    cameras = tuple(
        LiveCamera(camera.name, str(camera.artefact_id), camera.calibration.data if camera.calibration else None)
        for camera in live.cameras.all()
    )
    subject_id = live.session.player_id
    labels = labels_of(live.pk)
    return LiveRecord(
        session_id=str(live.pk),
        artefact_id=cameras[0].artefact_id if len(cameras) == 1 else str(live.artefact_id),
        cameras=cameras,
        started_us=int(live.started_at.timestamp() * 1_000_000),
        model=live.model,
        fps=live.fps,
        players=_players(live, {*labels.values(), *([str(subject_id)] if subject_id else [])}),
        labels=labels,
        subject_player_id=str(subject_id) if subject_id else None,
    )


def labels_of(session_id: uuid.UUID) -> dict[int, str]:
    """Track → player, as coaches said; the last word counts (one query)."""
    rows = TrackCorrection.objects.filter(session_id=session_id, kind=CorrectionKind.ASSIGN)
    said = dict(rows.order_by("created_at", "id").values_list("track_id", "player_id"))
    return {track_id: str(player_id) for track_id, player_id in said.items() if player_id is not None}


def names_of(session_id: str) -> dict[str, str]:
    """Player → name, of everybody in the session's team."""
    players = Player.objects.filter(team__sessions=uuid.UUID(session_id))
    return {str(player.pk): player.display_name for player in players}


def _players(live: LiveSession, first: Iterable[str]) -> tuple[PlayerRecord, ...]:
    """Everybody who may be in the picture: the team. Those who are named come first."""
    named, team = set(first), live.session.team
    day = live.started_at.date()
    players = sorted(Player.objects.filter(team=team).order_by("pk"), key=lambda player: str(player.pk) not in named)
    return tuple(
        PlayerRecord(
            player_id=str(player.pk),
            height_m=float(player.height_cm) / 100 if player.height_cm else None,
            age_years=player.age_years_on(day),
            zones=zone_pack(player.age_years_on(day), player.sex, team.age_group),
        )
        for player in players
    )
