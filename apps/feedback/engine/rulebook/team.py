"""The text about a whole team's session. Nobody is ranked: everybody is seen beside their own earlier sessions."""

from __future__ import annotations

from apps.feedback.engine.brief import Brief, Fact, Kind, Person
from apps.feedback.engine.rulebook.findings import Findings, Point, beside, changed, soon
from apps.feedback.engine.rulebook.language import Speech
from apps.feedback.engine.rulebook.questions import areas_asked
from apps.feedback.engine.rulebook.summary import TOLD_CHANGES, gaps, provisos

MOST_NAMED = 4
FEW_RATINGS = 3
"""Fewer ratings than this would tell who said what."""


def team_findings(brief: Brief, speech: Speech) -> Findings:
    """Return what is to be said of the team, and what it asks of the next training."""
    found = Findings()
    for person in brief.people:
        for direction in ("up", "down"):
            _of_person(brief, speech, person, direction, found)
    if found.improvements["physical"]:
        found.improvements["physical"].append(Point(speech.say("team.ask")))
    _good_for_all(brief, speech, found)
    if not any(fact.group == "technical" for fact in brief.facts):
        found.improvements["technical"].append(Point(speech.say("next.technical.team")))
    found.improvements["tactical"].append(Point(speech.say("team.next")))
    found.needs = [*((area, "why.asked") for area in areas_asked(brief.question)), *_needs(brief)]
    return found


def _good_for_all(brief: Brief, speech: Speech, found: Findings) -> None:
    """Where nobody stands out there is still something good to say."""
    extremes = _extremes(brief, "total_distance_m")
    if found.strengths["physical"] or not brief.people:
        return
    if brief.trends and not found.improvements["physical"]:
        found.strengths["physical"].append(Point(speech.say("team.steady")))
    elif extremes is not None:
        low = extremes[0]
        found.strengths["physical"].append(Point(speech.say("team.all", low=speech.value(low.value, low)), (low.ref,)))


def _of_person(brief: Brief, speech: Speech, person: Person, direction: str, found: Findings) -> None:
    """One sentence for all that went up, or down, beside the player's own earlier sessions."""
    pairs = [
        (fact, trend)
        for fact, trend in changed(brief)
        if fact.player == person.ref and trend.direction == direction and trend.key in TOLD_CHANGES
    ]
    strand = (found.strengths if direction == "up" else found.improvements)["physical"]
    if not pairs or len(strand) == MOST_NAMED:
        return
    fields = {"name": person.name, "sessions": speech.count(pairs[0][1].sessions, "sessions")}
    text = speech.say(f"team.{direction}", list=beside(speech, pairs), **fields)
    strand.append(Point(text, tuple(ref for fact, trend in pairs for ref in (fact.ref, trend.ref))))


def team_summary(brief: Brief, speech: Speech, plan: str) -> Point:
    """Return the summary of a team's session; `plan` is its last sentence."""
    parts = [_opening(brief, speech), *_spread(brief, speech)]
    if brief.kind is not Kind.QUICK:
        parts += [*_efforts(brief, speech), *gaps(brief, speech)]
    parts += provisos(brief, speech, {fact.ref: fact for fact in brief.facts})
    sentences = [part.text for part in parts] + ([plan] if plan else [])
    return Point(" ".join(sentences), tuple(ref for part in parts for ref in part.refs))


def _opening(brief: Brief, speech: Speech) -> Point:
    fields = {"type": speech.type(brief.session_type), "day": speech.day(brief.day)}
    found = _extremes(brief, "total_distance_m")
    if found is None:
        return Point(speech.say("team.open.none", **fields))
    low, high = found
    if low.player == high.player:
        return Point(speech.say("team.open.one", **fields), (low.ref,))
    measured = speech.count(len(brief.people), "players")
    span = {"low": speech.value(low.value, low), "high": speech.value(high.value, high)}
    return Point(speech.say("team.open", count=measured, **span, **fields), (low.ref, high.ref))


def _spread(brief: Brief, speech: Speech) -> list[Point]:
    points = []
    speeds, sprints = _extremes(brief, "max_speed_mps"), _extremes(brief, "sprint_count")
    if speeds is not None and speeds[0] is not speeds[1]:
        low, high = speeds
        text = speech.say("team.speed", low=speech.bare(low.value, low), high=speech.value(high.value, high))
        points.append(Point(text, (low.ref, high.ref)))
    if sprints is not None and sprints[0] is not sprints[1] and brief.age_band != "child":
        low, high = sprints
        if round(low.value) == round(high.value):
            text = speech.say("team.sprints.same", count=speech.count(low.value, "sprint_count"))
        else:
            text = speech.say("team.sprints", low=speech.figure(low.value), high=speech.figure(high.value))
        points.append(Point(text, (low.ref, high.ref)))
    return points


def _efforts(brief: Brief, speech: Speech) -> list[Point]:
    ratings = sorted((fact for fact in brief.facts if fact.key == "rpe"), key=lambda fact: fact.value)
    if len(ratings) < FEW_RATINGS or ratings[0].value == ratings[-1].value:
        return []
    low, high = ratings[0], ratings[-1]
    point = Point(
        speech.say("team.effort", low=speech.figure(low.value), high=speech.figure(high.value)), (low.ref, high.ref)
    )
    return [point, Point(speech.say("load.hint"))] if any(fact.note for fact in ratings) else [point]


def _extremes(brief: Brief, key: str) -> tuple[Fact, Fact] | None:
    facts = sorted((fact for fact in brief.facts if fact.key == key), key=lambda fact: fact.value)
    return (facts[0], facts[-1]) if facts else None


def _needs(brief: Brief) -> list[tuple[str, str]]:
    """What most of the team's changes ask for, then play and the basics."""
    ups = sum(trend.direction == "up" and trend.key == "total_distance_m" for trend in brief.trends)
    downs = sum(trend.direction == "down" and trend.key in ("max_speed_mps", "sprint_count") for trend in brief.trends)
    half = max(len(brief.people) / 2, 1)
    needs = [("recovery", "why.recovery")] if ups >= half and soon(brief) else []
    needs += [("speed", "why.speed")] if downs >= half else []
    if brief.age_band == "child":
        needs += [("small_sided", "why.play"), ("ball_mastery", "why.play")]
    return [*needs, ("first_touch", "why.touch"), ("passing", "why.basics"), ("small_sided", "why.play")]


def names_in(brief: Brief, text: str) -> list[Person]:
    """Return the players whom a text names."""
    return [person for person in brief.people if person.name in text]
