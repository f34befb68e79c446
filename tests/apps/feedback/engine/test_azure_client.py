"""One question to Azure OpenAI at the wire: each way it can go wrong has one clear outcome."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.core.cache import caches
from langchain_core.prompts import ChatPromptTemplate
from pydantic import BaseModel, Field

from apps.feedback.engine import azure_client, budget
from apps.feedback.engine.azure_client import CallParams, Question, Reply, ask
from apps.feedback.engine.cloud_errors import CloudError, Trouble, retry_after
from apps.feedback.engine.schema import Draft
from apps.feedback.engine.strict_schema import strict_schema
from tests.apps.feedback.azure_server import (
    BAD_KEY,
    BROKEN,
    DEPLOYMENT,
    FILTERED,
    KEY,
    MODEL,
    RATE_LIMITED,
    VERSION,
    AzureServer,
    Play,
    azure_server,
)

TEAM = uuid.UUID(int=7)
PROMPT = ChatPromptTemplate.from_messages([("system", "Be kind."), ("human", "{what}")])


class Advice(BaseModel):
    """A small answer."""

    title: str = Field(max_length=40)
    points: list[str] = Field(default_factory=list, max_length=3)


GOOD = json.dumps({"title": "Señas claras", "points": ["Look up.", "Turn ⚽ early."]}, ensure_ascii=False)


@pytest.fixture
def server(settings: Any) -> Iterator[AzureServer]:
    with azure_server() as running:
        settings.AZURE_OPENAI_ENDPOINT = running.url
        settings.AZURE_OPENAI_KEY = KEY
        settings.AZURE_OPENAI_DEPLOYMENT = DEPLOYMENT
        settings.AZURE_OPENAI_API_VERSION = VERSION
        settings.ASSISTANT_TIMEOUT_S = 30
        yield running


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits before repetitions, noted instead of waited."""
    noted: list[float] = []
    monkeypatch.setattr(azure_client, "sleep", noted.append)
    return noted


def asked(**more: Any) -> Reply[Advice]:
    return ask(Question(PROMPT, {"what": "Say {something}."}, Advice, TEAM, **more))


def trouble(**more: Any) -> Trouble:
    with pytest.raises(CloudError) as caught:
        asked(**more)
    return caught.value.trouble


