"""Get registered models from their publishers: `python -m vision.weights.download KEY… --out var/models`.

Called as a command only (`manage.py fetch_models` does): nothing is downloaded while a model runs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from shutil import copyfileobj

from vision.errors import ModelError
from vision.weights.convert import publish
from vision.weights.registry import DEFAULT_MODEL_DIR, REGISTRY, ModelEntry, resolve, sha256_of

TIMEOUT_S = 60  # without a byte
ARCHIVE_MEMBER = "end2end.onnx"  # what OpenMMLab calls the model in its archives


def download(key: str, out: Path) -> Path:
    """Put a registered model's file into `out`, whole or not at all; does nothing where it stands.

    Raises:
        ModelError: unknown key, no official address, the address cannot be reached, or what comes is another file.
    """
    entry = REGISTRY.get(key)
    if entry is None or entry.url is None:
        known = ", ".join(name for name, each in REGISTRY.items() if each.url is not None)
        raise ModelError(f"{key!r} cannot be downloaded; these can: {known}")
    try:
        return resolve(key, out)
    except ModelError:
        out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="axolotl-download-") as folder:
        received = _receive(entry.url, Path(folder) / "received")
        if zipfile.is_zipfile(received) and entry.url.endswith(".zip"):
            received = _unpack(received, entry)
        if entry.sha256 is not None and sha256_of(received) != entry.sha256:
            raise ModelError(f"{entry.url} gave another file than the registered {key!r}; nothing was kept")
        return publish(received.read_bytes(), out / entry.file_name)


def _receive(url: str, target: Path) -> Path:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer, target.open("wb") as file:  # noqa: S310 - registry
            copyfileobj(answer, file)
    except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
        raise ModelError(f"{url} cannot be reached ({error}); put the file into the model directory by hand") from error
    return target


def _unpack(archive: Path, entry: ModelEntry) -> Path:
    target = archive.with_suffix(".onnx")
    try:
        with zipfile.ZipFile(archive) as content:
            member = next((name for name in content.namelist() if Path(name).name == ARCHIVE_MEMBER), None)
            if member is None:
                raise ModelError(f"the archive of {entry.key!r} holds no {ARCHIVE_MEMBER}")
            with content.open(member) as source, target.open("wb") as file:
                copyfileobj(source, file)
    except zipfile.BadZipFile as error:
        raise ModelError(f"the archive of {entry.key!r} arrived damaged; run the command again") from error
    return target


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m vision.weights.download", description=__doc__)
    parser.add_argument("keys", nargs="+", metavar="KEY", help="registered models")
    parser.add_argument("--out", type=Path, default=DEFAULT_MODEL_DIR, help="model directory (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        for key in options.keys:
            path = download(key, options.out)
            sys.stdout.write(f"{path} (licence: {REGISTRY[key].licence})\n")
    except ModelError as error:
        sys.stderr.write(f"{error.message}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
