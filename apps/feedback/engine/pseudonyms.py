"""Names out, tokens in: what leaves for a language model knows nobody, and what comes back is about people again.

Pure: takes the names as `Secret`s (`engine.people` reads them) and looks for what nobody listed by its form: e-mail
addresses, links, telephone numbers, ids, street addresses, dates of birth, and a name beside "his father".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from apps.core.folding import fold
from apps.feedback.engine.disguise import FORMS, readable


class Kind(StrEnum):
    """What a token stands for."""

    PLAYER = "PLAYER"
    PERSON = "PERSON"
    TEAM = "TEAM"
    MAIL = "MAIL"
    LINK = "LINK"
    PHONE = "PHONE"
    ID = "ID"
    ADDRESS = "ADDRESS"
    BIRTH = "DATE"


@dataclass(frozen=True, slots=True)
class Secret:
    """Somebody or something to be hidden.

    Attributes:
        key: what it is outside (a player's id), to ask for its token.
        words: every way in which it may be written.
        shown: what is put back.
    """

    kind: Kind
    key: str
    words: tuple[str, ...]
    shown: str


TOKEN = re.compile(r"\[(?:" + "|".join(kind.value for kind in Kind) + r")_[A-Z]+\]")
_PARTICLES = "al bin da das de del den der di do dos du el ibn la las le los ten ter van von y zu"
_COMMON = (
    "angel art august blanco bueno cruz delgado faith fuerte good grace grant hope joy june leal leon long luz mar "
    "mark marks may moreno paz pilar ray rey rich rio rojo rosa rose sol strong summer sun will young"
)
PARTICLES = frozenset(_PARTICLES.split())
COMMON = frozenset(_COMMON.split())
"""Names that are words too: hidden only where they are written with a capital."""
SHORTEST_PART = 3
"""A shorter part of a name ("Jo-Al" has "Al") would be found in plain words."""


class Pseudonyms:
    """One text's tokens: the same secret has the same token throughout, and only what was issued is put back."""

    def __init__(self, secrets: Iterable[Secret] = (), *, today: date) -> None:
        self._today = today
        self._shown: dict[str, str] = {}
        self._token_of: dict[str, str] = {}
        self._found: dict[tuple[Kind, str], str] = {}
        self._counts: dict[Kind, int] = {}
        self._names: list[tuple[re.Pattern[str], str, bool]] = []
        words: list[tuple[str, str]] = []
        for secret in secrets:
            token = self._issue(secret.kind)
            self._shown[token], self._token_of[secret.key] = secret.shown, token
            words += [(word, token) for word in _ways(secret)]
        for word, token in sorted(set(words), key=lambda pair: (-len(pair[0]), pair)):
            self._names.append((_pattern(word), token, word in COMMON))

    def token_of(self, key: str) -> str | None:
        """The token of a secret by its key."""
        return self._token_of.get(key)

    def tokens(self, kind: Kind) -> frozenset[str]:
        """The tokens of the listed secrets of a kind."""
        return frozenset(token for token in self._shown if token.startswith(f"[{kind.value}_"))

    def issued(self) -> frozenset[str]:
        """Every token that can be put back."""
        return frozenset(self._shown)

    def hide(self, text: str) -> str:
        """Return the text without anybody's name, address or number."""
        hidden = readable(text)
        for form in FORMS:
            hidden = form.replace(hidden, self._today, lambda kind, found: self._token_for(Kind(kind), found))
        for pattern, token, capital in self._names:
            hidden = _replace_folded(hidden, pattern, token, capital=capital)
        return hidden

    def hide_all(self, value: object) -> object:
        """Hide in every text of a JSON value, keys too."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, Mapping):
            return {self.hide(str(key)): self.hide_all(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.hide_all(item) for item in value]
        return value

    def restore(self, text: str) -> str:
        """Put the names of listed secrets back; a token of another kind stays (`unknown` tells)."""
        return TOKEN.sub(lambda match: self._shown.get(match[0], match[0]), text)

    def unknown(self, text: str, allowed: Iterable[str] | None = None) -> list[str]:
        """Tokens in a text that were never issued, may not be put back, or are not among the allowed ones."""
        known = set(self._shown) if allowed is None else set(allowed) & set(self._shown)
        return sorted({match[0] for match in TOKEN.finditer(text)} - known)

    def _token_for(self, kind: Kind, found: str) -> str:
        key = (kind, fold(found))
        if key not in self._found:
            self._found[key] = self._issue(kind)
        return self._found[key]

    def _issue(self, kind: Kind) -> str:
        number = self._counts.get(kind, 0)
        self._counts[kind] = number + 1
        return f"[{kind.value}_{_letters(number)}]"


def _letters(number: int) -> str:
    """A, B, … Z, AA: letters, so that a token carries no number that a figure could be taken for."""
    first, last = divmod(number, 26)
    return (_letters(first - 1) if first else "") + chr(ord("A") + last)


def _ways(secret: Secret) -> set[str]:
    """Whole names and, of people, their parts; folded."""
    whole = {" ".join(fold(word).split()) for word in secret.words} - {""}
    if secret.kind not in (Kind.PLAYER, Kind.PERSON):
        return whole
    parts = {part for name in whole if "@" not in name for part in re.split(r"[\s\-‐'’.]+", name)}
    return whole | {part for part in parts if len(part) >= SHORTEST_PART and part not in PARTICLES}


def _pattern(word: str) -> re.Pattern[str]:
    """The folded word by itself, however its parts are joined, a plural or genitive s allowed."""
    joined = r"[\s\-‐_'’.]*".join(map(re.escape, re.split(r"[\s\-‐'’.]+", word)))
    return re.compile(rf"(?<![^\W_]){joined}(?=s?(?![^\W_]))")


def _replace_folded(text: str, pattern: re.Pattern[str], token: str, *, capital: bool) -> str:
    """Replace where the pattern fits the folded text, in the text as it is written."""
    letters, origin = [], []
    for place, letter in enumerate(text):
        for part in fold(letter):
            letters.append(part)
            origin.append(place)
    pieces, end = [], 0
    taken = [match.span() for match in TOKEN.finditer(text)]
    for match in pattern.finditer("".join(letters)):
        if match.start() == match.end():
            continue
        first, last = origin[match.start()], origin[match.end() - 1] + 1
        inside = any(start < last and first < stop for start, stop in taken)
        if first < end or inside or (capital and not text[first].isupper()):
            continue
        pieces += [text[end:first], token]
        end = last
    return "".join([*pieces, text[end:]])
