"""Speed truth through a camera: a scripted protocol on 30 × 30 m, filmed at 1080p through a lens, calibrated by clicks.

The bar of the project's vision page, with position noise up to 0.2 m and 5 % misses: speed RMSE at most 0.20 m/s in
every band, distance within 2 %, sprint-count F1 at least 0.95, 90 % intervals that hold the truth in 85-95 of 100.
`tests/bench/rows/speed_truth.py` prints the same beside the peers' chain.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.vision.kpi.protocol import (
    BANDS_MPS,
    ProtocolFilm,
    band_errors,
    distance_errors,
    f1,
    interval_hits,
    matched,
    sprints,
)
from vision.kpi.motion import Motion, estimate_motion
from vision.kpi.smoothing import SmoothingParams


def motions_of(filmed: ProtocolFilm) -> list[Motion]:
    return [estimate_motion(filmed.scene.t_s, xy, SmoothingParams(), 10.0) for xy in filmed.positions()]


# 3 % of a player's 50-60 px are 0.2 m in depth, the most that the bar speaks of. Each band is bounded by a tenth more
# than the worst of five films, all below the bar's 0.20 m/s: a filter or a box that hides noise again breaks it.
ERRORS_MPS = {0.01: (0.06, 0.065, 0.075, 0.035), 0.02: (0.105, 0.105, 0.12, 0.055), 0.03: (0.145, 0.135, 0.15, 0.07)}


@pytest.mark.parametrize("noise_share", ERRORS_MPS)
def test_speed_and_distance(noise_share: float) -> None:
    """A low-pass of 0.8 to 1 Hz leaves up to 0.13 m/s of noise and flattens the turns by another 0.05-0.1 m/s."""
    filmed = ProtocolFilm.record(0, noise_share)
    motions = motions_of(filmed)
    # Noise as the detector has it, of the farthest player at 3 %; its measurement is good to 3 %.
    assert max(motion.plan.noise_m for motion in motions) < 0.206
    assert all(motion.plan.peaks for motion in motions)
    found, truth = np.stack([motion.speed_mps for motion in motions]), filmed.scene.speed_mps
    for low, high in zip(BANDS_MPS, (*BANDS_MPS[1:], np.inf), strict=True):
        assert (np.isfinite(found) & (truth >= low) & (truth < high)).sum() > 200
    for error, most in zip(band_errors(found, truth), ERRORS_MPS[noise_share], strict=True):
        assert error <= most
    errors = distance_errors(filmed.players, motions)
    # The dead band takes from a walk what noise adds to standing; what is left is the scale of the clicked marks.
    assert np.mean(errors) <= 0.005
    assert max(errors) <= 0.015


def test_sprint_counts() -> None:
    """F1 of sprints matched by overlap in time, over 20 players."""
    hits = found = true = 0
    for seed in (1, 2):
        filmed = ProtocolFilm.record(seed, 0.02)
        ours = [sprints(motion.speed_mps) for motion in motions_of(filmed)]
        counts = matched(ours, [sprints(speed) for speed in filmed.scene.speed_mps])
        hits, found, true = hits + counts[0], found + counts[1], true + counts[2]
    assert true >= 50
    assert f1(hits, found, true) >= 0.95


def test_intervals_hold_the_truth() -> None:
    """20 players and 14 figures each: what one film's players have in common (the marks that were clicked, the filter
    on one script) widens the target of 85-95 % by 2 % here; the benchmark has more films.
    """
    held = [hit for seed in (3, 4) for hits in interval_hits(ProtocolFilm.record(seed, 0.02)).values() for hit in hits]
    assert len(held) >= 250
    assert 0.83 <= np.mean(held) <= 0.97


def test_a_film_without_its_scale_is_caught_by_the_bounds() -> None:
    """The bounds are no formality: marks measured 5 % too short break distance and speed."""
    filmed = ProtocolFilm.record(0, 0.01)
    short = np.stack([motion.speed_mps for motion in motions_of(filmed.measured(0.95))])
    assert max(band_errors(short, filmed.scene.speed_mps)) > 0.20
