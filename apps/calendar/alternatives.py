"""What would be allowed instead: for one event the nearest that suits every player, for a series what must go.

The answer is fields of the event as the API takes them, so that a coach sends them back as they are.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from apps.calendar.judging import PlayerCase, TeamVerdict, event_key, judge, judge_entries
from apps.calendar.schedule import utc_text
from apps.safety.inputs import Calendar, Entry, zone_named
from apps.safety.policies import PolicyPack
from apps.safety.rules import RulesEngine
from apps.safety.verdict import Decision

PERSONAL_RULES = frozenset(
    {"pain", "fever", "concussion_rest", "concussion_contact", "concussion_competition", "growth_volume"}
)
"""Rules about one player's body: the others can play without that player."""
ROUNDS = 12
"""Each round moves the event past one player's limit; more than these and nothing is near."""
MOST_JUDGED = 120
"""Longer series are not searched: the coach would not read so many dates."""
LEAST_KEPT = 0.5
"""A series of which more than half would go is another series."""
PLAIN_FIELDS = ("headers", "head_contact", "conditioning", "match_minutes", "half_minutes")

Changes = dict[str, object]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Fields to send instead, and what they mean."""

    changes: Changes
    text: str


def find_alternative(
    cases: Sequence[PlayerCase], keys: set[str], verdict: TeamVerdict, policy: PolicyPack
) -> Alternative | None:
    """Something near the refused events that every player may do; None where nothing is."""
    excused = _to_excuse(verdict)
    rest = [case for case in cases if case.player_id not in excused]
    entries = _proposed(rest, keys)
    if not entries:
        return None
    if excused and judge(rest, keys, policy).allowed:
        return _with_excused(Alternative({}, ""), excused, verdict)
    if any("#" in entry.id for entry in entries):
        return None
    found = _for_one(rest, entries[0], policy) if len(entries) == 1 else _for_series(rest, entries, policy)
    return found and _with_excused(found, excused, verdict)


def _to_excuse(verdict: TeamVerdict) -> set[uuid.UUID]:
    """Players against whom only their own body speaks, unless that is everybody."""
    personal: set[uuid.UUID] = set()
    for finding in verdict.refusing:
        if finding.finding.rule_id in PERSONAL_RULES:
            personal |= finding.player_ids
    return personal


def _with_excused(found: Alternative, excused: set[uuid.UUID], verdict: TeamVerdict) -> Alternative:
    if not excused:
        return found
    names = ", ".join(sorted(verdict.names[player] for player in excused))
    changes = {**found.changes, "excused_player_ids": sorted(map(str, excused))}
    return Alternative(changes, f"{found.text} Without {names}.".strip())


def _proposed(cases: Sequence[PlayerCase], keys: set[str]) -> list[Entry]:
    found = {entry.id: entry for case in cases for entry in case.entries if event_key(entry) in keys}
    return sorted(found.values(), key=lambda entry: entry.start)


def _for_one(cases: Sequence[PlayerCase], entry: Entry, policy: PolicyPack) -> Alternative | None:
    found = _first_that_fits(cases, entry, policy)
    if found is None or found == entry:
        return None
    return _as_alternative(entry, _as_little_as_possible(cases, entry, found, policy))


def _first_that_fits(cases: Sequence[PlayerCase], entry: Entry, policy: PolicyPack) -> Entry | None:
    """Give way to one player after the other until nobody is in the way."""
    engine = RulesEngine(policy)
    candidate = entry
    for _ in range(ROUNDS):
        moved = _give_way(engine, cases, candidate)
        if moved is None or moved == candidate:
            return moved
        candidate = moved
    return None


def _give_way(engine: RulesEngine, cases: Sequence[PlayerCase], candidate: Entry) -> Entry | None:
    for case in cases:
        if not case.has(candidate):
            continue
        verdict = engine.evaluate(Calendar(case.entries, case.complete_from), [candidate], case.profile)
        if verdict.decision is not Decision.ALLOW:
            return _in_utc(verdict.alternative[0]) if verdict.alternative else None
    return candidate


def _in_utc(entry: Entry) -> Entry:
    """Times whose difference is elapsed time; between local times of one zone it would be that of the clock's face."""
    return replace(entry, start=entry.start.astimezone(UTC), end=entry.end.astimezone(UTC))


