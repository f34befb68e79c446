"""Which drills are recommended, and why: from the library's drills that suit, by what the evidence asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apps.feedback.engine.brief import Brief, DrillOption, Kind
from apps.feedback.engine.rulebook.language import Speech
from apps.feedback.engine.schema import Recommended

HOW_MANY = {Kind.COMPREHENSIVE: 3, Kind.QUICK: 1, Kind.SPECIFIC: 2}
MOST_POINTS = 3
LONGEST_DESCRIPTION = 580
Need = tuple[str, str]
"""A focus area, and the slot of the sentence that says why."""


def recommended(brief: Brief, speech: Speech, needs: Sequence[Need]) -> list[Recommended]:
    """Return the drills for the brief's kind; none where the safety rules hold them back."""
    if brief.caution:
        return []
    wanted = [*((area, "why.asked") for area in brief.focus), *needs]
    chosen: list[Recommended] = []
    used: set[str] = set()
    for area, why, drill in _matches(brief, wanted):
        if drill.key in used or len(chosen) == HOW_MANY[brief.kind]:
            continue
        used |= {drill.key, f"area:{area}"}
        chosen.append(_advice(brief, speech, (area, why), drill, is_first=not chosen))
    return chosen


def _matches(brief: Brief, wanted: Sequence[Need]) -> Iterator[tuple[str, str, DrillOption]]:
    """For each area in turn its best drill: retrieval's order, but something for one player where only one is asked."""
    seen: set[str] = set()
    taken: set[str] = set()
    for area, why in wanted:
        if area in seen:
            continue
        seen.add(area)
        fitting = [drill for drill in brief.drills if area in drill.areas and drill.key not in taken]
        if fitting:
            taken.add(fitting[0].key)
            yield area, why, fitting[0]


def _advice(brief: Brief, speech: Speech, need: Need, drill: DrillOption, *, is_first: bool) -> Recommended:
    """A drill, and why; children's coaches are reminded once that it is play."""
    area, why = need
    close = f" {speech.say('advice.child')}" if is_first and brief.age_band == "child" else ""
    setup = speech.part("setup", text=_sentence(drill.setup)) if drill.setup else ""
    fields = {"why": speech.say(why, area=speech.area(area)), "aim": _sentence(drill.aim)}
    description = speech.say("advice", setup=setup, **fields) + close
    if len(description) > LONGEST_DESCRIPTION:
        description = speech.say("advice", setup="", **fields) + close
    return Recommended(
        area=area,
        drill=drill.title,
        drill_key=drill.key,
        description=description[:LONGEST_DESCRIPTION],
        duration_min=drill.minutes,
        frequency=speech.part("frequency.fresh" if area == "speed" else f"frequency.{drill.times_per_week}"),
        focus_points=[_sentence(step) for step in (drill.steps or speech.cues(area))[:MOST_POINTS]],
    )


def plan_sentence(brief: Brief, speech: Speech, advice: Sequence[Recommended]) -> str:
    """Return what is to be done on the next training day."""
    if not advice:
        return ""
    fields = {"drill": quoted(speech, advice[0].drill), "minutes": speech.minutes(advice[0].duration_min)}
    if brief.next_training is None:
        return speech.say("plan.next", **fields)
    return speech.say("plan.day", weekday=speech.weekday(brief.next_training.day), **fields)


def quoted(speech: Speech, text: str) -> str:
    """Return a title in the quotes of the language."""
    return f"«{text}»" if speech.language == "es" else f"“{text}”"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."
