"""The kinds of file that are taken."""

from __future__ import annotations

from enum import Enum


class FileKind(Enum):
    """A kind of file: what it is called in a message, its endings, its media type."""

    PDF = ("a PDF", ("pdf",), "application/pdf")
    PNG = ("a PNG picture", ("png",), "image/png")
    JPEG = ("a JPEG picture", ("jpg", "jpeg"), "image/jpeg")
    WEBP = ("a WebP picture", ("webp",), "image/webp")
    GIF = ("a GIF picture", ("gif",), "image/gif")
    TXT = ("plain text", ("txt",), "text/plain")
    CSV = ("a table as text", ("csv",), "text/csv")
    DOCX = (
        "a Word document",
        ("docx",),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    XLSX = ("an Excel table", ("xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")

    def __init__(self, label: str, endings: tuple[str, ...], content_type: str) -> None:
        self.label = label
        self.endings = endings
        self.content_type = content_type


ALLOWED = "PDF, PNG, JPEG, WebP, GIF, TXT, CSV, DOCX or XLSX"
BY_ENDING = {ending: kind for kind in FileKind for ending in kind.endings}
