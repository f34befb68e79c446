"""What a backup holds: each file with its hash, and the state of the code that wrote it.

A folder without a manifest is no backup: it is written last, and by a rename.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

FORMAT = 1
NAME = "manifest.json"
PIECE_BYTES = 4 * 1024**2
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


class BackupError(Exception):
    """A backup cannot be made, read or restored; the message says what would help."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a backup: its path below the backup's folder, size and SHA-256."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        made_at: ISO 8601, UTC.
        version: Axolotl's, which wrote it.
        vendor: `sqlite` or `postgresql`.
        migrations: applied ones, `app.name`.
        tables: columns by table, in the order in which they were written; empty for SQLite, whose file says it.
        entries: every file.
    """

    made_at: str
    version: str
    vendor: str
    migrations: tuple[str, ...]
    tables: dict[str, list[str]] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    format: int = FORMAT

    def below(self, part: str) -> list[Entry]:
        """The files of one part: `database`, `media`, `artefacts`."""
        return [entry for entry in self.entries if entry.path.startswith(f"{part}/")]


def pieces(source: BinaryIO) -> Iterator[bytes]:
    """A file in pieces that fit the memory."""
    while piece := source.read(PIECE_BYTES):
        yield piece


def keep(folder: Path, path: str, content: Iterable[bytes]) -> Entry:
    """Write one file of a backup, readable by its owner only, and answer its entry."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    digest, size = hashlib.sha256(), 0
    target.touch(mode=PRIVATE_FILE)
    with target.open("wb") as file:
        for piece in content:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return Entry(path, size, digest.hexdigest())


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, whole or not at all."""
    draft = folder / f".{NAME}"
    draft.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    draft.chmod(PRIVATE_FILE)
    draft.rename(folder / NAME)


def read(folder: Path) -> Manifest:
    """Read the manifest of a backup.

    Raises:
        BackupError: there is none, or it is of another format.
    """
    try:
        known = json.loads((folder / NAME).read_text(encoding="utf-8"))
        entries = tuple(Entry(**entry) for entry in known.pop("entries"))
        manifest = Manifest(**{**known, "migrations": tuple(known["migrations"]), "entries": entries})
    except FileNotFoundError:
        raise BackupError(f"{folder} is no backup: it has no {NAME}. A backup that was cut off has none.") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupError(f"{folder / NAME} cannot be read ({error}); take another backup.") from None
    if manifest.format != FORMAT:
        raise BackupError(f"The backup has format {manifest.format}, this Axolotl reads {FORMAT}.")
    return manifest


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its hash; nothing is restored from a backup that fails.

    Raises:
        BackupError: files are missing, changed, or named outside the folder.
    """
    wrong = [problem for entry in manifest.entries if (problem := _problem(folder, entry))]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise BackupError(f"The backup is damaged: {'; '.join(wrong[:3])}{more}. Nothing was restored.")


def _problem(folder: Path, entry: Entry) -> str:
    path = PurePosixPath(entry.path)
    if path.is_absolute() or ".." in path.parts:
        return f"{entry.path} lies outside the backup"
    try:
        with (folder / path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return f"{entry.path} is missing"
    return "" if digest == entry.sha256 else f"{entry.path} was changed"
