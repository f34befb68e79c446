"""One proposed event beside everything else of its player, with the questions that the rules ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from apps.safety.inputs import Entry, Profile
from apps.safety.pack import Band, PolicyPack
from apps.safety.rules.timeline import ONE_DAY, Slot, Timeline
from apps.safety.verdict import Finding, Gap, NotAssessed

HOUR = timedelta(hours=1)
ROUNDING = 6
"""Decimals of minutes that count: sums of fractions must not break a limit by their last bit."""

Outcome = Finding | NotAssessed
Measure = Callable[[Slot], float]


@dataclass(frozen=True, slots=True)
class Case:
    """`slot` is the proposed event, `others` everything else; `age` and `group` are of the strictest kind known."""

    slot: Slot
    others: Timeline
    profile: Profile
    policy: PolicyPack
    group: int
    age: int
    complete_from: date | None = None

    @property
    def entry(self) -> Entry:
        """The proposed event."""
        return self.slot.entry

    @property
    def who(self) -> str:
        """The player's age as a coach says it."""
        return f"U{self.group}" if self.profile.age_known else "a player of unknown age"

    def finding(self, band: Band, text: str, value: float, limit: tuple[float, str], part: str = "") -> Finding:
        """A broken rule; `limit` is the edge and its unit, `part` which edge it is where a rule has several."""
        return Finding(
            rule_id=band.rule_id,
            code=f"{band.rule_id}.{part}" if part else band.rule_id,
            title=band.title,
            event_id=self.entry.id,
            severity=band.severity,
            overridable=band.overridable,
            text=text,
            source=band.source,
            value=round(value, ROUNDING),
            edge=limit[0],
            unit=limit[1],
        )

    def missing(self, rule_id: str, gap: Gap, what: str) -> NotAssessed:
        """A rule that cannot be judged."""
        return NotAssessed(rule_id, self.entry.id, what, gap)

    def on(self, day: date) -> tuple[Slot, ...]:
        """Everything on a day, the proposed event last."""
        mine = (self.slot,) if self.slot.first_day <= day <= self.slot.last_day else ()
        return (*self.others.on(day), *mine)

    def fullest_window(self, days: int, measure: Callable[[tuple[Slot, ...]], float]) -> tuple[float, date]:
        """The largest measure of any `days` consecutive days that include the event, and the first of those days."""
        before = (days - 1) * ONE_DAY
        near = list(self.others.between(self.slot.first_day - before, self.slot.last_day + before))
        found: list[tuple[float, date]] = []
        for offset in range(1 - days, (self.slot.last_day - self.slot.first_day).days + 1):
            first = self.slot.first_day + offset * ONE_DAY
            last = first + before
            inside = [slot for slot in near if slot.first_day <= last and slot.last_day >= first]
            found.append((round(measure((*inside, self.slot)), ROUNDING), first))
        return max(found, key=lambda window: window[0])

    def unknown_before(self, days: int) -> str | None:
        """Why a look back over `days` days is incomplete, or None."""
        needed = self.slot.first_day - (days - 1) * ONE_DAY
        if self.complete_from is None or self.complete_from <= needed:
            return None
        return f"events before {on_day(self.complete_from)}"

    def near(self, hours: float) -> Iterator[tuple[Slot, Slot, float]]:
        """Pairs (earlier, later, hours between) of the event and all that ends or starts within `hours` of it.

        Events that overlap come in both orders: neither leaves time to recover for the other.
        """
        reach = (int(hours // 24) + 1) * ONE_DAY
        for other in self.others.between(self.slot.first_day - reach, self.slot.last_day + reach):
            earlier, later = sorted((other, self.slot), key=lambda slot: (slot.start, slot.end))
            gap = max((later.start - earlier.end) / HOUR, 0.0)
            if gap < hours:
                yield earlier, later, gap
            if later.start < earlier.end:
                yield later, earlier, gap


def on_day(day: date) -> str:
    """A date in words: 3 March 2026."""
    return f"{day.day} {day:%B %Y}"


def amount(value: float) -> str:
    """A number without needless decimals."""
    return f"{value:.1f}".removesuffix(".0")


def in_window(first: date, days: int) -> str:
    """The days of a window in words."""
    return f"in the {days} days from {on_day(first)} to {on_day(first + (days - 1) * ONE_DAY)}"
