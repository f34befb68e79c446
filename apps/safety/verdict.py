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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that a proposed event breaks, in a sentence a coach understands.

    `value` and `edge` are in `unit`; `value` is what the plan comes to, `edge` the limit.
    """

    rule_id: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What may be done with the proposed events.

    Attributes:
        alternative: events that are allowed as they stand, in the order proposed; None where the proposal is allowed
            or nothing near it is.
        notes: what was assumed, such as the strictest limits for an unknown age.
    """

    decision: Decision
    findings: tuple[Finding, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
    alternative: tuple[Entry, ...] | None = None
    notes: tuple[str, ...] = ()
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
