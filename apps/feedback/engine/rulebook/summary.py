"""The summary of one player's session: what was measured, what changed, what is missing, what to do next."""

from __future__ import annotations

from collections import defaultdict

from apps.feedback.engine.brief import Brief, Fact, FactKind, Kind, Missing
from apps.feedback.engine.rulebook.findings import Point, beside, changed
from apps.feedback.engine.rulebook.language import Speech

MOST_TRENDS = {Kind.COMPREHENSIVE: 3, Kind.QUICK: 1, Kind.SPECIFIC: 1}
TOLD_CHANGES = frozenset({"max_speed_mps", "sprint_count", "high_speed_distance_m", "total_distance_m"})
"""Distance per minute says what the distance says."""
MOST_GAPS = 2
MOST_NAMED = 4
GRADES_WITHOUT_A_WORD = frozenset("AB")


def summary_of(brief: Brief, speech: Speech, plan: str) -> Point:
    """Return the summary and what it rests on; `plan` is its last sentence."""
    name = brief.person.name if brief.person is not None else brief.team
    facts = {fact.key: fact for fact in brief.facts}
    parts = [_opening(brief, speech, facts, name), *_trends(brief, speech)]
    if brief.kind is Kind.COMPREHENSIVE:
        parts += [*_load(brief, speech, facts, name), *_targets(brief, speech), *gaps(brief, speech)]
    parts += provisos(brief, speech, facts)
    if brief.age_band == "child" and facts and brief.kind is not Kind.SPECIFIC:
        parts.append(Point(speech.say("child", name=name)))
    sentences = [part.text for part in parts] + ([plan] if plan else [])
    return Point(" ".join(sentences), tuple(ref for part in parts for ref in part.refs))


def _opening(brief: Brief, speech: Speech, facts: dict[str, Fact], name: str) -> Point:
    if any(fact.kind is FactKind.LIVE for fact in brief.facts):
        return _live(speech, facts, name)
    distance, speed, sprints = (facts.get(key) for key in ("total_distance_m", "max_speed_mps", "sprint_count"))
    fields = {"name": name, "type": speech.type(brief.session_type), "day": speech.day(brief.day)}
    if distance is not None:
        fields["distance"] = speech.value(distance.value, distance)
    if speed is not None:
        fields["speed"] = speech.value(speed.value, speed)
    slot = {(True, True): "both", (True, False): "distance", (False, True): "speed", (False, False): "none"}
    text = speech.say(f"open.{slot[distance is not None, speed is not None]}", **fields)
    used = [fact.ref for fact in (distance, speed) if fact is not None]
    if sprints is not None and round(sprints.value) > 0 and not _told_later(brief, sprints):
        text = f"{text} {_sprints(brief, speech, sprints, facts.get('high_speed_distance_m'), used)}"
    return Point(text, tuple(used))


def _told_later(brief: Brief, fact: Fact) -> bool:
    """Whether a sentence on changes tells the figure anyway."""
    pairs = [pair for pair in changed(brief) if pair[1].key in TOLD_CHANGES]
    return any(pair[0] == fact for pair in pairs[: MOST_TRENDS[brief.kind]])


def _sprints(brief: Brief, speech: Speech, sprints: Fact, far: Fact | None, used: list[str]) -> str:
    used.append(sprints.ref)
    count = speech.count(sprints.value, "sprint_count")
    if far is None or brief.age_band == "child" or brief.kind is Kind.QUICK:
        return speech.say("sprints", count=count)
    used.append(far.ref)
    return speech.say("sprints.far", count=count, far=speech.value(far.value, far))


def _live(speech: Speech, facts: dict[str, Fact], name: str) -> Point:
    told, used = [], []
    slots = {"total_distance_m": "live.distance", "max_speed_mps": "live.speed", "speed_mps": "live.now"}
    for key, slot in slots.items():
        if key in facts:
            fact = facts[key]
            value = speech.value(fact.value, fact)
            told.append(speech.part(slot, value=value))
            used.append(fact.ref)
    if not told:
        return Point(speech.say("answer.no"))
    return Point(speech.say("open.live", name=name, facts=speech.listed(told)), tuple(used))


