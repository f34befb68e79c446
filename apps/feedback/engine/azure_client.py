"""One question to Azure OpenAI: through LangChain, with streaming, a deadline, retries, a budget and a breaker.

LangChain and the client library are imported when a question is asked, in a worker, never in the web process.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import structlog
from django.conf import settings
from pydantic import BaseModel, SecretStr, ValidationError

from apps.feedback.engine.budget import Breaker, reserve
from apps.feedback.engine.cloud_errors import CloudError, Trouble, read_error
from apps.feedback.engine.strict_schema import strict_schema

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import Runnable

log = structlog.get_logger(__name__)

PROVIDER = "azure_openai"
Shape = TypeVar("Shape", bound=BaseModel)
Partial = Callable[[Mapping[str, Any]], None]
"""Is told the answer so far, as far as its JSON can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallParams:
    """How a question is asked.

    Attributes:
        attempts: a question and at most two repetitions: more would only add load to a service that has too much.
        first_wait_s: before the second attempt [s], doubled before the third, where the service names no time.
        silence_s: longest time [s] between two pieces of an answer; a stream that pauses longer has died.
        connect_s: longest time [s] until a connection stands.
        max_output_tokens: the longest feedback has about 1,500.
        letters_per_token: few, so that the reservation is rather too large (English has about four).
    """

    attempts: int = 3
    first_wait_s: float = 1.0
    silence_s: float = 20.0
    connect_s: float = 5.0
    max_output_tokens: int = 3000
    letters_per_token: float = 3.0


@dataclass(frozen=True, slots=True)
class Reply(Generic[Shape]):
    """An answer and what it cost."""

    value: Shape
    model: str
    prompt_tokens: int
    completion_tokens: int
    attempts: int


@dataclass(slots=True)
class _Cost:
    prompt: int = 0
    completion: int = 0


@dataclass(slots=True)
class Question(Generic[Shape]):
    """What is asked.

    Attributes:
        prompt: the template, and what stands in it.
        shape: of the answer.
        team_id: whose budget pays.
        partial: is told the answer as it grows.
    """

    prompt: ChatPromptTemplate
    values: Mapping[str, str]
    shape: type[Shape]
    team_id: uuid.UUID
    partial: Partial | None = None
    params: CallParams = field(default_factory=CallParams)


def is_configured() -> bool:
    """Whether the settings choose Azure OpenAI."""
    named = settings.AZURE_OPENAI_ENDPOINT and settings.AZURE_OPENAI_KEY and settings.AZURE_OPENAI_DEPLOYMENT
    return settings.ASSISTANT_PROVIDER != "rules" and bool(named)


def ask(question: Question[Shape]) -> Reply[Shape]:
    """Ask until there is an answer of the right shape, the attempts are used up, or the time is.

    Raises:
        CloudError: no usable answer; `trouble` says why.
    """
    from langsmith import tracing_context

    breaker = Breaker()
    breaker.require_closed()
    messages = question.prompt.format_messages(**question.values)
    account = reserve(question.team_id, _estimate(messages, question.params))
    cost = _Cost()
    try:
        with tracing_context(enabled=False):  # a variable of the environment must not send our prompts elsewhere
            reply = _ask_until(question, messages, cost)
    except CloudError as error:
        breaker.failed(error)
        log.warning("assistant.call_failed", trouble=error.trouble.value, team=str(question.team_id))
        raise
    finally:
        account.settle(cost.prompt + cost.completion)
    breaker.succeeded()
    return reply


def _ask_until(question: Question[Shape], messages: list[BaseMessage], cost: _Cost) -> Reply[Shape]:
    import langchain_openai  # noqa: F401 - takes seconds the first time, which are not the service's

    params = question.params
    deadline = monotonic() + settings.ASSISTANT_TIMEOUT_S
    wait = params.first_wait_s
    attempt = 0
    while True:
        attempt += 1
        try:
            return _ask_once(question, messages, cost, deadline, attempt)
        except CloudError as error:
            pause = wait * random.uniform(0.8, 1.2) if error.retry_after_s is None else error.retry_after_s  # noqa: S311
            if not error.is_retried or attempt >= params.attempts or monotonic() + pause >= deadline:
                raise
            log.info("assistant.call_repeated", trouble=error.trouble.value, attempt=attempt, wait_s=round(pause, 2))
        sleep(pause)
        wait *= 2


