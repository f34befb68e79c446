"""A form that a language model fills in from somebody's words: names hidden, budget kept, the answer checked.

For other apps whose words the rules did not understand. Runs in workers only.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

import structlog
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from apps.feedback.engine.azure_client import Question, ask, is_configured
from apps.feedback.engine.cloud_errors import CloudError
from apps.feedback.engine.misuse import breaches, is_instruction
from apps.feedback.engine.people import secrets_of
from apps.feedback.engine.prompts import as_data, fence, prompt
from apps.feedback.engine.providers import consenting
from apps.feedback.engine.pseudonyms import Pseudonyms
from apps.feedback.services.engines import RULES, engine_name

log = structlog.get_logger(__name__)

Shape = TypeVar("Shape", bound=BaseModel)


def may_ask(team_id: uuid.UUID, words: str, player_ids: Collection[uuid.UUID]) -> bool:
    """Whether a model may be asked: one is set, nobody concerned objects, and the words are no attack."""
    if engine_name(team_id) == RULES or is_instruction(words):
        return False
    return consenting(player_ids) == len(player_ids)


def fill(*, team_id: uuid.UUID, form: str, data: Mapping[str, Any], shape: type[Shape]) -> tuple[Shape, str] | None:
    """Have a form filled in.

    Args:
        form: names the prompts, `<form>.system.md` and `<form>.user.md`.

    Returns:
        The form and the model's name; None where the cloud gave nothing that can be used.
    """
    from langchain_core.prompts import ChatPromptTemplate

    if not is_configured():
        return None
    names = Pseudonyms(secrets_of(team_id), today=timezone.now().date())
    template = ChatPromptTemplate.from_messages(
        [("system", prompt(f"{form}.system")), ("human", prompt(f"{form}.user"))]
    )
    values = {"fence": fence(), "brief": as_data(names.hide_all(dict(data)))}
    try:
        reply = ask(Question(template, values, shape, team_id))
        told = reply.value.model_dump(mode="json")
        found = [str(breach) for text in _texts(told) for breach in breaches(text, allowed_tokens=names.issued())]
        if found:
            log.warning("assistant.form_refused", form=form, why=found[0])
            return None
        return shape.model_validate(_restored(told, names)), reply.model
    except (CloudError, ValidationError) as error:
        log.info("assistant.form_not_filled", form=form, why=type(error).__name__)
        return None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _restored(value: Any, names: Pseudonyms) -> Any:
    if isinstance(value, str):
        return names.restore(value)
    if isinstance(value, dict):
        return {name: _restored(item, names) for name, item in value.items()}
    return [_restored(item, names) for item in value] if isinstance(value, list) else value
