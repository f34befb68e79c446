"""What a session's page shows of its scan, from the app that knows: the scan app registers itself here.

Sessions come before scans in the order of apps, so they may not ask for jobs themselves.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict


class JobSummary(TypedDict):
    """The newest job."""

    job_id: str
    status: str
    progress: float
    step: str | None


class KpiSummary(TypedDict):
    """The figures of a list's row; `None` = not measured."""

    max_speed_mps: float | None
    total_distance_m: float | None
    grade: str | None


class SessionSummary(TypedDict):
    """All that a list's row shows of the scan."""

    job: JobSummary | None
    kpis: KpiSummary | None
    thumbnail_url: str | None


Provider = Callable[[Sequence[uuid.UUID], uuid.UUID], Mapping[uuid.UUID, SessionSummary]]
"""Returns the summaries of a page of sessions in a constant number of queries; sessions without a scan are left out.

The second argument is the user who asks, and who may see these sessions: links in the summaries are theirs.
"""

FiguresProvider = Callable[[Sequence[uuid.UUID]], Mapping[uuid.UUID, KpiSummary]]
"""Returns the figures alone, in a constant number of queries; sessions without any are left out."""

EMPTY: SessionSummary = {"job": None, "kpis": None, "thumbnail_url": None}

_providers: list[Provider] = []
_figures: list[FiguresProvider] = []


def register_provider(provider: Provider) -> None:
    """Make a provider the one that is asked."""
    _providers[:] = [provider]


def register_figures(provider: FiguresProvider) -> None:
    """Make a provider the one that is asked for figures."""
    _figures[:] = [provider]


def figures_of(session_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, KpiSummary]:
    """Return the figures of those of the sessions that have any."""
    return _figures[0](session_ids) if _figures else {}


def summaries_of(session_ids: Sequence[uuid.UUID], user_id: uuid.UUID) -> dict[uuid.UUID, SessionSummary]:
    """Return the summary of every session asked for, with links for the user."""
    found: dict[uuid.UUID, SessionSummary] = {session_id: EMPTY for session_id in session_ids}
    for provider in _providers:
        found.update(provider(session_ids, user_id))
    return found
