"""What the rules engine answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from apps.safety.inputs import Entry


class Severity(StrEnum):
    """How a broken rule weighs: advise → allow, warn → adjust, block → block."""

    ADVISE = "advise"
    WARN = "warn"
    BLOCK = "block"


class Decision(StrEnum):
    """The verdict in one word."""

    ALLOW = "allow"
    ADJUST = "adjust"
    BLOCK = "block"


class Gap(StrEnum):
    """What nobody entered, so that a rule could not be judged."""

    WBGT = "wbgt"
    CONDITIONING = "conditioning"
    HALF_MINUTES = "half_minutes"
    MATCH_MINUTES = "match_minutes"
    HEADERS = "headers"
    OTHER_HEADERS = "other_headers"
    INTENSITY = "intensity"
    CALENDAR = "calendar"
    CALENDAR_START = "calendar_start"
    WEEKS = "weeks"
    TEAMS = "teams"
    PAIN_REPORT = "pain_report"
    FEVER_REPORT = "fever_report"
    HEAD_INJURY = "head_injury"
    GROWTH = "growth"
    LENGTH = "length"
    TIME_OF_DAY = "time_of_day"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that a proposed event breaks, in a sentence a coach understands.

    `value` and `edge` are in `unit`; `value` is what the plan comes to, `edge` the limit. `code` is the rule's id, with
    a point and the edge where a rule has several; it stays through all versions, the text may change.
    """

    rule_id: str
    code: str
    title: str
    event_id: str
    severity: Severity
    overridable: bool
    text: str
    source: str
    value: float
    edge: float
    unit: str


@dataclass(frozen=True, slots=True, order=True)
class NotAssessed:
    """A rule that could not be judged, and what nobody entered."""

    rule_id: str
    event_id: str
    missing: str
    gap: Gap = Gap.OTHER

    @property
    def code(self) -> str:
        """Rule and gap, for machines."""
        return f"{self.rule_id}.{self.gap}"


class Note(StrEnum):
    """What a verdict had to assume, in a sentence; the name is the code."""

    AGE_UNKNOWN = "The age is unknown: the limits of the youngest were used."
    CALENDAR_START_UNKNOWN = "Nobody said since when the calendar is complete: only what is in it was counted."

    @property
    def code(self) -> str:
        """The name, for machines."""
        return self.name.lower()


class Measure(StrEnum):
    """What a description tells."""

    WEEK_LOAD = "week_load"
    WEEK_CHANGE = "week_change"


@dataclass(frozen=True, slots=True)
class Described:
    """A figure that is told and judged by nobody."""

    code: Measure
    event_id: str
    text: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What may be done with the proposed events.

    Attributes:
        alternative: events that are allowed as they stand, in the order proposed; None where the proposal is allowed
            or nothing near it is.
        notes: what was assumed, such as the strictest limits for an unknown age.
        described: the load of the weeks in which the events stand; tells, decides nothing.
    """

    decision: Decision
    findings: tuple[Finding, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
    alternative: tuple[Entry, ...] | None = None
    notes: tuple[Note, ...] = ()
    described: tuple[Described, ...] = ()
    policy: str = ""

    @property
    def overridable(self) -> bool:
        """Whether an adult may go ahead with a reason: no finding that blocks is a hard limit."""
        return all(finding.overridable for finding in self.findings if finding.severity is Severity.BLOCK)


def decide(findings: tuple[Finding, ...]) -> Decision:
    """The decision that the heaviest finding asks for."""
    severities = {finding.severity for finding in findings}
    if Severity.BLOCK in severities:
        return Decision.BLOCK
    return Decision.ADJUST if Severity.WARN in severities else Decision.ALLOW
