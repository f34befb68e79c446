"""Media and uploads in a folder of each test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage


@pytest.fixture
def media_root(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where this test's files lie."""
    root = tmp_path / "media"
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
    yield root
    default_storage._wrapped = before


def files_below(root: Path) -> list[str]:
    """Every file, by its path below `root`."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
