"""The rule-based planner: where there is room for a session of one player, what to train, and why.

Pure: knows no queries. It proposes only what the safety rules allow as it stands; where nothing fits it says which
rules were in the way. Another planner (a language model's) passes the same gate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from apps.calendar.judging import PlayerCase, TeamVerdict, judge_entries
from apps.calendar.models import Drill, EventIntensity, EventType, FocusArea
from apps.calendar.recurrence import at_wall_time
from apps.safety.inputs import Entry, Intensity, Kind
from apps.safety.policies import PolicyPack

SESSION_MIN = 45.0
"""An individual session beside the team's training [min]."""
SHORTEST_MIN = 20.0
USUAL_CLOCK = time(17, 30)
WARM_UP_MIN, COOL_DOWN_MIN = 10.0, 6.0
FRESH_AFTER = timedelta(hours=72)
"""After a match, and half of it before one, a session stays easy; half of it after one it is recovery (Doeven 2018)."""
WEEK = timedelta(days=7)
LOADED_SHARE = 1.2
"""A week more than a fifth above the three before it is followed by an easy one (kpis.md, § 7: shown at 20 %)."""
DEFAULT_FOCUS = (FocusArea.FIRST_TOUCH, FocusArea.COORDINATION, FocusArea.DRIBBLING, FocusArea.PASSING)
FILLING = frozenset({FocusArea.BALL_MASTERY.value, FocusArea.PASSING.value, FocusArea.DRIBBLING.value})
"""With these a session is filled up when the library has too little of its focus."""
MOST_REASONS = 6


