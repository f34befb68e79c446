"""Making, changing and deleting events. Every write waits its turn and passes the safety rules before it stands."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import transaction

from apps.accounts.models import Player, Right, Team, User
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_player, get_team
from apps.calendar.bodies import VerdictBody, event_body, whole_body
from apps.calendar.errors import StaleVersion
from apps.calendar.models import TrainingEvent
from apps.calendar.schedule import schedule_of, utc_text
from apps.calendar.selectors.cases import with_parts
from apps.calendar.selectors.events import get_event, get_occurrence
from apps.calendar.services import plan
from apps.calendar.services.announce import announce
from apps.calendar.services.judgement import Judgement, judge_changed, record_verdict, require_safe
from apps.calendar.services.turns import take_turn
from apps.core import audit
from apps.core.errors import InvalidRequest

Scope = Literal["one", "following", "all"]
COPIED = (
    "team_id", "player_id", "title", "description", "location", "all_day", "active_minutes", "time_zone", "event_type",
    "status", "intensity", "sport", "tournament", "match_minutes", "half_minutes", "headers", "head_contact",
    "conditioning", "wbgt_c", "breaks_per_hour", "break_minutes", "drills", "target_kpis", "ai_generated", "policy",
    "override_reason", "overridden_by_id", "created_by_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What a write comes to: the event as the staff reads it, and the verdict if the rules were asked."""

    event: dict[str, Any]
    verdict: VerdictBody | None

    @property
    def body(self) -> dict[str, Any]:
        """As an answer shows it."""
        return {**self.event, "verdict": self.verdict}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is changed: an event, or of a series one date, that date and all after it, or all of it.

    `version` is the one that the caller last read; None: whichever it is (deleting).
    """

    event_id: uuid.UUID
    version: int | None = None
    scope: Scope = "all"
    day: date | None = None


def create_event(*, user: User, fields: Mapping[str, Any], reason: str = "") -> Written:
    """Plan an event or series, for a team or one of its players.

    Raises:
        NotFound: team or player is not visible.
        PermissionDenied: the role does not carry the right, or may not override a rule.
        InvalidRequest: times, rule or whom it is for cannot be used.
        UnsafeEvent: a safety rule stands against it.
    """
    team, player = _whose(user, fields)
    require_right(user, team.pk, Right.EDIT_SESSIONS)
    with transaction.atomic():
        take_turn(team.pk)
        event = insert_event(user=user, team=team, player=player, fields=fields)
        judgement = _pass(user, team, event, reason)
        audit.record(actor_id=user.pk, action="calendar.created", target=event, team_id=team.pk, after=_brief(event))
        announce("created", fresh(event.pk))
        return Written(whole_body(fresh(event.pk)), judgement.body)


def insert_event(*, user: User, team: Team, player: Player | None, fields: Mapping[str, Any]) -> TrainingEvent:
    """Store a new event, unjudged: the caller has the turn, and judges it before the transaction ends.

    Raises:
        InvalidRequest: times, rule or fields cannot be used.
    """
    schedule = plan.schedule_from(fields, team.time_zone)
    event = TrainingEvent(
        team=team, player=player, created_by=user, changed_by=user, **schedule.columns(), **plan.columns_from(fields)
    )
    event.exdates = plan.exdates_in(schedule, fields.get("exdates") or [])
    plan.require_lengths(event)
    plan.set_completed(user, event, fields)
    event.save(force_insert=True)
    event.excused.set(plan.excused_of(team, fields.get("excused_player_ids") or []))
    return event


def validate_event(*, user: User, fields: Mapping[str, Any], target: Target | None = None) -> VerdictBody:
    """Judge an event, or a change of one, without keeping anything.

    Raises:
        NotFound, PermissionDenied, InvalidRequest: as for the write.
    """
    with transaction.atomic():
        if target is None:
            team, player = _whose(user, fields)
            require_right(user, team.pk, Right.EDIT_SESSIONS)
            take_turn(team.pk)
            changed, days = insert_event(user=user, team=team, player=player, fields=fields), None
        else:
            team, master = _claimed(user, target)
            changed, days = _apply(user, master, target, fields)
        body = judge_changed(team, [changed], days).body
        transaction.set_rollback(True)
    return body


def update_event(*, user: User, target: Target, changes: Mapping[str, Any], reason: str = "") -> Written:
    """Change an event, or as much of a series as `target.scope` says.

    Raises:
        NotFound: not visible, or the series does not fall on that day.
        PermissionDenied: the role does not carry the right, or may not override a rule.
        StaleVersion: somebody else changed it since.
        InvalidRequest: times, rule or scope cannot be used.
        UnsafeEvent: a safety rule stands against it.
    """
    with transaction.atomic():
        team, master = _claimed(user, target)
        before, was_for = _brief(master), master.player_id
        current = get_occurrence(master, target.day).event if target.scope == "one" and target.day else master
        judged = plan.needs_judging(current, changes)
        changed, days = _apply(user, master, target, changes)
        verdict = _pass(user, team, changed, reason, days).body if judged else None
        after = _brief(changed)
        audit.record(
            actor_id=user.pk, action="calendar.updated", target=changed, team_id=team.pk, before=before, after=after
        )
        shown = fresh(changed.series_id or changed.pk)
        announce("updated", fresh(master.pk), was_for=was_for)
        if shown.pk != master.pk:
            announce("created", shown)
        return Written(_shown(shown, target, changed), verdict)


def delete_event(*, user: User, target: Target) -> None:
    """Delete an event, or as much of a series as `target.scope` says.

    Raises:
        NotFound, PermissionDenied, StaleVersion, InvalidRequest: as for a change.
    """
    with transaction.atomic():
        team, master = _claimed(user, target)
        audit.record(
            actor_id=user.pk,
            action="calendar.deleted",
            target=master,
            team_id=team.pk,
            before={**_brief(master), "scope": target.scope, "day": target.day and target.day.isoformat()},
        )
        left = _left_after_delete(master, target)
        if left is None:
            announce("deleted", master)
            master.delete()
        else:
            _bump(user, left, ["exdates", "rrule", "until"])
            announce("updated", fresh(left.pk))


def fresh(event_id: uuid.UUID) -> TrainingEvent:
    """An event as the database has it."""
    event: TrainingEvent = with_parts(TrainingEvent.objects.filter(pk=event_id)).get()
    return event


def _whose(user: User, fields: Mapping[str, Any]) -> tuple[Team, Player | None]:
    team_id, reference = fields.get("team_id"), fields.get("player_id")
    if reference:
        player = get_player(user, reference, team_id=team_id)
        return get_team_of(user, player.team_id), player
    if team_id is None:
        raise InvalidRequest("Say whose event it is: team_id or player_id is needed.")
    return get_team(user, team_id), None


def get_team_of(user: User, team_id: uuid.UUID) -> Team:
    """The team of a player whom the user sees; a guardian is in no team and is refused by role."""
    require_right(user, team_id, Right.EDIT_SESSIONS)
    return get_team(user, team_id)


def _claimed(user: User, target: Target) -> tuple[Team, TrainingEvent]:
    """The event, once it is our turn; read anew then, so that a version that was overtaken is noticed."""
    event = get_event(user, target.event_id)
    require_right(user, event.team_id, Right.EDIT_SESSIONS)
    take_turn(event.team_id)
    event = get_event(user, target.event_id)
    if target.version is not None and target.version != event.version:
        who = event.changed_by.name or event.changed_by.email if event.changed_by else "Somebody"
        raise StaleVersion(event.version, who, utc_text(event.updated_at))
    if target.scope != "all" and (target.day is None or not event.is_series):
        raise InvalidRequest(
            f"scope={target.scope} is for one date of a series: send its occurrence, such as 2026-03-03."
        )
    return event.team, event


def _apply(
    user: User, master: TrainingEvent, target: Target, changes: Mapping[str, Any]
) -> tuple[TrainingEvent, set[str] | None]:
    """Store a change, unjudged; answers the row that changed and which keys of a series to judge (None: all)."""
    if target.scope == "one" and target.day is not None:
        override = _change_one(user, master, target.day, changes)
        _bump(user, master, [])
        return override, {f"{master.pk}:{target.day.isoformat()}"}
    if target.scope == "following" and target.day is not None and target.day != schedule_of(master).first_day:
        return _change_following(user, master, target.day, changes), None
    _change_all(user, master, changes)
    return master, None


def _change_all(user: User, event: TrainingEvent, changes: Mapping[str, Any]) -> None:
    schedule = schedule_of(event)
    if plan.WHEN & changes.keys():
        schedule = plan.schedule_changed(schedule, changes)
    columns = {**schedule.columns(), **plan.columns_from(changes)}
    for name, value in columns.items():
        setattr(event, name, value)
    left_out = changes.get("exdates", [date.fromisoformat(day) for day in event.exdates])
    event.exdates = plan.exdates_in(schedule, left_out)
    if "player_id" in changes:
        event.player = plan.player_of(user, event.team, changes["player_id"])
    plan.require_lengths(event)
    plan.set_completed(user, event, changes)
    _bump(user, event, [*columns, "exdates", "player", "completed_session"])
    _excuse(event, changes)
    kept = schedule.days() if schedule.rule else []
    event.overrides.exclude(occurrence_date__in=kept).delete()
    event.overrides.update(player_id=event.player_id)


def _change_one(user: User, master: TrainingEvent, day: date, changes: Mapping[str, Any]) -> TrainingEvent:
    forbidden = sorted({"rrule", "exdates", "player_id"} & changes.keys())
    if forbidden:
        raise InvalidRequest(f"{', '.join(forbidden)}: belongs to the whole series; send scope=all or following.")
    occurrence = get_occurrence(master, day)
    override = occurrence.event if occurrence.changed else _copy_of_day(master, day)
    schedule = schedule_of(override)
    if plan.WHEN & changes.keys():
        schedule = plan.schedule_changed(schedule, changes)
    for name, value in {**schedule.columns(), **plan.columns_from(changes)}.items():
        setattr(override, name, value)
    override.changed_by = user
    plan.require_lengths(override)
    plan.set_completed(user, override, changes)
    excused = list(occurrence.event.excused.all())
    override.save()
    override.excused.set(excused)
    _excuse(override, changes)
    return override


def _copy_of_day(master: TrainingEvent, day: date) -> TrainingEvent:
    schedule = schedule_of(master)
    start, end = schedule.span_on(day)
    copy = TrainingEvent(series=master, occurrence_date=day, start=start, end=end, until=end, **_copied(master))
    if schedule.first is not None and schedule.last is not None:
        copy.start_date, copy.end_date = day, day + (schedule.last - schedule.first)
    return copy


def _change_following(user: User, master: TrainingEvent, day: date, changes: Mapping[str, Any]) -> TrainingEvent:
    """End the series before the day and go on with a new one, which takes over the exceptions that still fit."""
    get_occurrence(master, day)
    old = schedule_of(master)
    schedule = plan.rest_of(old, day)
    if plan.WHEN & changes.keys():
        schedule = plan.schedule_changed(schedule, changes)
    columns = {**_copied(master), **schedule.columns(), **plan.columns_from(changes)}
    rest = TrainingEvent(changed_by=user, **columns)
    rest.created_by = user
    later = [date.fromisoformat(out) for out in master.exdates if out >= day.isoformat()]
    rest.exdates = plan.exdates_in(schedule, changes.get("exdates", later))
    if "player_id" in changes:
        rest.player = plan.player_of(user, master.team, changes["player_id"])
    plan.require_lengths(rest)
    plan.set_completed(user, rest, changes)
    rest.save(force_insert=True)
    rest.excused.set(master.excused.all())
    _excuse(rest, changes)
    kept = schedule.days() if schedule.rule else []
    moved = master.overrides.filter(occurrence_date__gte=day)
    moved.filter(occurrence_date__in=kept).update(series=rest, player_id=rest.player_id)
    master.overrides.filter(occurrence_date__gte=day).delete()
    _end_before(master, day)
    _bump(user, master, ["rrule", "until", "exdates"])
    return rest


def _end_before(master: TrainingEvent, day: date) -> None:
    schedule = plan.shortened(schedule_of(master), day)
    columns = schedule.columns()
    master.rrule, master.until = str(columns["rrule"]), schedule.until
    master.exdates = [out for out in master.exdates if out < day.isoformat()]


def _left_after_delete(master: TrainingEvent, target: Target) -> TrainingEvent | None:
    """The series without what is deleted; None where nothing is left."""
    if target.scope == "all" or target.day is None:
        return None
    get_occurrence(master, target.day)
    days = [day.isoformat() for day in schedule_of(master).days()]
    if target.scope == "one":
        master.exdates = sorted({*master.exdates, target.day.isoformat()})
        master.overrides.filter(occurrence_date=target.day).delete()
        return master if len(master.exdates) < len(days) else None
    master.overrides.filter(occurrence_date__gte=target.day).delete()
    if not any(day < target.day.isoformat() and day not in master.exdates for day in days):
        return None
    _end_before(master, target.day)
    return master


def _pass(user: User, team: Team, changed: TrainingEvent, reason: str, days: set[str] | None = None) -> Judgement:
    judgement = judge_changed(team, [changed], days)
    overridden = require_safe(user, team, judgement, reason)
    record_verdict(user, changed, judgement.verdict, reason, overridden=overridden)
    return judgement


def _excuse(event: TrainingEvent, changes: Mapping[str, Any]) -> None:
    if "excused_player_ids" in changes:
        event.excused.set(plan.excused_of(event.team, changes["excused_player_ids"] or []))


def _bump(user: User, event: TrainingEvent, fields: list[str]) -> None:
    event.version += 1
    event.changed_by = user
    event.save(update_fields=[*fields, "version", "changed_by", "updated_at"])


def _copied(event: TrainingEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in COPIED}


def _shown(master: TrainingEvent, target: Target, changed: TrainingEvent) -> dict[str, Any]:
    if changed.series_id is not None and target.day is not None:
        return event_body(get_occurrence(master, target.day))
    return whole_body(master)


def _brief(event: TrainingEvent) -> dict[str, Any]:
    """What the audit trail keeps of an event."""
    return {
        "title": event.title,
        "start": utc_text(event.start),
        "end": utc_text(event.end),
        "rrule": event.rrule,
        "status": event.status,
        "event_type": event.event_type,
        "player_id": event.player_id and str(event.player_id),
    }
