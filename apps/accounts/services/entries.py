"""What people enter about players: measurements, fitness tests, wellness, concussions.

Who may: the staff for all; wellness and concussions also the player and the guardian for their own. That an injury has
healed is not for the player to say.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from apps.accounts.errors import OneADay, Questioned
from apps.accounts.maturity import Body
from apps.accounts.models import (
    Concussion,
    FitnessTest,
    Measurement,
    Player,
    Right,
    User,
    WellnessReport,
)
from apps.accounts.permissions import is_family, is_guardian, require_right, role_in
from apps.accounts.plausibility import questions_about
from apps.accounts.selectors import bodies_of, get_entry, get_player
from apps.core import audit
from apps.core.errors import InvalidRequest, PermissionDenied

OLDEST_YEARS = 110


class Rule(Protocol):
    """Decides about a write; raises where it must not be."""

    def __call__(self, user: User, player: Player) -> None:
        """Return, or raise `PermissionDenied`."""


def _staff_enters(user: User, player: Player) -> None:
    if role_in(user, player.team_id) is None:
        raise PermissionDenied("Measurements and fitness tests are entered by the team's staff.")
    require_right(user, player.team_id, Right.ENTER_DATA)


def _coach_or_family(user: User, player: Player) -> None:
    if not is_family(user, player):
        require_right(user, player.team_id, Right.EDIT_PLAYERS)


def _coach_or_guardian(user: User, player: Player) -> None:
    if not is_guardian(user, player):
        require_right(user, player.team_id, Right.EDIT_PLAYERS)


def _coach(user: User, player: Player) -> None:
    require_right(user, player.team_id, Right.EDIT_PLAYERS)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry.

    Attributes:
        model: its table.
        called: in messages.
        may_add, may_change, may_delete: who.
        is_audited: whether changes are written down (what keeps a player off the pitch is).
    """

    model: type[models.Model]
    called: str
    may_add: Rule
    may_change: Rule
    may_delete: Rule
    is_audited: bool = False


MEASUREMENT = Kind(Measurement, "measurement", _staff_enters, _staff_enters, _staff_enters)
FITNESS_TEST = Kind(FitnessTest, "fitness test", _staff_enters, _staff_enters, _staff_enters)
WELLNESS = Kind(WellnessReport, "wellness report", _coach_or_family, _coach_or_family, _coach_or_family)
CONCUSSION = Kind(Concussion, "concussion", _coach_or_family, _coach_or_guardian, _coach, is_audited=True)


@transaction.atomic
def add_entry(
    kind: Kind, *, user: User, player_id: str, fields: Mapping[str, Any], confirm: bool = False
) -> models.Model:
    """Store what somebody enters about a player.

    Args:
        confirm: true where an unlikely figure was looked at again.

    Raises:
        NotFound, PermissionDenied: the player is not visible, or the entry is not this user's to make.
        InvalidRequest: a day in the future or before the birth, or figures that cannot be.
        Questioned: figures that hardly can be.
        OneADay: there is one of this day already.
    """
    player = get_player(user, player_id)
    kind.may_add(user, player)
    entry = kind.model(player=player, entered_by=user, **fields)
    _check(entry, player, confirm=confirm)
    _save(kind, entry, new=True)
    _after(kind, entry, player, user, "added")
    return entry


@transaction.atomic
def change_entry(
    kind: Kind,
    *,
    user: User,
    player_id: str,
    entry_id: uuid.UUID,
    changes: Mapping[str, Any],
    confirm: bool = False,
) -> models.Model:
    """Correct an entry.

    Raises:
        NotFound, PermissionDenied, InvalidRequest, Questioned, OneADay: as `add_entry`.
    """
    entry: models.Model = get_entry(user, kind.model, player_id, entry_id)
    player = cast(Any, entry).player
    kind.may_change(user, player)
    for name, value in changes.items():
        setattr(entry, name, value)
    _check(entry, player, confirm=confirm)
    _save(kind, entry, new=False, update_fields=[*changes, "updated_at"])
    _after(kind, entry, player, user, "changed")
    return entry


@transaction.atomic
def delete_entry(kind: Kind, *, user: User, player_id: str, entry_id: uuid.UUID) -> None:
    """Take an entry away.

    Raises:
        NotFound, PermissionDenied: not visible, or not this user's to take.
    """
    entry = get_entry(user, kind.model, player_id, entry_id)
    player = cast(Any, entry).player
    kind.may_delete(user, player)
    _record(kind, entry, player, user, "deleted")
    entry.delete()
    _follow(kind, player)


