"""The one schema that every engine answers in, and what is kept of it (Pydantic)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
MAX_POINTS = 6
MAX_RECOMMENDATIONS = 5
MAX_EVIDENCE = 60
LONGEST_SUMMARY = 3000


class Part(BaseModel):
    """A part of an answer; what is not in the schema is an error, not a surprise."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Strand(Part):
    """One side of the game."""

    strengths: list[Sentence] = Field(default_factory=list, max_length=MAX_POINTS)
    improvements: list[Sentence] = Field(default_factory=list, max_length=MAX_POINTS)


class Recommended(Part):
    """One drill of the library, and how it is to be done."""

    area: Phrase = Field(description="Focus area that it trains, as the drill names it.")
    drill: Phrase = Field(description="Title of the drill.")
    drill_key: Phrase = Field(description="Key of the drill in the library; only drills of the brief.")
    description: Sentence
    duration_min: int = Field(ge=1, le=180, description="Minutes, as the drill gives them.")
    frequency: Phrase = Field(description="How often, for example: once a week.")
    focus_points: list[Sentence] = Field(default_factory=list, max_length=MAX_POINTS)


class Cited(Part):
    """A piece of evidence that the text rests on."""

    kind: Literal["kpi", "knowledge", "history"]
    ref: Phrase = Field(description="Name of the evidence in the brief.")
    quote_or_value: Sentence
    relevance: Sentence = Field(description="What of the text it supports.")


class Answer(Part):
    """The answer to a question that was asked."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1500)]
    answered: bool = Field(description="False where the evidence does not answer the question; the text then says so.")
    quotes: list[Sentence] = Field(default_factory=list, max_length=3)


class Draft(Part):
    """What an engine writes."""

    summary: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_SUMMARY)]
    technical: Strand = Strand()
    physical: Strand = Strand()
    tactical: Strand = Strand()
    recommendations: list[Recommended] = Field(default_factory=list, max_length=MAX_RECOMMENDATIONS)
    evidence: list[Cited] = Field(default_factory=list, max_length=MAX_EVIDENCE)
    answer: Answer | None = None


class Shown(Cited):
    """A piece of evidence as it is shown: with what leads to it."""

    title: str = Field(default="", description="Of the figure, article or drill.")
    t_s: float | None = Field(default=None, description="Second of the film where it happened.")
    low: float | None = Field(default=None, description="Lower end of the 90 % interval, as the text tells figures.")
    high: float | None = Field(default=None, description="Upper end of the 90 % interval, as the text tells figures.")
    unit: str = Field(default="", description="Of `low` and `high`.")
    grade: str = Field(default="", description="A to D, of the film.")


class NotAssessed(Part):
    """What nothing can be said about, and why."""

    key: str
    title: str
    reason: str


class Filtered(Part):
    """A sentence that was taken out."""

    rule: str
    reason: str


class SafetyReport(Part):
    """What the safety filter did."""

    age_group: str
    filtered: list[Filtered] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)


class GroundingReport(Part):
    """How the numbers of the text were checked: all of `checked` are supported in a text that is shown."""

    checked: int = Field(ge=0, description="Numbers found in the text.")
    regenerated: bool = Field(default=False, description="The first text was refused and written again.")
    replaced: bool = Field(default=False, description="Refused twice, or failed: the rule-based coach wrote this one.")
    reason: str = Field(default="", description="Why it was regenerated or replaced.")


class EngineReport(Part):
    """Which engine wrote it."""

    provider: str = Field(description="rule_based or azure_openai.")
    model: str
    prompt_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    retrieval: str = Field(default="none", description="hybrid, keyword, azure or none.")
    reason: str = Field(default="", description="Why this engine was taken, where another is set.")


class Body(Draft):
    """What is kept and shown."""

    evidence: list[Shown] = Field(default_factory=list, max_length=MAX_EVIDENCE)  # type: ignore[assignment]  # narrower
    confidence: float = Field(ge=0, le=1, description="How far the figures carry the text: by grades and coverage.")
    not_assessed: list[NotAssessed] = Field(default_factory=list)
    safety: SafetyReport
    grounding: GroundingReport
    engine: EngineReport
