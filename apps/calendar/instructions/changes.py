"""From what is wanted to fields of an event: pure, by the event as it is and the library of drills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.calendar.instructions.drills import LibraryDrill, swap_drills
from apps.calendar.instructions.intent import Intent, Scope
from apps.calendar.instructions.questions import Asked, Language, Option, day_text, say, weekday_text
from apps.calendar.recurrence import at_wall_time

DAY_BEGINS, DAY_ENDS = time(7), time(22)
"""Between them a youth team trains; outside them an hour without am or pm is not meant."""
SURELY = timedelta(hours=4)
"""An hour this near to the one so far is the one meant."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The event, or the date of a series, or the series, that is to be changed.

    Attributes:
        instruction: the words, for questions whose answer is to say it anew.
        several_days: a series that falls on more than one weekday.
        group: n of the team's U-n.
    """

    instruction: str
    start: datetime
    end: datetime
    zone: ZoneInfo
    now: datetime
    title: str
    location: str
    intensity: str
    status: str
    all_day: bool = False
    first_last: tuple[date, date] | None = None
    is_series: bool = False
    several_days: bool = False
    scope: Scope = "all"
    drills: Sequence[dict[str, Any]] = ()
    headers: int | None = None
    head_contact: bool | None = None
    conditioning: bool | None = None
    group: int | None = None
    language: Language = "en"

    @property
    def local(self) -> datetime:
        """Its start by the clock on its wall."""
        return self.start.astimezone(self.zone)

    def say(self, key: str, **values: object) -> Asked:
        """A question without ready answers."""
        return Asked(say(key, self.language, **values))


@dataclass(slots=True)
class Reading:
    """Fields to change, and what must be asked first."""

    changes: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)


def read_changes(intent: Intent, subject: Subject, library: Sequence[LibraryDrill]) -> Reading:
    """What an intent comes to for an event; only fields that would differ."""
    reading = Reading()
    reading.asked += [subject.say("not_understood", part=part) for part in intent.not_understood]
    if intent.deletes:
        cancel = Option(say("cancel_it", subject.language), "cancel")
        reading.asked.append(Asked(say("delete", subject.language), (cancel,)))
    for name in ("title", "location", "intensity", "status"):
        value = getattr(intent, name)
        if value is not None and value != getattr(subject, name):
            reading.changes[name] = value
    if intent.moves:
        _read_times(intent, subject, reading)
    if intent.swaps:
        _read_drills(intent, subject, library, reading)
    if "start" in reading.changes and intent.status == "cancelled":
        reading.asked.append(subject.say("cancel_or_move"))
    if not reading.changes and not reading.asked:
        reading.asked.append(subject.say("empty" if intent.is_empty else "same"))
    return reading


def _read_drills(intent: Intent, subject: Subject, library: Sequence[LibraryDrill], reading: Reading) -> None:
    swapped = swap_drills(intent.swaps, subject.drills, library, subject.group, subject.language)
    reading.asked += swapped.asked
    if not swapped.old:
        return
    reading.changes["drills"] = swapped.drills
    headers = (subject.headers or 0) - sum(one.headers for one in swapped.old) + sum(one.headers for one in swapped.new)
    if any(one.headers for one in (*swapped.old, *swapped.new)) and max(headers, 0) != subject.headers:
        reading.changes["headers"] = max(headers, 0)
    for name in ("head_contact", "conditioning"):
        if any(getattr(one, name) for one in swapped.new) and getattr(subject, name) is not True:
            reading.changes[name] = True


def _read_times(intent: Intent, subject: Subject, reading: Reading) -> None:
    day = _day(intent, subject, reading)
    if day is None:
        return
    if subject.all_day:
        _read_all_day(intent, subject, day, reading)
        return
    start = _start(intent, subject, day, reading)
    end = start and _end(intent, subject, start, reading)
    if start is None or end is None or reading.asked:
        return
    if start < subject.now <= subject.start:
        local = start.astimezone(subject.zone)
        told = day_text(local.date(), subject.language)
        reading.asked.append(subject.say("past", day=told, clock=f"{local:%H:%M}"))
        return
    if start != subject.start:
        reading.changes["start"] = start
    if start != subject.start or end != subject.end:
        reading.changes["end"] = end


def _day(intent: Intent, subject: Subject, reading: Reading) -> date | None:
    """The local day on which it is to be; None where that must be asked."""
    base = subject.local.date() if subject.first_last is None else subject.first_last[0]
    moved = intent.day is not None or intent.weekday is not None or intent.days_later is not None
    whole_series = subject.is_series and subject.scope == "all"
    if whole_series and intent.day is not None:
        reading.asked.append(subject.say("series_date"))
        return None
    if whole_series and moved and subject.several_days:
        reading.asked.append(subject.say("several_days"))
        return None
    if intent.day is not None:
        return intent.day
    if intent.weekday is not None:
        return _weekday(intent.weekday, base, subject, reading, next_week=intent.next_week)
    return base + timedelta(days=intent.days_later or 0)


def _weekday(weekday: int, base: date, subject: Subject, reading: Reading, *, next_week: bool) -> date | None:
    same_week = base + timedelta(days=weekday - base.weekday())
    today = subject.now.astimezone(subject.zone).date()
    if same_week == base and not next_week:
        return base
    if same_week > base and not next_week:
        return same_week
    if same_week <= base and (next_week or same_week < today):
        return same_week + WEEK
    options = tuple(
        Option(day_text(day, subject.language), f"{subject.instruction} ({day.isoformat()})")
        for day in (same_week, same_week + WEEK)
    )
    named = weekday_text(weekday, subject.language)
    reading.asked.append(Asked(say("which_day", subject.language, weekday=named), options))
    return None


def _read_all_day(intent: Intent, subject: Subject, day: date, reading: Reading) -> None:
    of_time = (intent.start, intent.end, intent.minutes, intent.minutes_later, intent.minutes_longer)
    if any(one is not None for one in of_time) or subject.first_last is None:
        reading.asked.append(subject.say("all_day"))
        return
    first, last = subject.first_last
    if day != first:
        reading.changes |= {"start_date": day, "end_date": day + (last - first)}


def _start(intent: Intent, subject: Subject, day: date, reading: Reading) -> datetime | None:
    clock = subject.local.time()
    if intent.start is not None:
        meant = _meant(intent.start, clock, vague=intent.start_is_vague)
        if meant is None:
            options = tuple(
                Option(f"{at:%H:%M}", f"{subject.instruction} ({at:%H:%M})")
                for at in (intent.start, _twelve(intent.start))
            )
            reading.asked.append(Asked(say("which_hour", subject.language), options))
            return None
        clock = meant
    start = at_wall_time(day, clock, subject.zone)
    return start + timedelta(minutes=intent.minutes_later or 0)


def _meant(said: time, so_far: time, *, vague: bool) -> time | None:
    """The hour that is meant by "at 6"; None where nobody can tell."""
    if not vague:
        return said
    possible = [at for at in (said, _twelve(said)) if DAY_BEGINS <= at < DAY_ENDS]
    if len(possible) == 1:
        return possible[0]
    near = [at for at in possible if abs(_minutes(at) - _minutes(so_far)) <= SURELY.total_seconds() / 60]
    return near[0] if len(near) == 1 else None


def _end(intent: Intent, subject: Subject, start: datetime, reading: Reading) -> datetime | None:
    length = subject.end - subject.start
    if intent.end is not None:
        local = start.astimezone(subject.zone)
        ends = [at_wall_time(local.date(), at, subject.zone) for at in _possible_ends(intent)]
        end = next((one for one in ends if one > start), None)
    else:
        minutes = length if intent.minutes is None else timedelta(minutes=intent.minutes)
        end = start + minutes + timedelta(minutes=intent.minutes_longer or 0)
    if end is None or end <= start:
        reading.asked.append(subject.say("no_length"))
        return None
    return end.astimezone(UTC)


def _possible_ends(intent: Intent) -> list[time]:
    if intent.end is None:
        return []
    return sorted({intent.end, _twelve(intent.end)}) if intent.start_is_vague else [intent.end]


def _twelve(at: time) -> time:
    """The same hour of the other half of the day."""
    return at.replace(hour=(at.hour + 12) % 24)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
