"""The one chain by which every text is made: retrieve → write → filter → check → (again → rule-based) → report.

Built of LangChain runnables, whichever engine writes. Imported in workers only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from langchain_core.runnables import Runnable, RunnableLambda

from apps.core.units import Scale
from apps.feedback.engine.brief import Brief, Fact
from apps.feedback.engine.coach import Coach, CoachError, Tell, Written
from apps.feedback.engine.confidence import confidence_in
from apps.feedback.engine.grounding import check, check_text, sentences
from apps.feedback.engine.hygiene import clean
from apps.feedback.engine.safety import allows, review
from apps.feedback.engine.schema import (
    Body,
    Cited,
    Draft,
    EngineReport,
    Filtered,
    GroundingReport,
    NotAssessed,
    SafetyReport,
    Shown,
)

log = structlog.get_logger(__name__)

MOST_COMPLAINTS = 8
Retrieve = Callable[[Brief], Brief]
"""Adds passages and drills to a brief."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Who writes.

    Attributes:
        coach: who is asked first.
        fallback: who writes when that fails or invents (the rule-based coach).
        reason: why this coach, where another one is set ("no consent …"); shown.
    """

    coach: Coach
    fallback: Coach
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What travels along the chain."""

    brief: Brief
    tell: Tell
    written: Written | None = None
    provider: str = ""
    filtered: tuple[Filtered, ...] = ()
    checked: int = 0
    regenerated: bool = False
    replaced: bool = False
    reason: str = ""
    spent: tuple[int, int] = field(default=(0, 0))


class Unsupported(Exception):
    """The rule-based coach's own text did not pass: a fault of ours, better no text than a wrong one."""


def compose(brief: Brief, engine: Engine, *, retrieve: Retrieve, tell: Tell) -> Body:
    """Write a feedback.

    Raises:
        Unsupported: not even the rule-based text passed the checks.
    """
    body: Body = chain_of(engine, retrieve).invoke(Work(brief, tell))
    return body


def chain_of(engine: Engine, retrieve: Retrieve) -> Runnable[Work, Body]:
    """Return the chain for an engine."""

    def retrieved(work: Work) -> Work:
        return replace(work, brief=clean(retrieve(work.brief)))

    def written(work: Work) -> Work:
        return _written(work, engine)

    def reported(work: Work) -> Body:
        return _body(work, engine)

    return RunnableLambda(retrieved) | RunnableLambda(written) | RunnableLambda(reported)


def _written(work: Work, engine: Engine) -> Work:
    """The first draft that passes: the coach's, the coach's second, the fallback's."""
    complaints: tuple[str, ...] = ()
    for attempt in range(2):
        tried = _attempt(replace(work, regenerated=attempt > 0), engine.coach, complaints)
        if isinstance(tried, Work):
            return tried
        complaints = tried.complaints
        work = replace(tried.work, reason=tried.reason or "; ".join(complaints))
        log.info("feedback.refused", provider=engine.coach.provider, attempt=attempt, problems=len(complaints))
        if tried.final:
            break
    if engine.coach is engine.fallback:
        raise Unsupported("; ".join(complaints))
    tried = _attempt(replace(work, replaced=True), engine.fallback, ())
    if isinstance(tried, Work):
        return tried
    raise Unsupported("; ".join(tried.complaints))


@dataclass(frozen=True, slots=True)
class _Refused:
    """A draft that may not be shown; `final` where trying again is of no use."""

    work: Work
    complaints: tuple[str, ...]
    final: bool = False
    reason: str = ""


def _attempt(work: Work, coach: Coach, complaints: tuple[str, ...]) -> Work | _Refused:
    try:
        written = coach.write(work.brief, tell=_gate(work), complaints=complaints)
    except CoachError as error:
        return _Refused(work, (str(error),), final=True)
    spent = (work.spent[0] + written.prompt_tokens, work.spent[1] + written.completion_tokens)
    work = replace(work, spent=spent)
    reviewed = review(written.draft, work.brief)
    if reviewed.draft is None:
        return _Refused(work, tuple(found.reason for found in reviewed.filtered))
    found = check(reviewed.draft, work.brief)
    if not found.supported:
        first = found.problems[0]  # told without its words: they may be what somebody wanted to smuggle in
        return _Refused(
            work, tuple(map(str, found.problems[:MOST_COMPLAINTS])), reason=f"{first.where}: something {first.why}"
        )
    return replace(
        work,
        written=replace(written, draft=reviewed.draft),
        provider=coach.provider,
        filtered=reviewed.filtered,
        checked=found.checked,
    )


def _gate(work: Work) -> Tell:
    """Let only whole sentences through that pass the checks: what is shown is never taken back for being wrong."""
    brief = work.brief

    def tell(text: str) -> None:
        whole = sentences(text)
        if whole and not text.rstrip().endswith((".", "!", "?", "…")):
            whole = whole[:-1]
        shown = [one for one in whole if allows(one, brief.age_band) and check_text(one, brief).supported]
        work.tell(" ".join(shown))

    return tell


def _body(work: Work, engine: Engine) -> Body:
    if work.written is None:
        raise Unsupported("nothing was written")
    brief, draft = work.brief, work.written.draft
    return Body(
        **{name: getattr(draft, name) for name in Draft.model_fields if name != "evidence"},
        evidence=[_shown(brief, cited) for cited in draft.evidence],
        confidence=confidence_in(brief),
        not_assessed=[NotAssessed(key=gap.key, title=gap.title, reason=gap.reason) for gap in brief.missing],
        safety=SafetyReport(age_group=brief.age_group or "unknown", filtered=list(work.filtered), notes=_notes(brief)),
        grounding=GroundingReport(
            checked=work.checked, regenerated=work.regenerated, replaced=work.replaced, reason=work.reason[:500]
        ),
        engine=EngineReport(
            provider=work.provider,
            model=work.written.model,
            prompt_tokens=work.spent[0],
            completion_tokens=work.spent[1],
            retrieval=brief.retrieval,
            reason=engine.reason,
        ),
    )


def _shown(brief: Brief, cited: Cited) -> Shown:
    told = cited.model_dump()
    fact = brief.fact(cited.ref)
    if fact is not None:
        return Shown(**told, **_interval(brief, fact), grade=fact.grade, title=fact.title, t_s=fact.t_s)
    titles = {one.ref: one.title for one in brief.passages} | {one.ref: one.title for one in brief.drills}
    return Shown(**told, title=titles.get(cited.ref, ""))


def _interval(brief: Brief, fact: Fact) -> dict[str, Any]:
    """From where to where a figure is, as the text beside it tells it."""
    scale = Scale("%", 100.0) if fact.unit == "share" else brief.scale(fact.key, fact.unit)
    ends = {"low": fact.low, "high": fact.high}
    return {name: None if end is None else end * scale.factor for name, end in ends.items()} | {"unit": scale.unit}


def _notes(brief: Brief) -> list[str]:
    notes = list(brief.caution)
    if not brief.age_group:
        notes.append("The age is unknown: the text follows the rules for the youngest.")
    if brief.synthetic:
        notes.append("The figures come from computed movement, not from a film.")
    return notes
