"""Events, verdicts and proposals as answers and sockets show them: plain JSON data."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, TypedDict

from apps.accounts.models import Player
from apps.calendar.alternatives import Alternative
from apps.calendar.judging import TeamFinding, TeamVerdict
from apps.calendar.models import Recommendation, TrainingEvent
from apps.calendar.schedule import Occurrence, occurrences_of, utc_text
from apps.core.languages import told

MOST_DATES_NAMED = 20
"""Dates of a series named with a finding; the count says how many there are."""

SAME_NAME = (
    "title", "description", "location", "all_day", "active_minutes", "time_zone", "event_type", "status", "sport",
    "tournament", "match_minutes", "half_minutes", "headers", "head_contact", "conditioning", "wbgt_c",
    "breaks_per_hour", "break_minutes", "drills", "target_kpis", "ai_generated",
)  # fmt: skip


class PersonBody(TypedDict):
    """A player by name."""

    id: str
    display_name: str


class FindingBody(TypedDict):
    """A broken rule."""

    rule_id: str
    code: str
    title: str
    severity: str
    overridable: bool
    text: str
    source: str
    value: float
    edge: float
    unit: str
    players: list[PersonBody]
    events: list[str]
    event_count: int


class VerdictBody(TypedDict):
    """What the rules say of a proposal."""

    decision: str
    needs_reason: bool
    overridable: bool
    policy: str
    findings: list[FindingBody]
    not_assessed: list[dict[str, Any]]
    notes: list[str]
    alternative: dict[str, Any] | None


def event_body(occurrence: Occurrence, reader: Collection[uuid.UUID] | None = None) -> dict[str, Any]:
    """An event.

    Args:
        reader: None: the team's staff, who read all of it; else the players for whom the reader looks: of other
            players, and of why a rule was overridden, they learn nothing.
    """
    event, master = occurrence.event, occurrence.master
    days = occurrence.first_last
    staff = reader is None
    excused = [player for player in event.excused.all() if reader is None or player.pk in reader]
    return {
        "id": str(master.pk),
        "key": occurrence.key,
        "occurrence": _day(occurrence.day),
        "is_series": master.is_series,
        "changed": occurrence.changed,
        "team_id": str(event.team_id),
        "player": _person(event.player),
        "start": utc_text(occurrence.start),
        "end": utc_text(occurrence.end),
        "start_date": _day(days[0]) if days else None,
        "end_date": _day(days[1]) if days else None,
        "rrule": master.rrule or None,
        "exdates": list(master.exdates),
        **{name: getattr(event, name) for name in SAME_NAME},
        "intensity": event.intensity or None,
        "excused": [_person(player) for player in excused],
        "completed_session_id": _text(event.completed_session_id),
        "override_reason": (event.override_reason or None) if staff else None,
        "policy": event.policy or None,
        "version": master.version,
        "changed_by": _name(master) if staff else None,
        "created_at": utc_text(master.created_at),
        "updated_at": utc_text(max(master.updated_at, event.updated_at)),
    }


def whole_body(master: TrainingEvent, reader: Collection[uuid.UUID] | None = None) -> dict[str, Any]:
    """An event or a whole series, by its first date."""
    return event_body(Occurrence(master, master, master.start, master.end), reader)


def verdict_body(verdict: TeamVerdict, alternative: Alternative | None = None) -> VerdictBody:
    """A verdict."""
    return VerdictBody(
        decision=verdict.decision.value,
        needs_reason=not verdict.allowed,
        overridable=verdict.overridable,
        policy=verdict.policy,
        findings=[_finding(found, verdict.names) for found in verdict.findings],
        not_assessed=[
            {"rule_id": rule, "missing": missing, "players": len(players)}
            for (rule, missing), players in verdict.not_assessed.items()
        ],
        notes=list(verdict.notes),
        alternative=None if alternative is None else {"changes": alternative.changes, "text": alternative.text},
    )


def sentences(verdict: TeamVerdict, alternative: Alternative | None) -> list[str]:
    """What stands against a proposal, a sentence each, the alternative last; in the language of the request."""
    lines = []
    for found in verdict.refusing:
        finding = found.finding
        names = ", ".join(sorted(verdict.names[player] for player in found.player_ids))
        source = f"{told('Source')}: {told(finding.source)}"
        lines.append(f"{told(finding.title)}: {told(finding.text)} ({names}. {source})")
    if alternative is not None:
        lines.append(told(alternative.text))
    return lines


def proposal_body(row: Recommendation) -> dict[str, Any]:
    """A proposal of the planner."""
    return {
        "id": str(row.pk),
        "request_id": str(row.request_id),
        "team_id": str(row.team_id),
        "player": _person(row.player),
        "status": row.status,
        "event_id": _text(row.event_id),
        "event": row.proposal["event"],
        "rationale": row.proposal["rationale"],
        "evidence": row.proposal["evidence"],
        "verdict": row.verdict,
        "expires_at": utc_text(row.expires_at),
        "created_at": utc_text(row.created_at),
    }


def occurrence_on(master: TrainingEvent, day: date) -> Occurrence | None:
    """The event of a series on one of its days."""
    return next((occurrence for occurrence in occurrences_of(master) if occurrence.day == day), None)


def _finding(found: TeamFinding, names: Mapping[uuid.UUID, str]) -> FindingBody:
    finding = found.finding
    players = sorted(found.player_ids, key=lambda player: (names[player], str(player)))
    return FindingBody(
        rule_id=finding.rule_id,
        code=finding.code,
        title=finding.title,
        severity=finding.severity.value,
        overridable=finding.overridable,
        text=finding.text,
        source=finding.source,
        value=finding.value,
        edge=finding.edge,
        unit=finding.unit,
        players=[PersonBody(id=str(player), display_name=names[player]) for player in players],
        events=sorted(found.event_keys)[:MOST_DATES_NAMED],
        event_count=len(found.event_keys),
    )


def _person(player: Player | None) -> PersonBody | None:
    return None if player is None else PersonBody(id=str(player.pk), display_name=player.display_name)


def _name(event: TrainingEvent) -> str | None:
    return None if event.changed_by is None else event.changed_by.name or event.changed_by.email


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
