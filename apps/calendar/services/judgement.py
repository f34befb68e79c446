"""The gate of every write: the changed events, as they now stand in the calendar, before the transaction may end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.accounts.models import Role, Team, User
from apps.accounts.permissions import role_in
from apps.calendar.alternatives import Alternative, find_alternative
from apps.calendar.bodies import VerdictBody, sentences, verdict_body
from apps.calendar.errors import UnsafeEvent
from apps.calendar.judging import TeamVerdict, event_key, judge
from apps.calendar.models import TrainingEvent
from apps.calendar.selectors.cases import load_cases
from apps.core import audit
from apps.core.errors import PermissionDenied
from apps.safety.policies import PolicyPack
from apps.safety.selectors import pack_for

OVERRIDE_ROLES = (Role.OWNER, Role.COACH)
"""Adults who answer for the players."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and, where it refuses, what would be allowed."""

    verdict: TeamVerdict
    alternative: Alternative | None

    @property
    def body(self) -> VerdictBody:
        """As an answer shows it."""
        return verdict_body(self.verdict, self.alternative)


def policy_of(team: Team) -> PolicyPack:
    """The rules that the team plays by."""
    return pack_for(team.policy_pack, team.pk)


def judge_changed(team: Team, changed: Iterable[TrainingEvent], days: set[str] | None = None) -> Judgement:
    """Judge events or series as the database now has them.

    Args:
        days: of a series only these keys (`Occurrence.key`); None: all but the dates changed by hand, which were
            judged when they were.
    """
    rows = list(changed)
    since, until = min(row.start for row in rows), max(max(row.until, row.end) for row in rows)
    only = {row.player_id for row in rows}
    players = None if None in only else [player for player in only if player is not None]
    cases = load_cases(team, since, until, players)
    masters = {row.series_id or row.pk for row in rows}
    found = (item for item in cases.occurrences if item.master.pk in masters)
    keys = {item.key for item in found if (not item.changed if days is None else item.key in days)}
    concerned = [case for case in cases.players if any(event_key(entry) in keys for entry in case.entries)]
    policy = policy_of(team)
    verdict = judge(concerned, keys, policy)
    alternative = None if verdict.allowed else find_alternative(concerned, keys, verdict, policy)
    return Judgement(verdict, alternative)


def require_safe(user: User, team: Team, judgement: Judgement, reason: str) -> bool:
    """Return whether rules were overridden.

    Raises:
        UnsafeEvent: a hard limit, or a soft one without a reason.
        PermissionDenied: a reason from somebody who may not override.
    """
    verdict = judgement.verdict
    if verdict.allowed:
        return False
    if not (verdict.overridable and reason.strip()):
        raise UnsafeEvent(judgement.body, sentences(verdict, judgement.alternative))
    if role_in(user, team.pk) not in OVERRIDE_ROLES:
        raise PermissionDenied("Only an owner or coach of the team may override a safety rule.")
    return True


def record_verdict(user: User, event: TrainingEvent, verdict: TeamVerdict, reason: str, *, overridden: bool) -> None:
    """Keep with the event by which rules it was judged, and an override with its reason also in the audit trail."""
    event.policy = verdict.policy
    event.override_reason = reason.strip() if overridden else ""
    event.overridden_by = user if overridden else None
    event.save(update_fields=["policy", "override_reason", "overridden_by", "updated_at"])
    if overridden:
        rules = sorted({found.finding.rule_id for found in verdict.refusing})
        players = sorted({str(player) for found in verdict.refusing for player in found.player_ids})
        audit.record(
            actor_id=user.pk,
            action="calendar.safety_overridden",
            target=event,
            team_id=event.team_id,
            after={"rules": rules, "players": players, "reason": reason.strip(), "policy": verdict.policy},
        )
