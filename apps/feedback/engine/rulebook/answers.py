"""Answers to a question: from the figures, else from the library in its own words, else a plain "that is not known"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from apps.feedback.engine.brief import Brief, Fact, Missing, Passage
from apps.feedback.engine.rulebook.advice import quoted
from apps.feedback.engine.rulebook.findings import beside
from apps.feedback.engine.rulebook.language import Speech
from apps.feedback.engine.rulebook.questions import ADVICE, COMPARED, PLAN, WHEN, areas_asked, figures_asked
from apps.feedback.engine.safety import allows
from apps.feedback.engine.schema import Answer, Recommended
from apps.feedback.engine.wording_rules import RULES

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
OFTEN = re.compile(r"\bhow (?:often|many times)\b|\bcu[aá]ntas veces\b|\bcada cu[aá]nto\b", re.IGNORECASE)
ADVISING = re.compile(
    r"\b(?:train\w*|teach|taught|practi[sc]e|try|look|give|use|begin|start|plan|let|keep|ask|rest|sleep|"
    r"entren[ae]\w*|enseña\w*|practica\w*|prueba|mira|da|usa|empieza|pon|deja|pregunta|elige|coloca|juega)\b",
    re.IGNORECASE,
)
A_WEEK = re.compile(
    r"\b(?:once|twice|times|days?) (?:a|per|in a) week\b|\ba week\b|\b(?:por|a la) semana\b", re.IGNORECASE
)
OF_CHILDREN = re.compile(r"\bchild(?:ren)?\b|\bunder (?:ten|twelve|thirteen)\b|\bniñ[oa]s?\b", re.IGNORECASE)
ENOUGH_WORDS = 2
"""So many words of a question must stand in a sentence of the library before that counts as an answer."""
SHORT = 4
MOST_FACTS = 3
FULL_STOP = re.compile(r"(?<=[.!?])\s+")
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
    if PLAN.search(brief.question) and advice:
        return _plan(brief, speech, advice)
    keys = figures_asked(brief.question)
    facts = [fact for key in keys for fact in brief.facts if fact.key == key][:MOST_FACTS]
    gap = next((gap for key in keys for gap in brief.missing if gap.key == key), None)
    compared = _compared(brief, speech, keys) if COMPARED.search(brief.question) else None
    if compared is not None:
        return compared
    if ADVICE.search(brief.question):
        return _counsel(brief, speech, (facts[:1], gap), advice)
    if facts:
        return _from_facts(brief, speech, facts)
    if gap is not None:
        return _from_gap(brief, speech, gap)
    quote = _quote(brief)
    return _without(brief, speech) if quote is None else _from_library(speech, quote)


def _compared(brief: Brief, speech: Speech, keys: Sequence[str]) -> Reply | None:
    """More, less or the same as before, by the first figure asked for that has earlier ones."""
    for trend in (trend for key in keys for trend in brief.trends if trend.key == key):
        fact = next((fact for fact in brief.facts if fact.ref == trend.now), None)
        sessions = speech.count(trend.sessions, "sessions")
        if trend.direction == "steady":
            text = speech.say("trend.steady", what=speech.name(trend.key), sessions=sessions)
            return Reply(Answer(text=text, answered=True), (trend.ref,))
        if fact is not None:
            told = beside(speech, [(fact, trend)])
            text = speech.say(f"trend.{trend.direction}", sessions=sessions, list=told)
            return Reply(Answer(text=text, answered=True), (fact.ref, trend.ref))
    return None


def _plan(brief: Brief, speech: Speech, advice: Sequence[Recommended]) -> Reply:
    """What to do at the next training."""
    items = [_drill(speech, one) for one in advice]
    day = speech.part("answer.plan.next")
    if brief.next_training is not None:
        day = speech.part("answer.plan.day", weekday=speech.weekday(brief.next_training.day))
    return Reply(Answer(text=speech.say("answer.plan", day=day, list=speech.listed(items)), answered=True))


def _drill(speech: Speech, one: Recommended) -> str:
    fields = {"drill": quoted(speech, one.drill), "minutes": speech.minutes(one.duration_min)}
    return speech.part("answer.plan.item", area=speech.area(one.area), **fields)


def _counsel(
    brief: Brief, speech: Speech, known: tuple[list[Fact], Missing | None], advice: Sequence[Recommended]
) -> Reply:
    """Advice: what the library says, the figure it is about (or why there is none), and a drill for it."""
    (facts, gap), quote, asked = known, _quote(brief), set(areas_asked(brief.question))
    parts, refs, quotes = [], [], []
    if quote is not None:
        parts.append(speech.say("answer.library", quote=quote[1], title=quote[0].title))
        refs.append(quote[0].ref)
        quotes.append(quote[1])
    if facts:
        parts.append(_fact(speech, facts[0]))
        refs.append(facts[0].ref)
    elif gap is not None:
        parts.append(_gap(speech, gap))
    fitting = [one for one in advice if one.area in asked]
    for one in fitting[:1]:
        fields = {"drill": quoted(speech, one.drill), "minutes": speech.minutes(one.duration_min)}
        drill = next(drill for drill in brief.drills if drill.key == one.drill_key)
        parts.append(speech.say("answer.drill", aim=drill.aim, **fields))
        refs.append(drill.ref)
    if not quotes and not fitting:
        return (
            _without(brief, speech) if not parts else Reply(Answer(text=" ".join(parts), answered=False), tuple(refs))
        )
    return Reply(Answer(text=" ".join(parts), answered=True, quotes=quotes), tuple(refs))


def _refusal(brief: Brief, speech: Speech) -> str:
    if MEDICAL.search(brief.question):
        return speech.say("answer.medical")
    if allows(brief.question, brief.age_band):
        return ""
    for rule in RULES:
        if brief.age_band in rule.bands and re.search(rule.pattern, brief.question, re.IGNORECASE):
            return speech.say(REFUSALS.get(rule.key, "answer.refused"))
    return speech.say("answer.refused")


def _from_facts(brief: Brief, speech: Speech, facts: Sequence[Fact]) -> Reply:
    parts = [_fact(speech, fact) for fact in facts]
    if WHEN.search(brief.question) and all(fact.t_s is None for fact in facts):
        parts.append(speech.say("answer.when"))
    return Reply(Answer(text=" ".join(parts), answered=True), tuple(fact.ref for fact in facts))


def _fact(speech: Speech, fact: Fact) -> str:
    interval = ""
    if fact.low is not None and fact.high is not None and fact.low < fact.high:
        ends = [speech.value(end, fact) if fact.unit else speech.number(end) for end in (fact.low, fact.high)]
        interval = speech.part("interval", low=ends[0], high=ends[1])
    if speech.counts(fact.key):
        return speech.say("answer.count", value=speech.value(fact.value, fact), interval=interval)
    moment = speech.part("moment", clock=speech.clock(fact.t_s)) if fact.t_s is not None else ""
    what = speech.name(fact.key) if speech.knows(fact.key) else fact.title.lower()
    value = speech.value(fact.value, fact)
    return speech.say("answer.fact", what=what, value=value, interval=interval, moment=moment)


def _gap(speech: Speech, gap: Missing) -> str:
    what = speech.name(gap.key) if speech.knows(gap.key) else gap.title.lower()
    return speech.say("answer.missing", what=what, reason=speech.inside(gap.reason))


def _from_gap(brief: Brief, speech: Speech, gap: Missing) -> Reply:
    text, quote = _gap(speech, gap), _quote(brief)
    if quote is None:
        return Reply(Answer(text=text, answered=False))
    passage, sentence = quote
    beside = speech.say("answer.beside", quote=sentence, title=passage.title)
    return Reply(Answer(text=f"{text} {beside}", answered=False, quotes=[sentence]), (passage.ref,))


def _from_library(speech: Speech, quote: tuple[Passage, str]) -> Reply:
    passage, sentence = quote
    text = speech.say("answer.library", quote=sentence, title=passage.title)
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
    for place, passage in enumerate(one for one in brief.passages if one.kind == "knowledge"):
        for sentence in FULL_STOP.split(passage.text):
            words = len(asked & _content(sentence)) + len(asked & _content(passage.title))
            weight = words + 1 / (1 + place) + _speaks_to(sentence, brief)
            fits = _quotable(sentence, brief)
            if fits and words >= ENOUGH_WORDS and (best is None or weight > best[0]):
                best = (weight, passage, " ".join(sentence.split()))
    return (best[1], best[2]) if best else None


def _quotable(sentence: str, brief: Brief) -> bool:
    """Short enough, a statement, and fit for the age."""
    short = len(sentence) <= LONGEST_QUOTE and "\n\n" not in sentence
    return short and not sentence.endswith("?") and allows(sentence, brief.age_band)


def _speaks_to(sentence: str, brief: Brief) -> float:
    """Whether a sentence gives what is asked for ("how often": "once a week"), and speaks of this age."""
    often = OFTEN.search(brief.question) is not None and A_WEEK.search(sentence) is not None
    advises = not often and ADVICE.search(brief.question) is not None and ADVISING.search(sentence) is not None
    of_children = OF_CHILDREN.search(sentence) is not None
    return 2.0 * often + 1.5 * advises + (0.5 if of_children == (brief.age_band == "child") else -1.0 * of_children)


def _content(text: str) -> set[str]:
    """The words that carry meaning, cut to their stems' length so that "passing" meets "passes"."""
    words = re.findall(r"[^\W\d_]{4,}", text.lower())
    return {word[: max(SHORT, len(word) - 3)] for word in words if word not in STOP}
