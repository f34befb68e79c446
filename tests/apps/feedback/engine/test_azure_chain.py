"""The whole chain with the coach in the cloud: whatever the cloud does, there is a text, and it says who wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from apps.feedback.engine import azure_client
from apps.feedback.engine.azure import AzureCoach
from apps.feedback.engine.chain import Engine, compose
from apps.feedback.engine.rule_based import RuleBasedCoach
from apps.feedback.engine.schema import Body
from tests.apps.feedback.azure_server import (
    BROKEN,
    DEPLOYMENT,
    FILTERED,
    KEY,
    RATE_LIMITED,
    VERSION,
    AzureServer,
    Play,
    azure_server,
)
from tests.apps.feedback.engine.test_azure import SECRETS, TEAM, draft
from tests.apps.feedback.engine.test_misuse import PLAIN

INVENTED = "[PLAYER_A] reached 9.9 m/s. On Tuesday, start with the turning game."


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[AzureServer]:
    monkeypatch.setattr(azure_client, "sleep", lambda seconds: None)
    with azure_server() as running:
        settings.AZURE_OPENAI_ENDPOINT = running.url
        settings.AZURE_OPENAI_KEY = KEY
        settings.AZURE_OPENAI_DEPLOYMENT = DEPLOYMENT
        settings.AZURE_OPENAI_API_VERSION = VERSION
        yield running


def written(told: list[str] | None = None) -> Body:
    engine = Engine(AzureCoach(TEAM, SECRETS), RuleBasedCoach())
    return compose(PLAIN, engine, retrieve=lambda brief: brief, tell=(told if told is not None else []).append)


def test_a_text_of_the_cloud_says_so_and_what_it_cost(server: AzureServer) -> None:
    server.then(Play(text=json.dumps(draft())))
    body = written()
    assert (body.engine.provider, body.engine.model) == ("azure_openai", "gpt-4o-2024-11-20")
    assert body.engine.prompt_tokens == len(server.sent[0].texts) // 4
    assert body.engine.completion_tokens == len(json.dumps(draft())) // 4
    assert (body.grounding.regenerated, body.grounding.replaced) == (False, False)


def test_an_invented_number_is_written_again(server: AzureServer) -> None:
    told: list[str] = []
    server.then(Play(text=json.dumps(draft(summary=INVENTED))), Play(text=json.dumps(draft())))
    body = written(told)
    assert (body.engine.provider, body.grounding.regenerated, body.grounding.replaced) == ("azure_openai", True, False)
    assert "9.9" in server.sent[1].texts, "the model hears what was wrong"
    assert not any("9.9" in text for text in told), "and nobody ever saw it"
    assert body.engine.prompt_tokens == sum(len(sent.texts) // 4 for sent in server.sent)


def test_invented_twice_is_written_by_rules(server: AzureServer) -> None:
    server.then(*[Play(text=json.dumps(draft(summary=INVENTED)))] * 2)
    body = written()
    assert (body.engine.provider, body.grounding.replaced) == ("rule_based", True)
    assert body.grounding.reason == "summary: something is not in the evidence"
    assert "9.9" not in body.model_dump_json()


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (Play(status=429, error=RATE_LIMITED), "the language model had too many requests"),
        (Play(status=500, error=BROKEN), "the language model's service had a fault"),
        (Play(status=400, error=FILTERED), "the language model's content filter stepped in"),
        (Play(text="{", finish="length"), "the language model's answer was cut off"),
        (Play(text="no json"), "the language model's answer could not be read"),
        (Play(text=""), "the language model's answer was empty"),
        (Play(text=json.dumps(draft(summary="See www.evil.example."))), "the answer held a link, so it was not used"),
    ],
)
def test_whatever_fails_the_rules_write_and_say_why(server: AzureServer, play: Play, reason: str) -> None:
    server.always = play
    body = written()
    assert (body.engine.provider, body.grounding.replaced, body.grounding.reason) == ("rule_based", True, reason)
    assert "23.2 km/h" in body.summary, "the same evidence"


def test_without_budget_nothing_is_asked(server: AzureServer, settings: Any) -> None:
    settings.ASSISTANT_TOKENS_PER_DAY = 10
    body = written()
    assert (body.engine.provider, server.sent) == ("rule_based", [])
    assert body.grounding.reason == "the team's language model budget of today is used up"


def test_a_dead_cloud_delays_only_the_first_texts(server: AzureServer) -> None:
    server.always = Play(status=503, error=BROKEN)
    reasons = [written().grounding.reason for _ in range(5)]
    assert reasons[3:] == ["the language model is paused after repeated failures"] * 2
    assert len(server.sent) == 9
