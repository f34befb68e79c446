"""The calendar on the clock of one time zone, found by day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.safety.inputs import Entry

ONE_DAY = timedelta(days=1)
SHORTEST_STEP = timedelta(microseconds=1)
"""An event that ends at midnight does not touch the next day."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An entry with its elapsed minutes and the local days it touches; `start` and `end` are UTC."""

    entry: Entry
    start: datetime
    end: datetime
    first_day: date
    last_day: date
    minutes: float

    @classmethod
    def of(cls, entry: Entry, zone: ZoneInfo) -> Slot:
        """An entry on the clock of a zone. Durations are taken in UTC, where no hour is missing or double."""
        start, end = entry.start.astimezone(UTC), entry.end.astimezone(UTC)
        return cls(
            entry=entry,
            start=start,
            end=end,
            first_day=start.astimezone(zone).date(),
            last_day=(end - SHORTEST_STEP).astimezone(zone).date(),
            minutes=(end - start).total_seconds() / 60,
        )

    def days(self) -> Iterator[date]:
        """The local days it touches."""
        day = self.first_day
        while day <= self.last_day:
            yield day
            day += ONE_DAY


class Timeline:
    """Slots by the local days they touch. Built once for a calendar; looking at a week costs a week."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        self._by_day: dict[date, tuple[Slot, ...]] = {}
        self._add(slots)

    @classmethod
    def of(cls, entries: Iterable[Entry], zone: ZoneInfo) -> Timeline:
        """A timeline of entries in any order."""
        return cls(sorted((Slot.of(entry, zone) for entry in entries), key=lambda slot: (slot.start, slot.entry.id)))

    def with_slots(self, slots: Iterable[Slot]) -> Timeline:
        """A timeline with further slots; this one stays as it is."""
        more = Timeline(())
        more._by_day = dict(self._by_day)
        more._add(slots)
        return more

    def _add(self, slots: Iterable[Slot]) -> None:
        for slot in slots:
            for day in slot.days():
                self._by_day[day] = (*self._by_day.get(day, ()), slot)

    def on(self, day: date) -> tuple[Slot, ...]:
        """What touches a day."""
        return self._by_day.get(day, ())

    def between(self, first: date, last: date) -> Iterator[Slot]:
        """What touches the days from `first` to `last`, each once."""
        by_day = self._by_day
        for number in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(number)
            for slot in by_day.get(day, ()):
                if slot.first_day == day or day == first:
                    yield slot

    def busy_days(self) -> Iterator[tuple[date, tuple[Slot, ...]]]:
        """All days with something on them."""
        yield from self._by_day.items()
