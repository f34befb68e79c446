"""What the project's own articles and drills carry besides their text: how coaches ask for them, and what belongs
together. Both are files beside the articles, read once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from django.conf import settings

from apps.search.documents import Kind

FOLDER = Path(settings.ROOT) / "fixtures" / "knowledge"
RANK_STEP = 0.08
"""How much less each further text of a list belongs to the first."""
BACK = 0.4
"""How much the first belongs to those that it names."""


@lru_cache(maxsize=1)
def _asked() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return MappingProxyType(_read("asked.yaml"))


def asked_for(kind: str, object_id: str) -> Sequence[str]:
    """Return how coaches ask for an article or drill; none for any other."""
    return tuple(_asked().get(str(kind), {}).get(object_id, ()))


@lru_cache(maxsize=1)
def relations() -> Mapping[str, Mapping[str, float]]:
    """Return what belongs together: for each slug or key the others with a closeness between 0 and 1."""
    found: dict[str, dict[str, float]] = {}
    lists = _read("related.yaml")
    for first, named in lists.items():
        for rank, other in enumerate(named):
            _link(found, first, other, 1.0 - RANK_STEP * rank)
            _link(found, other, first, BACK)
    return MappingProxyType(found)


def has_relations(kind: str) -> bool:
    """Return whether texts of a kind are among the related ones."""
    return kind in (Kind.ARTICLE, Kind.DRILL)


def _link(found: dict[str, dict[str, float]], one: str, other: str, closeness: float) -> None:
    links = found.setdefault(one, {})
    links[other] = max(links.get(other, 0.0), closeness)


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return content
