"""Spanish words for the drills and articles of the library."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings

FOLDER = Path(settings.ROOT) / "fixtures"


@lru_cache(maxsize=1)
def spanish_drills() -> Mapping[str, tuple[str, str]]:
    """Return key → title and aim in Spanish."""
    return _pairs("drills.es.yaml")


@lru_cache(maxsize=1)
def spanish_articles() -> Mapping[str, tuple[str, str]]:
    """Return slug → title and summary in Spanish."""
    return _pairs("knowledge.es.yaml")


def _pairs(name: str) -> Mapping[str, tuple[str, str]]:
    rows: dict[str, list[str]] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return {key: (row[0], row[1]) for key, row in rows.items()}
