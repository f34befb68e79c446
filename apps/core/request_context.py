"""The id of the request being answered, wherever it is asked for (logs, audit rows, error answers)."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

_ACCEPTED = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
_current: ContextVar[str] = ContextVar("request_id", default="")


def begin(offered: str | None) -> str:
    """Start a request: keep the caller's id if it is a plain one, else make one."""
    request_id = offered if offered and _ACCEPTED.match(offered) else str(uuid.uuid4())
    _current.set(request_id)
    return request_id


def request_id() -> str:
    """Return the current request's id; "" outside a request."""
    return _current.get()
