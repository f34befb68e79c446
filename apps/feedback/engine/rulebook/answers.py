"""Answers to a question: from the figures, else from the library in its own words, else a plain "that is not known"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apps.feedback.engine.brief import Brief, Fact, Missing, Passage
from apps.feedback.engine.grounding import sentences
from apps.feedback.engine.lexicon import TOPICS
from apps.feedback.engine.rulebook.advice import quoted
from apps.feedback.engine.rulebook.language import Speech
from apps.feedback.engine.safety import allows
from apps.feedback.engine.schema import Answer, Recommended
from apps.feedback.engine.wording_rules import RULES

MORE_WORDS = {
    "max_speed_mps": r"\bfast\w*|\bquick\w*|\bspeed\b|\bpace\b|r[aá]pid\w+|velocidad|\bcorre\b",
    "total_distance_m": (
        r"\bhow (?:far|much)\b.*\brun|\bdistance\b|\bkilomet\w+|\bdistancia\b|cu[aá]nto\b.*\bcorr|kil[oó]metros"
    ),
    "sprint_count": r"\bsprint\w*|\besprint\w*",
    "high_speed_distance_m": r"\bhigh[- ]speed|alta velocidad|intens\w+",
    "rpe": r"\btired\w*|\bhard\b|\beffort\b|\bfatigue\w*|cansad\w+|esfuerzo|dur[oa]\b|fatiga",
    "load_au": r"\bload\b|\bcarga\b",
    "week_load_au": r"\bweek\w*\b|\bsemana\w*\b",
    "touches": r"\btouch\w*|\btoques?\b|\bfirst touch|primer toque|\bball control|control del bal[oó]n",
    "passes_attempted": r"\bpass(?:es|ing|ed)?\b|\bpases?\b|\bpasar\b",
    "shot_ball_speed_mps": r"\bshots?\b|\bshoot\w*|\btiros?\b|\bdispar\w+",
    "movement_area_m2": r"\bposition\w*|\bwhere\b|\bspac\w+|posici[oó]n|colocaci[oó]n|espacios?|\bd[oó]nde\b",
    "jump_height_m": r"\bjump\w*|\bsalt\w+",
}
"""How people ask for a figure."""
REFUSALS = {
    "no_diagnosis": "answer.medical",
    "no_playing_through_pain": "answer.medical",
    "no_body_remarks": "answer.body",
    "no_body_shaming": "answer.body",
    "no_comparison": "answer.compare",
}
MEDICAL = re.compile(
    r"\binjur\w+|\bpain\w*|\bhurts?\b|\bache\w*|\bmedicin\w+|\bconcuss\w+|\bsick\b|\bill\b|\blesi[oó]n\w*|\bdolor\w*|"
    r"\bduele\b|\benferm\w+|\bmedicament\w+|\bconmoci[oó]n",
    re.IGNORECASE,
)
ENOUGH_WORDS = 2
"""So many words of a question must stand in a sentence of the library before that counts as an answer."""
SHORT = 4
MOST_FACTS = 3
LONGEST_QUOTE = 400
_COMMON = (
    "what when where which that this these those with from have does should would could about more most them they "
    "their there then than your session training player players team make need into after before como cuando donde "
    "cual para pero sobre desde este esta estos estas debe debería puede podría sesión entrenamiento jugador jugadora "
    "equipo hacer tiene tienen cuál cómo cuánto"
)
STOP = frozenset(_COMMON.split(" "))
"""Words that every question has."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and the evidence that it rests on."""

    answer: Answer | None
    refs: tuple[str, ...] = ()


def reply(brief: Brief, speech: Speech, advice: Sequence[Recommended]) -> Reply:
    """Answer the brief's question."""
    refused = _refusal(brief, speech)
    if refused:
        return Reply(Answer(text=refused, answered=False))
    keys = _asked(brief.question)
    facts = [fact for key in keys for fact in brief.facts if fact.key == key][:MOST_FACTS]
    missing = [gap for key in keys for gap in brief.missing if gap.key == key][:1]
    quote = _quote(brief)
    if facts:
        return _from_facts(speech, facts, quote)
    if missing:
        return _from_gap(speech, missing[0], quote)
    if quote is not None:
        return _from_library(speech, quote, advice)
    return _without(brief, speech)


