"""What matters in the evidence of one player: what went well, what comes next, and what that asks of a training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from apps.feedback.engine.brief import Brief, Fact, Trend
from apps.feedback.engine.rulebook.language import Speech
from apps.feedback.engine.rulebook.questions import areas_asked

TOLD = frozenset({"max_speed_mps", "total_distance_m", "high_speed_distance_m"})
"""KPIs with a phrase of their own."""
RUNNING = ("max_speed_mps", "sprint_count", "high_speed_distance_m", "total_distance_m", "distance_per_min_m")
"""What running is told by, the most telling first."""
HARD_RPE = 8.0
"""From here an effort asks for an easier day (Foster's "very hard" begins at 7)."""
EVEN_WEEK = 2.0
"""Monotony above it is named (Foster)."""
ENOUGH_PASSES = 5
MOST_EACH = 4
FRESH_AFTER = timedelta(days=2)
"""Legs are fresh again two days after a hard session (kpis.md, 10: 48 h)."""


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence and the evidence it rests on."""

    text: str
    refs: tuple[str, ...] = ()


@dataclass(slots=True)
class Findings:
    """What was found, by strand; `needs` are focus areas in the order of their weight, each with the reason's slot."""

    strengths: dict[str, list[Point]] = field(default_factory=lambda: {"technical": [], "physical": [], "tactical": []})
    improvements: dict[str, list[Point]] = field(
        default_factory=lambda: {"technical": [], "physical": [], "tactical": []}
    )
    needs: list[tuple[str, str]] = field(default_factory=list)


def findings_of(brief: Brief, speech: Speech) -> Findings:
    """Return what a coach should hear about the brief's player."""
    facts = {fact.key: fact for fact in brief.facts}
    trends = {trend.key: trend for trend in brief.trends}
    found = Findings()
    found.needs = [(area, "why.asked") for area in areas_asked(brief.question)]
    for part in (_speed, _runs, _distance, _passes, _area, _load):
        part(brief, speech, facts, trends, found)
    _gaps(brief, speech, facts, found)
    if not any(found.strengths.values()) and "rpe" in facts:
        text = speech.say("strength.effort", rpe=speech.figure(facts["rpe"].value))
        found.strengths["physical"].append(Point(text, (facts["rpe"].ref,)))
    _standing_needs(brief, found)
    for strand in ("technical", "physical", "tactical"):
        del found.strengths[strand][MOST_EACH:], found.improvements[strand][MOST_EACH:]
    return found


Facts = dict[str, Fact]
Trends = dict[str, Trend]


def _speed(brief: Brief, speech: Speech, facts: Facts, trends: Trends, found: Findings) -> None:
    fact, trend = facts.get("max_speed_mps"), trends.get("max_speed_mps")
    if fact is None:
        return
    if trend is not None and trend.direction == "down":
        found.improvements["physical"].append(_less(brief, speech, fact, trend, "speed"))
        found.needs.append(("speed", "why.speed"))
        return
    moment = speech.part("moment", clock=speech.clock(fact.t_s)) if fact.t_s is not None else ""
    slot = "strength.speed" if fact.low is not None and fact.high is not None else "strength.speed.plain"
    fields = {"value": speech.value(fact.value, fact), "moment": moment}
    if fact.low is not None and fact.high is not None:
        fields |= {"low": speech.bare(fact.low, fact), "high": speech.value(fact.high, fact)}
    found.strengths["physical"].append(Point(speech.say(slot, **fields), (fact.ref,)))
    if trend is not None and trend.direction == "up":
        found.strengths["physical"].append(_more(speech, fact, trend))
        found.needs.append(("speed", "why.fast_kept"))


def _runs(brief: Brief, speech: Speech, facts: Facts, trends: Trends, found: Findings) -> None:
    fact, trend = facts.get("sprint_count"), trends.get("sprint_count")
    if fact is None:
        return
    if round(fact.value) == 0:
        found.improvements["physical"].append(Point(speech.say("next.no_sprint"), (fact.ref,)))
        found.needs.append(("speed", "why.speed"))
    elif trend is not None and trend.direction == "down":
        found.improvements["physical"].append(_less(brief, speech, fact, trend, "speed"))
        found.needs.append(("speed", "why.speed"))
    elif trend is not None and trend.direction == "up":
        found.strengths["physical"].append(_more(speech, fact, trend))
    elif round(fact.value) > 1:
        slot = "strength.runs.child" if brief.age_band == "child" else "strength.runs"
        text = speech.say(slot, count=speech.count(fact.value, "sprint_count"))
        found.strengths["physical"].append(Point(text, (fact.ref,)))


def _distance(brief: Brief, speech: Speech, facts: Facts, trends: Trends, found: Findings) -> None:
    fact, trend = facts.get("total_distance_m"), trends.get("total_distance_m")
    if fact is None:
        return
    if trend is not None and trend.direction == "down":
        found.improvements["physical"].append(_less(brief, speech, fact, trend, "distance"))
        found.needs.append(("endurance", "why.endurance"))
    elif trend is not None and trend.direction == "up":
        found.strengths["physical"].append(_more(speech, fact, trend))
        if soon(brief):
            found.improvements["physical"].append(Point(speech.say("next.much"), (fact.ref,)))
            found.needs.append(("recovery", "why.recovery"))
    elif trend is not None:
        fields = {"what": speech.name(fact.key), "value": speech.value(fact.value, fact)}
        text = speech.say("strength.steady", sessions=speech.count(trend.sessions, "sessions"), **fields)
        found.strengths["physical"].append(Point(text, (fact.ref, trend.ref)))
    else:
        text = speech.say("strength.distance", value=speech.value(fact.value, fact))
        found.strengths["physical"].append(Point(text, (fact.ref,)))


def _passes(brief: Brief, speech: Speech, facts: Facts, trends: Trends, found: Findings) -> None:
    tried, done, touches = (facts.get(key) for key in ("passes_attempted", "passes_completed", "touches"))
    if touches is not None and touches.value >= 1:
        text = speech.say("strength.touches", count=speech.count(touches.value, "touches"))
        found.strengths["technical"].append(Point(text, (touches.ref,)))
    if tried is None or done is None or tried.value < ENOUGH_PASSES:
        return
    told = {
        "done": speech.count(done.value, "passes_completed"),
        "tried": speech.count(tried.value, "passes_attempted"),
    }
    refs = (tried.ref, done.ref)
    found.strengths["technical"].append(Point(speech.say("strength.passes", **told), refs))
    if done.value < tried.value:
        found.needs.append(("passing", "why.passing"))


def _area(brief: Brief, speech: Speech, facts: Facts, trends: Trends, found: Findings) -> None:
    fact = facts.get("movement_area_m2")
    if fact is not None and brief.person is not None:
        text = speech.say("strength.area", name=brief.person.name, value=speech.value(fact.value, fact))
        found.strengths["tactical"].append(Point(text, (fact.ref,)))


def _load(brief: Brief, speech: Speech, facts: Facts, trends: Trends, found: Findings) -> None:
    rpe, even = facts.get("rpe"), facts.get("monotony")
    if rpe is not None and rpe.value >= HARD_RPE:
        text = speech.say("next.effort", rpe=speech.figure(rpe.value))
        found.improvements["physical"].append(Point(text, (rpe.ref,)))
        if soon(brief):
            found.needs.insert(0, ("recovery", "why.recovery"))
    if even is not None and even.value > EVEN_WEEK and brief.age_band != "child":
        text = speech.say("next.even", value=speech.number(even.value, 1))
        found.improvements["physical"].append(Point(text, (even.ref,)))


def _gaps(brief: Brief, speech: Speech, facts: Facts, found: Findings) -> None:
    """What was not measured is watched by the coach: that is a next step too, not a weakness."""
    if not any(fact.group == "technical" for fact in facts.values()):
        name = brief.person.name if brief.person is not None else ""
        found.improvements["technical"].append(Point(speech.say("next.technical", name=name)))
        found.needs.append(("first_touch", "why.touch"))
    if brief.person is not None and not any(key in facts for key in ("nearest_teammate_m", "ball_distance_m")):
        found.improvements["tactical"].append(Point(speech.say("next.shape", name=brief.person.name)))
    measured = [fact for fact in facts.values() if fact.key in RUNNING]
    if measured and not brief.trends:
        found.improvements["physical"].append(Point(speech.say("next.no_history")))


BY_POSITION = {"goalkeeper": "goalkeeping", "defender": "defending", "midfielder": "passing", "forward": "finishing"}


def _standing_needs(brief: Brief, found: Findings) -> None:
    """What suits everybody: play for children, the position for those who have one, and the basics."""
    if brief.age_band == "child":
        found.needs += [("small_sided", "why.play"), ("ball_mastery", "why.play")]
    if brief.person is not None and brief.person.position in BY_POSITION:
        found.needs.append((BY_POSITION[brief.person.position], "why.position"))
    found.needs += [(area, "why.basics") for area in ("first_touch", "passing", "coordination", "small_sided")]


def soon(brief: Brief) -> bool:
    """Whether the next training is so near, or so unknown, that the legs still feel this session."""
    return brief.next_training is None or brief.next_training.day - brief.day <= FRESH_AFTER


def _less(brief: Brief, speech: Speech, fact: Fact, trend: Trend, remedy: str) -> Point:
    slot = f"remedy.{remedy}{'.child' if brief.age_band == 'child' else ''}"
    told = compared(speech, fact, trend)
    return Point(speech.say(f"next.less.{_sort(fact)}", remedy=speech.part(slot), **told), (fact.ref, trend.ref))


def _more(speech: Speech, fact: Fact, trend: Trend) -> Point:
    return Point(speech.say(f"strength.more.{_sort(fact)}", **compared(speech, fact, trend)), (fact.ref, trend.ref))


def compared(speech: Speech, fact: Fact, trend: Trend) -> dict[str, str]:
    """What a sentence about a change needs."""
    counted = speech.counts(fact.key)
    return {
        "value": speech.value(fact.value, fact),
        "before": speech.figure(trend.before, 1) if counted else speech.value(trend.before, trend.unit, trend.key),
        "sessions": speech.count(trend.sessions, "sessions"),
    }


def told(speech: Speech, fact: Fact, value: float | None = None) -> str:
    """A fact in three words: "16 sprints", "a top speed of 6.9 m/s", "2,940 m in all"."""
    written = speech.value(fact.value if value is None else value, fact)
    if speech.counts(fact.key):
        return written
    slot = f"told.{fact.key}" if fact.key in TOLD else "told.other"
    return speech.part(slot, value=written, what=speech.name(fact.key))


def beside(speech: Speech, pairs: Sequence[tuple[Fact, Trend]]) -> str:
    """Facts with their earlier means: "16 sprints (9.5 on average) and 2,940 m in all (2,590 m)"."""
    parts = []
    for number, (fact, trend) in enumerate(pairs):
        slot = "trend.item" if number else "trend.first"
        parts.append(speech.part(slot, told=told(speech, fact), before=compared(speech, fact, trend)["before"]))
    return speech.listed(parts)


def _sort(fact: Fact) -> str:
    if fact.unit == "m/s":
        return "speed"
    return "distance" if fact.unit == "m" else "count"


def changed(brief: Brief) -> Iterator[tuple[Fact, Trend]]:
    """Facts with a trend that is spoken of, the most telling first."""
    for key in RUNNING:
        for trend in brief.trends:
            fact = brief.fact(trend.now)
            if trend.key == key and trend.direction != "steady" and fact is not None:
                yield fact, trend
