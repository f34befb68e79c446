"""Speaking with Azure AI Search: clients with short timeouts, and what to do when it is busy or away.

The SDK's own retries are off: it sleeps as long as a `Retry-After` says, which a search that somebody waits for must
not. Here a call has so many tries, and waits no longer than it may.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from django.conf import settings

if TYPE_CHECKING:
    from azure.search.documents import SearchClient
    from azure.search.documents.indexes import SearchIndexClient

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")
BUSY = frozenset({408, 429, 500, 502, 503, 504})
"""Worth another try; anything else would be answered the same way again."""


class CloudUnavailable(Exception):
    """Azure AI Search did not do what was asked; its message says why, without key or address.

    Attributes:
        status: HTTP status, or `None` where there was no answer that can be read.
        wait_s: how long Azure asks to wait, or `None`.
    """

    def __init__(self, message: str, status: int | None = None, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.wait_s = wait_s

    @property
    def may_pass(self) -> bool:
        """Whether another try may be answered otherwise."""
        return self.status is None or self.status in BUSY


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try.

    Attributes:
        tries: calls at most.
        longest_wait_s: of one pause; where Azure asks for more, it is given up.
        timeout_s: for a connection, and for each read.
        pause_s: before the second try; doubled before each further one.
    """

    tries: int
    longest_wait_s: float
    timeout_s: float
    pause_s: float = 0.5


SEARCHING = Patience(tries=2, longest_wait_s=1.0, timeout_s=2.0, pause_s=0.1)
"""Somebody waits."""
WRITING = Patience(tries=5, longest_wait_s=30.0, timeout_s=30.0)
"""A worker or a command."""


def is_configured() -> bool:
    """Return whether the settings name a search service and its key."""
    return bool(settings.AZURE_SEARCH_ENDPOINT and settings.AZURE_SEARCH_KEY)


def search_client(patience: Patience) -> SearchClient:
    """Return the client of the index; use it in a `with`."""
    from azure.search.documents import SearchClient

    return SearchClient(index_name=settings.AZURE_SEARCH_INDEX, **_connection(patience))


def index_client(patience: Patience) -> SearchIndexClient:
    """Return the client that makes indexes; use it in a `with`."""
    from azure.search.documents.indexes import SearchIndexClient

    return SearchIndexClient(**_connection(patience))


def patiently(call: Callable[[], Answer], patience: Patience, sleep: Callable[[float], None] = time.sleep) -> Answer:
    """Do a call, again where Azure is busy or its answer was cut off.

    Raises:
        CloudUnavailable: it stayed busy, refused, or answered what nobody understands.
    """
    from azure.core.exceptions import AzureError

    attempt = 1
    while True:
        try:
            return call()
        except CloudUnavailable as error:
            failure = error
        except (
            AzureError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
        ) as error:  # the SDK trips over odd forms
            failure = _read(error)
        wait_s = patience.pause_s * 2 ** (attempt - 1) if failure.wait_s is None else failure.wait_s
        if not failure.may_pass or attempt == patience.tries or wait_s > patience.longest_wait_s:
            log.warning("search.cloud_failed", status=failure.status, reason=str(failure), tries=attempt)
            raise failure
        sleep(wait_s)
        attempt += 1


def _read(error: Exception) -> CloudUnavailable:
    """What an exception of the SDK means; its own text may quote what was sent."""
    from azure.core.exceptions import ClientAuthenticationError, DecodeError, HttpResponseError

    status = getattr(error, "status_code", None)
    if isinstance(error, DecodeError) or not isinstance(error, HttpResponseError):
        reason = "does not answer" if isinstance(error, OSError) or status is None else "answered something broken"
        return CloudUnavailable(f"Azure AI Search {reason} ({type(error).__name__}).", None)
    if isinstance(error, ClientAuthenticationError) or status == HTTPStatus.FORBIDDEN:
        return CloudUnavailable("Azure AI Search refuses the key; check AZURE_SEARCH_KEY.", status)
    if status == HTTPStatus.NOT_FOUND:
        made = "`manage.py reindex --create` makes it"
        return CloudUnavailable(f"There is no index {settings.AZURE_SEARCH_INDEX} yet; {made}.", status)
    return CloudUnavailable(f"Azure AI Search answered {status}.", status, _retry_after(error))


def _retry_after(error: Any) -> float | None:
    """Seconds that the answer asks to wait; a date or nonsense counts as nothing."""
    try:
        asked = float((error.response.headers or {}).get("Retry-After", ""))
    except (AttributeError, ValueError):
        return None
    return asked if 0 <= asked < float("inf") else None


def _connection(patience: Patience) -> dict[str, Any]:
    from azure.core.credentials import AzureKeyCredential

    return {
        "endpoint": settings.AZURE_SEARCH_ENDPOINT,
        "credential": AzureKeyCredential(settings.AZURE_SEARCH_KEY),
        "retry_total": 0,
        "connection_timeout": patience.timeout_s,
        "read_timeout": patience.timeout_s,
        "logging_enable": False,
    }
