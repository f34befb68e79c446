"""Peers in environments of their own, driven as a child that talks arrays.

`with Peer("trackers") as peer: peer.call(arrays, {"tracker": "sort"})` starts `tests/bench/children/trackers.py` in
the environment of the section `[trackers]` of `requirements/bench.txt` (made on first use) and keeps it, so that calls
to it and to ours can take turns. The script defines `run(arrays, params) -> dict of arrays` and times itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
REQUIREMENTS = REPOSITORY / "requirements" / "bench.txt"
ENVIRONMENTS = REPOSITORY / "var" / "bench-envs"
CHILD = HERE / "children" / "serve.py"

Arrays = Mapping[str, NDArray[np.generic]]
Params = Mapping[str, str | int | float | bool]

BARE = "--no-deps "
"""Before a line: what it depends on for its windows or its muscles is not needed to measure its arithmetic."""
THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


class PeerError(RuntimeError):
    """A peer could not be installed or failed."""


def requirements_of(peer: str) -> list[str]:
    """Lines of the section `# [peer]` of `requirements/bench.txt`."""
    lines: list[str] = []
    inside = False
    for raw in REQUIREMENTS.read_text().splitlines():
        line = raw.strip()
        if line.startswith("# ["):
            inside = line == f"# [{peer}]"
        elif inside and line and not line.startswith("#"):
            lines.append(line)
    if not lines:
        raise PeerError(f"requirements/bench.txt has no section [{peer}]")
    return lines


def environment(peer: str) -> Path:
    """The Python of the peer's environment, made on first use and again when its section changed."""
    wanted = requirements_of(peer)
    folder = ENVIRONMENTS / peer
    python = folder / "bin" / "python"
    marker = folder / "installed.txt"
    if marker.exists() and marker.read_text().splitlines() == wanted:
        return python
    venv.create(folder, clear=True, with_pip=True, symlinks=True)
    bare = [line.removeprefix(BARE) for line in wanted if line.startswith(BARE)]
    _install(python, peer, [line for line in wanted if not line.startswith(BARE)])
    if bare:
        _install(python, peer, ["--no-deps", *bare])
    marker.write_text("\n".join(wanted) + "\n")
    return python


def _install(python: Path, peer: str, wanted: list[str]) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerError(f"the environment of {peer} could not be installed: {done.stderr.strip()[-500:]}")


class Peer:
    """One running child in a peer's environment; a context manager.

    Args:
        peer: section of `requirements/bench.txt` and name of the script.
        threads: how many the child may use; the same as ours in the rows that compare them.
    """

    def __init__(self, peer: str, *, threads: int = 1) -> None:
        self.name = peer
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")
        script = HERE / "children" / f"{peer}.py"
        self._child = subprocess.Popen(
            [str(environment(peer)), "-P", str(CHILD), str(script)],  # -P: a script may have its peer's name
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=sys.stderr,
            text=True,
            env={**os.environ, **dict.fromkeys(THREAD_LIMITS, str(threads))},
        )

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def call(self, arrays: Arrays, params: Params) -> dict[str, NDArray[np.generic]]:
        """Run the script once on `arrays` and give back the arrays it made."""
        given, made = (str(Path(self._folder.name) / name) for name in ("given.npz", "made.npz"))
        named: dict[str, Any] = dict(arrays)
        np.savez(given, **named)
        if self._child.stdin is None or self._child.stdout is None:
            raise PeerError(f"{self.name} has no pipe")
        self._child.stdin.write(json.dumps({"given": given, "made": made, "params": dict(params)}) + "\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        if not answer:
            raise PeerError(f"{self.name} ended with status {self._child.wait()}")
        failure = json.loads(answer)["error"]
        if failure:
            raise PeerError(f"{self.name}: {failure}")
        with np.load(made) as result:
            return {name: result[name] for name in result.files}

    def close(self) -> None:
        """End the child and remove its files."""
        if self._child.stdin is not None:
            self._child.stdin.close()
        self._child.wait(timeout=30)
        if self._child.stdout is not None:
            self._child.stdout.close()
        self._folder.cleanup()
