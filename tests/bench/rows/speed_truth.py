"""Speed truth: a scripted protocol on 30 × 30 m, filmed at 1080p through a lens, against the peers' chain.

Both are given the same detections (edges 1, 2 and 3 % of a player's height off: up to 0.2 m on the ground; 5 % misses)
and the same clicked marks. Ours: tracker, homography with lens, smoothing. Theirs: `trackers` ByteTrack, OpenCV's
homography, floodlight's velocity model as it comes; beside it with what floodlight offers and a careful user would add:
gaps bridged and its Butterworth filter at 1 Hz. A repeat is a film: deterministic otherwise.
"""

from __future__ import annotations

import numpy as np

from tests.bench.peers import Peer
from tests.bench.row import OURS, Bar, Row, Runs, compare, measure
from tests.bench.rows.tracking import packed
from tests.vision.kpi.protocol import (
    FPS,
    PLAYERS,
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
from vision.types import Float32Array, Float64Array

NOISE_SHARES = (0.01, 0.02, 0.03)
BANDS = ("0-7 km/h", "7-15 km/h", "15-20 km/h", "above 20 km/h")
CHAIN = "trackers + OpenCV + floodlight"
FILTERED = f"{CHAIN}, gaps bridged, Butterworth 1 Hz"
CUTOFF_HZ = 1.0
COVERAGE_FILMS = 4
ERROR_MPS, DISTANCE_SHARE, LEAST_F1 = 0.20, 0.02, 0.95
COVERAGE = (0.85, 0.95)


def run(repeats: int) -> list[Row]:
    """All rows of the protocol; `repeats` is the number of films at each noise."""
    rows: list[Row] = []
    with Peer("trackers") as trackers, Peer("floodlight") as floodlight:
        for share in NOISE_SHARES:
            films = [ProtocolFilm.record(seed, share) for seed in range(repeats)]
            ours = [motions_of(each) for each in films]
            rows += _speed_rows(films, ours, trackers, floodlight, share)
            rows += _figure_rows(films, ours, share)
    return [*rows, *_coverage_rows()]


def motions_of(filmed: ProtocolFilm) -> list[Motion]:
    """Our chain."""
    return [estimate_motion(filmed.scene.t_s, xy, SmoothingParams(), 10.0) for xy in filmed.positions()]


def speeds_of(filmed: ProtocolFilm, trackers: Peer, floodlight: Peer) -> dict[str, Float64Array]:
    """`(P, F)` speeds of the peers' chain [m/s]: `plain` and `smooth`."""
    made = trackers.call(packed(filmed.detections()), {"tracker": "bytetrack", "fps": FPS})
    frame = np.repeat(np.arange(len(filmed.scene.t_s), dtype=np.int32), np.diff(made["offset"].astype(np.int64)))
    feet = filmed.feet(frame, _boxes(made["xyxy"]))
    metres = filmed.plain_metres(np.nan_to_num(feet).reshape(-1, 2)).reshape(feet.shape)
    metres[~np.isfinite(feet)] = np.nan
    flat = metres.transpose(1, 0, 2).reshape(len(filmed.scene.t_s), 2 * PLAYERS)
    found = floodlight.call({"xy": flat}, {"framerate": int(FPS), "speeds": True, "cutoff_hz": CUTOFF_HZ})
    return {name: np.asarray(values, np.float64) for name, values in found.items()}


def _boxes(made: np.typing.NDArray[np.generic]) -> Float32Array:
    return np.asarray(made, np.float32).reshape(-1, 4)


def _speed_rows(
    films: list[ProtocolFilm], ours: list[list[Motion]], trackers: Peer, floodlight: Peer, share: float
) -> list[Row]:
    """Speed RMSE by band: against 0.20 m/s, against the chain, and beside the chain with its filter."""
    found: dict[str, list[list[float]]] = {OURS: [], CHAIN: [], FILTERED: []}
    for filmed, motions in zip(films, ours, strict=True):
        truth = filmed.scene.speed_mps
        theirs = speeds_of(filmed, trackers, floodlight)
        for name, speed in (
            (OURS, np.stack([motion.speed_mps for motion in motions])),
            (CHAIN, theirs["plain"]),
            (FILTERED, theirs["smooth"]),
        ):
            found[name].append(band_errors(speed, truth))
    rows = []
    for band, label in enumerate(BANDS):
        runs: Runs = {name: [errors[band] for errors in films_errors] for name, films_errors in found.items()}
        name = f"speed truth, noise {share:.0%}, {label}"
        rows.append(measure(f"{name}: RMSE", "m/s", runs[OURS], Bar("at_most", ERROR_MPS)))
        plain = {OURS: runs[OURS], CHAIN: runs[CHAIN]}
        rows.append(compare(f"{name}: RMSE beside the peers' chain", "m/s", plain, Bar("ratio_at_most", 0.5)))
        smooth = {OURS: runs[OURS], FILTERED: runs[FILTERED]}
        rows.append(compare(f"{name}: RMSE beside it filtered by hand", "m/s", smooth, Bar("ratio_at_most", 1.0)))
    return rows


def _figure_rows(films: list[ProtocolFilm], ours: list[list[Motion]], share: float) -> list[Row]:
    """Distance of each player, and sprints."""
    distances, scores = [], []
    for filmed, motions in zip(films, ours, strict=True):
        distances.append(float(np.mean(distance_errors(filmed.players, motions))))
        true = [sprints(speed) for speed in filmed.scene.speed_mps]
        scores.append(f1(*matched([sprints(motion.speed_mps) for motion in motions], true)))
    name = f"speed truth, noise {share:.0%}"
    return [
        measure(f"{name}: distance error, mean of players", "share", distances, Bar("at_most", DISTANCE_SHARE)),
        measure(f"{name}: sprint counts", "F1", scores, Bar("at_least", LEAST_F1)),
    ]


def _coverage_rows() -> list[Row]:
    """Share of 90 % intervals that hold the truth, over films of all noises that no other row has."""
    shares = []
    for seed in range(COVERAGE_FILMS):
        hits = [interval_hits(ProtocolFilm.record(100 + seed, noise)) for noise in NOISE_SHARES]
        shares.append(float(np.mean([hit for held in hits for figure in held.values() for hit in figure])))
    name = "speed truth: 90 % intervals that hold the truth"
    return [
        measure(f"{name}, at least", "share", [float(np.mean(shares))], Bar("at_least", COVERAGE[0])),
        measure(f"{name}, at most", "share", [float(np.mean(shares))], Bar("at_most", COVERAGE[1])),
    ]
