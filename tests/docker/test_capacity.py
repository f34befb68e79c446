"""The plan's table is what the simulation says; the simulation's queue is right where the answer is known."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.bench import capacity
from tests.bench.capacity import CPU, GPU, HEAD, TARGET_S, WEEKS, Load, Worker

PLAN = (Path(__file__).parents[2] / "docker" / "capacity.md").read_text()


def stated(matches: int, worker: Worker) -> tuple[str, int]:
    """The line of the plan, and its number of workers."""
    (line,) = [one for one in PLAN.splitlines() if one.startswith(f"| {matches:,} | {worker.name} |")]
    return line, int(line.split("|")[3].replace(",", ""))


@pytest.mark.parametrize(("matches", "worker"), [(10, CPU), (10, GPU), (1_000, CPU), (1_000, GPU), (100_000, GPU)])
def test_the_plan_is_what_the_simulation_says(matches: int, worker: Worker) -> None:
    assert HEAD[0] in PLAN
    line, workers = stated(matches, worker)
    assert str(capacity.plan(matches, worker, workers)) == line
    fewer = workers - max(1, workers // 500)
    if fewer:
        assert capacity.late(capacity.films_of(matches), fewer, worker, WEEKS[matches]) > TARGET_S


def test_one_worker_does_one_film_after_the_other() -> None:
    films = [(0.0, 60.0), (10.0, 60.0), (1000.0, 30.0)]
    assert list(capacity.waits(films, 1, Worker("x", 2.0, 0.0))) == [120.0, 230.0, 60.0]
    assert list(capacity.waits(films, 2, Worker("x", 2.0, 0.0))) == [120.0, 120.0, 60.0]


def test_films_come_when_people_play() -> None:
    films = capacity.arrivals(2000, 1, Load(), random.Random(1))
    days = [int(came // capacity.DAY_S) for came, _ in films]
    assert sum(day >= 5 for day in days) / len(days) == pytest.approx(0.8, abs=0.03)
    assert all(40 * 60 <= length <= 110 * 60 for _, length in films)


def test_the_fewest_workers_are_found() -> None:
    films = [(0.0, 3600.0)] * 48
    assert capacity.enough(films, Worker("x", 1.0, 0.0), 1) == 2  # 95 of 100: 46 hours of work within 24
    assert capacity.enough(films, Worker("x", 0.5, 0.0), 1) == 1
