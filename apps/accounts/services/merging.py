"""Making one player of two rows about the same child."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction

from apps.accounts.models import Player, User
from apps.accounts.traces import rows_about
from apps.core import audit, versions
from apps.core.errors import InvalidRequest
from apps.core.lifecycle import lifecycle

KEPT_PARTICULARS = (
    "user_id",
    "external_id",
    "date_of_birth",
    "position",
    "jersey_number",
    "height_cm",
    "weight_kg",
    "dominant_foot",
    "sex",
    "consent_given_at",
    "consent_given_by_id",
)
KEYS = ("user_id", "consent_given_by_id")
"""Those of them that are foreign keys."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge does, or would do.

    Attributes:
        moved: rows that change their player, by table.
        dropped: rows of the second that the first has too (a measurement of the same day), by table.
        filled: particulars that the first lacked.
    """

    moved: Mapping[str, int]
    dropped: Mapping[str, int]
    filled: tuple[str, ...]


class _Preview(Exception):
    """Rolls a tried merge back."""

    def __init__(self, merge: Merge) -> None:
        self.merge = merge


def preview_merge(*, kept: Player, gone: Player) -> Merge:
    """Say what a merge would do, by doing it and taking it back.

    Raises:
        InvalidRequest: the two cannot be one.
    """
    try:
        with transaction.atomic():
            raise _Preview(_merged(kept.pk, gone.pk))
    except _Preview as tried:
        return tried.merge


@transaction.atomic
def merge_players(*, user: User, kept: Player, gone: Player) -> Merge:
    """Move everything of the second player to the first and delete the second; cannot be undone.

    Raises:
        InvalidRequest: the two cannot be one.
    """
    done = _merged(kept.pk, gone.pk)
    audit.record(
        actor_id=user.pk,
        action="player.merged",
        target=kept,
        team_id=kept.team_id,
        before={"gone_id": str(gone.pk)},
        after={"moved": dict(done.moved), "dropped": dict(done.dropped), "filled": list(done.filled)},
    )
    versions.bump(versions.TEAM, kept.team_id)
    return done


def _merged(kept_id: uuid.UUID, gone_id: uuid.UUID) -> Merge:
    kept, gone = Player.objects.get(pk=kept_id), Player.objects.get(pk=gone_id)
    _check(kept, gone)
    moved = lifecycle.merge(kept.pk, gone.pk)
    dropped: dict[str, int] = {}
    for model, name, rows in rows_about(gone):
        label = model._meta.verbose_name_plural or model._meta.label
        changed, clashed = _move(rows, name, kept)
        if changed:
            moved[str(label)] = moved.get(str(label), 0) + changed
        if clashed:
            dropped[str(label)] = dropped.get(str(label), 0) + clashed
    values: dict[str, Any] = {name: getattr(gone, name) for name in KEPT_PARTICULARS}
    gone.delete()
    filled = [name for name in KEPT_PARTICULARS if getattr(kept, name) in (None, "") and values[name] not in (None, "")]
    for name in filled:
        setattr(kept, name, values[name])
    kept.save(update_fields=[*(name.removesuffix("_id") if name in KEYS else name for name in filled), "updated_at"])
    return Merge(moved, dropped, tuple(filled))


def _check(kept: Player, gone: Player) -> None:
    if kept.pk == gone.pk:
        raise InvalidRequest("Choose two different players.")
    if kept.team_id != gone.team_id:
        raise InvalidRequest("Players of two teams are not merged: each team keeps its own.")
    if kept.user_id is not None and gone.user_id is not None and kept.user_id != gone.user_id:
        raise InvalidRequest("Both players have a log-in of their own; they seem to be two people.")
    born = (kept.date_of_birth, gone.date_of_birth)
    if None not in born and born[0] != born[1]:
        raise InvalidRequest(f"The dates of birth differ ({born[0]} and {born[1]}); correct one first.")


def _move(rows: models.QuerySet[Any], name: str, kept: Player) -> tuple[int, int]:
    """Point rows at the kept player; where it has such a row already (unique), its own stays."""
    try:
        with transaction.atomic():
            return rows.update(**{name: kept.pk}), 0
    except IntegrityError:
        pass
    moved = 0
    for row in list(rows):
        try:
            with transaction.atomic():
                moved += type(row)._base_manager.filter(pk=row.pk).update(**{name: kept.pk})
        except IntegrityError:
            continue
    left = rows.all()
    dropped = left.count()
    left.delete()
    return moved, dropped
