"""Verdicts as plain JSON data, for answers, sockets and what is stored with an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from apps.safety.inputs import Entry
from apps.safety.verdict import Described, Finding, NotAssessed, Verdict

PLAIN_FACTS = (
    "time_zone",
    "sport",
    "team",
    "tournament",
    "match_minutes",
    "half_minutes",
    "headers",
    "head_contact",
    "conditioning",
    "wbgt_c",
)


def verdict_data(verdict: Verdict, proposed: Sequence[Entry] = ()) -> dict[str, Any]:
    """A verdict as JSON data.

    Args:
        verdict: what the engine answered.
        proposed: the events it was asked about; with them each event of the alternative names the `changes`.

    Returns:
        `decision`, `overridable`, `policy`, `findings`, `not_assessed`, `alternative` (None, or events in the order
        proposed), `notes`, `described`. Every finding, gap, note and description has a `code` that does not change
        with its words; times are ISO 8601 in UTC.
    """
    asked = {entry.id: entry for entry in proposed}
    alternative = verdict.alternative
    return {
        "decision": verdict.decision.value,
        "overridable": verdict.overridable,
        "policy": verdict.policy,
        "findings": [_finding(finding) for finding in verdict.findings],
        "not_assessed": [_gap(gap) for gap in verdict.not_assessed],
        "alternative": None
        if alternative is None
        else [{**entry_data(entry), "changes": changes(asked.get(entry.id), entry)} for entry in alternative],
        "notes": [{"code": note.code, "text": note.value} for note in verdict.notes],
        "described": [_described(told) for told in verdict.described],
    }


def entry_data(entry: Entry) -> dict[str, Any]:
    """An event as JSON data, under the names of the calendar's API."""
    breaks = entry.breaks
    return {
        "id": entry.id,
        "event_type": entry.kind.value,
        "start": _utc(entry.start),
        "end": _utc(entry.end),
        "intensity": entry.intensity.value if entry.intensity else None,
        **{name: getattr(entry, name) for name in PLAIN_FACTS},
        "breaks_per_hour": breaks.per_hour if breaks else None,
        "break_minutes": breaks.minutes if breaks else None,
    }


def changes(asked: Entry | None, allowed: Entry) -> dict[str, Any]:
    """What an allowed event has otherwise than the one asked about; empty without one."""
    if asked is None:
        return {}
    before, after = entry_data(asked), entry_data(allowed)
    return {name: value for name, value in after.items() if value != before[name]}


def _finding(finding: Finding) -> dict[str, Any]:
    return {**asdict(finding), "severity": finding.severity.value}


def _gap(gap: NotAssessed) -> dict[str, Any]:
    return {"rule_id": gap.rule_id, "code": gap.code, "event_id": gap.event_id, "missing": gap.missing}


def _described(told: Described) -> dict[str, Any]:
    return {**asdict(told), "code": told.code.value}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
