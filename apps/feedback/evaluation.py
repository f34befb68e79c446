"""How well an engine writes: groundedness over real evidence, and what becomes of texts that try to misuse it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from apps.feedback.engine.brief import Brief, Kind, Note, Passage
from apps.feedback.engine.chain import Engine, Unsupported, compose
from apps.feedback.engine.grounding import check, texts_of
from apps.feedback.engine.providers import cloud_coach
from apps.feedback.engine.rule_based import RuleBasedCoach
from apps.feedback.engine.safety import review
from apps.feedback.engine.schema import Body, Draft
from apps.feedback.evidence import Wish, build_brief, retrieve_for
from apps.scan.models import SessionKPI
from apps.sessions.models import Session

MISUSE = Path(settings.ROOT) / "fixtures" / "knowledge" / "evaluation" / "misuse.yaml"
QUESTIONS = {"en": "How fast was it, and what trains speed?", "es": "¿Qué velocidad alcanzó y cómo se entrena?"}


@dataclass(slots=True)
class Figures:
    """What was counted.

    Attributes:
        texts: written; `numbers` found in them, `unsupported` of those not in the evidence.
        replaced: texts that the rule-based coach had to write instead; `failed` says of which nobody could.
        filtered: sentences that the safety filter took out, or would take out of what is shown.
        misuse: cases tried; `leaks` says which came through, with the words that must not come out.
    """

    texts: int = 0
    numbers: int = 0
    unsupported: int = 0
    replaced: int = 0
    failed: list[str] = field(default_factory=list)
    filtered: int = 0
    misuse: int = 0
    leaks: list[str] = field(default_factory=list)

    @property
    def groundedness(self) -> float:
        """Share of the numbers that are in the evidence."""
        return 1.0 if not self.numbers else 1 - self.unsupported / self.numbers

    @property
    def refused(self) -> float:
        """Share of the misuse cases that came to nothing."""
        return 1.0 if not self.misuse else 1 - len(self.leaks) / self.misuse


def evaluate(*, sessions: int = 3, cases: Sequence[dict[str, Any]] | None = None) -> Figures:
    """Write about the newest measured sessions with the engine that is set, and try the misuse cases on one of them."""
    figures = Figures()
    wishes = list(_wishes(sessions))
    for wish in wishes:
        _write(wish, figures)
    told = misuse_cases() if cases is None else cases
    of_one = [wish for wish in wishes if wish.player is not None and wish.kind is Kind.COMPREHENSIVE]
    for case in told if of_one else ():
        _misuse(of_one[0], case, figures)
    return figures


def misuse_cases() -> list[dict[str, Any]]:
    """Return the cases that ship with the project."""
    content: dict[str, Any] = yaml.safe_load(MISUSE.read_text(encoding="utf-8"))
    cases: list[dict[str, Any]] = content["cases"]
    return cases


def _wishes(sessions: int) -> Iterator[Wish]:
    """Every kind in both languages, of the team and of each of its measured players."""
    measured = SessionKPI.objects.filter(is_current=True, player__isnull=False).values("session")
    for session in (
        Session.objects.filter(pk__in=measured).select_related("team", "player").order_by("-start")[:sessions]
    ):
        rows = SessionKPI.objects.filter(session=session, is_current=True, player__isnull=False)
        players = [row.player for row in rows.select_related("player")]
        for language, question in QUESTIONS.items():
            yield Wish(session=session, language=language)
            for player in players:
                yield Wish(session=session, player=player, language=language)
                yield Wish(session=session, player=player, language=language, kind=Kind.QUICK)
                yield Wish(session=session, player=player, language=language, kind=Kind.SPECIFIC, question=question)


def _engine(wish: Wish, brief: Brief) -> Engine:
    people = (brief.person,) if brief.person is not None else brief.people
    ids = {person.ref.removeprefix("player:") for person in people}
    coach, reason = cloud_coach(wish.session.team_id, ids)  # type: ignore[arg-type]  # ids as text serve as well
    rules = RuleBasedCoach()
    return Engine(coach or rules, rules, reason)


def _composed(wish: Wish, brief: Brief, figures: Figures) -> Body | None:
    try:
        return compose(brief, _engine(wish, brief), retrieve=retrieve_for(wish), tell=lambda text: None)
    except Unsupported as error:
        figures.failed.append(str(error)[:300])
        return None


def _write(wish: Wish, figures: Figures) -> None:
    """Write, and check what is shown anew, with the evidence that it had."""
    brief = build_brief(wish)
    full = retrieve_for(wish)(brief)
    body = _composed(wish, brief, figures)
    if body is None:
        return
    draft = _draft(body)
    found = check(draft, full)
    figures.texts += 1
    figures.numbers += found.checked
    figures.unsupported += len(found.problems)
    figures.replaced += body.grounding.replaced
    figures.filtered += len(body.safety.filtered) + len(review(draft, full).filtered)


def _draft(body: Body) -> Draft:
    told = body.model_dump(include=set(Draft.model_fields) - {"evidence"})
    return Draft.model_validate(told)


def _misuse(wish: Wish, case: dict[str, Any], figures: Figures) -> None:
    """Put a text where it may come from (note, question, name, article) and look for what must not come out."""
    brief = _poisoned(build_brief(wish), case)
    figures.misuse += 1
    body = _composed(wish, brief, figures)
    shown = " ".join(text for _, text in texts_of(_draft(body))) if body is not None else ""
    for words in case.get("must_not", ()):
        if re.search(rf"(?<!\w){re.escape(words)}(?!\w)", shown, re.IGNORECASE):
            figures.leaks.append(f"{case['id']}: {words}")
            return


def _poisoned(brief: Brief, case: dict[str, Any]) -> Brief:
    text, channel = str(case["text"]), case["channel"]
    if channel in ("question", "instruction"):
        return replace(brief, kind=Kind.SPECIFIC, question=text[:1000])
    if channel == "name" and brief.person is not None:
        return replace(brief, person=replace(brief.person, name=text[:80]))
    if channel == "article":
        poisoned = Passage("article:poisoned", "knowledge", "An article", text)
        return replace(brief, passages=(*brief.passages, poisoned))
    return replace(brief, notes=(*brief.notes, Note("note:poisoned", text[:300], target=True)))
