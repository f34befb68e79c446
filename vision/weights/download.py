"""Get models from their publishers: `python -m vision.weights.download KEY… --out var/models`.

Like `fetch`, a command and nothing that a scan calls: the hash is checked before a file takes its name.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence
from pathlib import Path

from vision.errors import ModelError
from vision.weights.registry import DEFAULT_MODEL_DIR, REGISTRY, ModelEntry, resolve, sha256_of

TIMEOUT_S = 60
ARCHIVED_MODEL = "end2end.onnx"
"""Name of the model inside OpenMMLab's archives."""


def download(key: str, out: Path) -> Path:
    """The model's file in `out`, downloaded from its publisher unless it stands there already.

    Raises:
        ModelError: unknown key, no official download, the publisher cannot be reached or sent another file.
    """
    entry = REGISTRY.get(key)
    if entry is None:
        raise ModelError(f"no model is called {key!r}; known: {', '.join(REGISTRY)}")
    try:
        return resolve(key, out)
    except ModelError:
        pass
    if entry.url is None:
        raise ModelError(f"model {key!r} has no official download ({entry.source}); `make models` makes embedded ones")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".download-", dir=out) as scratch:
        got = _model_file(_download(entry, entry.url, Path(scratch)))
        if entry.sha256 is not None and sha256_of(got) != entry.sha256:
            raise ModelError(f"{entry.url} sent another file than the registered one; nothing was kept")
        got.replace(out / entry.file_name)
    return resolve(key, out)


def _download(entry: ModelEntry, url: str, folder: Path) -> Path:
    target = folder / Path(url).name
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer, target.open("wb") as file:  # noqa: S310
            shutil.copyfileobj(answer, file)
    except (urllib.error.URLError, OSError) as error:
        raise ModelError(f"model {entry.key!r} could not be downloaded from {url}: {error}") from error
    return target


def _model_file(path: Path) -> Path:
    if path.suffix != ".zip":
        return path
    with zipfile.ZipFile(path) as archive:
        members = [name for name in archive.namelist() if Path(name).name == ARCHIVED_MODEL]
        if not members:
            raise ModelError(f"{path.name} holds no {ARCHIVED_MODEL}; nothing was kept")
        target = path.with_name(ARCHIVED_MODEL)
        with archive.open(members[0]) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file)
    return target


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m vision.weights.download", description=__doc__)
    parser.add_argument("keys", nargs="+", metavar="KEY", help="models to get")
    parser.add_argument("--out", type=Path, default=DEFAULT_MODEL_DIR, help="model directory (default: %(default)s)")
    options = parser.parse_args(arguments)
    for key in options.keys:
        try:
            sys.stdout.write(f"{key}: {download(key, options.out)}\n")
        except ModelError as error:
            sys.stderr.write(f"{error.message}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
