"""What one line of the benchmark table holds, and how its bar is judged.

A rows module measures ours and every peer interleaved (`interleave`), then makes one `Row` a figure with `compare`
(against the best of the peers) or `measure` (against a fixed bar).
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["ratio_at_most", "ratio_at_least", "gain_at_least", "at_most", "at_least"]
Runs: TypeAlias = dict[str, list[float]]

OURS = "ours"


@dataclass(frozen=True, slots=True)
class Bar:
    """What has to hold for a row to be met.

    Attributes:
        kind: `ratio_at_most` ours ÷ peer ≤ value (times, errors, switches); `ratio_at_least` ours ÷ peer ≥ value
            (rates); `gain_at_least` ours - peer ≥ value (scores); `at_most`, `at_least`: ours alone against the value.
        value: the threshold.
    """

    kind: Kind
    value: float

    @property
    def lower_is_better(self) -> bool:
        """Whether a smaller figure is the better one."""
        return self.kind in ("ratio_at_most", "at_most")

    def met(self, ours: float, peer: float | None) -> bool:
        """Judge medians; a row that needs a peer and has none is not met."""
        if self.kind == "at_most":
            return ours <= self.value
        if self.kind == "at_least":
            return ours >= self.value
        if peer is None:
            return False
        if self.kind == "ratio_at_most":
            return ours <= self.value * peer
        if self.kind == "ratio_at_least":
            return ours >= self.value * peer
        return ours - peer >= self.value

    def __str__(self) -> str:
        shown = {
            "ratio_at_most": f"≤ {self.value:g} × peer",
            "ratio_at_least": f"≥ {self.value:g} × peer",
            "gain_at_least": f"≥ peer {self.value:+g}",
            "at_most": f"≤ {self.value:g}",
            "at_least": f"≥ {self.value:g}",
        }
        return shown[self.kind]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table and one object of `var/bench.json`.

    Attributes:
        name: what is measured, unique in the table (`tracking: update, 18 boxes`).
        ours: our median.
        peer: the best peer's median, None without a peer.
        peer_name: which peer was best, with its version; empty without a peer.
        ratio: ours ÷ peer, None without a peer or where the peer's median is 0.
        unit: unit of `ours` and `peer` (`ms`, `frames/s`, `HOTA`).
        bar: the bar in words.
        met: whether the medians meet it.
        runs: every repeat by name, ours under `ours`.
    """

    name: str
    ours: float
    peer: float | None
    peer_name: str
    ratio: float | None
    unit: str
    bar: str
    met: bool
    runs: Runs

    def as_dict(self) -> dict[str, object]:
        """Plain data for JSON."""
        return asdict(self)


def compare(name: str, unit: str, runs: Mapping[str, Sequence[float]], bar: Bar) -> Row:
    """Make a row of ours against the best of the peers.

    Args:
        name: name of the row.
        unit: unit of all runs.
        runs: the repeats by name; ours under `OURS`, every other key names a peer.
        bar: what has to hold.
    """
    kept = {key: [float(value) for value in values] for key, values in runs.items()}
    ours = statistics.median(kept[OURS])
    medians = {key: statistics.median(values) for key, values in kept.items() if key != OURS}
    best = (min if bar.lower_is_better else max)(medians, key=medians.__getitem__, default=None)
    peer = None if best is None else medians[best]
    ratio = ours / peer if peer else None
    return Row(name, ours, peer, best or "", ratio, unit, str(bar), bar.met(ours, peer), kept)


def measure(name: str, unit: str, values: Sequence[float], bar: Bar) -> Row:
    """Make a row of ours alone against a fixed bar (`at_most` or `at_least`)."""
    return compare(name, unit, {OURS: values}, bar)


def interleave(repeats: int, measures: Mapping[str, Callable[[], float]]) -> Runs:
    """Call every measure once a round, `repeats` rounds, each round starting with another one.

    Taking turns spreads the machine's drifts and neighbours over all sides alike.
    """
    names = list(measures)
    runs: Runs = {name: [] for name in names}
    for turn in range(repeats):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            runs[name].append(measures[name]())
    return runs
