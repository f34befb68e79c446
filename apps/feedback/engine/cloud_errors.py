"""What can go wrong with a language model in the cloud: each with a code, a sentence, and what is done about it."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils import timezone

from apps.feedback.engine.coach import CoachError

if TYPE_CHECKING:
    import openai


class Trouble(StrEnum):
    """Why the cloud wrote nothing that can be used. The rule-based coach then writes, and says so."""

    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    WRONG_KEY = "wrong_key"
    WRONG_DEPLOYMENT = "wrong_deployment"
    REFUSED_REQUEST = "refused_request"
    CONTENT_FILTER = "content_filter"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    EMPTY = "empty"
    NO_BUDGET = "no_budget"
    PAUSED = "paused"


SENTENCES: Mapping[Trouble, str] = {
    Trouble.RATE_LIMITED: "the language model had too many requests",
    Trouble.SERVER_ERROR: "the language model's service had a fault",
    Trouble.TIMEOUT: "the language model did not answer in time",
    Trouble.UNREACHABLE: "the language model could not be reached",
    Trouble.WRONG_KEY: "the language model refused the key (AZURE_OPENAI_KEY)",
    Trouble.WRONG_DEPLOYMENT: "the language model's deployment was not found (AZURE_OPENAI_DEPLOYMENT)",
    Trouble.REFUSED_REQUEST: "the language model refused the request",
    Trouble.CONTENT_FILTER: "the language model's content filter stepped in",
    Trouble.TRUNCATED: "the language model's answer was cut off",
    Trouble.MALFORMED: "the language model's answer could not be read",
    Trouble.EMPTY: "the language model's answer was empty",
    Trouble.NO_BUDGET: "the team's language model budget of today is used up",
    Trouble.PAUSED: "the language model is paused after repeated failures",
}
RETRIED = frozenset(
    {
        Trouble.RATE_LIMITED, Trouble.SERVER_ERROR, Trouble.UNREACHABLE, Trouble.TRUNCATED, Trouble.MALFORMED,
        Trouble.EMPTY,
    }
)  # fmt: skip
"""What may be better the next time. A call that was too slow is not repeated: the coach has waited long enough."""
DOWN = frozenset({Trouble.SERVER_ERROR, Trouble.TIMEOUT, Trouble.UNREACHABLE, Trouble.RATE_LIMITED})
"""What speaks for a cloud that is down or full; enough of them pause it."""
MISCONFIGURED = frozenset({Trouble.WRONG_KEY, Trouble.WRONG_DEPLOYMENT})
"""What no waiting mends; the first pauses it."""


class CloudError(CoachError):
    """The cloud wrote nothing that can be used.

    Attributes:
        trouble: why.
        retry_after_s: how long the service asked to wait; None: it did not say.
    """

    def __init__(self, trouble: Trouble, *, retry_after_s: float | None = None) -> None:
        super().__init__(SENTENCES[trouble])
        self.trouble = trouble
        self.retry_after_s = retry_after_s

    @property
    def is_retried(self) -> bool:
        """Whether asking again may help."""
        return self.trouble in RETRIED


_BY_STATUS: Mapping[int, Trouble] = {
    401: Trouble.WRONG_KEY,
    403: Trouble.WRONG_KEY,
    404: Trouble.WRONG_DEPLOYMENT,
    408: Trouble.TIMEOUT,
    409: Trouble.SERVER_ERROR,
    429: Trouble.RATE_LIMITED,
}


def read_error(error: openai.OpenAIError) -> CloudError:
    """Turn an error of the client library into one of ours; its text is not kept, for it may quote the prompt."""
    import openai

    if isinstance(error, openai.ContentFilterFinishReasonError):
        return CloudError(Trouble.CONTENT_FILTER)
    if isinstance(error, openai.LengthFinishReasonError):
        return CloudError(Trouble.TRUNCATED)
    if isinstance(error, openai.APITimeoutError):
        return CloudError(Trouble.TIMEOUT)
    if isinstance(error, openai.APIConnectionError):
        return CloudError(Trouble.UNREACHABLE)
    if isinstance(error, openai.APIStatusError):
        return _read_status(error)
    # An error event inside a stream carries a body but no status.
    return CloudError(_trouble_of(getattr(error, "body", None)) or Trouble.SERVER_ERROR)


def _read_status(error: openai.APIStatusError) -> CloudError:
    wait = retry_after(error.response.headers)
    by_body = _trouble_of(error.body)
    if by_body is not None:
        return CloudError(by_body, retry_after_s=wait)
    if error.status_code >= 500:
        return CloudError(Trouble.SERVER_ERROR, retry_after_s=wait)
    return CloudError(_BY_STATUS.get(error.status_code, Trouble.REFUSED_REQUEST), retry_after_s=wait)


def _trouble_of(body: object) -> Trouble | None:
    """What an error body says; Azure names a filter in `code`, or in `innererror`."""
    if not isinstance(body, Mapping):
        return None
    inner = body.get("innererror")
    places = (body, inner) if isinstance(inner, Mapping) else (body,)
    codes = {str(place.get("code", "")).lower() for place in places}
    if codes & {"content_filter", "responsibleaipolicyviolation"}:
        return Trouble.CONTENT_FILTER
    if codes & {"deploymentnotfound"}:
        return Trouble.WRONG_DEPLOYMENT
    return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a service asks to wait: `retry-after-ms`, `retry-after` in seconds or as a date."""
    for name, scale in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            wait = float(headers.get(name) or "") / scale
        except ValueError:
            continue
        if 0 <= wait < float("inf"):
            return wait
    try:
        moment = parsedate_to_datetime(headers.get("retry-after") or "")
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max((moment - timezone.now()).total_seconds(), 0.0)
