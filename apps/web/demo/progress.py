"""The demo scan's progress in a terminal: one line that grows where there is one, plain lines elsewhere."""

from __future__ import annotations

from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn


class ScanDisplay:
    """Shows the states of a job as they come."""

    def __init__(self, stream: Any) -> None:
        out: TextIO = getattr(stream, "_out", stream)
        self._console = Console(file=out, highlight=False)
        columns = (TextColumn("{task.description:32}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=self._console)
        self._task = self._progress.add_task("waiting for a worker", total=100)
        self._last = ""
        if self._console.is_terminal:
            self._progress.start()

    def show(self, state: dict[str, Any]) -> None:
        """Take the newest state of `/api/scan/:id/status`."""
        words = _words(state)
        if self._console.is_terminal:
            self._progress.update(self._task, description=words, completed=state["progress"])
        elif words != self._last:
            self._console.print(f"  {state['progress']:5.1f} %  {words}")
        self._last = words

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._console.is_terminal:
            self._progress.stop()


def _words(state: dict[str, Any]) -> str:
    if state["status"] == "failed":
        return f"scan failed: {state['error']['message']}"
    if state["status"] != "running":
        return f"scan {state['status']}"
    return f"scanning: {state['step']}"
