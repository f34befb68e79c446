"""Media, uploads and artefacts in a folder of each test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from apps.scan.adapters import install_ports
from pipeline.ports import install, installed


@pytest.fixture
def media_root(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where this test's files lie."""
    root, ports = tmp_path / "media", installed()
    settings.UPLOAD_ROOT = root / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR = root / "incoming"
    settings.UPLOAD_ROOT.mkdir(parents=True)
    before = default_storage._wrapped
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(root), "base_url": "/media/"},
        },
    }
    settings.ARTEFACT_ROOT = tmp_path / "artefacts"
    install_ports()
    yield root
    install(ports)
    default_storage._wrapped = before


def files_below(root: Path) -> list[str]:
    """Every file, by its path below `root`."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
