"""What can be synced: the fields of each kind of object, how they are checked, read and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from apps.edge.services.kinds.base import Author, Current, Kind
from apps.edge.services.kinds.health import RpeKind, WellnessKind
from apps.edge.services.kinds.player import PlayerKind
from apps.edge.services.kinds.session import SessionKind

__all__ = ["KINDS", "SENT", "Author", "Current", "Kind", "PlayerKind", "RpeKind", "SessionKind", "WellnessKind"]

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (SessionKind(), WellnessKind(), RpeKind(), PlayerKind())}
SENT: Sequence[str] = (SessionKind.name, PlayerKind.name)
"""Kinds that travel to the nodes."""
