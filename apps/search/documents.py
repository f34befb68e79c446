"""A document: what another app hands to the index."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import models

ADULT = 99
"""The n that stands for adults where ages are given as the n of a U-n, as drills do."""
MAX_TITLE = 250
_GROUP = re.compile(r"U-?(\d{1,2})", re.IGNORECASE)


class Kind(models.TextChoices):
    """What an entry is of."""

    SESSION = "session", "Session"
    KPI = "kpi", "Figures over time"
    FEEDBACK = "feedback", "Feedback"
    ARTICLE = "article", "Article"
    DRILL = "drill", "Drill"


@dataclass(frozen=True, slots=True)
class Document:
    """One text that may be found.

    Attributes:
        object_id: the object's id in its own app; with `kind` it names the document.
        text: plain sentences; only what everybody who may read the object may know.
        team_id: whose it is; `None`: for all teams (articles, drills).
        player_id: whom alone it is about: players and guardians find only what is about theirs.
        tags: a few words that are found like the title's.
        age_min, age_max: n of the youngest and oldest U-n that it suits (99: adults too); `None`: all.
    """

    kind: Kind
    object_id: str
    title: str
    text: str
    team_id: UUID | None = None
    player_id: UUID | None = None
    tags: Sequence[str] = ()
    language: str = "en"
    age_min: int | None = None
    age_max: int | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be shown to the right people.

        Raises:
            ValueError: about a player but of no team, or without an id or text.
        """
        if self.player_id is not None and self.team_id is None:
            raise ValueError(f"{self.kind} {self.object_id} is about a player but of no team; give its team_id.")
        if not self.object_id or not cleaned(self.text):
            raise ValueError(f"A document of kind {self.kind} needs an object_id and a text.")


def cleaned(text: str) -> str:
    """Return a text as the index keeps it: PostgreSQL takes no zero bytes."""
    return text.replace("\x00", "").strip()


def age_of(group: str) -> int | None:
    """Return the n of an age group as it is written ("U13", "u-13", "adult"); `None` for "" and "all".

    Raises:
        ValueError: no age group.
    """
    name = group.strip().lower()
    if name in ("", "all"):
        return None
    if name in ("adult", "adults", "senior", "seniors"):
        return ADULT
    found = _GROUP.fullmatch(name)
    if found is None:
        raise ValueError(f"{group!r} is no age group; write U13, adult or all.")
    return int(found[1])


def ages_of(groups: str | Iterable[str]) -> tuple[int | None, int | None]:
    """Return `age_min` and `age_max` of a document that is for these groups ("all", or names as `age_of` reads).

    Raises:
        ValueError: one of them is no age group.
    """
    ages = [age_of(group) for group in ([groups] if isinstance(groups, str) else groups)]
    known = [age for age in ages if age is not None]
    return (None, None) if not known or None in ages else (min(known), max(known))


def content_hash(title: str, text: str, tags: Sequence[str], asked: Sequence[str] = ()) -> str:
    """Return the hash of what a document says, and of how it is asked for (not of whose it is)."""
    said = json.dumps([title, text, list(tags), list(asked)], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
