"""What the staff wrote about a session, without the names of anybody but those it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apps.accounts.models import Player
from apps.feedback.engine.brief import Note
from apps.sessions.models import NoteKind, Session, SessionNote

TARGET = re.compile(
    r"^\s*(?:target|goal|aim|focus|objetivo|meta|foco)\s*[:\-–]\s*(?P<text>.+)$", re.IGNORECASE | re.MULTILINE
)
MOST_NOTES = 8
LONGEST_NOTE = 300
OTHER = {"en": "a team-mate", "es": "alguien del equipo"}


def notes_of(session: Session, player: Player | None, roster: Sequence[Player], language: str) -> list[Note]:
    """Return targets first, then remarks; for one player only those of their own session or that name them."""
    rows = SessionNote.objects.filter(session=session, kind=NoteKind.TEXT).order_by("created_at", "pk")
    others = [other for other in roster if player is None or other.pk != player.pk] if player is not None else []
    hide = _names(others)
    found: list[Note] = []
    for row in rows:
        if player is not None and session.player_id != player.pk and not _name_of(player).search(row.text):
            continue
        text = hide.sub(OTHER[language], row.text) if hide is not None else row.text
        found += _parts(f"note:{row.pk}", text)
    return sorted(found, key=lambda note: not note.target)[:MOST_NOTES]


def _parts(ref: str, text: str) -> Iterator[Note]:
    targets = [match["text"].strip()[:LONGEST_NOTE] for match in TARGET.finditer(text)]
    for number, target in enumerate(targets):
        yield Note(f"{ref}:{number}", target, target=True)
    rest = " ".join(TARGET.sub("", text).split())[:LONGEST_NOTE]
    if rest:
        yield Note(ref, rest)


def _names(players: Sequence[Player]) -> re.Pattern[str] | None:
    words = {word for player in players for word in (player.display_name, player.first_name, player.last_name) if word}
    if not words:
        return None
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})\b", re.IGNORECASE)


def _name_of(player: Player) -> re.Pattern[str]:
    return _names([player]) or re.compile(r"(?!)")
