"""Spanish words for the drill library."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from django.conf import settings

SPANISH = Path(settings.ROOT) / "fixtures" / "drills.es.yaml"


@lru_cache(maxsize=1)
def spanish_drills() -> Mapping[str, tuple[str, str]]:
    """Return key → title and aim in Spanish."""
    rows: dict[str, list[str]] = yaml.safe_load(SPANISH.read_text(encoding="utf-8"))
    return {key: (row[0], row[1]) for key, row in rows.items()}
