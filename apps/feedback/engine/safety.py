"""The safety filter: takes out what may not be said to or of players of an age, and tells what it took."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from apps.feedback.engine.brief import AgeBand, Brief
from apps.feedback.engine.grounding import sentences
from apps.feedback.engine.schema import Answer, Draft, Filtered, Recommended, Strand
from apps.feedback.engine.wording_rules import RULES, WordingRule

Clean = Callable[[str], str]
"""Takes out of a text what may not stand; "" where nothing is left."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A filtered draft; `None` where nothing of its summary or answer may stand."""

    draft: Draft | None
    filtered: tuple[Filtered, ...]


def review(draft: Draft, brief: Brief) -> Reviewed:
    """Filter a draft, sentence by sentence. Recommendations fall where the safety rules hold them back."""
    taken: list[WordingRule] = []

    def clean(text: str) -> str:
        return _cleaned(text, brief.age_band, taken)

    summary = clean(draft.summary)
    answer = _answer(draft.answer, clean(draft.answer.text)) if draft.answer else None
    lost = not summary or (draft.answer is not None and answer is None)
    advice = [] if brief.caution else [kept for one in draft.recommendations if (kept := _advice(one, clean))]
    strands = {name: _strand(getattr(draft, name), clean) for name in ("technical", "physical", "tactical")}
    filtered = tuple(Filtered(rule=rule.key, reason=rule.reason) for rule in dict.fromkeys(taken))
    if lost:
        return Reviewed(None, filtered)
    changes = {"summary": summary, "answer": answer, "recommendations": advice, **strands}
    return Reviewed(draft.model_copy(update=changes), filtered)


def allows(text: str, band: AgeBand) -> bool:
    """Tell whether a text may be shown to players of an age as it stands."""
    return _broken(text, band) is None


def _cleaned(text: str, band: AgeBand, taken: list[WordingRule]) -> str:
    kept = []
    for sentence in sentences(text):
        rule = _broken(sentence, band)
        if rule is None:
            kept.append(sentence)
        else:
            taken.append(rule)
    if len(kept) == len(sentences(text)):
        return text
    return " ".join(kept).strip()


def _broken(sentence: str, band: AgeBand) -> WordingRule | None:
    for rule, pattern, unless in _compiled():
        told = unless.sub(" ", sentence) if unless is not None else sentence
        if band in rule.bands and pattern.search(told):
            return rule
    return None


@lru_cache(maxsize=1)
def _compiled() -> Sequence[tuple[WordingRule, re.Pattern[str], re.Pattern[str] | None]]:
    return [
        (rule, re.compile(rule.pattern, re.IGNORECASE), re.compile(rule.unless, re.IGNORECASE) if rule.unless else None)
        for rule in RULES
    ]


def _strand(strand: Strand, clean: Clean) -> Strand:
    return Strand(
        strengths=[kept for text in strand.strengths if (kept := clean(text))],
        improvements=[kept for text in strand.improvements if (kept := clean(text))],
    )


def _advice(advice: Recommended, clean: Clean) -> Recommended | None:
    description, frequency = clean(advice.description), clean(advice.frequency)
    if not description or not frequency:
        return None
    points = [kept for text in advice.focus_points if (kept := clean(text))]
    return advice.model_copy(update={"description": description, "frequency": frequency, "focus_points": points})


def _answer(answer: Answer, text: str) -> Answer | None:
    return answer.model_copy(update={"text": text}) if text else None
