"""What a player's own figures say: which of them fell below what the player did before, by more than their error."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from apps.calendar.models import FocusArea
from apps.calendar.planner import Evidence
from apps.core.units import Scale
from apps.scan.models import SessionKPI
from vision.kpi.catalogue import CATALOGUE

SESSIONS = 9
"""The newest one against at most eight before it."""
LEAST_BEFORE = 3
FOCUS_OF: Mapping[str, FocusArea] = {
    "max_speed_mps": FocusArea.SPEED,
    "sprint_count": FocusArea.SPEED,
    "high_speed_distance_m": FocusArea.ENDURANCE,
    "total_distance_m": FocusArea.ENDURANCE,
}
PER_SESSION = frozenset({"sprint_count", "high_speed_distance_m", "total_distance_m"})
"""Sums depend on how long a session was: compared only between sessions of the same type and the like length."""
LIKE_LENGTH = 0.2
LONG = 100.0
"""From here on nobody wants tenths."""


Telling = Callable[[str, str], Scale]
"""Key and unit of the catalogue → how whoever asks is told it."""


def findings_of(player_id: uuid.UUID, telling: Telling) -> list[tuple[FocusArea, Evidence]]:
    """Areas whose figures fell, with the figures (one query). Nothing where too few sessions were measured."""
    rows = list(
        SessionKPI.objects.filter(player_id=player_id, is_current=True)
        .select_related("session")
        .order_by("-session__start", "pk")[:SESSIONS]
    )
    found = [evidence for key in FOCUS_OF if (evidence := _fell(key, rows, telling)) is not None]
    return [(FOCUS_OF[evidence["ref"].partition("@")[0]], evidence) for evidence in found]


def _fell(key: str, rows: Sequence[SessionKPI], telling: Telling) -> Evidence | None:
    if not rows or getattr(rows[0], key) is None:
        return None
    newest, *others = rows
    before = [getattr(row, key) for row in others if getattr(row, key) is not None and _comparable(key, newest, row)]
    high = getattr(newest, f"{key}_high")
    if len(before) < LEAST_BEFORE or high is None or high >= fmean(before):
        return None
    value, usual = getattr(newest, key), fmean(before)
    scale = telling(key, CATALOGUE[key].unit)
    made_up = " (synthetic)" if newest.synthetic else ""
    text = (
        f"{CATALOGUE[key].title} of the last session{made_up}: {_told(value, scale)}, "
        f"below the {_told(usual, scale)} of the {len(before)} before, by more than its error."
    )
    return Evidence(kind="kpi", ref=f"{key}@{newest.session_id}", text=text, value=value)


def _told(value: float, scale: Scale) -> str:
    shown = round(value * scale.factor, 1)
    whole = shown >= LONG or (not scale.unit and shown == round(shown))
    return f"{shown:.{0 if whole else 1}f} {scale.unit}".rstrip()


def _comparable(key: str, newest: SessionKPI, row: SessionKPI) -> bool:
    if (row.catalogue_version, row.synthetic) != (newest.catalogue_version, newest.synthetic):
        return False
    if key not in PER_SESSION:
        return True
    lengths = [_minutes(kpi) for kpi in (newest, row)]
    if lengths[0] is None or lengths[1] is None or row.session.session_type != newest.session.session_type:
        return False
    return abs(lengths[0] - lengths[1]) <= LIKE_LENGTH * max(lengths[0], lengths[1])


def _minutes(row: SessionKPI) -> float | None:
    session = row.session
    return None if session.end is None else (session.end - session.start).total_seconds() / 60
