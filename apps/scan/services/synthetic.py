"""Figures that come from made-up movement: stored like any other, and always labelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from apps.scan.adapters.results import kpi_columns
from apps.scan.models import SessionKPI
from apps.sessions.models import Session
from pipeline.ports import PlayerResult


@transaction.atomic
def store_synthetic_kpis(*, session: Session, results: Sequence[PlayerResult | Any], catalogue_version: str) -> None:
    """Store one session's figures of made-up players.

    Raises:
        ValueError: the session is not labelled synthetic.
    """
    if not session.synthetic:
        raise ValueError("synthetic figures belong only to a session that is labelled synthetic")
    SessionKPI.objects.bulk_create(
        SessionKPI(
            session=session,
            player_id=result["player_id"],
            track_id=result["track_id"],
            catalogue_version=catalogue_version,
            synthetic=True,
            grade=result["grade"],
            groups=result["groups"],
            quality=result["quality"],
            series=result["series"],
            details=result["details"],
            **kpi_columns(result["groups"]),
        )
        for result in results
    )
