"""Logs without persons: what could say who somebody is, or let somebody in, leaves a record before it is written.

Ids stay: they lead whoever may look to the row, and to nothing once it is erased. Left out are values under names that
hold persons, and addresses, tokens and signed links wherever they stand in a text. A library's exception may quote a
row ("Key (email)=(…)"); those quotes go too. Beyond that nobody can recognise a name in a sentence, so our own messages
never hold one: `tests/apps/core/test_log_privacy.py` walks a story and looks for the names in all that was logged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

LEFT_OUT = "(left out)"
PERSONAL = frozenset(
    {"email", "emails", "name", "first_name", "last_name", "display_name", "full_name", "username", "user_name",
     "recipient", "recipients", "address", "phone", "date_of_birth", "birthday", "title", "filename", "file_name",
     "original_name", "note", "notes", "text", "question", "password", "token", "ticket", "secret", "authorization",
     "cookie", "cookies", "api_key", "refresh", "access"}
)  # fmt: skip
"""Names of values that hold a person, what people wrote, or what lets somebody in."""
_SECRETS = re.compile(
    r"""
    [\w.+-]+@[\w-]+(?:\.[\w-]+)+                                  # an address
    | \beyJ[\w-]+\.[\w-]+\.[\w-]+                                 # a JSON web token
    | (?<=Bearer\s)[\w.~+/=-]+                                    # a key or token in a header
    | (?<=[?&]ticket=)[^&\s'"]+ | (?<=[?&]token=)[^&\s'"]+        # in an address
    | (?<=/media/signed/)[^\s'"?]+                                # a signed link
    | (?<=\)=\()[^)]*(?=\))                                       # the value that a database quotes: Key (email)=(…)
    | (?<=Failing\srow\scontains\s\()[^)]*(?=\))
    """,
    re.VERBOSE,
)
_MOST_DEEP = 6


_OWN = frozenset({"level", "timestamp", "logger", "event", "exc_info", "stack_info"})
"""What the logging itself writes; names that begin with `_` are its own too."""


def without_persons(logger: Any, method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out the values under names that hold persons (a structlog processor)."""
    for name, value in record.items():
        if name not in _OWN and not name.startswith("_"):
            record[name] = _clean(name, value, 0)
    return record


def scrubbed(text: str) -> str:
    """Leave addresses, tokens, signed links and quoted rows out of a text."""
    return _SECRETS.sub(LEFT_OUT, text)


def scrub_line(logger: Any, method: str, line: str) -> str:
    """Scrub a whole line as it is written, its traceback too (the last structlog processor)."""
    return scrubbed(line)


def _clean(name: str, value: Any, depth: int) -> Any:
    if name.lower() in PERSONAL and value not in (None, ""):
        return LEFT_OUT
    if depth > _MOST_DEEP:
        return value
    if isinstance(value, Mapping):
        return {key: _clean(str(key), inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean("", inner, depth + 1) for inner in value]
    return value
