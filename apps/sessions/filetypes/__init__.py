"""Which files may lie beside a session: judged by what is in them; the name must agree.

Taken: PDF, PNG, JPEG, WebP, GIF, plain text, CSV, Word (.docx) and Excel (.xlsx). Not taken: films (they are scanned),
programs, archives, web pages and SVG (they can carry scripts), macros, and files that are two kinds at once. Nothing is
ever unpacked or decoded: structures are walked with a few bytes in memory. What gets in is still only ever sent as a
download with `nosniff`.
"""

from __future__ import annotations

from apps.sessions.filetypes.inspection import inspect
from apps.sessions.filetypes.kinds import FileKind
from apps.sessions.filetypes.names import clean_name, kind_by_name

__all__ = ["FileKind", "clean_name", "inspect", "kind_by_name"]
