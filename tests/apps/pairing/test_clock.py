"""The clock: the route's four times, and the README's formula run on clocks that are known to be off."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.models import User

README = Path(__file__).parents[3] / "apps" / "pairing" / "README.md"
FIVE_MINUTES_US = 300_000_000


def readme_formula() -> Any:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    return names["clock_offset_us"]


@pytest.mark.django_db
def test_the_server_says_when_it_got_and_sent(coach: User, api_client: Any) -> None:
    before = time.time_ns() // 1000
    answer = api_client(coach).post("/api/pairing/ntp_sync", {"t0": 1_777_739_400_000_123})
    after = time.time_ns() // 1000
    times = answer.json()["data"]
    assert set(times) == {"t0", "t1", "t2"}
    assert times["t0"] == 1_777_739_400_000_123
    assert before <= times["t1"] <= times["t2"] <= after
    assert isinstance(times["t1"], int)


@pytest.mark.django_db
def test_the_time_before_the_view_is_in_neither_way(coach: User, api_client: Any, monkeypatch: Any) -> None:
    from apps.pairing import views

    slow = views.parsed

    def slowly(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.05)  # work between the two readings is no travel time
        return slow(*args, **kwargs)

    monkeypatch.setattr(views, "parsed", slowly)
    times = api_client(coach).post("/api/pairing/ntp_sync", {"t0": 0}).json()["data"]
    assert times["t2"] - times["t1"] >= 50_000


@pytest.mark.django_db
@pytest.mark.parametrize("t0", [None, -1, 1.5, "now", 2**53, 10**400, True, [], {}], ids=lambda t0: str(t0)[:20])
def test_what_is_no_time_is_400(t0: Any, coach: User, api_client: Any) -> None:
    answer = api_client(coach).post("/api/pairing/ntp_sync", {"t0": t0})
    assert answer.status_code == 400, answer.content


def exchange(true_us: int, offset_us: int, out_us: int, back_us: int, work_us: int = 400) -> tuple[int, ...]:
    """Four times of one exchange; the client's clock is `offset_us` behind the server's."""
    t1 = true_us + out_us
    t2 = t1 + work_us
    return true_us - offset_us, t1, t2, t2 + back_us - offset_us


@pytest.mark.parametrize("offset_us", [0, 1, FIVE_MINUTES_US, -FIVE_MINUTES_US])
def test_equal_ways_give_the_offset_exactly(offset_us: int) -> None:
    offset, delay = readme_formula()([exchange(10**15, offset_us, 20_000, 20_000)])
    assert (offset, delay) == (offset_us, 40_000)


def test_unequal_ways_err_by_half_their_difference_and_the_delay_bounds_it() -> None:
    offset, delay = readme_formula()([exchange(10**15, FIVE_MINUTES_US, 30_000, 10_000)])
    assert offset - FIVE_MINUTES_US == 10_000
    assert abs(offset - FIVE_MINUTES_US) <= delay / 2


def test_of_many_exchanges_the_quickest_is_believed() -> None:
    rng = random.Random(7)
    formula = readme_formula()
    for _ in range(200):
        samples = [
            exchange(10**15, FIVE_MINUTES_US, 5_000 + int(rng.expovariate(1 / 40_000)), 5_000 + rng.randrange(2_000))
            for _ in range(8)
        ]
        offset, delay = formula(samples)
        one_by_one = [formula([sample]) for sample in samples]
        assert delay == min(each[1] for each in one_by_one)
        assert abs(offset - FIVE_MINUTES_US) <= delay / 2