def save_wellness(*, user: User, player_id: str, fields: Mapping[str, Any]) -> WellnessReport:
    """Store a day's report whether there is one or not (for phones that send late and twice).

    Raises:
        NotFound, PermissionDenied, InvalidRequest: as `add_entry`.
    """
    player = get_player(user, player_id)
    there = WellnessReport.objects.filter(player=player, date=fields["date"]).first()
    if there is None:
        return cast(WellnessReport, add_entry(WELLNESS, user=user, player_id=str(player.pk), fields=fields))
    changed = change_entry(WELLNESS, user=user, player_id=str(player.pk), entry_id=there.pk, changes=fields)
    return cast(WellnessReport, changed)


def _check(entry: models.Model, player: Player, *, confirm: bool) -> None:
    row = cast(Any, entry)
    today = timezone.now().astimezone(ZoneInfo(player.team.time_zone)).date()
    if isinstance(entry, Concussion):
        _check_concussion(entry, player, today)
        return
    _check_day(row.date, player, today)
    if isinstance(entry, Measurement):
        _check_body(entry, confirm=confirm)
    if isinstance(entry, WellnessReport) and _says_nothing(entry):
        raise InvalidRequest("The report is empty; say at least one thing.")


def _check_day(day: date, player: Player, today: date, name: str = "date") -> None:
    if day > today:
        raise InvalidRequest(f"{name} {day} lies in the future; today is {today}.")
    if player.date_of_birth is not None and day < player.date_of_birth:
        raise InvalidRequest(f"{name} {day} lies before the player was born ({player.date_of_birth}).")
    if day.year < today.year - OLDEST_YEARS:
        raise InvalidRequest(f"{name} {day} is more than {OLDEST_YEARS} years ago.")


def _check_concussion(entry: Concussion, player: Player, today: date) -> None:
    zone = ZoneInfo(player.team.time_zone)
    injured = _local_day(entry.injured_at, zone)
    if entry.injured_at > timezone.now():
        raise InvalidRequest("injured_at lies in the future.")
    _check_day(injured, player, today, "injured_at")
    if entry.symptom_free_since is not None:
        _check_day(entry.symptom_free_since, player, today, "symptom_free_since")
        if entry.symptom_free_since < injured:
            raise InvalidRequest(f"symptom_free_since lies before the injury on {injured}.")


def _local_day(moment: datetime, zone: ZoneInfo) -> date:
    try:
        return moment.astimezone(zone).date()
    except OverflowError:  # the first and last days of the calendar have no neighbours
        raise InvalidRequest("injured_at is no moment of anybody's life.") from None


def _check_body(entry: Measurement, *, confirm: bool) -> None:
    if entry.height_cm is None and entry.sitting_height_cm is None and entry.weight_kg is None:
        raise InvalidRequest("The measurement is empty; enter height_cm, sitting_height_cm or weight_kg.")
    if (entry.sitting_height_cm or 0) >= (entry.height_cm or float("inf")):
        raise InvalidRequest("sitting_height_cm must be less than height_cm; they seem to be swapped.")
    body = Body(
        day=entry.date,
        height_cm=entry.height_cm,
        sitting_height_cm=entry.sitting_height_cm,
        weight_kg=entry.weight_kg,
    )
    asked = questions_about(body, bodies_of(entry.player_id, but=entry.pk))
    if asked and not confirm:
        raise Questioned(details=asked)


def _says_nothing(report: WellnessReport) -> bool:
    said = (report.pain, report.fever, report.sleep_h, report.sleep_quality, report.soreness)
    return all(value is None for value in said) and not report.notes


def _save(kind: Kind, entry: models.Model, *, new: bool, update_fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            entry.save(force_insert=new, update_fields=update_fields)
    except IntegrityError as error:
        if "once_a_day" not in str(error) and "date" not in str(error):
            raise
        raise OneADay(f"There is a {kind.called} of {cast(Any, entry).date} already; change that one.") from None


def _after(kind: Kind, entry: models.Model, player: Player, user: User, what: str) -> None:
    _record(kind, entry, player, user, what)
    _follow(kind, player)


def _record(kind: Kind, entry: models.Model, player: Player, user: User, what: str) -> None:
    if kind.is_audited:
        action = f"{kind.model._meta.model_name}.{what}"
        audit.record(actor_id=user.pk, action=action, target=entry, team_id=player.team_id)


def _follow(kind: Kind, player: Player) -> None:
    """Keep the player's height and weight at the newest measurement, as scales and pages read them there."""
    if kind is not MEASUREMENT:
        return
    for name in ("height_cm", "weight_kg"):
        rows = Measurement.objects.filter(player=player, **{f"{name}__isnull": False}).order_by("-date")
        newest = rows.values_list(name, flat=True).first()
        if newest is not None:
            setattr(player, name, newest)
    player.save(update_fields=["height_cm", "weight_kg", "updated_at"])
