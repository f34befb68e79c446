"""Figures that come from made-up movement: stored like any other, and always labelled."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from apps.core import versions
from apps.scan.models import SessionKPI
from apps.scan.services.kpi_rows import kpi_row
from apps.sessions.models import Session, SessionPlayer
from pipeline.ports import PlayerResult


@transaction.atomic
def store_synthetic_kpis(*, session: Session, results: Sequence[PlayerResult], catalogue_version: str) -> None:
    """Store one session's figures of made-up players.

    Raises:
        ValueError: the session is not labelled synthetic.
    """
    if not session.synthetic:
        raise ValueError("synthetic figures belong only to a session that is labelled synthetic")
    SessionKPI.objects.bulk_create(
        kpi_row(
            result,
            catalogue_version=catalogue_version,
            session=session,
            player_id=result["player_id"],
            synthetic=True,
        )
        for result in results
    )
    SessionPlayer.objects.bulk_create(
        SessionPlayer(session=session, track_id=result["track_id"], player_id=result["player_id"])
        for result in results
        if result["player_id"] is not None
    )
    versions.bump(versions.TEAM, session.team_id)
