"""Watching a folder and scanning what lies still in it."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.edge.agent import films
from apps.edge.agent.clock import CorrectedClock
from apps.edge.agent.films import Film, Found
from apps.edge.agent.store import Store
from pipeline.api import ScanRequest, scan_and_extract
from pipeline.errors import PipelineError

log = logging.getLogger("edge")

ENDINGS = frozenset({".mp4", ".mov", ".mkv", ".avi", ".webm"})
PRESETS = frozenset({"fast", "standard", "full"})
RETRY_MS = 60_000


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """How films are looked at.

    Attributes:
        settle_s: a file is taken when its size and time have not changed for so long [s]: cameras write slowly.
        free_bytes: no scan starts with less free on the disk; a scan leaves some 2 MB a minute of film.
        whole: send films as they are, without looking at them here.
        models: what to look with, as `ScanParams` fields, where it is not the preset's own.
    """

    watch: Path
    out: Path
    model_dir: Path
    device: str = "cpu"
    preset: str = "standard"
    settle_s: float = 5.0
    free_bytes: int = 1024**3
    whole: bool = False
    models: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Folder:
    """What was seen in the watched folder at the last look: path → size, time, and since when it is so."""

    settings: ScanSettings
    now_s: Callable[[], float] = time.monotonic
    _seen: dict[Path, tuple[int, int, float]] = field(default_factory=dict)

    def still(self) -> list[tuple[Path, int, int]]:
        """Films that have not changed for long enough: path, size, time."""
        seen: dict[Path, tuple[int, int, float]] = {}
        found = []
        now = self.now_s()
        for path in self._films():
            try:
                stat = path.stat()
            except OSError:
                continue
            size, mtime, since = self._seen.get(path, (-1, -1, now))
            if (size, mtime) != (stat.st_size, stat.st_mtime_ns):
                since = now
            seen[path] = (stat.st_size, stat.st_mtime_ns, since)
            if stat.st_size and now - since >= self.settings.settle_s:
                found.append((path, stat.st_size, stat.st_mtime_ns))
        self._seen = seen
        return found

    @property
    def is_settling(self) -> bool:
        """Whether a file was seen that has not lain still for long enough yet."""
        now = self.now_s()
        return any(now - since < self.settings.settle_s for size, _, since in self._seen.values() if size)

    def _films(self) -> list[Path]:
        try:
            names = sorted(self.settings.watch.iterdir())
        except OSError as error:
            log.error("cannot look into %s: %s", self.settings.watch, error.strerror)
            return []
        films = [path for path in names if path.suffix.lower() in ENDINGS and not path.name.startswith(".")]
        return [path for path in films if not path.is_symlink()]  # a link would send what lies elsewhere


@dataclass(slots=True)
class Scanner:
    """Takes films from the folder and scans them one after the other.

    Attributes:
        scan: what looks at a film; the tests have one that knows the answer.
        stop: set when the agent is to end; a scan under way ends with the process and goes on at the next start.
    """

    store: Store
    clock: CorrectedClock
    settings: ScanSettings
    stop: threading.Event = field(default_factory=threading.Event)
    scan: Callable[..., tuple[Any, bytes]] = scan_and_extract
    folder: Folder = field(init=False)

    def __post_init__(self) -> None:
        self.folder = Folder(self.settings)

    def look(self) -> None:
        """Take what is new and lies still; each content once, whatever its name."""
        self.clock.anchor = self.store.anchor() or self.clock.anchor  # the network's thread measures
        for path, size, mtime_ns in self.folder.still():
            if films.is_known(self.store, path, size, mtime_ns):
                continue
            try:
                sha256 = films.sha256_of(path)
                stat = path.stat()
            except OSError:
                continue
            if (stat.st_size, stat.st_mtime_ns) != (size, mtime_ns):
                continue  # it changed while it was read
            found = Found(path, size, mtime_ns, sha256)
            film = films.take(self.store, found, now_ms=self.clock.now_ms(), corrected=self.clock.is_measured)
            if film is None:
                log.info("%s was here before under another name or time; nothing to do", path.name)
            else:
                log.info("%s is taken (%.1f MB)", path.name, size / 1e6)

    def work(self) -> bool:
        """Scan the next film; False where there is none to be scanned now."""
        waiting = films.due(self.store, (films.QUEUED,), self.clock.now_ms())
        if not waiting or self.stop.is_set():
            return False
        film = waiting[0]
        if self.settings.whole:
            return films.move(self.store, film, films.WHOLE)
        if shutil.disk_usage(self.settings.out).free < self.settings.free_bytes:
            log.error("less than %.0f MB are free: no scan is started", self.settings.free_bytes / 1e6)
            return False
        self._scan(film)
        return True

    def packed(self, sha256: str) -> Path:
        """Where a film's arrays lie until they are delivered."""
        return self.settings.out / f"{sha256[:16]}.npz"

    def work_folder(self, sha256: str) -> Path:
        """Where a scan keeps its steps, so that a killed one goes on."""
        return self.settings.out / sha256[:16]

    def clean(self, film: Film) -> None:
        """Remove what was made of a film but for its figures; the film itself is its owner's."""
        self.packed(film.sha256).unlink(missing_ok=True)
        shutil.rmtree(self.work_folder(film.sha256) / "artefacts", ignore_errors=True)

    def _scan(self, film: Film) -> None:
        began = time.monotonic()
        preset = str(film.said.get("preset", self.settings.preset))
        request = ScanRequest(
            video=film.path,
            out_dir=self.work_folder(film.sha256),
            preset=preset if preset in PRESETS else self.settings.preset,
            overlay=False,
            overrides=self.settings.models,
        )
        log.info("scanning %s", film.path.name)
        try:
            _, content = self.scan(request, self.settings.model_dir, self.settings.device)
        except PipelineError as error:
            self._failed(film, error)
            return
        partial = self.packed(film.sha256).with_suffix(".part")
        partial.write_bytes(content)
        partial.replace(self.packed(film.sha256))
        films.move(self.store, film, films.SCANNED)
        seconds = time.monotonic() - began
        log.info("%s is scanned in %.0f s; %.0f kB are to be sent", film.path.name, seconds, len(content) / 1e3)

    def _failed(self, film: Film, error: PipelineError) -> None:
        if error.retryable and film.attempts + 1 < films.MAX_ATTEMPTS:
            later = self.clock.now_ms() + RETRY_MS
            films.move(self.store, film, films.QUEUED, attempts=film.attempts + 1, not_before_ms=later)
            log.warning("%s failed, trying again in a minute: %s", film.path.name, error.message)
        else:
            films.move(self.store, film, films.FAILED, error=error.message)
            log.error("%s cannot be scanned: %s", film.path.name, error.message)
            self.clean(film)
