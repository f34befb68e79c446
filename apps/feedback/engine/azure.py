"""The coach in the cloud: Azure OpenAI writes from the same brief and in the same schema as the rule-based coach.

What leaves is a `Briefing`: tokens for names, short names for evidence, no instruction that stood in the data. What
comes back is read as if an enemy had written it: foreign tokens, links, our own prompt or an echo of a note's
instruction refuse it, and grounding and the safety filter follow in the chain.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from apps.feedback.engine.azure_client import PROVIDER, Question, ask
from apps.feedback.engine.brief import Brief, Kind
from apps.feedback.engine.briefing import Briefing, briefing_of
from apps.feedback.engine.coach import CoachError, Tell, Written
from apps.feedback.engine.grounding import check_text
from apps.feedback.engine.misuse import breaches
from apps.feedback.engine.off_limits import is_football, is_foreign, subject_of
from apps.feedback.engine.prompts import as_data, fence, prompt
from apps.feedback.engine.pseudonyms import TOKEN, Secret
from apps.feedback.engine.schema import Draft
from apps.feedback.engine.streaming import Streamed

LANGUAGES = {"en": "English", "es": "Spanish (Spain, informal tú)"}
AGES = {
    "child": "The players are children. Praise effort and courage, name one thing to try, no maximal effort, no "
    "comparison with others, no talk of winning or of being selected.",
    "youth": "The players are under age. Speak to them as learners; compare them with nobody but themselves.",
    "adult": "The players are adults. Be direct and respectful.",
}
LENGTHS = {
    Kind.COMPREHENSIVE: "Comprehensive: a summary of four to six sentences, one to three points a list.",
    Kind.QUICK: "Quick: a summary of two sentences, at most one point a list, one drill.",
    Kind.SPECIFIC: "Specific: keep to the areas in `focus` and the question; two to four sentences of summary.",
}


class Misled(CoachError):
    """The answer held what none may hold; it is not asked for again, since the data would mislead it again."""


@dataclass(frozen=True, slots=True)
class AzureCoach:
    """Azure OpenAI as a coach.

    Attributes:
        team_id: whose budget pays.
        secrets: whose names may stand in the brief (`people.secrets_of`).
    """

    team_id: uuid.UUID
    secrets: Sequence[Secret] = ()
    provider: str = field(default=PROVIDER, init=False)

    def write(self, brief: Brief, *, tell: Tell, complaints: Sequence[str] = ()) -> Written:
        """Write a draft.

        Raises:
            CoachError: nothing usable was written, or it held what it must not.
        """
        from langchain_core.prompts import ChatPromptTemplate

        if brief.question and not is_football(brief.question):
            raise Misled("a question that is not about the session or training is answered by rules")
        briefing = briefing_of(brief, self.secrets, today=timezone.now().date())
        template = ChatPromptTemplate.from_messages(
            [("system", prompt("feedback.system")), ("human", prompt("feedback.user"))]
        )
        streamed = Streamed(
            tell,
            restore=briefing.names.restore,
            may_show=lambda text: not _breaches(brief, briefing, [text]),
        )
        values = _values(brief, briefing, complaints)
        reply = ask(Question(template, values, Draft, self.team_id, streamed.take))
        found = _breaches(brief, briefing, _all_texts(reply.value.model_dump()))
        if found:
            raise Misled(f"{found[0]}, so it was not used")
        draft = _related(briefing.restored(reply.value), brief)
        return Written(draft, reply.model, reply.prompt_tokens, reply.completion_tokens)


def _related(draft: Draft, brief: Brief) -> Draft:
    """What evidence is said to support is checked as the text is; where it invents, the evidence speaks for itself."""
    cited = [
        one if check_text(one.relevance, brief).supported else one.model_copy(update={"relevance": one.quote_or_value})
        for one in draft.evidence
    ]
    return draft.model_copy(update={"evidence": cited})


def _values(brief: Brief, briefing: Briefing, complaints: Sequence[str]) -> dict[str, str]:
    again = ""
    if complaints:
        told = briefing.names.hide_all(list(complaints))
        again = prompt("feedback.again").format(complaints=as_data(told)) + "\n"
    return {
        "fence": fence(),
        "ages": AGES[brief.age_band],
        "language": LANGUAGES[brief.language],
        "length": LENGTHS[brief.kind],
        "brief": as_data(briefing.data),
        "again": again,
    }


def _breaches(brief: Brief, briefing: Briefing, texts: Sequence[str]) -> list[str]:
    found: list[str] = []
    for text in texts:
        found += map(str, breaches(text, allowed_tokens=briefing.allowed, instructions=briefing.instructions))
        subject = subject_of(TOKEN.sub("", text), heading_is_fine=brief.age_band != "child")
        found += [f"the answer spoke of {subject}"] if subject else []
        found += ["the answer was in another language"] if is_foreign(text, brief.language) else []
    return found


def _all_texts(value: object) -> list[str]:
    def walk(item: object) -> Iterator[str]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            for inner in item.values():
                yield from walk(inner)
        elif isinstance(item, list):
            for inner in item:
                yield from walk(inner)

    return list(walk(value))