def _as_little_as_possible(cases: Sequence[PlayerCase], asked: Entry, found: Entry, policy: PolicyPack) -> Entry:
    """The engine makes an event gentler in every way at once; take back what was not needed."""
    for name in (*PLAIN_FIELDS, "intensity"):
        milder = replace(found, **{name: getattr(asked, name)})

        def proposed(case: PlayerCase, milder: Entry = milder) -> list[Entry]:
            return [milder] if case.has(milder) else []

        if milder != found and judge_entries(cases, proposed, policy).allowed:
            found = milder
    return found


def _for_series(cases: Sequence[PlayerCase], entries: Sequence[Entry], policy: PolicyPack) -> Alternative | None:
    if len(entries) > MOST_JUDGED:
        return None
    return _gentler_series(cases, entries, policy) or _thinner_series(cases, entries, policy)


def _gentler_series(cases: Sequence[PlayerCase], entries: Sequence[Entry], policy: PolicyPack) -> Alternative | None:
    """The same days, each event as the first one alone would have to be."""
    others = {entry.id for entry in entries[1:]}
    alone = [case.without(others) for case in cases]
    first = _first_that_fits(alone, entries[0], policy)
    if first is None or first.start != entries[0].start or first == entries[0]:
        return None
    first = _as_little_as_possible(alone, entries[0], first, policy)
    length = first.end - first.start
    changed = {entry.id: _like(entry, first, length) for entry in entries}
    verdict = judge_entries(
        cases, lambda case: [changed[entry.id] for entry in case.entries if entry.id in changed], policy
    )
    return _as_alternative(entries[0], first) if verdict.allowed else None


def _like(entry: Entry, model: Entry, length: timedelta) -> Entry:
    same = {name: getattr(model, name) for name in (*PLAIN_FIELDS, "intensity")}
    return replace(entry, end=entry.start + length, **same)


def _thinner_series(cases: Sequence[PlayerCase], entries: Sequence[Entry], policy: PolicyPack) -> Alternative | None:
    """Take the events in order, leaving out what those before it do not allow."""
    kept: set[str] = set()
    base = [case.without({entry.id for entry in entries}) for case in cases]
    out: list[str] = []
    for entry in entries:
        concerned = {case.player_id for case in cases if case.has(entry)}

        def proposed(case: PlayerCase, entry: Entry = entry, concerned: set[uuid.UUID] = concerned) -> list[Entry]:
            return [entry] if case.player_id in concerned else []

        if judge_entries(base, proposed, policy).allowed:
            kept.add(entry.id)
            base = [case.with_entries([entry]) if case.player_id in concerned else case for case in base]
        else:
            out.append(event_key(entry).rpartition(":")[2])
    if not kept or len(kept) < LEAST_KEPT * len(entries):
        return None
    return Alternative({"exdates": out}, f"The series without {len(out)} of its {len(entries)} dates.")


def _as_alternative(asked: Entry, allowed: Entry) -> Alternative:
    changes: Changes = {}
    if asked.start != allowed.start:
        changes["start"] = utc_text(allowed.start)
    if asked.end != allowed.end:
        changes["end"] = utc_text(allowed.end)
    if asked.intensity != allowed.intensity and allowed.intensity is not None:
        changes["intensity"] = allowed.intensity.value
    for name in PLAIN_FIELDS:
        if getattr(asked, name) != getattr(allowed, name):
            changes[name] = getattr(allowed, name)
    return Alternative(changes, _sentence(asked, allowed))


def _sentence(asked: Entry, allowed: Entry) -> str:
    parts = []
    local = allowed.start.astimezone(zone_named(allowed.time_zone))
    if allowed.start != asked.start:
        parts.append(f"on {local:%A} {local.day} {local:%B} at {local:%H:%M}")
    minutes, before = (round((entry.end - entry.start).total_seconds() / 60) for entry in (allowed, asked))
    if minutes != before:
        parts.append(f"{minutes} minutes long")
    if allowed.intensity != asked.intensity and allowed.intensity is not None:
        parts.append(f"at {allowed.intensity.value} intensity")
    words = {"headers": "headers: {}", "match_minutes": "{} minutes a player", "half_minutes": "halves of {} minutes"}
    parts += [
        text.format(f"{getattr(allowed, name):g}")
        for name, text in words.items()
        if getattr(asked, name) != getattr(allowed, name) and getattr(allowed, name) is not None
    ]
    if asked.head_contact is not False and allowed.head_contact is False:
        parts.append("without head contact")
    if asked.conditioning is not False and allowed.conditioning is False:
        parts.append("without conditioning")
    return f"Allowed: {', '.join(parts)}."