def _ask_once(
    question: Question[Shape], messages: list[BaseMessage], cost: _Cost, deadline: float, attempt: int
) -> Reply[Shape]:
    import openai

    model = _model(question, max(deadline - monotonic(), 0.1))
    whole: AIMessageChunk | None = None
    try:
        for piece in model.stream(messages):
            whole = piece if whole is None else whole + piece
            if monotonic() > deadline:
                raise CloudError(Trouble.TIMEOUT)
            if question.partial is not None and piece.content:
                _tell(question.partial, str(whole.content))
    except openai.OpenAIError as error:
        raise read_error(error) from None
    except (ValueError, KeyError, TypeError, AttributeError):  # the library met an answer unlike any it knows
        raise CloudError(Trouble.MALFORMED) from None
    finally:
        _count(whole, messages, question.params, cost)
    return _read(question, whole, cost, attempt)


def _model(question: Question[Shape], seconds: float) -> Runnable[Any, Any]:
    import httpx2
    from langchain_openai import AzureChatOpenAI

    params = question.params
    timeout = httpx2.Timeout(min(params.silence_s, seconds), connect=min(params.connect_s, seconds))
    model = AzureChatOpenAI(
        azure_endpoint=settings.AZURE_OPENAI_ENDPOINT,
        api_key=SecretStr(settings.AZURE_OPENAI_KEY),
        api_version=settings.AZURE_OPENAI_API_VERSION,
        azure_deployment=settings.AZURE_OPENAI_DEPLOYMENT,
        timeout=timeout,
        max_retries=0,  # ours know the deadline
        max_completion_tokens=params.max_output_tokens,
        stream_usage=True,
    )
    return model.bind(response_format={"type": "json_schema", "json_schema": strict_schema(question.shape)})


def _read(question: Question[Shape], whole: AIMessageChunk | None, cost: _Cost, attempt: int) -> Reply[Shape]:
    facts = whole.response_metadata if whole is not None else {}
    reason = facts.get("finish_reason")
    if reason == "content_filter":
        raise CloudError(Trouble.CONTENT_FILTER)
    if reason == "length":
        raise CloudError(Trouble.TRUNCATED)
    if whole is not None and whole.additional_kwargs.get("refusal"):
        raise CloudError(Trouble.CONTENT_FILTER)
    text = "" if whole is None else str(whole.content)
    if not text.strip():
        raise CloudError(Trouble.EMPTY)
    if reason is None:  # the connection ended before the model had
        raise CloudError(Trouble.TRUNCATED)
    try:
        value = question.shape.model_validate_json(text)
    except ValidationError:
        raise CloudError(Trouble.MALFORMED) from None
    name = str(facts.get("model_name") or settings.AZURE_OPENAI_DEPLOYMENT)
    return Reply(value, name, cost.prompt, cost.completion, attempt)


def _tell(partial: Partial, text: str) -> None:
    from langchain_core.utils.json import parse_partial_json

    try:
        so_far = parse_partial_json(text)
    except ValueError:
        return
    if isinstance(so_far, dict):
        partial(so_far)


def _count(whole: AIMessageChunk | None, messages: list[BaseMessage], params: CallParams, cost: _Cost) -> None:
    """Add what an attempt used; an answer that broke off before its account is counted by its letters."""
    if whole is None:
        return
    used = whole.usage_metadata
    if used is None:
        cost.prompt += _tokens(messages, params)
        cost.completion += _tokens([whole], params)
    else:
        cost.prompt += used["input_tokens"]
        cost.completion += used["output_tokens"]


def _estimate(messages: list[BaseMessage], params: CallParams) -> int:
    return _tokens(messages, params) + params.max_output_tokens


def _tokens(messages: Sequence[BaseMessage], params: CallParams) -> int:
    return round(sum(len(str(message.content)) for message in messages) / params.letters_per_token)