def test_a_good_answer_and_the_request_that_asked_for_it(server: AzureServer) -> None:
    server.then(Play(text=GOOD))
    reply = asked()
    assert reply.value == Advice(title="Señas claras", points=["Look up.", "Turn ⚽ early."])
    assert (reply.model, reply.attempts) == (MODEL, 1)
    (sent,) = server.sent
    assert sent.path == f"/openai/deployments/{DEPLOYMENT}/chat/completions?api-version={VERSION}"
    assert sent.headers["api-key"] == KEY
    assert "authorization" not in sent.headers
    assert [message["content"] for message in sent.data["messages"]] == ["Be kind.", "Say {something}."]
    assert sent.data["response_format"]["json_schema"]["schema"]["required"] == ["title", "points"]
    assert (reply.prompt_tokens, reply.completion_tokens) == (len(sent.texts) // 4, len(GOOD) // 4)
    assert budget.used_today(TEAM) == reply.prompt_tokens + reply.completion_tokens, "settled, not as reserved"


def test_the_answer_is_told_as_it_grows(server: AzureServer) -> None:
    server.then(Play(text=GOOD, pieces=5))
    told: list[dict[str, Any]] = []
    asked(partial=lambda so_far: told.append(dict(so_far)))
    titles = [state.get("title", "") for state in told]
    assert all(later.startswith(earlier) for earlier, later in pairwise(titles))
    assert len(set(titles)) >= 3, "in pieces, not at the end"
    assert told[-1] == json.loads(GOOD)


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        (Play(status=400, error=FILTERED), Trouble.CONTENT_FILTER),
        (Play(text=GOOD[:20], finish="content_filter"), Trouble.CONTENT_FILTER),
        (Play(refusal="I'm sorry, I cannot assist with that request."), Trouble.CONTENT_FILTER),
        (Play(text=GOOD, in_stream={"error": {"code": "content_filter", "message": "x"}}), Trouble.CONTENT_FILTER),
        (Play(status=400, error={"error": {"code": "unsupported_value", "message": "x"}}), Trouble.REFUSED_REQUEST),
        (Play(status=401, error=BAD_KEY), Trouble.WRONG_KEY),
        (Play(status=403, error=b"<html>Forbidden</html>"), Trouble.WRONG_KEY),
    ],
)
def test_what_is_asked_only_once(server: AzureServer, naps: list[float], play: Play, expected: Trouble) -> None:
    server.then(play)
    assert trouble() == expected
    assert (len(server.sent), naps) == (1, [])


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        (Play(status=429, error=RATE_LIMITED), Trouble.RATE_LIMITED),
        (Play(status=500, error=BROKEN), Trouble.SERVER_ERROR),
        (Play(status=503, error=b"<html>Service Unavailable</html>"), Trouble.SERVER_ERROR),
        (Play(text=GOOD, in_stream={"error": {"code": "server_error", "message": "x"}}), Trouble.SERVER_ERROR),
        (Play(text=GOOD[:20], finish="length"), Trouble.TRUNCATED),
        (Play(text=GOOD[:20], finish=None), Trouble.TRUNCATED),
        (Play(text=GOOD[:20]), Trouble.MALFORMED),
        (Play(text='{"title": 7, "points": []}'), Trouble.MALFORMED),
        (Play(text=json.dumps({"title": "x" * 41, "points": []})), Trouble.MALFORMED),
        (Play(text="Sure! Here is your advice."), Trouble.MALFORMED),
        (Play(text=""), Trouble.EMPTY),
        (Play(text="  \n "), Trouble.EMPTY),
        (Play(raw=b""), Trouble.UNREACHABLE),
        (Play(raw=b"not http at all\r\n\r\n"), Trouble.UNREACHABLE),
        (Play(raw=b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {oops\n\n"), Trouble.MALFORMED),
    ],
)
def test_what_is_asked_again(server: AzureServer, naps: list[float], play: Play, expected: Trouble) -> None:
    server.then(play, play, play)
    assert trouble() == expected
    assert (len(server.sent), len(naps)) == (3, 2)


@pytest.mark.parametrize("play", [Play(status=429, error=RATE_LIMITED), Play(text=GOOD[:9]), Play(raw=b"")])
def test_a_repetition_that_works_is_an_answer(server: AzureServer, naps: list[float], play: Play) -> None:
    server.then(play, Play(text=GOOD))
    assert asked().attempts == 2


@pytest.mark.parametrize(
    ("headers", "wait"),
    [({"retry-after-ms": "1500", "retry-after": "9"}, 1.5), ({"retry-after": "3"}, 3.0), ({"retry-after": "0"}, 0.0)],
)
def test_the_service_says_how_long_to_wait(
    server: AzureServer, naps: list[float], headers: dict[str, str], wait: float
) -> None:
    server.then(Play(status=429, error=RATE_LIMITED, headers=headers), Play(text=GOOD))
    asked()
    assert naps == [wait]


def test_a_wait_beyond_the_deadline_is_not_begun(server: AzureServer, naps: list[float]) -> None:
    server.then(Play(status=429, error=RATE_LIMITED, headers={"retry-after": "3600"}))
    assert trouble() == Trouble.RATE_LIMITED
    assert (len(server.sent), naps) == (1, [])


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf", "", "Mon, 99 Jan 2026"])
def test_a_wait_that_cannot_be_read(text: str) -> None:
    assert retry_after({"retry-after": text}) is None


def test_a_wait_as_a_date() -> None:
    assert retry_after({"retry-after": "Mon, 05 Jan 2026 10:00:00 GMT"}) == 0.0, "it has passed"


def test_a_silent_service_is_given_up(server: AzureServer, settings: Any) -> None:
    server.then(Play(text=GOOD, first_pause_s=3))
    assert trouble(params=CallParams(silence_s=0.2)) == Trouble.TIMEOUT
    assert len(server.sent) == 1


def test_a_stream_that_only_trickles_is_given_up(server: AzureServer, settings: Any) -> None:
    settings.ASSISTANT_TIMEOUT_S = 1
    server.then(Play(text=GOOD, pieces=1, pause_s=0.1))
    assert trouble(params=CallParams(silence_s=5)) == Trouble.TIMEOUT


def test_nobody_there(server: AzureServer, settings: Any, naps: list[float]) -> None:
    settings.AZURE_OPENAI_ENDPOINT = "http://127.0.0.1:9"
    assert trouble() == Trouble.UNREACHABLE


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("AZURE_OPENAI_KEY", "another", Trouble.WRONG_KEY),
        ("AZURE_OPENAI_DEPLOYMENT", "another", Trouble.WRONG_DEPLOYMENT),
        ("AZURE_OPENAI_API_VERSION", "1999-01-01", Trouble.WRONG_DEPLOYMENT),
    ],
)
def test_a_wrong_setting_pauses_at_once(
    server: AzureServer, settings: Any, name: str, value: str, expected: Trouble
) -> None:
    setattr(settings, name, value)
    assert trouble() == expected
    assert trouble() == Trouble.PAUSED
    assert len(server.sent) == 1


