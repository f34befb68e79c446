"""Where documents come from: each app names its own here when Django is ready.

Search stands below the apps whose texts it finds, so it cannot ask them by name. With the sources it can make the
index anew (`manage.py reindex`) and bring a team's part up to date after a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from uuid import UUID

from apps.search.documents import Document, Kind

Iterate = Callable[[UUID | None], Iterable[Document]]
"""Yields all documents of a kind that belong to a team; of `None`, those that are for all teams."""
Teams = Callable[[], Iterable[UUID]]

_sources: dict[Kind, Iterate] = {}
_teams: dict[str, Teams] = {}


def register(kind: Kind, iterate: Iterate) -> None:
    """Name the source of a kind; registering again replaces it."""
    _sources[Kind(kind)] = iterate


def register_teams(owner: str, teams: Teams) -> None:
    """Name what tells which teams there are; registering again replaces it."""
    _teams[owner] = teams


def registered() -> Mapping[Kind, Iterate]:
    """Return the sources by kind."""
    return MappingProxyType(_sources)


def team_ids() -> list[UUID]:
    """Return every team, each once."""
    return list(dict.fromkeys(team_id for teams in _teams.values() for team_id in teams()))
