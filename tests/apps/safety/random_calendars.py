"""Random years of a young player: series of several teams, tournaments, trips, breaks, gaps in what was entered."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apps.safety.inputs import Concussion, Entry, Growth, Intensity, Kind, Profile, Wellness

ZONES = (
    *("Europe/Madrid", "Europe/Madrid", "Europe/London", "America/New_York", "Australia/Sydney"),
    *("Australia/Lord_Howe", "Asia/Kathmandu", "UTC"),
)
YEAR_STARTS = date(2025, 8, 18)
YEAR_DAYS = 365
CHANGES_OF_CLOCKS = (date(2025, 10, 5), date(2025, 10, 26), date(2025, 11, 2), date(2026, 3, 8), date(2026, 3, 29))
PACKS = ("default", "academy", "grassroots")
LENGTHS = (15, 20, 20, 30, 30, 30, 40, 45, 45, 59, 60, 60, 61, 75, 76, 90, 91, 105, 120, 121, 150)
HOURS = ((7, 0), (9, 30), (11, 0), (16, 15), (17, 30), (18, 0), (19, 30), (20, 45), (22, 50))


@dataclass(frozen=True)
class Question:
    """One calendar and what is asked about it."""

    seed: int
    calendar: tuple[Entry, ...]
    proposed: tuple[Entry, ...]
    profile: Profile
    pack: str


def question(seed: int) -> Question:
    """The question of a seed."""
    return _Maker(random.Random(seed)).question(seed)


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.zone = rng.choice(ZONES)
        self.generous = rng.random()  # how much is known of the events
        self.number = 0

    def question(self, seed: int) -> Question:
        calendar = tuple(self._year())
        proposed = tuple(self._proposals(calendar))
        about = proposed[0].start.astimezone(UTC).date()
        return Question(seed, calendar, proposed, self._profile(about), self.rng.choice(PACKS))

    def _year(self) -> Iterator[Entry]:
        rng = self.rng
        light = rng.random() < 0.65
        teams = ["reds"] if rng.random() < (0.9 if light else 0.6) else ["reds", "blues"]
        pause = range(120, 120 + rng.choice((0, 7, 21)))
        for team in teams:
            yield from self._series(team, pause, sessions=1 if light else rng.randint(1, 4))
        if rng.random() < 0.3:
            yield from self._series(None, pause, sessions=1, sport="swimming")
        for _ in range(rng.randint(0, 3)):
            yield from self._tournament(rng.randrange(YEAR_DAYS))
        for _ in range(rng.randint(0, 4 if light else 12)):
            yield self._event(rng.randrange(YEAR_DAYS))

    def _series(self, team: str | None, pause: range, *, sessions: int, sport: str = "football") -> Iterator[Entry]:
        rng = self.rng
        days = rng.sample(range(7), sessions)
        length, clock = rng.choice((45, 60, 60, 75, 90)), rng.choice(HOURS)
        facts = self._training_facts(calm=rng.random() < 0.6)
        half, match_clock = rng.choice((20, 25, 30, 35, 45)), rng.choice(HOURS[:5])
        plays = None if rng.random() < 0.15 else half * rng.choice((1, 2, 2))
        for day in range(0, YEAR_DAYS):
            if day in pause:
                continue
            if day % 7 in days:
                yield self._entry(day, clock, length, team=team, sport=sport, **facts)
            if sport == "football" and day % 7 == 6 and 6 not in days and (day // 7) % 4:
                match = {"kind": Kind.MATCH, "half_minutes": half, "match_minutes": plays}
                yield self._entry(day, match_clock, 2 * half + 15, team=team, **match)

    def _tournament(self, day: int) -> Iterator[Entry]:
        minutes = self.rng.choice((10, 15, 20, 30))
        for game in range(self.rng.randint(2, 6)):
            facts = {"kind": Kind.MATCH, "tournament": True, "match_minutes": minutes, "half_minutes": minutes / 2}
            yield self._entry(day, (9 + game, 0), minutes + 5, team="reds", **facts)

    def _proposals(self, calendar: tuple[Entry, ...]) -> Iterator[Entry]:
        rng = self.rng
        day = self._day()
        if rng.random() < 0.12:
            clock, length, facts = rng.choice(HOURS), rng.choice(LENGTHS[:12]), self._training_facts(calm=True)
            for week in range(rng.randint(2, 5)):
                yield self._entry(day + 7 * week, clock, length, team="reds", **facts)
            return
        if calendar and rng.random() < 0.15:  # a known event, at another time
            old = rng.choice(calendar)
            moved = self._event(day)
            yield Entry(**{**_facts(moved), "id": old.id})
            return
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            yield self._event(day + rng.randint(-2, 2))

    def _day(self) -> int:
        rng = self.rng
        if rng.random() < 0.3:
            return (rng.choice(CHANGES_OF_CLOCKS) - YEAR_STARTS).days + rng.randint(-7, 7)
        return rng.randrange(10, YEAR_DAYS - 10)

    def _event(self, day: int) -> Entry:
        rng = self.rng
        clock = rng.choice(HOURS) if rng.random() < 0.7 else (rng.randrange(24), rng.randrange(60))
        zone = rng.choice(ZONES) if rng.random() < 0.1 else None
        if rng.random() < 0.35:
            return self._entry(day, clock, rng.choice((30, 60, 75, 105)), zone=zone, team="reds", **self._match_facts())
        kind = rng.choice((Kind.TRAINING, Kind.TRAINING, Kind.TRAINING, Kind.RECOVERY, Kind.ASSESSMENT))
        sport = "football" if rng.random() < 0.9 else "athletics"
        facts = self._training_facts(calm=rng.random() < 0.5)
        return self._entry(day, clock, rng.choice(LENGTHS), zone=zone, kind=kind, sport=sport, **facts)

    def _match_facts(self) -> dict[str, Any]:
        rng = self.rng
        half = rng.choice((10, 15, 15, 20, 20, 20, 21, 25, 30, 31, 35, 40, 45, 46))
        return {
            "kind": Kind.MATCH,
            "sport": "football" if rng.random() < 0.9 else "athletics",
            "tournament": rng.random() < 0.3,
            "half_minutes": self._known(half),
            "match_minutes": self._known(rng.choice((half, half, 2 * half, 40, 41, 60, 80, 100, 120))),
            "wbgt_c": self._heat(),
            "conditioning": self._known(rng.random() < 0.1),
        }

    def _training_facts(self, *, calm: bool) -> dict[str, Any]:
        rng = self.rng
        return {
            "intensity": self._known(Intensity.MODERATE if calm else rng.choice(list(Intensity))),
            "headers": self._known(0 if calm else rng.choice((0, 0, 1, 5, 6, 10, 11))),
            "head_contact": self._known(rng.random() < 0.5),
            "conditioning": self._known(rng.random() < 0.2),
            "wbgt_c": self._heat(),
        }

    def _heat(self) -> float | None:
        rng = self.rng
        if rng.random() < 0.93:
            return self._known(rng.choice((10.0, 22.0, 27.8)))
        return rng.choice((30.4, 30.5, 32.1, 32.2, 33.3, 33.31, 33.4, 34.0))

    def _known(self, value: Any) -> Any:
        return value if self.rng.random() < 0.6 + 0.4 * self.generous else None

    def _entry(
        self, day: int, clock: tuple[int, int], minutes: float, *, zone: str | None = None, **facts: Any
    ) -> Entry:
        self.number += 1
        name = zone or self.zone
        local = datetime.combine(YEAR_STARTS + timedelta(days=day), time(*clock), ZoneInfo(name))
        start = local.astimezone(UTC)
        values = {"kind": Kind.TRAINING, "team": "reds", **facts}
        return Entry(
            id=f"e{self.number}", start=start, end=start + timedelta(minutes=minutes), time_zone=name, **values
        )

    def _profile(self, about: date) -> Profile:
        rng = self.rng
        known = rng.random()
        group = rng.randint(6, 20)
        born = date(2025 - group, 9, 1) + timedelta(days=rng.randrange(365))
        return Profile(
            date_of_birth=born if 0.15 < known < 0.65 else None,
            age_group=group + rng.randint(-1, 2) if known > 0.5 else None,
            age_years=group if known > 0.95 else None,
            growth=self._growth(),
            wellness=self._wellness(about),
            concussions=self._concussions(about),
        )

    def _growth(self) -> Growth | None:
        rng = self.rng
        if rng.random() < 0.5:
            return None
        return Growth(
            adult_height_percent=self._known(rng.choice((80.0, 87.9, 88.0, 95.0, 95.1, 99.0))),
            height_cm_per_year=self._known(rng.choice((2.0, 5.0, 7.1, 7.2, 9.0))),
            leg_cm_per_year=self._known(rng.choice((1.0, 3.5, 3.6))),
        )

    def _wellness(self, about: date) -> tuple[Wellness, ...] | None:
        rng = self.rng
        if rng.random() < 0.4:
            return None
        return tuple(
            Wellness(
                reported_on=about - timedelta(days=rng.randint(0, 4)),
                pain=self._known(rng.choice((0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 3, 4, 6))),
                fever=self._known(rng.random() < 0.03),
            )
            for _ in range(rng.randint(1, 3))
        )

    def _concussions(self, about: date) -> tuple[Concussion, ...] | None:
        rng = self.rng
        if rng.random() < 0.85:
            return rng.choice((None, ()))
        found = []
        for _ in range(rng.randint(1, 2)):
            hurt = datetime.combine(about, time(12), UTC) - timedelta(hours=rng.choice((2, 20, 30, 200, 500, 520, 900)))
            free = None if rng.random() < 0.2 else hurt.date() + timedelta(days=rng.randint(0, 12))
            found.append(Concussion(injured_at=hurt + timedelta(minutes=rng.randrange(600)), symptom_free_since=free))
        return tuple(found)


def _facts(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
