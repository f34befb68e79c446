"""Plain text, and what must not hide in any file: web pages and scripts."""

from __future__ import annotations

import codecs
import re
from typing import IO

from apps.core.errors import InvalidFile
from apps.sessions.filetypes.pictures import Damaged

PIECE_BYTES = 64 * 1024
OVERLAP = 64
"""Longer than anything that is looked for."""
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PAGE = re.compile(r"<(!doctype|script|html|svg|iframe|object|embed|body|meta|\?php|\?xml|%)|javascript:")
_HIDDEN = re.compile(rb"<(!doctype\s|script[\s>]|html[\s>]|svg[\s>]|iframe[\s>]|\?php)", re.IGNORECASE)
_PDF_ACTIVE = re.compile(rb"/(JavaScript|Launch)\b")
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ZIP_END = b"PK\x05\x06"
ZIP_TAIL = 0xFFFF + 22


def walk_text(file: IO[bytes]) -> None:
    """Read text to its end: UTF-8, UTF-16 with its mark, or the Windows letters of older tables.

    Raises:
        InvalidFile: it is a web page or a script.
        Damaged: it is no text.
    """
    encoding = _encoding(file)
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    last = ""
    while piece := file.read(PIECE_BYTES):
        try:
            text = decoder.decode(piece)
        except UnicodeDecodeError:
            raise Damaged from None
        if _CONTROL.search(text):
            raise Damaged
        if _PAGE.search((last + text).lower().lstrip("\ufeff")):
            raise InvalidFile("The file holds a web page or a script; save it as plain text without tags.")
        last = text[-OVERLAP:]


def _encoding(file: IO[bytes]) -> str:
    file.seek(0)
    start = file.read(4)
    if start.startswith(b"#!"):
        raise InvalidFile("The file holds a script; only plain text is kept.")
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    return "utf-8" if _is_utf8(file) else "latin-1"


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while piece := file.read(PIECE_BYTES):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def walk_pdf(file: IO[bytes], size: int) -> None:
    """Look for the end mark, and for actions that run something (as far as they are not packed).

    Raises:
        InvalidFile: it would run a script or a program.
        Damaged: the end mark is missing, or something follows it.
    """
    file.seek(max(0, size - 2048))
    end = file.read().rpartition(b"%%EOF")
    if not end[1] or end[2].strip(b"\r\n\t \x00"):
        raise Damaged
    file.seek(0)
    last = b""
    while piece := file.read(PIECE_BYTES):
        seen = _PDF_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), last + piece)
        if _PDF_ACTIVE.search(seen):
            raise InvalidFile("The PDF would run a script or a program when it is opened; print it to a new PDF.")
        last = piece[-OVERLAP:]


def refuse_hidden(file: IO[bytes], size: int) -> None:
    """Refuse a file that is also a web page or an archive.

    Raises:
        InvalidFile: it is.
    """
    file.seek(0)
    last = b""
    while piece := file.read(PIECE_BYTES):
        if _HIDDEN.search(last + piece):
            raise InvalidFile("A web page is hidden in the file; save the picture or document anew.")
        last = piece[-OVERLAP:]
    file.seek(max(0, size - ZIP_TAIL))
    if _ZIP_END in file.read():
        raise InvalidFile("An archive is hidden in the file; save the picture or document anew.")