def test_tracing_by_the_environment_sends_nothing(server: AzureServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "LANGSMITH_TRACING": "true", "LANGCHAIN_TRACING_V2": "true", "LANGSMITH_ENDPOINT": server.url,
        "LANGCHAIN_ENDPOINT": server.url, "LANGSMITH_API_KEY": "x", "LANGCHAIN_API_KEY": "x",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    server.then(Play(text=GOOD))
    asked()
    assert len(server.sent) == 1, "the prompt, and no trace of it"


# Budget and breaker ----------------------------------------------------------------------------------------------


def test_a_team_beyond_its_budget_is_told_so_before_anything_is_sent(server: AzureServer, settings: Any) -> None:
    settings.ASSISTANT_TOKENS_PER_DAY = 100
    assert trouble() == Trouble.NO_BUDGET
    assert (server.sent, budget.used_today(TEAM)) == ([], 0)


def test_a_budget_is_a_teams_own(server: AzureServer, settings: Any) -> None:
    settings.ASSISTANT_TOKENS_PER_DAY = 4000
    budget.reserve(uuid.UUID(int=8), 3900)
    server.then(Play(text=GOOD))
    asked()
    assert budget.used_today(uuid.UUID(int=8)) == 3900


def test_failures_cost_what_they_used_and_no_more(server: AzureServer, naps: list[float]) -> None:
    server.then(Play(text=GOOD[:20], finish="length"), *[Play(status=500, error=BROKEN)] * 2)
    assert trouble() == Trouble.SERVER_ERROR
    assert budget.used_today(TEAM) == round(len(server.sent[0].texts) / 3) + round(20 / 3), "by its letters"


def test_a_budget_survives_a_race(db: None, settings: Any) -> None:
    settings.ASSISTANT_TOKENS_PER_DAY = 1000
    got: list[int] = []

    def take() -> None:
        try:
            got.append(budget.reserve(TEAM, 300).tokens)
        except CloudError:
            got.append(0)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(got) <= 900
    assert budget.used_today(TEAM) == sum(got)


def test_a_dead_cloud_is_paused_and_tried_again_by_one(server: AzureServer, naps: list[float]) -> None:
    server.always = Play(status=500, error=BROKEN)
    assert [trouble() for _ in range(4)] == [Trouble.SERVER_ERROR] * 3 + [Trouble.PAUSED]
    assert len(server.sent) == 9
    caches["default"].delete(budget.PAUSED)  # the pause is over
    first, second = budget.Breaker(), budget.Breaker()
    first.require_closed()
    with pytest.raises(CloudError):
        second.require_closed()
    first.succeeded()
    second.require_closed()


def test_the_try_after_a_pause_that_fails_pauses_again(server: AzureServer, naps: list[float]) -> None:
    server.always = Play(status=503, error=BROKEN)
    for _ in range(3):
        trouble()
    caches["default"].delete(budget.PAUSED)
    assert [trouble(), trouble()] == [Trouble.SERVER_ERROR, Trouble.PAUSED]


def test_answers_of_a_bad_model_do_not_pause_the_cloud(server: AzureServer, naps: list[float]) -> None:
    server.always = Play(text="nonsense")
    assert {trouble() for _ in range(5)} == {Trouble.MALFORMED}


def test_without_the_cache_nothing_is_spent(server: AzureServer, settings: Any) -> None:
    broken = dict(settings.CACHES["default"], LOCATION="redis://127.0.0.1:9/0")
    settings.CACHES = {**settings.CACHES, "default": broken}
    assert trouble() in (Trouble.PAUSED, Trouble.NO_BUDGET)
    assert server.sent == []


# Schema ----------------------------------------------------------------------------------------------------------


def test_a_property_may_be_called_as_a_keyword() -> None:
    class Odd(BaseModel):
        """Names that are keywords too."""

        title: str
        format: str = Field(default="x", description="Kept.")

    schema = strict_schema(Odd)["schema"]
    assert schema["required"] == ["title", "format"]
    assert schema["properties"]["format"] == {"description": "Kept.", "type": "string"}


def test_the_schema_of_a_feedback_is_one_that_azure_takes(server: AzureServer) -> None:
    server.then(Play(text=json.dumps({"summary": "Good."})))
    reply = ask(Question(PROMPT, {"what": ""}, Draft, TEAM))
    assert reply.value.summary == "Good."
