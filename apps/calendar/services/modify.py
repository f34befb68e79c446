"""A change said in words: read, judged and shown. It is made only where somebody then sends it as a change."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from apps.accounts.models import Right, User
from apps.accounts.permissions import require_right
from apps.calendar.bodies import VerdictBody
from apps.calendar.instructions.changes import Reading, Subject, read_changes
from apps.calendar.instructions.drills import LibraryDrill
from apps.calendar.instructions.intent import Intent, Scope
from apps.calendar.instructions.parser import parse
from apps.calendar.instructions.questions import Asked, Language, Option, day_text, say
from apps.calendar.models import Drill, TrainingEvent
from apps.calendar.schedule import occurrences_of, schedule_of, utc_text
from apps.calendar.selectors.cases import age_group_number
from apps.calendar.selectors.events import get_event, get_occurrence
from apps.calendar.services import plan
from apps.calendar.services.events import Target, validate_event
from apps.safety.inputs import zone_named

RULES = "rule_based"
MOST_DATES = 3
Reader = Callable[[str, TrainingEvent, date], tuple[Intent, str] | None]
"""Another reader of words than the parser: (instruction, event, today) → what is wanted, and its model's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modification:
    """A change that is proposed, or the questions before it.

    Attributes:
        changes: field → (before, after), as the API shows them.
        send: the body of `PATCH /api/calendar/events/<id>` that applies it; None while something is asked.
        verdict: what the safety rules say of it; None where they have no say, or nothing is proposed.
        provider, model: who read the words.
    """

    event_id: uuid.UUID
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    questions: tuple[Asked, ...] = ()
    send: dict[str, Any] | None = None
    verdict: VerdictBody | None = None
    provider: str = RULES
    model: str = ""

    @property
    def body(self) -> dict[str, Any]:
        """As an answer shows it."""
        return {
            "event_id": str(self.event_id),
            "status": "question" if self.questions else "proposed",
            "changes": [
                {"field": name, "before": before, "after": after} for name, (before, after) in self.changes.items()
            ],
            "questions": [_asked_body(asked) for asked in self.questions],
            "send": self.send,
            "verdict": self.verdict,
            "engine": {"provider": self.provider, "model": self.model},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said, of which event.

    Attributes:
        scope, day: how much of a series is meant, where that was chosen beside the words.
    """

    event_id: uuid.UUID
    instruction: str
    scope: Scope | None = None
    day: date | None = None
    language: Language = "en"


def propose_change(*, user: User, said: Said, reader: Reader | None = None) -> Modification:
    """Read a change out of words; nothing is changed by it.

    Args:
        reader: is asked where the parser does not understand everything.

    Raises:
        NotFound: the event is not visible, or its series does not fall on that day.
        PermissionDenied: the role does not carry the right.
        InvalidRequest: the change cannot be made as it was said.
    """
    event = get_event(user, said.event_id)
    require_right(user, event.team_id, Right.EDIT_SESSIONS)
    today = timezone.now().astimezone(zone_named(event.time_zone)).date()
    intent, provider, model = parse(said.instruction, today=today), RULES, ""
    if intent.not_understood and reader is not None:
        other = reader(said.instruction, event, today)
        if other is not None:
            intent, (provider, model) = other[0], ("azure_openai", other[1])
    modification = _proposed(user, event, said, intent)
    return replace(modification, provider=provider, model=model)


def _proposed(user: User, event: TrainingEvent, said: Said, intent: Intent) -> Modification:
    scope, asked = _scope(event, said, intent)
    if asked is not None:
        return Modification(event_id=event.pk, questions=(asked,))
    target = Target(event_id=event.pk, version=event.version, scope=scope, day=said.day if scope != "all" else None)
    subject = _subject(event, said, target)
    reading = read_changes(intent, subject, _library() if intent.swaps else [])
    shown = {name: (_before(subject, name), _shown(after)) for name, after in reading.changes.items()}
    if reading.asked:
        return Modification(event_id=event.pk, changes=shown, questions=tuple(reading.asked))
    return Modification(
        event_id=event.pk,
        changes=shown,
        send=_send(target, reading),
        verdict=_verdict(user, event, target, reading),
    )


def _scope(event: TrainingEvent, said: Said, intent: Intent) -> tuple[Scope, Asked | None]:
    """How much of a series is meant; a question where nobody said so."""
    if not event.is_series:
        return "all", None
    scope = intent.scope or said.scope
    if scope is None or (scope != "all" and said.day is None):
        return "all", _which(event, said, scope)
    return scope, None


def _which(event: TrainingEvent, said: Said, scope: Scope | None) -> Asked:
    days = [said.day] if said.day is not None else _coming(event)
    scopes: list[Scope] = [scope] if scope is not None else ["one", "following"]
    options = [
        Option(say(one, said.language, day=day_text(day, said.language)), said.instruction, one, day)
        for day in days
        for one in scopes
    ]
    if scope is None:
        options.append(Option(say("all", said.language), said.instruction, "all"))
    return Asked(say("scope" if scope is None else "which_date", said.language), tuple(options))


def _coming(event: TrainingEvent) -> list[date]:
    """The next dates of a series; its last ones where it is over."""
    days = [(item.end, item.day) for item in occurrences_of(event) if item.day is not None]
    coming = [day for end, day in days if end > timezone.now()]
    return coming[:MOST_DATES] or [day for _, day in days[-MOST_DATES:]]


def _subject(event: TrainingEvent, said: Said, target: Target) -> Subject:
    occurrence = get_occurrence(event, target.day) if target.day is not None else None
    row = event if occurrence is None else occurrence.event
    whole = schedule_of(event)
    days = {day.weekday() for day in whole.days()} if event.is_series else set()
    first_last = occurrence.first_last if occurrence is not None else _days_of(row)
    return Subject(
        instruction=said.instruction,
        start=row.start if occurrence is None else occurrence.start,
        end=row.end if occurrence is None else occurrence.end,
        zone=zone_named(row.time_zone),
        now=timezone.now(),
        title=row.title,
        location=row.location,
        intensity=row.intensity,
        status=row.status,
        all_day=row.all_day,
        first_last=first_last,
        is_series=event.is_series,
        several_days=len(days) > 1,
        scope=target.scope,
        drills=row.drills,
        headers=row.headers,
        head_contact=row.head_contact,
        conditioning=row.conditioning,
        group=age_group_number(event.team.age_group),
        language=said.language,
    )


def _days_of(row: TrainingEvent) -> tuple[date, date] | None:
    return None if row.start_date is None or row.end_date is None else (row.start_date, row.end_date)


def _library() -> list[LibraryDrill]:
    names = ("key", "title", "youngest", "oldest", "headers", "head_contact", "conditioning")
    return [LibraryDrill(**row) for row in Drill.objects.get_queryset().values(*names)]


def _verdict(user: User, event: TrainingEvent, target: Target, reading: Reading) -> VerdictBody | None:
    current = get_occurrence(event, target.day).event if target.scope == "one" and target.day else event
    if not plan.needs_judging(current, reading.changes):
        return None
    return validate_event(user=user, fields=reading.changes, target=target)


def _send(target: Target, reading: Reading) -> dict[str, Any]:
    body: dict[str, Any] = {name: _shown(value) for name, value in reading.changes.items()}
    body["version"] = target.version
    if target.day is not None:
        body |= {"scope": target.scope, "occurrence": target.day.isoformat()}
    return body


def _before(subject: Subject, name: str) -> Any:
    days = subject.first_last or (None, None)
    if name in ("start_date", "end_date"):
        return _shown(days[name == "end_date"])
    value = getattr(subject, name)
    return _shown(value) or None if name == "intensity" else _shown(value)


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _asked_body(asked: Asked) -> dict[str, Any]:
    options = [
        {
            "text": option.text,
            "instruction": option.instruction,
            "scope": option.scope,
            "occurrence": _shown(option.occurrence),
        }
        for option in asked.options
    ]
    return {"text": asked.text, "options": options}
