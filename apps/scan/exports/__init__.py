"""What a scan found as files that other programs read: one module a format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from apps.scan.exports.angles import write_angles
from apps.scan.exports.c3d import write_c3d
from apps.scan.exports.coco import write_coco
from apps.scan.exports.csv import write_csv
from apps.scan.exports.epts import write_epts
from apps.scan.exports.glb import write_glb
from apps.scan.exports.json import write_json
from apps.scan.exports.mot import write_mot
from apps.scan.exports.report import write_pdf
from apps.scan.exports.source import ExportSource, gather, of_one
from apps.scan.exports.trc import write_trc
from apps.scan.exports.vtt import write_vtt
from apps.sessions.models import Session

__all__ = ["FORMATS", "ExportFormat", "ExportSource", "file_name", "gather", "of_one"]

_NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A kind of file.

    Attributes:
        suffix: end of the file's name.
        write: makes the file piece by piece; asks no database. Raises `NotFound` before the first one.
        told: needs what `gather(told=True)` reads.
        of_one: may be asked for one person's track alone.
    """

    suffix: str
    content_type: str
    write: Callable[[ExportSource], Iterator[bytes]]
    told: bool = False
    of_one: bool = False


FORMATS: Mapping[str, ExportFormat] = {
    "json": ExportFormat(".json", "application/json", write=write_json),
    "csv": ExportFormat(".csv", "text/csv; charset=utf-8", write=write_csv),
    "mot": ExportFormat("-mot.txt", "text/plain; charset=utf-8", write=write_mot),
    "trc": ExportFormat(".trc", "text/plain; charset=utf-8", write=write_trc),
    "c3d": ExportFormat(".c3d", "application/octet-stream", write=write_c3d),
    "coco": ExportFormat("-coco.json", "application/json", write=write_coco),
    "epts": ExportFormat("-epts.zip", "application/zip", write=write_epts, told=True),
    "vtt": ExportFormat(".vtt", "text/vtt; charset=utf-8", write=write_vtt, told=True),
    "pdf": ExportFormat(".pdf", "application/pdf", write=write_pdf, told=True),
    "glb": ExportFormat(".glb", "model/gltf-binary", write=write_glb, of_one=True),
    "angles": ExportFormat("-angles.csv", "text/csv; charset=utf-8", write=write_angles, of_one=True),
}


def file_name(session: Session, suffix: str) -> str:
    """What the file is called when it is saved: the session's title in letters that every system takes."""
    plain = unicodedata.normalize("NFKD", session.title).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-")[:_NAME_LENGTH].strip("-")
    return f"{stem or f'session-{session.start:%Y-%m-%d}'}{suffix}"
