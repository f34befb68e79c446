"""One question to the safety rules for every player whom events concern, and one answer of it.

Pure: knows no queries. Players whom the rules cannot tell apart (same limits, same body, same calendar) are asked
about once.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from apps.core.errors import InvalidRequest
from apps.safety.errors import SafetyInputError
from apps.safety.inputs import Calendar, Entry, Profile
from apps.safety.policies import PolicyPack
from apps.safety.rules import RulesEngine
from apps.safety.rules.alternative import SearchParams
from apps.safety.verdict import Decision, Finding, Gap, NotAssessed, Severity, Verdict

NO_SEARCH = SearchParams(days=-1)
"""The engine's own alternative is for one player; ours must fit all of them."""
LENGTH_RULES = ("week_minutes", "weekly_hours")
"""What cannot be judged beside a session whose length nobody knows."""
LENGTH_WINDOW = timedelta(days=7)
DAY_PART_RULES = ("overnight", "recovery_between", "recovery_high_intensity", "recovery_next_match")
"""What cannot be judged of an event whose time of day nobody knows."""
BATCH = 20
"""Entries a question: near the root of the longest series, where putting them together costs least."""
REFUSING = frozenset({Severity.WARN, Severity.BLOCK})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerCase:
    """What the rules know of one player.

    Attributes:
        entries: the whole calendar around the question, planned and done.
        complete_from: first day from which nothing is missing.
        unknown_lengths: when there were sessions whose length nobody knows.
    """

    player_id: uuid.UUID
    name: str
    entries: tuple[Entry, ...]
    profile: Profile
    complete_from: date | None = None
    unknown_lengths: tuple[datetime, ...] = ()

    def with_entries(self, changed: Iterable[Entry]) -> PlayerCase:
        """The case with entries added or, by id, replaced."""
        new = {entry.id: entry for entry in changed}
        kept = tuple(entry for entry in self.entries if entry.id not in new)
        return replace(self, entries=(*kept, *new.values()))

    def without(self, ids: set[str]) -> PlayerCase:
        """The case without some entries."""
        return replace(self, entries=tuple(entry for entry in self.entries if entry.id not in ids))

    def has(self, entry: Entry) -> bool:
        """Whether an entry of that id is in the calendar."""
        return any(own.id == entry.id for own in self.entries)


