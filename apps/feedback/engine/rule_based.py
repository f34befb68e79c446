"""The coach that needs no cloud: the same evidence in, the same schema out, the same words for the same evidence."""

from __future__ import annotations

from collections.abc import Sequence

from apps.feedback.engine.brief import Brief, Fact, Kind
from apps.feedback.engine.coach import Tell, Written
from apps.feedback.engine.rulebook.advice import plan_sentence, recommended
from apps.feedback.engine.rulebook.answers import Reply, reply
from apps.feedback.engine.rulebook.findings import Findings, Point, findings_of
from apps.feedback.engine.rulebook.language import Speech
from apps.feedback.engine.rulebook.questions import strands_asked
from apps.feedback.engine.rulebook.summary import summary_of
from apps.feedback.engine.rulebook.team import team_findings, team_summary
from apps.feedback.engine.schema import MAX_EVIDENCE, Answer, Cited, Draft, Recommended, Strand

VERSION = "1.0"
STRANDS = ("physical", "technical", "tactical")
LONGEST_QUOTE = 560
Texts = tuple[tuple[str, Sequence[str]], ...]


class RuleBasedCoach:
    """A `Coach`."""

    provider = "rule_based"

    def write(self, brief: Brief, *, tell: Tell, complaints: Sequence[str] = ()) -> Written:
        """See `Coach.write`; complaints change nothing, for the same evidence has one text."""
        speech = Speech.of(brief)
        found = findings_of(brief, speech) if brief.person is not None else team_findings(brief, speech)
        advice = recommended(brief, speech, found.needs)
        replied = reply(brief, speech, advice) if brief.question else Reply(None)
        plan = plan_sentence(brief, speech, advice)
        told = summary_of(brief, speech, plan) if brief.person is not None else team_summary(brief, speech, plan)
        draft = _draft(brief, found, advice, replied.answer, Point(told.text, (*told.refs, *replied.refs)))
        _stream(draft, tell)
        return Written(draft, model=f"rules {VERSION}")


def _draft(brief: Brief, found: Findings, advice: list[Recommended], answer: Answer | None, summary: Point) -> Draft:
    points = _points(brief, found)
    rest = {
        strand: Strand(strengths=[point.text for point in good], improvements=[point.text for point in next_])
        for strand, (good, next_) in points.items()
    }
    used: list[Point] = [summary, *(point for good, next_ in points.values() for point in (*good, *next_))]
    return Draft(
        summary=summary.text, **rest, recommendations=advice, evidence=_cited(brief, used, advice), answer=answer
    )


def _points(brief: Brief, found: Findings) -> dict[str, tuple[list[Point], list[Point]]]:
    """All of them, of each the first, or (quick) the first of each that there is."""
    points = {strand: (found.strengths[strand], found.improvements[strand]) for strand in STRANDS}
    if brief.kind is Kind.COMPREHENSIVE:
        return points
    if brief.kind is Kind.SPECIFIC:
        asked = strands_asked(brief.question, brief.focus)
        return {
            strand: (good[:1], next_[:1]) if strand in asked else ([], []) for strand, (good, next_) in points.items()
        }
    good, next_ = (next((strand for strand in STRANDS if points[strand][side]), "") for side in (0, 1))
    return {strand: (points[strand][0][: strand == good], points[strand][1][: strand == next_]) for strand in STRANDS}


def _cited(brief: Brief, used: Sequence[Point], advice: Sequence[Recommended]) -> list[Cited]:
    """The evidence behind the sentences, each piece once, with the first sentence that rests on it."""
    cited: dict[str, Cited] = {}
    for point in used:
        for ref in point.refs:
            if ref not in cited and (one := _cite(brief, ref, point.text)) is not None:
                cited[ref] = one
    for chosen in advice:
        ref = f"drill:{chosen.drill_key}"
        drill = next(drill for drill in brief.drills if drill.ref == ref)
        cited[ref] = Cited(kind="knowledge", ref=ref, quote_or_value=drill.aim, relevance=chosen.drill)
    return list(cited.values())[:MAX_EVIDENCE]


def _cite(brief: Brief, ref: str, text: str) -> Cited | None:
    speech = Speech.of(brief)
    relevance = text.split(". ")[0][:LONGEST_QUOTE]
    fact = brief.fact(ref)
    if fact is not None:
        return Cited(kind="kpi", ref=ref, quote_or_value=_value(speech, fact), relevance=relevance)
    trend = next((trend for trend in brief.trends if trend.ref == ref), None)
    if trend is not None:
        before = (
            speech.figure(trend.before, 1)
            if speech.counts(trend.key)
            else speech.value(trend.before, trend.unit, trend.key)
        )
        value = f"{speech.name(trend.key)}: {before}, {speech.count(trend.sessions, 'sessions')}"
        return Cited(kind="history", ref=ref, quote_or_value=value, relevance=relevance)
    texts = {**{note.ref: note.text for note in brief.notes}, **{one.ref: one.text for one in brief.passages}}
    if ref in texts:
        noted = ref in {note.ref for note in brief.notes}
        return Cited(
            kind="history" if noted else "knowledge",
            ref=ref,
            quote_or_value=texts[ref][:LONGEST_QUOTE],
            relevance=relevance,
        )
    return None


def _value(speech: Speech, fact: Fact) -> str:
    if speech.counts(fact.key):
        return speech.value(fact.value, fact)
    what = speech.name(fact.key) if speech.knows(fact.key) else fact.title
    return f"{what}: {speech.value(fact.value, fact)}"


def _stream(draft: Draft, tell: Tell) -> None:
    """Tell the text paragraph by paragraph, as it is read."""
    told = draft.answer.text if draft.answer is not None else ""
    for sentence in ([told] if told else []) + [draft.summary]:
        told = sentence if sentence == told else f"{told}\n\n{sentence}".strip()
        tell(told)
