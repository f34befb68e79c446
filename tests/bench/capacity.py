"""How many workers a number of matches a week needs: a simulation of arrivals, queue and workers.

    python -m tests.bench.capacity

Films come mostly at weekends; each is worked on by one worker from beginning to end (in truth several share the windows
of a film, so that single films are done sooner). Workers are enough when 95 of 100 films are done within a day. What is
measured and what is assumed stands in `docker/capacity.md`, which a test compares with the table printed here.
"""

from __future__ import annotations

import heapq
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
WEEK_S = 7 * DAY_S
SEED = 8
TARGET_S = DAY_S
"""From the film's arrival to its figures: the coach looks the day after."""
SHARE = 0.95
WARM_UP_WEEKS = 1
"""Not counted: the queue begins empty."""


@dataclass(frozen=True, slots=True)
class Load:
    """When films come and how long they are.

    Attributes:
        weekend: share that comes on Saturday and Sunday, the rest on the other evenings; our assumption.
        weekend_hours, evening_hours: between which hours.
        film_min: shortest, usual, longest film [min] of a triangular distribution: small-sided children's games to a
            senior match with its break.
    """

    weekend: float = 0.8
    weekend_hours: tuple[float, float] = (10.0, 19.0)
    evening_hours: tuple[float, float] = (18.0, 22.0)
    film_min: tuple[float, float, float] = (40.0, 80.0, 110.0)


@dataclass(frozen=True, slots=True)
class Worker:
    """What one worker does and costs.

    Attributes:
        film_times: seconds of work a second of film.
        usd_an_hour: price of its machine, on demand.
    """

    name: str
    film_times: float
    usd_an_hour: float


CPU = Worker("CPU, 2 cores", 9.2, 0.10)
"""Measured: 70.6 s of computing for 7.67 s of film (demo clip, 30 fps, preset standard, two cores)."""
GPU = Worker("GPU, T4 class", 1.0, 0.53)
"""Assumed, not measured: `capacity.md` says why."""


def arrivals(matches: int, weeks: int, load: Load, rng: random.Random) -> list[tuple[float, float]]:
    """When each film comes [s since the first Monday, 0:00] and how long it is [s], in order."""
    return sorted(
        (week * WEEK_S + _moment(load, rng), 60 * rng.triangular(load.film_min[0], load.film_min[2], load.film_min[1]))
        for week in range(weeks)
        for _ in range(matches)
    )


def _moment(load: Load, rng: random.Random) -> float:
    at_weekend = rng.random() < load.weekend
    day = rng.randrange(5, 7) if at_weekend else rng.randrange(5)
    hours = load.weekend_hours if at_weekend else load.evening_hours
    return day * DAY_S + rng.uniform(*hours) * HOUR_S


def waits(films: list[tuple[float, float]], workers: int, worker: Worker) -> Iterator[float]:
    """From arrival to figures [s] of each film, first come, first served."""
    free = [0.0] * workers
    for came, length in films:
        done = max(came, free[0]) + length * worker.film_times
        heapq.heapreplace(free, done)
        yield done - came


def late(films: list[tuple[float, float]], workers: int, worker: Worker, weeks: int) -> float:
    """The wait that 95 of 100 films keep to [s]."""
    counted = sorted(
        wait
        for (came, _), wait in zip(films, waits(films, workers, worker), strict=True)
        if came >= WARM_UP_WEEKS * WEEK_S or weeks <= WARM_UP_WEEKS
    )
    return counted[int(SHARE * (len(counted) - 1))]


def enough(films: list[tuple[float, float]], worker: Worker, weeks: int) -> int:
    """The fewest workers with which 95 of 100 films are done in time."""
    low, high = 0, 1
    while late(films, high, worker, weeks) > TARGET_S:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if late(films, middle, worker, weeks) <= TARGET_S else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class Plan:
    """One line of the table."""

    matches: int
    worker: Worker
    workers: int
    p95_h: float
    busy: float
    usd_a_week: float

    def __str__(self) -> str:
        cost = f"{self.usd_a_week:,.0f}" if self.usd_a_week >= 10 else f"{self.usd_a_week:.2f}"
        return (
            f"| {self.matches:,} | {self.worker.name} | {self.workers:,} | {self.p95_h:.1f} h | {self.busy:.0%} "
            f"| {cost} | {self.usd_a_week / self.matches:.2f} |"
        )


WEEKS = {10: 60, 1_000: 4, 100_000: 2}
"""Weeks simulated by matches a week: some thousand films at least."""
HEAD = (
    "| matches a week | worker | workers at the peak | p95 until figures | busy over the week | USD a week | a match |",
    "|---|---|---|---|---|---|---|",
)


@cache
def films_of(matches: int) -> list[tuple[float, float]]:
    """The films of one line, the same at each call."""
    return arrivals(matches, WEEKS[matches], Load(), random.Random(SEED))


def plan(matches: int, worker: Worker, workers: int | None = None) -> Plan:
    """Find (or take) the workers for so many matches a week. What is paid is the work: workers come and go by load."""
    films, weeks = films_of(matches), WEEKS[matches]
    needed = workers or enough(films, worker, weeks)
    work_s = sum(length for _, length in films) * worker.film_times / weeks
    return Plan(
        matches,
        worker,
        needed,
        late(films, needed, worker, weeks) / HOUR_S,
        work_s / (needed * WEEK_S),
        work_s / HOUR_S * worker.usd_an_hour,
    )


def main() -> None:
    """Print the table."""
    sys.stdout.write("\n".join(HEAD) + "\n")
    for matches in WEEKS:
        for worker in (CPU, GPU):
            sys.stdout.write(f"{plan(matches, worker)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