def _trends(brief: Brief, speech: Speech) -> list[Point]:
    points = []
    for direction in ("up", "down"):
        pairs = [pair for pair in changed(brief) if pair[1].direction == direction and pair[1].key in TOLD_CHANGES]
        pairs = pairs[: MOST_TRENDS[brief.kind]]
        if pairs:
            sessions = speech.count(pairs[0][1].sessions, "sessions")
            refs = tuple(ref for fact, trend in pairs for ref in (fact.ref, trend.ref))
            told = beside(speech, pairs)
            points.append(Point(speech.say(f"trend.{direction}", sessions=sessions, list=told), refs))
    if points and brief.kind is Kind.COMPREHENSIVE:
        points.append(Point(speech.say("trend.context")))
    steady = [trend for trend in brief.trends if trend.direction == "steady"]
    if not points and steady:
        fields = {"what": speech.name(steady[0].key), "sessions": speech.count(steady[0].sessions, "sessions")}
        points.append(Point(speech.say("trend.steady", **fields), (steady[0].ref,)))
    return points


def _load(brief: Brief, speech: Speech, facts: dict[str, Fact], name: str) -> list[Point]:
    rpe, minutes, load = (facts.get(key) for key in ("rpe", "minutes", "load_au"))
    if rpe is None:
        return []
    fields = {"name": name, "rpe": speech.figure(rpe.value)}
    if minutes is None or load is None:
        point = Point(speech.say("load.rpe", **fields), (rpe.ref,))
    else:
        fields |= {
            "minutes": speech.value(minutes.value, minutes),
            "load": f"{speech.figure(load.value)} {_au(speech)}",
        }
        point = Point(speech.say("load.full", **fields), (rpe.ref, minutes.ref, load.ref))
    return [point, Point(speech.say("load.hint"))] if rpe.note else [point]


def _au(speech: Speech) -> str:
    return "UA" if speech.language == "es" else "AU"


def _targets(brief: Brief, speech: Speech) -> list[Point]:
    return [Point(speech.say("target", text=note.text), (note.ref,)) for note in brief.notes if note.target][:1]


def gaps(brief: Brief, speech: Speech) -> list[Point]:
    """What is not assessed, in one sentence, gathered by reason."""
    by_reason: dict[str, list[Missing]] = defaultdict(list)
    for missing in brief.missing:
        by_reason[speech.inside(missing.reason)].append(missing)
    biggest = sorted(by_reason.items(), key=lambda pair: -len(pair[1]))[:MOST_GAPS]
    parts = [speech.part("gap", what=_named(speech, missing), reason=reason) for reason, missing in biggest]
    return [Point(speech.say("gaps", list=speech.listed(parts)))] if parts else []


def _named(speech: Speech, missing: list[Missing]) -> str:
    """One or two by name, more by their groups."""
    known = [speech.name(gap.key) for gap in missing if speech.knows(gap.key)]
    if len(missing) <= 2 and len(known) == len(missing):
        return speech.listed(known)
    return speech.listed(list(dict.fromkeys(speech.group(gap.group) for gap in missing))[:MOST_NAMED])


def provisos(brief: Brief, speech: Speech, facts: dict[str, Fact]) -> list[Point]:
    """What must be said with the figures: that they are made up or how good they are, that drills are held back."""
    points = []
    grade = max((fact.grade for fact in facts.values() if fact.grade), default="")
    if brief.synthetic:
        points.append(Point(speech.say("synthetic")))
    elif grade and grade not in GRADES_WITHOUT_A_WORD:
        points.append(Point(speech.say("grade", grade=grade)))
    if brief.caution:
        points.append(Point(speech.say("caution", why=brief.caution[0])))
    return points
