"""From what a coach sends to the fields of an event: checked times, rule, dates left out, whom it is for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from apps.accounts.models import Player, Team, User
from apps.accounts.selectors import get_player
from apps.calendar.models import EventStatus, TrainingEvent
from apps.calendar.recurrence import WEEKDAYS, Rule, continued_from, ended_before
from apps.calendar.schedule import Schedule, all_day, timed
from apps.core.errors import InvalidRequest
from apps.sessions.selectors import get_session

WHEN = frozenset({"start", "end", "start_date", "end_date", "all_day", "time_zone", "rrule"})
BESIDE = frozenset({"team_id", "player_id", "excused_player_ids", "completed_session_id", "exdates"})
"""Fields that are not columns of the same name."""
JUDGED = WHEN | {
    "active_minutes", "event_type", "intensity", "sport", "tournament", "match_minutes", "half_minutes", "headers",
    "head_contact", "conditioning", "wbgt_c", "breaks_per_hour", "break_minutes", "player_id", "excused_player_ids",
    "exdates",
}  # fmt: skip
"""Whoever changes one of them asks the safety rules anew."""


def needs_judging(event: TrainingEvent, changes: Mapping[str, Any]) -> bool:
    """Whether the rules must look at an event again: something they read changes, or a cancelled event comes back."""
    comes_back = event.status == EventStatus.CANCELLED and changes.get("status", event.status) != event.status
    return comes_back or bool(JUDGED & changes.keys())


def schedule_from(fields: Mapping[str, Any], zone: str) -> Schedule:
    """The schedule of a new event.

    Raises:
        InvalidRequest: times are missing, contradict each other or cannot be used.
    """
    zone, rrule = fields.get("time_zone") or zone, fields.get("rrule") or ""
    if fields.get("all_day"):
        first = fields.get("start_date")
        if first is None:
            raise InvalidRequest("An all-day event needs start_date (and end_date, its last day, if it is longer).")
        return all_day(first, fields.get("end_date") or first, zone, rrule)
    start, end = fields.get("start"), fields.get("end")
    if start is None or end is None:
        raise InvalidRequest("start and end are needed, with a time zone; or all_day and start_date.")
    return timed(start, end, zone, rrule)


def schedule_changed(base: Schedule, changes: Mapping[str, Any]) -> Schedule:
    """A schedule with changes. Where only the start moves, the length stays; a weekly day moves along with it."""
    whole_days = changes.get("all_day", base.all_day)
    zone = changes.get("time_zone") or base.zone.key
    if whole_days:
        first = changes.get("start_date") or base.first or base.first_day
        length = (base.last - base.first) if base.first and base.last else timedelta(0)
        last = changes.get("end_date") or first + length
        return all_day(first, last, zone, _rrule(base, changes, first))
    start: datetime = changes.get("start") or base.start
    length = base.end - base.start
    if base.all_day and not {"start", "end"} <= changes.keys():
        raise InvalidRequest("An event that no longer lasts all day needs start and end.")
    end = changes.get("end") or start + length
    schedule = timed(start, end, zone)
    return timed(start, end, zone, _rrule(base, changes, schedule.first_day))


def _rrule(base: Schedule, changes: Mapping[str, Any], first: date) -> str:
    if "rrule" in changes:
        return changes["rrule"] or ""
    if base.rule is None:
        return ""
    rule = base.rule
    old = WEEKDAYS[base.first_day.weekday()]
    if rule.freq == "WEEKLY" and rule.by_day == (old,):
        rule = replace(rule, by_day=(WEEKDAYS[first.weekday()],))
    if rule.until is not None and first != base.first_day:
        rule = replace(rule, until=max(rule.until, first))
    return rule.text(None if base.all_day else base.zone)


def rest_of(schedule: Schedule, day: date) -> Schedule:
    """What is left of a series from one of its days on."""
    rule = _rule_of(schedule)
    start, end = schedule.span_on(day)
    text = continued_from(rule, schedule.first_day, day).text(None if schedule.all_day else schedule.zone)
    if schedule.first is not None and schedule.last is not None:
        return all_day(day, day + (schedule.last - schedule.first), schedule.zone.key, text)
    return timed(start, end, schedule.zone.key, text)


def shortened(schedule: Schedule, day: date) -> Schedule:
    """A series as it was, up to the day before."""
    rule = ended_before(_rule_of(schedule), schedule.first_day, day)
    return replace(schedule, rule=rule, until=schedule.span_on(rule.days(schedule.first_day)[-1])[1])


def _rule_of(schedule: Schedule) -> Rule:
    if schedule.rule is None:
        raise InvalidRequest("This event does not repeat; scope must be all.")
    return schedule.rule


def columns_from(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are columns of the same name."""
    return {name: value for name, value in fields.items() if name not in WHEN | BESIDE}


def exdates_in(schedule: Schedule, exdates: Sequence[date]) -> list[str]:
    """Dates left out of a series, as stored; dates on which it does not fall are dropped.

    Raises:
        InvalidRequest: nothing would be left.
    """
    days = set(schedule.days()) if schedule.rule else set()
    out = sorted(day.isoformat() for day in set(exdates) & days)
    if days and len(out) == len(days):
        raise InvalidRequest("exdates leave nothing of the series; delete it instead.")
    return out


def require_lengths(event: TrainingEvent) -> None:
    """Raise where an all-day event does not say how long its sport lasts.

    Raises:
        InvalidRequest: active_minutes are missing: the rules cannot judge a day of unknown length.
    """
    if event.all_day and event.active_minutes is None:
        raise InvalidRequest("An all-day event needs active_minutes: the minutes of sport on each of its days.")


def set_completed(user: User, event: TrainingEvent, fields: Mapping[str, Any]) -> None:
    """Tie an event to the session that it became.

    Raises:
        NotFound: no such session for the user.
        InvalidRequest: another team's session, or a whole series at once.
    """
    if event.is_series and (fields.get("completed_session_id") or fields.get("status") == EventStatus.COMPLETED):
        raise InvalidRequest("A series is completed date by date: send scope=one and its occurrence.")
    if "completed_session_id" not in fields:
        return
    session_id: uuid.UUID | None = fields["completed_session_id"]
    session = get_session(user, session_id) if session_id else None
    if session is not None and session.team_id != event.team_id:
        raise InvalidRequest("That session belongs to another team.")
    event.completed_session = session


def player_of(user: User, team: Team, reference: str | None) -> Player | None:
    """The one player whom an event is for, if it is for one."""
    return get_player(user, reference, team_id=team.pk) if reference else None


def excused_of(team: Team, references: Sequence[str]) -> list[Player]:
    """Players of the team who do not take part, by id or external id.

    Raises:
        InvalidRequest: one of them is not in the team.
    """
    roster = list(Player.objects.filter(team=team))
    by_name = {name: player for player in roster for name in (str(player.pk), player.external_id) if name}
    unknown = [reference for reference in references if reference not in by_name]
    if unknown:
        raise InvalidRequest(f"excused_player_ids: not in the team: {', '.join(map(repr, unknown))}.")
    return [by_name[reference] for reference in dict.fromkeys(references)]
