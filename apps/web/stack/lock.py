"""One stack per data folder: a lock file that the kernel frees even when the holder is killed."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType

from apps.web.stack.supervisor import StackError


class StackLock:
    """Held while a stack runs; tells a second one where the first is."""

    def __init__(self, path: Path, url: str) -> None:
        self._path = path
        self._url = url

    def __enter__(self) -> StackLock:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(_already_running(self._path)) from None
        self._file.truncate(0)
        json.dump({"pid": os.getpid(), "url": self._url}, self._file)
        self._file.flush()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._path.unlink(missing_ok=True)
        self._file.close()


def _already_running(path: Path) -> str:
    try:
        holder = json.loads(path.read_text())
        return f"Axolotl is already running at {holder['url']} (process {holder['pid']}); stop it with Ctrl-C there."
    except (OSError, ValueError, KeyError):
        return "Axolotl is already starting in this folder; wait a moment or stop the other one with Ctrl-C."
