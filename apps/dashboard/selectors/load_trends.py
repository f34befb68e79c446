"""The entered load over time: sums of whole weeks, each player's own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from apps.dashboard.periods import Bucket, after, bucket_of, midnight, today_in
from apps.dashboard.selectors.comparable import Comparable, LeftOut
from apps.dashboard.selectors.facts import Basis, Cell
from apps.dashboard.selectors.loads import DailyLoad, by_day, last_day, read_loads
from apps.dashboard.selectors.trends import Trend, TrendQuery, told

ENTERED = Basis(catalogue_version="", grade="", zones="", synthetic=False)
UNKNOWN = "a session in it has no effort or minutes; the sum would read too low"
NOT_OVER = "it is not over yet"


def load_trend(query: TrendQuery, player_ids: Sequence[uuid.UUID]) -> Trend:
    """Return the trend of the entered load (three queries)."""
    starts = query.period.buckets(query.bucket)
    rows = read_loads(player_ids, query.period)
    until = last_day(rows, query.period, today_in(query.period.zone))
    used: list[Cell] = []
    left = {UNKNOWN: 0, NOT_OVER: 0}
    for player_id, of in rows.items():
        daily = by_day(of, until, query.period.zone)
        for start, total, reason in _sums(daily, starts, query.bucket):
            if reason is not None:
                left[reason] += 1
            else:
                used.append(_cell(start, player_id, total, query.period.zone))
    shared = Comparable(
        catalogue_version=None,
        grade=None,
        zones=None,
        synthetic=None,
        n=len(used),
        left_out=[LeftOut(n=n, reason=f"{query.bucket} left out: {reason}") for reason, n in left.items() if n],
    )
    return told(query, starts, used, shared)


def _sums(daily: DailyLoad, starts: Sequence[date], bucket: Bucket) -> Iterator[tuple[date, float, str | None]]:
    """Every bucket since the player's first entered session: its sum, or why it is not told."""
    if daily.first is None:
        return
    for start in starts:
        if start < bucket_of(daily.first, bucket) or start > daily.until:
            continue
        end = after(start, bucket) - timedelta(days=1)
        low, high = max((start - daily.first).days, 0), (end - daily.first).days + 1
        reason = UNKNOWN if daily.unknown[low:high].sum() else NOT_OVER if end > daily.until else None
        yield start, float(daily.loads[low:high].sum()), reason


def _cell(start: date, player_id: uuid.UUID, total: float, zone: str) -> Cell:
    return Cell(
        keys=(start, player_id),
        basis=ENTERED,
        n=1,
        total=total,
        squares=total**2,
        low=None,
        high=None,
        least=total,
        most=total,
        latest=midnight(start, zone),
    )
