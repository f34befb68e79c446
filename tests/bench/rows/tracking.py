"""Tracking: time of an update and identities kept, against `trackers` (ByteTrack, SORT) and ultralytics' BYTETracker.

The same simulated detections for all (see `tests/vision/tracking/scenes.py`): SportsMOT's football where its ground
truth is at hand, and hard synthetic scenes. All trackers run with their defaults and the sequence's frame rate. The
offline rows add `link_tracklets`: by motion alone on SportsMOT, with shirts on the scenes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from tests.bench.peers import Peer
from tests.bench.row import OURS, Bar, Row, Runs, compare, interleave
from tests.vision.tracking.chain import link_scene, track_scene
from tests.vision.tracking.scenes import Noise, Truth, detect, hard_scene, sportsmot, sportsmot_sequences
from tests.vision.tracking.scoring import Score, score
from vision.tracking.bytetrack import ByteTrackConfig, ByteTracker
from vision.tracking.linking import TRACKLET_CONFIG
from vision.types import Detections

SEEDS = 3
FPS = 25.0
PEER = "trackers"
PEER_NAMES = {"bytetrack": "trackers 2.6.1 ByteTrack", "sort": "trackers 2.6.1 SORT"}
ULTRALYTICS = "ultralytics BYTETracker"


@dataclass(frozen=True)
class Case:
    """One scene as one detector run sees it."""

    truth: Truth
    detections: list[Detections]
    owners: list[NDArray[np.int64]]
    seed: int


def run(repeats: int) -> list[Row]:
    """All tracking rows."""
    with Peer(PEER) as peer:
        rows = speed(peer, repeats)
        groups = {"hard scene": [hard_scene(0), hard_scene(1)]}
        if sportsmot_sequences():
            groups = {"SportsMOT": [sportsmot(name) for name in sportsmot_sequences()], **groups}
        for name, truths in groups.items():
            rows += quality(peer, name, truths)
    return rows


def cases(truths: Sequence[Truth]) -> list[Case]:
    """Every scene with every seed of the detector's noise."""
    return [Case(truth, *detect(truth, Noise(), seed), seed) for truth in truths for seed in range(SEEDS)]


def speed(peer: Peer, repeats: int) -> list[Row]:
    """Median time of an update with about 18 boxes a frame."""
    truth = hard_scene(0)
    detections, _ = detect(truth, Noise(), 0)
    times = [float(t) for t in truth.t_s]
    measures: dict[str, Callable[[], float]] = {
        OURS: lambda: our_time(detections, times),
        ULTRALYTICS: lambda: ultralytics_time(detections),
    }
    for key, name in PEER_NAMES.items():
        measures[name] = lambda key=key: peer_time(peer, key, detections)
    boxes = np.mean([len(each) for each in detections])
    runs = interleave(repeats, measures)
    return [compare(f"tracking: update, {boxes:.0f} boxes a frame", "ms", runs, Bar("ratio_at_most", 0.5))]


def our_time(detections: Sequence[Detections], times: Sequence[float]) -> float:
    """Median update [ms]."""
    tracker = ByteTracker()
    took = []
    for each, t_s in zip(detections, times, strict=True):
        start = time.perf_counter()
        tracker.update(each, t_s)
        took.append(time.perf_counter() - start)
    return float(np.median(took)) * 1e3


def ultralytics_time(detections: Sequence[Detections]) -> float:
    """Median update of ultralytics' BYTETracker with its `bytetrack.yaml` [ms]."""
    from ultralytics.engine.results import Boxes
    from ultralytics.trackers.byte_tracker import BYTETracker

    settings = SimpleNamespace(
        track_high_thresh=0.25,
        track_low_thresh=0.1,
        new_track_thresh=0.25,
        track_buffer=30,
        match_thresh=0.8,
        fuse_score=True,
    )
    tracker = BYTETracker(settings)
    frames = [Boxes(np.column_stack((each.xyxy, each.score, each.class_id)), (1080, 1920)) for each in detections]
    took = []
    for boxes in frames:
        start = time.perf_counter()
        tracker.update(boxes)
        took.append(time.perf_counter() - start)
    return float(np.median(took)) * 1e3


def packed(detections: Sequence[Detections]) -> dict[str, NDArray[np.generic]]:
    """Detections of all frames in one piece."""
    return {
        "offset": np.cumsum([0, *map(len, detections)]),
        "xyxy": np.concatenate([each.xyxy for each in detections]),
        "score": np.concatenate([each.score for each in detections]),
    }


def peer_time(peer: Peer, tracker: str, detections: Sequence[Detections]) -> float:
    """Median update of a tracker of the package `trackers` [ms]."""
    made = peer.call(packed(detections), {"tracker": tracker, "fps": FPS})
    return float(np.median(made["seconds"])) * 1e3


def peer_score(peer: Peer, tracker: str, case: Case) -> Score:
    """Its score on a case."""
    made = peer.call(packed(case.detections), {"tracker": tracker, "fps": FPS})
    parts = [slice(a, b) for a, b in pairwise(made["offset"])]
    return score(case.truth, [made["track_id"][p] for p in parts], [made["xyxy"][p] for p in parts])


def quality(peer: Peer, group: str, truths: Sequence[Truth]) -> list[Row]:
    """HOTA, IDF1 and switches, online and offline. A repeat is a scene and a seed: deterministic otherwise."""
    found = cases(truths)
    peers = {name: [peer_score(peer, key, case) for case in found] for key, name in PEER_NAMES.items()}
    online = [track_scene(case.truth, case.detections, ByteTrackConfig()).score(case.truth) for case in found]
    kits = bool(truths[0].team)
    offline = [
        link_scene(case.truth, case.detections, case.owners if kits else None, TRACKLET_CONFIG, case.seed).score(
            case.truth
        )
        for case in found
    ]
    how = "motion and shirts" if kits else "motion"
    return [
        row(f"tracking online: HOTA, {group}", "HOTA", online, peers, Bar("gain_at_least", 0.0)),
        row(f"tracking online: IDF1, {group}", "IDF1", online, peers, Bar("gain_at_least", 0.0)),
        row(f"tracking online: switches, {group}", "switches", online, peers, Bar("ratio_at_most", 1.0)),
        row(f"tracking offline ({how}): IDF1, {group}", "IDF1", offline, peers, Bar("gain_at_least", 0.05)),
        row(f"tracking offline ({how}): switches, {group}", "switches", offline, peers, Bar("ratio_at_most", 0.5)),
    ]


def row(name: str, unit: str, ours: Sequence[Score], peers: dict[str, list[Score]], bar: Bar) -> Row:
    """One figure of the scores."""
    field = unit.lower()
    runs: Runs = {OURS: [float(getattr(each, field)) for each in ours]}
    for peer, scores in peers.items():
        runs[peer] = [float(getattr(each, field)) for each in scores]
    return compare(name, unit, runs, bar)
