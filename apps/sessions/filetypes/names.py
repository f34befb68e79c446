"""What a file may be called."""

from __future__ import annotations

import unicodedata

from apps.core.errors import InvalidFile
from apps.sessions.filetypes.kinds import ALLOWED, BY_ENDING, FileKind

MAX_NAME = 200
_JOINERS = "\u200c\u200d"
"""Invisible, but part of Persian and Indian words and of emoji."""
_NEVER = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def clean_name(name: str) -> str:
    """Return the name in its one form.

    Raises:
        InvalidFile: empty, too long, with a folder in it, or with characters that hide how it really ends.
    """
    plain = unicodedata.normalize("NFC", name).strip()
    if not plain or not plain.strip(". "):
        raise InvalidFile("The file has no name.")
    if len(plain) > MAX_NAME:
        raise InvalidFile(f"The file's name has {len(plain)} characters; at most {MAX_NAME} are kept. Rename it.")
    if "/" in plain or "\\" in plain:
        raise InvalidFile("The file's name contains a folder; send the name alone.")
    if any(unicodedata.category(letter) in _NEVER and letter not in _JOINERS for letter in plain):
        raise InvalidFile("The file's name contains invisible characters; rename it.")
    return plain


def kind_by_name(name: str) -> FileKind:
    """Return the kind that a name claims.

    Raises:
        InvalidFile: no ending, or one that is not taken.
    """
    stem, dot, ending = name.rpartition(".")
    kind = BY_ENDING.get(ending.lower()) if dot and stem.strip(". ") else None
    if kind is None:
        raise InvalidFile(f"'{name[-80:]}' is not a kind of file that is kept here. Use {ALLOWED}.")
    return kind