@dataclass(slots=True)
class TeamFinding:
    """A broken rule and whom and which events it concerns; `finding` is the worst of them."""

    finding: Finding
    player_ids: set[uuid.UUID] = field(default_factory=set)
    event_keys: set[str] = field(default_factory=set)

    @property
    def refuses(self) -> bool:
        """Whether it weighs more than an advice."""
        return self.finding.severity in REFUSING


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamVerdict:
    """The verdict for all players together.

    Attributes:
        not_assessed: (rule, what nobody entered) → the players concerned.
        names: of the players that findings concern.
    """

    decision: Decision
    findings: tuple[TeamFinding, ...] = ()
    not_assessed: dict[tuple[str, str], set[uuid.UUID]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    policy: str = ""
    names: dict[uuid.UUID, str] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        """Whether nothing weighs more than an advice."""
        return self.decision is Decision.ALLOW

    @property
    def refusing(self) -> list[TeamFinding]:
        """Findings that stand against the events."""
        return [finding for finding in self.findings if finding.refuses]

    @property
    def overridable(self) -> bool:
        """Whether an adult may go ahead with a reason: no limit that blocks is a hard one."""
        hard = (f for f in self.findings if f.finding.severity is Severity.BLOCK and not f.finding.overridable)
        return next(hard, None) is None


def judge(cases: Sequence[PlayerCase], keys: set[str], policy: PolicyPack) -> TeamVerdict:
    """Judge events that stand in the cases' calendars already, by their keys (`Occurrence.key`).

    Raises:
        InvalidRequest: an event or a profile cannot be judged at all.
    """
    return judge_entries(cases, lambda case: [entry for entry in case.entries if event_key(entry) in keys], policy)


def judge_entries(
    cases: Sequence[PlayerCase], proposed: Callable[[PlayerCase], Sequence[Entry]], policy: PolicyPack
) -> TeamVerdict:
    """Judge what `proposed` names for each player (entries, replacing by id those of the calendar).

    Raises:
        InvalidRequest: an event or a profile cannot be judged at all.
    """
    engine = RulesEngine(policy, NO_SEARCH)
    calendars: dict[object, int] = {}
    answers: dict[object, Verdict] = {}
    told: list[tuple[PlayerCase, Verdict]] = []
    for given in cases:
        asked = proposed(given)
        case = given if set(asked) <= set(given.entries) else given.with_entries(asked)
        calendar = calendars.setdefault((case.entries, case.complete_from), len(calendars))
        for entries in _batches(asked):
            key = (entries, calendar, _sameness(case.profile, entries, policy))
            if key not in answers:
                answers[key] = _ask(engine, case, entries)
            told.append((case, _with_gaps(answers[key], case, entries)))
    return _together(told, policy)


def _batches(entries: Sequence[Entry]) -> Iterator[tuple[Entry, ...]]:
    """The entries in handfuls: each is judged beside all others either way, since they stand in the calendar.

    The engine puts every entry of a question beside every other; a season at once cost 34 s for 25 players.
    """
    ordered = sorted(entries, key=lambda entry: (entry.start, entry.id))
    for first in range(0, len(ordered), BATCH):
        yield tuple(ordered[first : first + BATCH])


def event_key(entry: Entry) -> str:
    """The key of the event that an entry is, or is a day of."""
    return entry.id.partition("#")[0]


def _ask(engine: RulesEngine, case: PlayerCase, entries: Sequence[Entry]) -> Verdict:
    try:
        return engine.evaluate(Calendar(case.entries, case.complete_from), entries, case.profile)
    except SafetyInputError as error:
        raise InvalidRequest(f"{case.name}: this cannot be judged by the safety rules: {error}") from None


def _sameness(profile: Profile, entries: Sequence[Entry], policy: PolicyPack) -> object:
    """What the rules read of a profile: ages and groups instead of the birthday."""
    if profile.date_of_birth is None:
        return profile
    days = {(entry.start.date() + timedelta(days=offset)) for entry in entries for offset in (-1, 0, 1)}
    try:
        ages = tuple((profile.age_on(day), profile.group_on(day, policy.season_start(day))) for day in sorted(days))
    except SafetyInputError:
        return profile
    return ages, replace(profile, date_of_birth=None)


def _with_gaps(verdict: Verdict, case: PlayerCase, entries: Sequence[Entry]) -> Verdict:
    """The verdict, saying what could not be judged for want of a length or of a time of day."""
    gaps: set[NotAssessed] = set()
    for entry in entries:
        near = [at for at in case.unknown_lengths if abs(at - entry.start.astimezone(UTC)) < LENGTH_WINDOW]
        gaps |= {
            NotAssessed(rule, entry.id, f"the length of the session on {at:%Y-%m-%d}", Gap.LENGTH)
            for at in near
            for rule in LENGTH_RULES
        }
        if "#" in entry.id:
            gaps |= {NotAssessed(rule, entry.id, "the time of day", Gap.TIME_OF_DAY) for rule in DAY_PART_RULES}
    return replace(verdict, not_assessed=(*verdict.not_assessed, *gaps)) if gaps else verdict


def _together(told: Sequence[tuple[PlayerCase, Verdict]], policy: PolicyPack) -> TeamVerdict:
    found: dict[tuple[str, float, bool], TeamFinding] = {}
    gaps: dict[tuple[str, str], set[uuid.UUID]] = defaultdict(set)
    notes: dict[str, None] = {}
    for case, verdict in told:
        notes |= dict.fromkeys(note.value for note in verdict.notes)
        for gap in verdict.not_assessed:
            gaps[gap.rule_id, gap.missing].add(case.player_id)
        for finding in verdict.findings:
            mine = found.setdefault((finding.rule_id, finding.edge, finding.overridable), TeamFinding(finding))
            mine.player_ids.add(case.player_id)
            mine.event_keys.add(finding.event_id.partition("#")[0])
            if abs(finding.value - finding.edge) > abs(mine.finding.value - mine.finding.edge):
                mine.finding = finding
    concerned = set[uuid.UUID]().union(*(finding.player_ids for finding in found.values()))
    order = [Decision.BLOCK, Decision.ADJUST, Decision.ALLOW]
    return TeamVerdict(
        decision=min((verdict.decision for _, verdict in told), key=order.index, default=Decision.ALLOW),
        findings=tuple(sorted(found.values(), key=_weight)),
        not_assessed=dict(sorted(gaps.items())),
        notes=tuple(notes),
        policy=policy.name,
        names={case.player_id: case.name for case, _ in told if case.player_id in concerned},
    )


def _weight(found: TeamFinding) -> tuple[int, bool, str, float]:
    finding = found.finding
    return -list(Severity).index(finding.severity), finding.overridable, finding.rule_id, finding.edge
