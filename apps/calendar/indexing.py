"""Drills as the search index knows them: what they are for and how they go, for all teams."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from apps.calendar.models import Drill, FocusArea
from apps.search import sources
from apps.search.documents import Document, Kind


def register() -> None:
    """Tell the index where drills come from; called when Django is ready."""
    sources.register(Kind.DRILL, drill_documents)


def drill_documents(team_id: UUID | None) -> Iterator[Document]:
    """Yield every drill; they are for all teams, so a team has none of its own."""
    if team_id is None:
        for drill in Drill.objects.order_by("key"):
            yield _document(drill)


def _document(drill: Drill) -> Document:
    areas = [FocusArea(area).label for area in drill.focus]
    paragraphs = [
        f"{drill.aim} Trains {', '.join(areas).lower()}.",
        drill.setup,
        " ".join(drill.steps),
        " ".join(drill.progressions),
        f"{drill.load} Intensity {drill.get_intensity_display().lower()}.",
        " ".join(drill.safety),
    ]
    return Document(
        kind=Kind.DRILL,
        object_id=drill.key,
        title=drill.title,
        text="\n".join(paragraph for paragraph in paragraphs if paragraph),
        tags=areas,
        age_min=drill.youngest,
        age_max=drill.oldest,
    )
