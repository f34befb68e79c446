"""Player tracks with known truth for the KPI tests."""

from __future__ import annotations

import numpy as np

from vision.kpi.player import KPIParams, calculate_player_kpis
from vision.kpi.policy import ZonePolicy
from vision.kpi.track import Measurement, PlayerTrack
from vision.kpi.values import KPIEntry, KPIGroup, KPIValue, PlayerKPIs, is_measured
from vision.synthetic.movement import Trajectory
from vision.synthetic.observation import Observed
from vision.types import Float64Array

POLICY = ZonePolicy()


def track_of(t_s: Float64Array, xy_m: Float64Array, sigma_m: float = 0.1) -> PlayerTrack:
    """A track of positions with NaN where not seen."""
    return PlayerTrack(t_s, xy_m, np.full(len(t_s), sigma_m), np.isfinite(xy_m[:, 0]))


def sampled(truth: Trajectory, rate_hz: float, sigma_m: float = 0.0, seed: int = 0) -> PlayerTrack:
    """A trajectory seen at a constant rate with white noise."""
    t_s = np.arange(0.0, truth.t_s[-1], 1 / rate_hz)
    noise = np.random.default_rng(seed).normal(0.0, sigma_m, (len(t_s), 2))
    return track_of(t_s, truth.position(t_s) + noise)


def kpis_of(track: PlayerTrack, *, intervals: bool = False, scale_sigma: float = 0.0, seed: int = 0) -> PlayerKPIs:
    """KPIs with a marked pitch."""
    return calculate_player_kpis(
        track,
        POLICY,
        rng=np.random.default_rng(seed),
        measurement=Measurement("pitch_homography", scale_sigma),
        params=KPIParams(with_intervals=intervals),
    )


def kpis_of_observed(seen: Observed, scale_sigma: float, seed: int = 0) -> PlayerKPIs:
    """KPIs with intervals of what a scan saw."""
    return kpis_of(track_of(seen.t_s, seen.xy_m), intervals=True, scale_sigma=scale_sigma, seed=seed)


def groups_of(kpis: PlayerKPIs) -> dict[str, KPIGroup]:
    """The four groups by name."""
    return {
        "speed": kpis["speed"],
        "distance": kpis["distance"],
        "technical": kpis["technical"],
        "physical": kpis["physical"],
    }


def entry_of(kpis: PlayerKPIs, key: str) -> KPIEntry:
    """The entry of a key, whichever group it is in."""
    return {name: entry for group in groups_of(kpis).values() for name, entry in group.items()}[key]


def measured(entry: KPIEntry) -> KPIValue:
    """The entry as a value; fails with the reason where it is absent."""
    assert is_measured(entry), entry
    return entry


def reason(entry: KPIEntry) -> str:
    """Why the entry is absent; fails where it is measured."""
    assert not is_measured(entry), entry
    return str(entry["absent"])  # type: ignore[typeddict-item]


def value(kpis: PlayerKPIs, key: str) -> float:
    """A measured value; fails with the reason where it is absent."""
    return measured(entry_of(kpis, key))["value"]