def _refusal(brief: Brief, speech: Speech) -> str:
    if MEDICAL.search(brief.question):
        return speech.say("answer.medical")
    if allows(brief.question, brief.age_band):
        return ""
    for rule in RULES:
        if brief.age_band in rule.bands and re.search(rule.pattern, brief.question, re.IGNORECASE):
            return speech.say(REFUSALS.get(rule.key, "answer.refused"))
    return speech.say("answer.refused")


def _asked(question: str) -> list[str]:
    keys = [key for key, pattern in {**TOPICS, **MORE_WORDS}.items() if re.search(pattern, question, re.IGNORECASE)]
    keys += [key for key, pattern in TOPICS.items() if re.search(pattern, question, re.IGNORECASE) and key not in keys]
    return keys


def _from_facts(speech: Speech, facts: Sequence[Fact], quote: tuple[Passage, str] | None) -> Reply:
    parts = [_fact(speech, fact) for fact in facts]
    refs = [fact.ref for fact in facts]
    quotes = []
    if quote is not None:
        passage, sentence = quote
        parts.append(speech.say("answer.beside", quote=sentence, title=passage.title))
        refs.append(passage.ref)
        quotes.append(sentence)
    return Reply(Answer(text=" ".join(parts), answered=True, quotes=quotes), tuple(refs))


def _fact(speech: Speech, fact: Fact) -> str:
    interval = ""
    if fact.low is not None and fact.high is not None and fact.low < fact.high:
        low = speech.value(fact.low, fact.unit) if fact.unit else speech.number(fact.low)
        high = speech.value(fact.high, fact.unit) if fact.unit else speech.number(fact.high)
        interval = speech.part("interval", low=low, high=high)
    moment = speech.part("moment", clock=speech.clock(fact.t_s)) if fact.t_s is not None else ""
    what = speech.name(fact.key) if speech.knows(fact.key) else fact.title.lower()
    value = speech.speed(fact.value) if fact.key == "max_speed_mps" else speech.value(fact.value, fact)
    return speech.say("answer.fact", what=what, value=value, interval=interval, moment=moment)


def _from_gap(speech: Speech, gap: Missing, quote: tuple[Passage, str] | None) -> Reply:
    what = speech.name(gap.key) if speech.knows(gap.key) else gap.title.lower()
    text = speech.say("answer.missing", what=what, reason=speech.reason(gap.reason))
    if quote is None:
        return Reply(Answer(text=text, answered=False))
    passage, sentence = quote
    beside = speech.say("answer.beside", quote=sentence, title=passage.title)
    return Reply(Answer(text=f"{text} {beside}", answered=False, quotes=[sentence]), (passage.ref,))


def _from_library(speech: Speech, quote: tuple[Passage, str], advice: Sequence[Recommended]) -> Reply:
    passage, sentence = quote
    text = speech.say("answer.library", quote=sentence, title=passage.title)
    if advice:
        drill, minutes = quoted(speech, advice[0].drill), speech.minutes(advice[0].duration_min)
        told = speech.say(
            "answer.drill",
            drill=drill,
            minutes=minutes,
            aim=advice[0].focus_points[0] if advice[0].focus_points else "",
        )
        text = f"{text} {told}"
    return Reply(Answer(text=text, answered=True, quotes=[sentence]), (passage.ref,))


def _without(brief: Brief, speech: Speech) -> Reply:
    known = list(dict.fromkeys(speech.name(fact.key) for fact in brief.facts if speech.knows(fact.key)))[:4]
    text = speech.say("answer.no")
    if known:
        text = f"{text} {speech.say('answer.no.has', what=speech.listed(known))}"
    return Reply(Answer(text=text, answered=False))


def _quote(brief: Brief) -> tuple[Passage, str] | None:
    """The library's sentence that holds most of the question's words, if it holds enough of them."""
    asked = _content(brief.question)
    best: tuple[float, Passage, str] | None = None
    for passage in brief.passages:
        if passage.kind != "knowledge":
            continue
        for sentence in sentences(passage.text):
            shared = len(asked & _content(sentence)) + len(asked & _content(passage.title)) / 2
            fits = len(sentence) <= LONGEST_QUOTE and allows(sentence, brief.age_band)
            if fits and shared >= ENOUGH_WORDS and (best is None or shared > best[0]):
                best = (shared, passage, sentence.strip())
    return (best[1], best[2]) if best else None


def _content(text: str) -> set[str]:
    """The words that carry meaning, cut to their stems' length so that "passing" meets "passes"."""
    words = re.findall(r"[^\W\d_]{4,}", text.lower())
    return {word[: max(SHORT, len(word) - 3)] for word in words if word not in STOP}
