"""KPI rows as facts: values with their intervals, what is missing and why, and change beyond doubt."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, tzinfo
from statistics import fmean, pstdev
from typing import Any, Literal

from apps.feedback.engine.brief import Fact, FactKind, Missing, Trend
from apps.scan.models import SessionKPI
from apps.sessions.models import Session
from vision.kpi.catalogue import CATALOGUE

SPOKEN = (
    "max_speed_mps",
    "mean_speed_mps",
    "total_distance_m",
    "distance_per_min_m",
    "high_speed_distance_m",
    "sprint_distance_m",
    "sprint_count",
    "high_intensity_runs",
    "repeated_sprint_bouts",
    "accelerations_high",
    "decelerations_high",
    "movement_area_m2",
    "nearest_teammate_m",
    "ball_distance_m",
    "touches",
    "time_on_ball_s",
    "possessions",
    "passes_attempted",
    "passes_completed",
    "one_touch_share",
    "dribble_distance_m",
    "first_touch_displacement_m",
    "shot_ball_speed_mps",
    "cadence_spm",
    "stride_length_m",
    "knee_flexion_range_deg",
    "jump_height_m",
)
"""KPIs that a text may speak of; zones and experimental figures are for the tables."""
COMPARED = ("max_speed_mps", "total_distance_m", "distance_per_min_m", "high_speed_distance_m", "sprint_count")
PER_SESSION = frozenset({"total_distance_m", "high_speed_distance_m", "sprint_count"})
"""Sums depend on how long a session was: compared only between sessions of the same type and like length."""
LIKE_LENGTH = 0.2
LEAST_BEFORE = 3
MOST_BEFORE = 12
"""Earlier sessions that count: about six weeks of two trainings."""
IMPOSSIBLE = "The value is beyond what is humanly possible: a fault of tracking or calibration, so it is not told."
NO_FILM = "Not measured: there are no figures of this player in this session."


def current_rows(session: Session, player_id: uuid.UUID | None) -> dict[uuid.UUID, SessionKPI]:
    """Return the current row of the player, or of every named player; of several tracks of one the best seen."""
    rows = SessionKPI.objects.filter(session=session, is_current=True, player__isnull=False).select_related("player")
    if player_id is not None:
        rows = rows.filter(player=player_id)
    best: dict[uuid.UUID, SessionKPI] = {}
    for row in rows.order_by("track_id"):
        known = best.get(row.player_id)
        if known is None or _seen(row) > _seen(known):
            best[row.player_id] = row
    return best


def _seen(row: SessionKPI) -> float:
    return float(row.quality.get("frames_seen") or 0)


def facts_of(row: SessionKPI, *, keys: Iterable[str] = SPOKEN) -> Iterator[Fact]:
    """Yield what was measured, the spoken KPIs in their order."""
    entries, moment = _entries(row), _fastest_moment(row)
    for key in keys:
        entry = entries.get(key)
        if entry is not None and "value" in entry and not entry.get("implausible"):
            yield _fact(row, key, entry, moment if key == "max_speed_mps" else None)


def missing_of(row: SessionKPI) -> Iterator[Missing]:
    """Yield what could not be measured, with the reason that the row gives."""
    entries = _entries(row)
    for key in SPOKEN:
        entry = entries.get(key, {"absent": NO_FILM})
        if "value" not in entry or entry.get("implausible"):
            reason = IMPOSSIBLE if "value" in entry else str(entry.get("absent") or NO_FILM)
            yield Missing(key, CATALOGUE[key].group, CATALOGUE[key].title, reason, _ref(row))


def trends_of(rows: Mapping[uuid.UUID, SessionKPI], zone: tzinfo) -> Iterator[Trend]:
    """Yield each player's figures beside their own earlier ones (one query for all); days as `zone` has them."""
    before = _earlier(rows)
    for player_id, row in rows.items():
        for key in COMPARED:
            like = [other for other in before[player_id] if _comparable(key, row, other)]
            told = [(_day(other, zone), value) for other in like if (value := _value(other, key)) is not None]
            if len(told) >= LEAST_BEFORE and _value(row, key) is not None:
                yield _trend(row, key, _entries(row)[key], told[:MOST_BEFORE])


