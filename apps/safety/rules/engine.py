"""The rules engine: a pure function of calendar, proposal, player and policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from apps.safety.errors import SafetyInputError
from apps.safety.inputs import YOUNGEST_AGE, Calendar, Entry, Profile, zone_named
from apps.safety.policies import PolicyPack, load_pack, strictest_pack
from apps.safety.rules.alternative import SearchParams, nearest_allowed
from apps.safety.rules.case import Case, amount
from apps.safety.rules.change import describe_week
from apps.safety.rules.history import entries_of
from apps.safety.rules.judge import judge
from apps.safety.rules.timeline import Slot, Timeline
from apps.safety.verdict import Decision, Finding, NotAssessed, Note, Severity, Verdict, decide

LOAD_RULES = frozenset(
    {
        "session_minutes",
        "week_minutes",
        "weekly_hours",
        "sessions_per_day",
        "match_minutes_day",
        "recovery_next_match",
        "recovery_high_intensity",
        "recovery_between",
        "overnight",
        "rest_day_minimum",
        "rest_days",
        "football_days",
    }
)
"""What `validate_training_load` looks at; the rest needs more than a list of sessions."""


class RulesEngine:
    """Judges events against one policy pack. Holds no state but the pack; the same question has the same answer."""

    def __init__(self, policy: PolicyPack | None = None, search: SearchParams | None = None) -> None:
        self.policy = policy or load_pack()
        self.search = search or SearchParams()

    def evaluate(self, calendar: Calendar, proposed: Sequence[Entry], profile: Profile) -> Verdict:
        """Judge proposed events together with a calendar; an event with the id of a calendar entry replaces it.

        Raises:
            SafetyInputError: an id occurs twice, nothing is proposed, or a date of birth is after an event.
        """
        question = _Question.of(calendar, proposed, profile, self.policy)
        verdict = question.verdict()
        if verdict.decision is Decision.ALLOW:
            return verdict
        return question.with_alternative(verdict, self.search)

    def validate_training_load(
        self, player_age: int | None, recent_sessions: Sequence[Mapping[str, object] | Entry]
    ) -> tuple[bool, list[str]]:
        """Judge the load of past or planned sessions.

        Args:
            player_age: years; None: the strictest pack.
            recent_sessions: entries, or mappings with `start` (or `start_time`) and `end` (or `end_time`, or
                `duration_min`), aware or ISO 8601 with offset, and optionally `event_type` (or `session_type`),
                `intensity`, `match_minutes`, `tournament`, `time_zone`.

        Returns:
            Whether nothing blocks, and sentences: what is broken, then what could not be assessed.

        Raises:
            SafetyInputError: a session is not as described.
        """
        entries = entries_of(recent_sessions)
        if not entries:
            return True, []
        verdict = _Question.of(Calendar(), entries, Profile(age_years=player_age), self.policy).verdict()
        findings = [finding for finding in verdict.findings if finding.rule_id in LOAD_RULES]
        unknown = {(gap.rule_id, gap.missing) for gap in verdict.not_assessed if gap.rule_id in LOAD_RULES}
        texts = [*(finding.text for finding in findings), *(f"Not assessed: {what}." for _, what in sorted(unknown))]
        return all(finding.severity is not Severity.BLOCK for finding in findings), list(dict.fromkeys(texts))

    def check_recovery_time(
        self, last_session: datetime, proposed_session: datetime, *, player_age: int | None = None
    ) -> tuple[bool, str]:
        """Whether a session may start so soon after the end of a hard one; an unknown age has the longest pause.

        Raises:
            SafetyInputError: a time has no zone.
        """
        if last_session.utcoffset() is None or proposed_session.utcoffset() is None:
            raise SafetyInputError("both times need a time zone; give aware dates and times")
        policy = self.policy if player_age is not None else strictest_pack(self.policy)
        group = policy.youngest_group if player_age is None else player_age
        band = policy.band_for_group("recovery_between", group)
        needed = 0.0 if band is None else band["hours"]
        hours = (proposed_session.astimezone(UTC) - last_session.astimezone(UTC)).total_seconds() / 3600
        if hours < 0:
            return False, "The proposed session is before the last one; check the dates."
        if hours < needed:
            return False, f"Only {amount(hours)} hours after the last session; {amount(needed)} are needed."
        return True, f"{amount(hours)} hours after the last session; {amount(needed)} are needed."


@dataclass(frozen=True, slots=True)
class _Question:
    """A question with each calendar entry put on the clock of each zone once."""

    base: Mapping[str, Timeline]
    proposed: tuple[Entry, ...]
    profile: Profile
    policy: PolicyPack
    calendar: Calendar

    @classmethod
    def of(cls, calendar: Calendar, proposed: Sequence[Entry], profile: Profile, policy: PolicyPack) -> _Question:
        if not proposed:
            raise SafetyInputError("nothing is proposed; give at least one event")
        _refuse_twins(entry.id for entry in proposed)
        _refuse_twins(entry.id for entry in calendar.entries)
        if not profile.age_known:
            policy = strictest_pack(policy)
        replaced = {entry.id for entry in proposed}
        kept = [entry for entry in calendar.entries if entry.id not in replaced]
        zones = {entry.time_zone for entry in proposed}
        base = {zone: Timeline.of(kept, zone_named(zone)) for zone in sorted(zones)}
        return cls(base, tuple(proposed), profile, policy, calendar)

    def case(self, entry: Entry, beside: Iterable[Entry]) -> Case:
        """An entry with the calendar and some of the other proposals."""
        zone = zone_named(entry.time_zone)
        others = self.base[entry.time_zone]
        if more := [Slot.of(other, zone) for other in beside]:
            others = others.with_slots(more)
        return self.recast(entry, others)

    def recast(self, entry: Entry, others: Timeline) -> Case:
        """An entry beside a timeline that stands already."""
        slot = Slot.of(entry, zone_named(entry.time_zone))
        age = self.profile.age_on(slot.first_day)
        group = self.profile.group_on(slot.first_day, self.policy.season_start(slot.first_day))
        youngest = self.policy.youngest_group
        return Case(
            slot=slot,
            others=others,
            profile=self.profile,
            policy=self.policy,
            group=youngest if group is None else group,
            age=YOUNGEST_AGE if age is None else age,
            complete_from=self.calendar.complete_from,
        )

    def verdict(self) -> Verdict:
        """The verdict on all proposals together, without an alternative."""
        cases = [
            self.case(entry, (other for other in self.proposed if other.id != entry.id)) for entry in self.proposed
        ]
        outcomes = [outcome for case in cases for outcome in judge(case)]
        findings = {outcome for outcome in outcomes if isinstance(outcome, Finding)}
        ordered = tuple(sorted(findings, key=_weight))
        gaps = {outcome for outcome in outcomes if isinstance(outcome, NotAssessed)}
        return Verdict(
            decision=decide(ordered),
            findings=ordered,
            not_assessed=tuple(sorted(gaps)),
            notes=tuple(self._notes()),
            described=tuple(told for case in cases for told in describe_week(case)),
            policy=self.policy.name,
        )

    def _notes(self) -> Iterator[Note]:
        if not self.profile.age_known:
            yield Note.AGE_UNKNOWN
        if self.calendar.complete_from is None:
            yield Note.CALENDAR_START_UNKNOWN

    def with_alternative(self, verdict: Verdict, search: SearchParams) -> Verdict:
        """The verdict with events that are allowed together, where there are any near."""
        accepted: list[Entry] = []
        for entry in self.proposed:
            others = self.case(entry, accepted).others

            def case_of(candidate: Entry, others: Timeline = others) -> Case:
                return self.recast(candidate, others)

            found = nearest_allowed(case_of, entry, search)
            if found is None:
                return verdict
            accepted.append(found)
        proposal = _Question(self.base, tuple(accepted), self.profile, self.policy, self.calendar)
        if proposal.verdict().decision is not Decision.ALLOW:
            return verdict
        return replace(verdict, alternative=tuple(accepted))


def _weight(finding: Finding) -> tuple[int, bool, str, str, str]:
    """Heaviest first, hard limits before those with an override."""
    severity = list(Severity).index(finding.severity)
    return (-severity, finding.overridable, finding.rule_id, finding.event_id, finding.text)


def _refuse_twins(ids: Iterable[str]) -> None:
    twins = sorted(key for key, count in Counter(ids).items() if count > 1)
    if twins:
        raise SafetyInputError(f"events occur twice: {', '.join(twins)}; each occurrence needs its own id")
