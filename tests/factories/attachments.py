"""Small files of every kind that may lie beside a session, and of kinds that may not."""

from __future__ import annotations

import io
import zipfile

import cv2
import numpy as np

GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00"
    b"!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200) + b"This program cannot be run in DOS mode."


def pdf(body: bytes = b"", tail: bytes = b"\n") -> bytes:
    """The smallest PDF that readers open, with something in it."""
    objects = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj "
    return b"%PDF-1.7\n" + objects + body + b"\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF" + tail


def picture(ending: str) -> bytes:
    """A small picture as OpenCV writes it."""
    pixels = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
    return bytes(cv2.imencode(f".{ending}", pixels)[1].tobytes())


def archive(names: dict[str, bytes]) -> bytes:
    """A ZIP of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in names.items():
            file.writestr(name, content)
    return buffer.getvalue()


def office(main: str = "word/document.xml", **more: bytes) -> bytes:
    """A Word document, or an Excel table by its main part; `more` are further files, "__" for "/"."""
    extra = {name.replace("__", "/"): content for name, content in more.items()}
    return archive({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<R/>", main: b"<w/>" * 100, **extra})


FILES: dict[str, bytes] = {
    "plan.pdf": pdf(),
    "board.png": picture("png"),
    "photo.jpg": picture("jpg"),
    "photo.jpeg": picture("jpg"),
    "photo.webp": picture("webp"),
    "moves.gif": GIF,
    "notes.txt": "Übung 1: Rondo 4 gegen 2\n".encode(),
    "gps.csv": b"player,metres\r\nKim,5120\r\n",
    "report.docx": office(),
    "table.xlsx": office("xl/workbook.xml"),
}
"""A good file of every kind, by name."""
