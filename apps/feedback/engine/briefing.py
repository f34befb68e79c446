"""A brief as it leaves for the cloud: names are tokens, evidence has short names, instructions in data are gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.feedback.engine.brief import Brief, DrillOption, Fact, Passage, Person, Trend
from apps.feedback.engine.lexicon import WRITTEN_OUT
from apps.feedback.engine.misuse import defused, instructions_in
from apps.feedback.engine.pseudonyms import Kind, Pseudonyms, Secret
from apps.feedback.engine.schema import Draft

ROUNDED = 3
"""Digits after the point: below what any figure is known to."""


@dataclass(frozen=True, slots=True)
class Briefing:
    """What leaves, and what is needed to read the answer.

    Attributes:
        data: the JSON document of the prompt.
        names: the tokens; `allowed` those that an answer may hold.
        refs: short name → name of the evidence.
        instructions: sentences of the data that were cut out.
    """

    data: Mapping[str, Any]
    names: Pseudonyms
    allowed: frozenset[str]
    refs: Mapping[str, str]
    instructions: tuple[str, ...]

    def restored(self, draft: Draft) -> Draft:
        """Return the draft with names and evidence as they are called here."""
        told = _mapped(draft.model_dump(), self.names.restore)
        for cited in told["evidence"]:
            cited["ref"] = self.refs.get(cited["ref"], cited["ref"])
        return Draft.model_validate(told)


def briefing_of(brief: Brief, secrets: Sequence[Secret], *, today: date) -> Briefing:
    """Make a brief ready to leave."""
    people = (brief.person,) if brief.person is not None else brief.people
    names = Pseudonyms(_also_called({*people, *brief.people}, secrets), today=today)
    refs = {ref: f"E{number}" for number, ref in enumerate(_refs(brief), start=1)}
    told = _Told(brief, names, refs)
    about = [token for person in people if (token := names.token_of(_key(person.ref)))]
    data = {
        "kind": brief.kind.value,
        "age_group": brief.age_group or "unknown",
        "about": about or ["the whole team"],
        "session": {"type": brief.session_type, "day": brief.day.isoformat(), "title": told.text(brief.title)},
        "facts": [told.fact(fact) for fact in brief.facts],
        "trends": [told.trend(trend) for trend in brief.trends],
        "missing": [
            {"what": gap.title, "why": names.hide(gap.reason), **told.who(gap.player)} for gap in brief.missing
        ],
        "notes": [{"ref": refs[note.ref], "text": told.text(note.text), "target": note.target} for note in brief.notes],
        "passages": [told.passage(passage) for passage in brief.passages],
        "drills": [told.drill(drill) for drill in brief.drills],
        "focus": list(brief.focus),
        "question": told.text(brief.question),
        "caution": [names.hide(reason) for reason in brief.caution],
        "next_training": _next(brief),
        "computed_movement": brief.synthetic,
    }
    remarks = [brief.title, brief.question, *(note.text for note in brief.notes)]
    articles = [passage.text for passage in brief.passages]
    return Briefing(
        data={name: value for name, value in data.items() if value not in ("", [], None, False)},
        names=names,
        allowed=frozenset(about) | names.tokens(Kind.TEAM),
        refs={short: ref for ref, short in refs.items()},
        instructions=instructions_in(remarks, remark=True) + instructions_in(articles),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """How each kind of evidence is told."""

    brief: Brief
    names: Pseudonyms
    refs: Mapping[str, str]

    def text(self, text: str) -> str:
        """A text of people: without names, and without what speaks to a machine."""
        return self.names.hide(defused(text))

    def who(self, ref: str) -> dict[str, Any]:
        """Whom a figure is about, where it is somebody."""
        token = self.names.token_of(_key(ref)) if ref else None
        return {"about": token} if token else {}

    def figure(self, values: Mapping[str, float | None], key: str, unit: str) -> dict[str, Any]:
        """Values and their unit as whoever asked has them: an answer may convert nothing."""
        scale = self.brief.scale(key, unit)
        told = {name: None if value is None else _rounded(value * scale.factor) for name, value in values.items()}
        return {**told, "unit": WRITTEN_OUT.get(scale.unit, {}).get("en", scale.unit)}

    def fact(self, fact: Fact) -> dict[str, Any]:
        told = {
            "ref": self.refs[fact.ref],
            "what": fact.title,
            **self.figure({"value": fact.value, "low": fact.low, "high": fact.high}, fact.key, fact.unit),
            "grade": fact.grade,
            "covered": _rounded(fact.coverage),
            "day": fact.day and fact.day.isoformat(),
            "at_s": _rounded(fact.t_s),
            "experimental": fact.experimental,
            "note": self.names.hide(fact.note),
            **self.who(fact.player),
        }
        return {name: value for name, value in told.items() if value not in ("", None, False)}

    def trend(self, trend: Trend) -> dict[str, Any]:
        return {
            "ref": self.refs[trend.ref],
            "now": self.refs.get(trend.now, ""),
            "direction": trend.direction,
            **self.figure({"before": trend.before}, trend.key, trend.unit),
            "sessions": trend.sessions,
            "since": trend.since.isoformat(),
            **self.who(trend.player),
        }

    def passage(self, passage: Passage) -> dict[str, Any]:
        return {
            "ref": self.refs[passage.ref],
            "kind": passage.kind,
            "title": self.text(passage.title),
            "text": self.text(passage.text),
        }

    def drill(self, drill: DrillOption) -> dict[str, Any]:
        return {
            "ref": self.refs[drill.ref],
            "key": drill.key,
            "title": drill.title,
            "minutes": drill.minutes,
            "aim": drill.aim,
            "areas": list(drill.areas),
            "setup": drill.setup,
            "steps": list(drill.steps),
            "safety": list(drill.safety),
            "players_min": drill.players_min,
            "times_per_week": drill.times_per_week,
        }


def _also_called(people: Iterable[Person], secrets: Sequence[Secret]) -> list[Secret]:
    """The secrets, by the names that the brief uses for people, and those of the brief whom nobody listed."""
    called = {_key(person.ref): person.name for person in people}
    known = [
        Secret(secret.kind, secret.key, (*secret.words, called[secret.key]), called[secret.key])
        if secret.key in called
        else secret
        for secret in secrets
    ]
    listed = {secret.key for secret in secrets}
    return known + [Secret(Kind.PLAYER, key, (name,), name) for key, name in called.items() if key not in listed]


def _refs(brief: Brief) -> list[str]:
    parts = (brief.facts, brief.trends, brief.notes, brief.passages, brief.drills)
    return list(dict.fromkeys(part.ref for group in parts for part in group))


def _key(ref: str) -> str:
    return ref.rpartition(":")[2]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, ROUNDED)


def _next(brief: Brief) -> dict[str, Any] | None:
    coming = brief.next_training
    return None if coming is None else {"day": f"{coming.day:%A} {coming.day.isoformat()}", "minutes": coming.minutes}


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped(item, change) for name, item in value.items()}
    return [_mapped(item, change) for item in value] if isinstance(value, list) else value
