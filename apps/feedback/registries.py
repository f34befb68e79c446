"""What feedback needs of apps that stand above it: the drill library and the next training. They register it here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.feedback.engine.brief import NextTraining


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryDrill:
    """A drill of the library, with what decides whom it suits.

    Attributes:
        youngest, oldest: n of the youngest and oldest U-n (99: adults too).
    """

    key: str
    title: str
    aim: str
    areas: tuple[str, ...]
    minutes: int
    youngest: int
    oldest: int
    setup: str = ""
    steps: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()
    intensity: str = "moderate"
    players_min: int = 1
    headers: int = 0
    head_contact: bool = False
    conditioning: bool = False


Library = Callable[[], Sequence[LibraryDrill]]
"""Returns all drills, in a constant number of queries."""
Trainings = Callable[[uuid.UUID, uuid.UUID | None, datetime], NextTraining | None]
"""Returns a team's (or one player's) first training after a time; `None` where none is planned."""

_library: list[Library] = []
_trainings: list[Trainings] = []


def register_library(library: Library) -> None:
    """Make a library the one that is asked."""
    _library[:] = [library]


def register_trainings(trainings: Trainings) -> None:
    """Make a calendar the one that is asked."""
    _trainings[:] = [trainings]


def drills() -> Sequence[LibraryDrill]:
    """Return all drills; none where no library is registered."""
    return _library[0]() if _library else ()


def next_training(team_id: uuid.UUID, player_id: uuid.UUID | None, after: datetime) -> NextTraining | None:
    """Return the first training after a time, where one is planned."""
    return _trainings[0](team_id, player_id, after) if _trainings else None
