"""Word and Excel files: ZIP archives of XML, judged by their list of contents; nothing is unpacked."""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from typing import IO

from apps.core.errors import InvalidFile
from apps.sessions.filetypes.kinds import ALLOWED, FileKind
from apps.sessions.filetypes.pictures import Damaged

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
MAX_COMMENT = 0xFFFF
MAX_ENTRIES = 5_000
MAX_LIST_BYTES = 2 * 1024**2
MAX_UNPACKED_BYTES = 512 * 1024**2
MAX_RATIO = 200
"""Unpacked to packed; XML of a large table reaches 50, a bomb a thousand."""
ENCRYPTED = 0x1
STORED, DEFLATED = 0, 8
CONTENT_TYPES = "[Content_Types].xml"
MAIN_PARTS = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
_ACTIVE = re.compile(
    r"(vbaproject\.bin$|(^|/)activex/|oleobject[^/]*\.bin$|\.(exe|dll|scr|com|js|vbs|bat|cmd|ps1|jar|html?|svg|hta)$)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive: where it begins, its sizes [bytes], how it is packed."""

    name: str
    offset: int
    packed: int
    unpacked: int
    method: int
    is_encrypted: bool


def walk_office(file: IO[bytes], size: int) -> FileKind:
    """Return what an archive is.

    Raises:
        InvalidFile: not an Office file, or one with macros, programs, a password or a bomb in it.
        Damaged: the archive does not hold.
    """
    entries = _entries(file, size)
    names = [entry.name for entry in entries]
    kinds = [kind for part, kind in MAIN_PARTS.items() if part in names]
    if len(kinds) != 1 or CONTENT_TYPES not in names:
        raise InvalidFile(f"The file is an archive; archives are not kept here. Use {ALLOWED}.")
    _check_names(names)
    _check_sizes(entries, size)
    return kinds[0]


def _entries(file: IO[bytes], size: int) -> list[Entry]:
    start = max(0, size - MAX_COMMENT - _END.size)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise Damaged
    _, disk, list_disk, here, count, length, offset, comment = _END.unpack_from(tail, at)
    whole = (disk, list_disk, here) == (0, 0, count) and at + _END.size + comment == len(tail)
    if not whole or offset + length != start + at or not 0 < count <= MAX_ENTRIES or length > MAX_LIST_BYTES:
        raise Damaged
    file.seek(offset)
    return _parsed(file.read(length), count)


def _parsed(listed: bytes, count: int) -> list[Entry]:
    entries, at = [], 0
    for _ in range(count):
        if at + _ENTRY.size > len(listed):
            raise Damaged
        found = _ENTRY.unpack_from(listed, at)
        name, extra, comment = found[10:13]
        if found[0] != b"PK\x01\x02":
            raise Damaged
        text = listed[at + _ENTRY.size : at + _ENTRY.size + name].decode("utf-8", "replace")
        entries.append(Entry(text, found[16], found[8], found[9], found[4], bool(found[3] & ENCRYPTED)))
        at += _ENTRY.size + name + extra + comment
    if at != len(listed):
        raise Damaged
    return entries


def _check_names(names: list[str]) -> None:
    for name in names:
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or not name.isprintable():
            raise InvalidFile("The document contains a file that would be unpacked elsewhere; it is not kept.")
        if _ACTIVE.search(name.lower()):
            raise InvalidFile("The document contains macros or programs; save it without them.")
    if len({name.lower() for name in names}) != len(names):
        raise Damaged


def _check_sizes(entries: list[Entry], size: int) -> None:
    if any(entry.is_encrypted for entry in entries):
        raise InvalidFile("The document has a password; save it without one.")
    if any(entry.method not in (STORED, DEFLATED) for entry in entries):
        raise Damaged
    unpacked = sum(entry.unpacked for entry in entries)
    if unpacked > min(MAX_UNPACKED_BYTES, MAX_RATIO * size):
        raise InvalidFile(f"The document would unpack to {unpacked / 1024**2:.0f} MB; that is not a document.")
    in_order = sorted(entries, key=lambda entry: entry.offset)
    ends = [entry.offset + entry.packed for entry in in_order]
    overlaps = any(end > following.offset for end, following in zip(ends, in_order[1:], strict=False))
    if in_order[0].offset != 0 or overlaps or ends[-1] > size:
        raise Damaged


def size_of(file: IO[bytes]) -> int:
    """Length of an open file [bytes]."""
    return file.seek(0, os.SEEK_END)
