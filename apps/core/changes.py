"""Telling who keeps track of edits: a service says which fields of which object its transaction changes.

What edge boxes sync lives in an app that sessions must not know; so it listens here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

Listener = Callable[[str, uuid.UUID, uuid.UUID, Collection[str]], None]
"""Called with kind, object, team and the names of the fields, inside the transaction that changes them."""

_listeners: dict[str, Listener] = {}


def listen(owner: str, listener: Listener) -> None:
    """Register one app's listener; registering again replaces it."""
    _listeners[owner] = listener


def tell(kind: str, object_id: uuid.UUID, team_id: uuid.UUID, fields: Collection[str]) -> None:
    """Say what the surrounding transaction changes."""
    for listener in _listeners.values():
        listener(kind, object_id, team_id, fields)