class Evidence(TypedDict):
    """What a proposal rests on."""

    kind: str
    ref: str
    text: str
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for.

    Attributes:
        weekdays: 0 Monday to 6 Sunday.
        not_before, not_after: local times between which a session lies.
        drills: keys of drills that a feedback recommends; they come first where they suit, one a session.
        feedback: that feedback's id, "" where there is none.
    """

    first: date
    last: date
    focus: tuple[FocusArea, ...] = ()
    sessions_per_week: int = 1
    weekdays: frozenset[int] = frozenset(range(7))
    not_before: time | None = None
    not_after: time | None = None
    max_minutes: float | None = None
    exclude: frozenset[date] = frozenset()
    drills: tuple[str, ...] = ()
    feedback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything the planner looks at."""

    case: PlayerCase
    policy: PolicyPack
    zone: ZoneInfo
    team: str
    now: datetime
    wishes: Wishes
    drills: Sequence[Drill]
    findings: Sequence[tuple[FocusArea, Evidence]] = ()
    group: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A session that may be held as it stands."""

    entry: Entry
    focus: FocusArea
    event_type: EventType
    title: str
    drills: list[dict[str, object]]
    rationale: str
    evidence: list[Evidence]
    verdict: TeamVerdict


@dataclass(slots=True)
class Plan:
    """Proposals, and why there are not more: sentence → how many days it spoke against."""

    proposals: list[Proposal] = field(default_factory=list)
    against: Counter[str] = field(default_factory=Counter)
    days_considered: int = 0

    @property
    def reasons(self) -> list[str]:
        """The commonest reasons first."""
        return [
            text if days == 1 else f"{text} (and so on {days - 1} other days)"
            for text, days in self.against.most_common(MOST_REASONS)
        ]


def plan(question: Question) -> Plan:
    """Propose sessions week by week, each judged together with those before it."""
    found = Plan()
    case = question.case
    for week in _weeks(question.wishes):
        wanted = question.wishes.sessions_per_week
        for day in _emptiest_first(week, case, question.zone):
            if wanted == 0:
                break
            proposal = _try(replace(question, case=case), day, len(found.proposals), found)
            if proposal is not None:
                found.proposals.append(proposal)
                case = case.with_entries([proposal.entry])
                wanted -= 1
    found.proposals.sort(key=lambda proposal: proposal.entry.start)
    return found


def _weeks(wishes: Wishes) -> Iterator[list[date]]:
    days = [wishes.first + timedelta(days=n) for n in range((wishes.last - wishes.first).days + 1)]
    fitting = [day for day in days if day.weekday() in wishes.weekdays and day not in wishes.exclude]
    weeks: dict[tuple[int, int], list[date]] = {}
    for day in fitting:
        year, week, _ = day.isocalendar()
        weeks.setdefault((year, week), []).append(day)
    yield from weeks.values()


def _emptiest_first(days: Sequence[date], case: PlayerCase, zone: ZoneInfo) -> list[date]:
    """Days far from other sport come first; of equals the earlier."""
    busy = {entry.start.astimezone(zone).date() for entry in case.entries}
    return sorted(days, key=lambda day: (-min((abs((day - other).days) for other in busy), default=7), day))


def _try(question: Question, day: date, number: int, found: Plan) -> Proposal | None:
    """A session on a day, or the reason noted why not."""
    start = at_wall_time(day, _clock(question), question.zone)
    if start <= question.now:
        return None
    found.days_considered += 1
    intensity, why = _intensity(question, start)
    minutes = _minutes(question)
    if minutes < SHORTEST_MIN:
        found.against[f"A session needs at least {SHORTEST_MIN:g} minutes; only {minutes:g} are free."] += 1
        return None
    entry = _entry(question, start, minutes, intensity, number)
    verdict = judge_entries([question.case], lambda _: [entry], question.policy)
    if not verdict.allowed:
        for refusing in verdict.refusing:
            found.against[refusing.finding.text] += 1
        return None
    focus, evidence = _focus(question, number, intensity)
    drills = _drills(question, focus, minutes, intensity, number)
    return Proposal(
        entry=entry,
        focus=focus,
        event_type=EventType.RECOVERY if entry.kind is Kind.RECOVERY else EventType.TRAINING,
        title=f"{focus.label}, {minutes:g} min" if entry.kind is not Kind.RECOVERY else f"Recovery, {minutes:g} min",
        drills=drills,
        rationale=_rationale(question, day, focus, why, [*evidence, *_advised(question, drills)]),
        evidence=[*evidence, *_advised(question, drills), _room(question, day)],
        verdict=verdict,
    )


def _clock(question: Question) -> time:
    """When this player usually trains, within the wishes."""
    starts = Counter(
        entry.start.astimezone(question.zone).time().replace(second=0, microsecond=0)
        for entry in question.case.entries
        if entry.kind is Kind.TRAINING
    )
    clock = _minute_of(starts.most_common(1)[0][0] if starts else USUAL_CLOCK)
    wishes = question.wishes
    if wishes.not_after is not None:
        clock = min(clock, _minute_of(wishes.not_after) - int(_minutes(question)))
    if wishes.not_before is not None:
        clock = max(clock, _minute_of(wishes.not_before))
    return time(max(clock, 0) // 60, max(clock, 0) % 60)


def _minute_of(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _minutes(question: Question) -> float:
    """As long as wishes, rules and the time between `not_before` and `not_after` allow."""
    limits = [SESSION_MIN, question.wishes.max_minutes or SESSION_MIN]
    band = question.policy.band_for_group("session_minutes", question.group or question.policy.youngest_group)
    if band is not None:
        limits.append(band["minutes"])
    wishes = question.wishes
    if wishes.not_before is not None and wishes.not_after is not None:
        limits.append(float(_minute_of(wishes.not_after) - _minute_of(wishes.not_before)))
    return min(limits)


def _intensity(question: Question, start: datetime) -> tuple[Intensity, str]:
    entries = question.case.entries
    matches = [entry for entry in entries if entry.kind is Kind.MATCH]
    if any(timedelta(0) <= start - entry.end < FRESH_AFTER for entry in matches):
        return Intensity.LOW, "It stays easy: a match was less than three days before."
    if any(timedelta(0) <= entry.start - start < FRESH_AFTER / 2 for entry in matches):
        return Intensity.LOW, "It stays easy: a match follows soon."
    last, before = _weekly_minutes(entries, question.now)
    if before > 0 and last > LOADED_SHARE * before:
        return Intensity.LOW, f"It stays easy: the last week had {last:g} minutes, the three before {before:g} each."
    return Intensity.MODERATE, ""


def _weekly_minutes(entries: Sequence[Entry], now: datetime) -> tuple[float, float]:
    """Minutes of the last seven days, and the mean of the three weeks before."""
    weeks = [0.0] * 4
    for entry in entries:
        ago = now - entry.start.astimezone(UTC)
        if timedelta(0) <= ago < 4 * WEEK:
            weeks[ago // WEEK] += (entry.end.astimezone(UTC) - entry.start.astimezone(UTC)).total_seconds() / 60
    return round(weeks[0]), round(sum(weeks[1:]) / 3)


def _entry(question: Question, start: datetime, minutes: float, intensity: Intensity, number: int) -> Entry:
    after_match = intensity is Intensity.LOW and any(
        entry.kind is Kind.MATCH and timedelta(0) <= start - entry.end < FRESH_AFTER / 2
        for entry in question.case.entries
    )
    return Entry(
        id=f"proposal:{number}",
        kind=Kind.RECOVERY if after_match else Kind.TRAINING,
        start=start,
        end=start + timedelta(minutes=minutes),
        time_zone=question.zone.key,
        team=question.team,
        intensity=intensity,
        headers=0,
        head_contact=False,
        conditioning=False,
    )


def _focus(question: Question, number: int, intensity: Intensity) -> tuple[FocusArea, list[Evidence]]:
    """What was asked for, else what the figures say, else in turn."""
    wanted = list(question.wishes.focus) or [focus for focus, _ in question.findings] or list(DEFAULT_FOCUS)
    if intensity is Intensity.LOW:
        easy = {drill_focus for drill in question.drills if drill.intensity == "low" for drill_focus in drill.focus}
        wanted = [focus for focus in wanted if focus.value in easy] or [FocusArea.RECOVERY]
    focus = wanted[number % len(wanted)]
    return focus, [evidence for area, evidence in question.findings if area == focus]


def _drills(
    question: Question, focus: FocusArea, minutes: float, intensity: Intensity, number: int
) -> list[dict[str, object]]:
    """A warm-up, drills of the focus, a cool-down, together as long as the session."""
    mild = [EventIntensity.LOW] if intensity is Intensity.LOW else [EventIntensity.LOW, EventIntensity.MODERATE]
    group = question.group or question.policy.youngest_group
    suited = [
        drill
        for drill in question.drills
        if drill.youngest <= group <= drill.oldest
        and drill.players_min == 1
        and drill.intensity in mild
        and not (drill.head_contact or drill.headers or drill.conditioning)
    ]
    main = [drill for drill in suited if focus.value in drill.focus and FocusArea.WARM_UP.value not in drill.focus]
    warm = [drill for drill in suited if FocusArea.WARM_UP.value in drill.focus]
    cool = [drill for drill in suited if FocusArea.RECOVERY.value in drill.focus and drill not in main]
    main = main[number % len(main) :] + main[: number % len(main)] if main else []
    main += [drill for drill in suited if drill not in [*main, *warm] and FILLING & set(drill.focus)]
    wished = question.wishes.drills[number % len(question.wishes.drills)] if question.wishes.drills else ""
    advised = [drill for drill in suited if drill.key == wished and drill not in [*warm, *cool]]
    main = advised + [drill for drill in main if drill not in advised]
    parts = [(drill, WARM_UP_MIN) for drill in warm[:1]]
    tail = [(drill, COOL_DOWN_MIN) for drill in cool[:1]]
    left = minutes - sum(length for _, length in (*parts, *tail))
    for drill in main:
        if left < 1:
            break
        length = min(float(drill.minutes), left)
        parts.append((drill, length))
        left -= length
    return [{"drill": drill.key, "title": drill.title, "minutes": length} for drill, length in (*parts, *tail)]


def _advised(question: Question, drills: Sequence[dict[str, object]]) -> list[Evidence]:
    """The feedback that recommends a drill of the session."""
    titles = [str(part["title"]) for part in drills if part["drill"] in question.wishes.drills]
    if not titles:
        return []
    text = f"A feedback recommends {', '.join(titles)}."
    return [Evidence(kind="feedback", ref=question.wishes.feedback, text=text, value=None)]


def _room(question: Question, day: date) -> Evidence:
    near = [
        entry for entry in question.case.entries if abs((entry.start.astimezone(question.zone).date() - day).days) <= 3
    ]
    text = f"Other events within three days of it: {len(near)}."
    return Evidence(kind="calendar", ref=day.isoformat(), text=text, value=float(len(near)))


def _rationale(question: Question, day: date, focus: FocusArea, why: str, evidence: Sequence[Evidence]) -> str:
    if evidence and evidence[-1]["kind"] == "feedback":
        reason = evidence[-1]["text"]
    elif focus in question.wishes.focus:
        reason = f"You asked for {focus.label.lower()}."
    elif evidence:
        reason = evidence[0]["text"]
    else:
        reason = "No figures speak for one area, so the basics come in turn."
    return " ".join(part for part in (f"{day:%A} has room for a session of one's own.", reason, why) if part)
