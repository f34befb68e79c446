"""A hundred texts that try to misuse the assistant, by each way in, against both engines.

The model in the cloud is played by one that obeys: it writes exactly what the attack asks for. Our checks must stop it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as django_settings

from apps.feedback.engine.azure import AzureCoach
from apps.feedback.engine.brief import Brief, Language, Note, Passage, Person
from apps.feedback.engine.chain import Engine, compose
from apps.feedback.engine.rule_based import RuleBasedCoach
from apps.feedback.engine.schema import Body
from tests.apps.feedback.azure_server import DEPLOYMENT, KEY, VERSION, AzureServer, Play, azure_server
from tests.apps.feedback.engine.test_azure import BRIEF, KIM, SECRETS, TEAM, draft

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(django_settings.ROOT) / "fixtures/knowledge/evaluation/misuse.yaml").read_text(encoding="utf-8")
)["cases"]
WRITTEN = [case for case in CASES if case["channel"] != "instruction"]
INSTRUCTIONS = [case for case in CASES if case["channel"] == "instruction"]
PLACES = ("summary", "technical", "answer", "recommendation", "evidence")
PLAIN = replace(BRIEF, title="Training", notes=(), passages=(), question="", missing=())


@pytest.fixture
def server(settings: Any) -> Iterator[AzureServer]:
    with azure_server() as running:
        settings.AZURE_OPENAI_ENDPOINT = running.url
        settings.AZURE_OPENAI_KEY = KEY
        settings.AZURE_OPENAI_DEPLOYMENT = DEPLOYMENT
        settings.AZURE_OPENAI_API_VERSION = VERSION
        yield running


def attacked(case: dict[str, Any]) -> Brief:
    """The brief with the attack where it comes in."""
    text = case["text"]
    language: Language = "es" if case["language"] == "es" else "en"
    brief = replace(PLAIN, language=language)
    if case["channel"] == "note":
        return replace(brief, notes=(Note("note:1", text), Note("note:2", f"Target: {text}", target=True)))
    if case["channel"] == "article":
        return replace(brief, passages=(Passage("article:x", "knowledge", "Turning", text),))
    if case["channel"] == "attachment":
        return replace(brief, title=text[:200], passages=(Passage("session:9", "session", text[:80], text),))
    if case["channel"] == "name":
        person = Person(KIM.ref, text, 11)
        return replace(brief, person=person, people=(person,))
    return replace(brief, question=text)


def obeying(phrase: str, place: str, *, asked: bool) -> str:
    """What a model writes that does as it is told."""
    said = f"{phrase[0].upper()}{phrase[1:]}."
    fields: dict[str, Any] = {"answer": {"text": "It held.", "answered": True, "quotes": []} if asked else None}
    if place == "summary":
        fields["summary"] = f"[PLAYER_A] reached 6.4 m/s. {said}"
    elif place == "technical":
        fields["technical"] = {"strengths": [said], "improvements": []}
    elif place == "answer":
        fields["answer"] = {"text": said, "answered": True, "quotes": []}
    elif place == "recommendation":
        fields["recommendations"] = [
            {
                "area": "first_touch", "drill": "Turn and go", "drill_key": "turn-and-go", "duration_min": 12,
                "frequency": "once a week", "description": said, "focus_points": [said],
            }
        ]  # fmt: skip
    else:
        fields["evidence"] = [{"kind": "kpi", "ref": "E1", "quote_or_value": "6.4 m/s", "relevance": said}]
    return json.dumps(draft(**fields))


def leaks(text: str, case: dict[str, Any]) -> list[str]:
    """What must not be there, as whole words, without case."""
    found = [re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE) for phrase in case["must_not"]]
    return [match[0] for match in found if match]


def everything(body: Body, told: list[str]) -> str:
    """All that anybody reads of it, also while it was written."""
    return "\n".join([body.model_dump_json(), *told]).replace('\\"', '"')


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case["id"])
def test_the_rule_based_coach(case: dict[str, Any]) -> None:
    told: list[str] = []
    rules = RuleBasedCoach()
    body = compose(attacked(case), Engine(rules, rules), retrieve=lambda brief: brief, tell=told.append)
    assert leaks(everything(body, told), case) == []


@pytest.mark.parametrize("case", WRITTEN, ids=lambda case: case["id"])
def test_a_model_that_obeys(case: dict[str, Any], server: AzureServer) -> None:
    brief = attacked(case)
    through = []
    for place in PLACES[CASES.index(case) % len(PLACES) :: len(PLACES) - 1]:  # in turn, each way in some cases
        for phrase in case["must_not"]:
            server.always = Play(text=obeying(phrase, place, asked=bool(brief.question)), pieces=60)
            told: list[str] = []
            engine = Engine(AzureCoach(TEAM, SECRETS), RuleBasedCoach())
            body = compose(brief, engine, retrieve=lambda same: same, tell=told.append)
            through += [(place, found) for found in leaks(everything(body, told), case)]
    assert through == []


def test_a_model_that_does_not_obey_is_heard(server: AzureServer) -> None:
    server.always = Play(text=json.dumps(draft()))
    engine = Engine(AzureCoach(TEAM, SECRETS), RuleBasedCoach())
    body = compose(PLAIN, engine, retrieve=lambda same: same, tell=lambda _: None)
    assert (body.engine.provider, body.grounding.replaced) == ("azure_openai", False)
    assert body.summary == "Kim reached 6.4 m/s. That is more than before. On Tuesday, start with the turning game."


def test_there_are_a_hundred() -> None:
    assert len(CASES) == 100
    assert len({case["language"] for case in CASES}) >= 3