def _day(row: SessionKPI, zone: tzinfo) -> date:
    return row.session.start.astimezone(zone).date()


def _earlier(rows: Mapping[uuid.UUID, SessionKPI]) -> dict[uuid.UUID, list[SessionKPI]]:
    found: dict[uuid.UUID, list[SessionKPI]] = defaultdict(list)
    if not rows:
        return found
    start = next(iter(rows.values())).session.start
    others = SessionKPI.objects.filter(player__in=rows, is_current=True, session__start__lt=start)
    for other in others.select_related("session").defer("series", "details").order_by("-session__start", "pk"):
        mine = rows[other.player_id]
        same = (mine.catalogue_version, mine.grade, mine.synthetic)
        if (other.catalogue_version, other.grade, other.synthetic) == same:
            found[other.player_id].append(other)
    return found


def _value(row: SessionKPI, key: str) -> float | None:
    """A KPI's value, `None` where it is absent or impossible."""
    entry = _entries(row).get(key, {})
    value = None if entry.get("implausible") else entry.get("value")
    return float(value) if value is not None else None


def _trend(row: SessionKPI, key: str, entry: Mapping[str, Any], told: Sequence[tuple[Any, float]]) -> Trend:
    values = [value for _, value in told]
    before, value = fmean(values), float(entry["value"])
    return Trend(
        ref=f"trend:{row.pk}:{key}",
        now=f"kpi:{row.pk}:{key}",
        key=key,
        before=before,
        change=value - before,
        unit=CATALOGUE[key].unit,
        sessions=len(values),
        since=min(day for day, _ in told),
        direction=_direction(entry, before, pstdev(values)),
        player=_ref(row),
    )


def _direction(entry: Mapping[str, Any], before: float, spread: float) -> Literal["up", "down", "steady"]:
    """Beyond the value's own interval, and beyond what differs from day to day anyway."""
    value, low, high = entry["value"], entry.get("low"), entry.get("high")
    if low is None or high is None or abs(value - before) <= spread:
        return "steady"
    if low > before:
        return "up"
    return "down" if high < before else "steady"


def _comparable(key: str, row: SessionKPI, other: SessionKPI) -> bool:
    if key not in PER_SESSION:
        return True
    lengths = [_minutes(one.session) for one in (row, other)]
    if lengths[0] is None or lengths[1] is None or row.session.session_type != other.session.session_type:
        return False
    return abs(lengths[0] - lengths[1]) <= LIKE_LENGTH * max(lengths[0], lengths[1])


def _minutes(session: Session) -> float | None:
    return None if session.end is None else (session.end - session.start).total_seconds() / 60


def _fact(row: SessionKPI, key: str, entry: Mapping[str, Any], t_s: float | None) -> Fact:
    definition = CATALOGUE[key]
    return Fact(
        ref=f"kpi:{row.pk}:{key}",
        kind=FactKind.KPI,
        key=key,
        group=definition.group,
        title=definition.title,
        value=float(entry["value"]),
        unit=definition.unit,
        low=entry.get("low"),
        high=entry.get("high"),
        grade=row.grade,
        coverage=entry.get("coverage"),
        version=f"{row.catalogue_version}/{row.version}",
        t_s=t_s,
        player=_ref(row),
        experimental=definition.experimental,
    )


def _fastest_moment(row: SessionKPI) -> float | None:
    """Second of the film at which the fastest effort began; made-up movement has no film."""
    efforts = [] if row.synthetic else row.details.get("efforts") or []
    if not efforts:
        return None
    return float(max(efforts, key=lambda effort: effort["max_speed_mps"])["t0_s"])


def _entries(row: SessionKPI) -> dict[str, dict[str, Any]]:
    return {key: entry for group in row.groups.values() for key, entry in group.items()}


def _ref(row: SessionKPI) -> str:
    return f"player:{row.player_id}"
