"""What is in a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import IO

from apps.core.errors import InvalidFile
from apps.sessions.filetypes.kinds import ALLOWED, FileKind
from apps.sessions.filetypes.names import kind_by_name
from apps.sessions.filetypes.office import size_of, walk_office
from apps.sessions.filetypes.pictures import Damaged, walk_gif, walk_jpeg, walk_png, walk_webp
from apps.sessions.filetypes.texts import refuse_hidden, walk_pdf, walk_text

_STARTS: tuple[tuple[re.Pattern[bytes], FileKind], ...] = (
    (re.compile(rb"%PDF-[12]\.\d"), FileKind.PDF),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), FileKind.PNG),
    (re.compile(rb"\xff\xd8\xff"), FileKind.JPEG),
    (re.compile(rb"GIF8[79]a"), FileKind.GIF),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), FileKind.WEBP),
)
_FOREIGN: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"MZ.*\x00", re.DOTALL), "a Windows program"),
    (re.compile(rb"\x7fELF|\xca\xfe\xba\xbe|[\xcf\xce]\xfa\xed\xfe"), "a program"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Office file or one with a password; save it as .docx or .xlsx"),
    (re.compile(rb"....ftyp(heic|heix|mif1|msf1|avif)", re.DOTALL), "a HEIC or AVIF picture; send it as JPEG"),
    (re.compile(rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI ", re.DOTALL), "a film; films are added as a scan"),
    (re.compile(rb"Rar!|7z\xbc\xaf|\x1f\x8b|BZh[1-9]1AY|\xfd7zXZ"), "an archive"),
)
_WALKS: dict[FileKind, Callable[[IO[bytes], int], None]] = {
    FileKind.PDF: walk_pdf,
    FileKind.PNG: walk_png,
    FileKind.JPEG: walk_jpeg,
    FileKind.WEBP: walk_webp,
    FileKind.GIF: walk_gif,
}
_TEXTS = (FileKind.TXT, FileKind.CSV)


def inspect(path: Path, name: str) -> FileKind:
    """Return what a file is, having read its structure to the end with little memory.

    Args:
        path: the whole file.
        name: how it is called; its ending must fit.

    Raises:
        InvalidFile: empty, of a kind that is not taken, damaged, disguised, or with something active in it.
    """
    claimed = kind_by_name(name)
    with path.open("rb") as file:
        size = size_of(file)
        if size == 0:
            raise InvalidFile("The file is empty.")
        try:
            found = _found(file, size)
        except Damaged:
            raise InvalidFile(f"'{name[-80:]}' is damaged or not {claimed.label}; save it anew.") from None
    if found in _TEXTS and claimed in _TEXTS:
        return claimed
    if found is not claimed:
        raise InvalidFile(
            f"'{name[-80:]}' is named .{claimed.endings[0]} but holds {found.label}; name it .{found.endings[0]}."
        )
    return found


def _found(file: IO[bytes], size: int) -> FileKind:
    file.seek(0)
    start = file.read(4096)
    for pattern, foreign in _FOREIGN:
        if pattern.match(start):
            raise InvalidFile(f"The file holds {foreign}. Kept are {ALLOWED}.")
    if start.startswith(b"PK\x03\x04"):
        return walk_office(file, size)
    for pattern, kind in _STARTS:
        if pattern.match(start):
            _WALKS[kind](file, size)
            refuse_hidden(file, size)
            return kind
    walk_text(file)
    return FileKind.TXT
