"""HOTA, IDF1 and switches on real football and on a hard scene: what a change must not make worse.

The limits are those of the bars: the best figures of the trackers of the package `trackers` 2.6.1 (ByteTrack, SORT)
on the same detections, as `python -m tests.bench tracking` measures them.
"""

from __future__ import annotations

import pytest

from tests.vision.tracking.chain import link_scene, track_scene
from tests.vision.tracking.scenes import Noise, detect, hard_scene, sportsmot, sportsmot_sequences
from tests.vision.tracking.scoring import Score, mean
from vision.tracking.bytetrack import ByteTrackConfig
from vision.tracking.linking import TRACKLET_CONFIG

# Means over scenes and three seeds; switches a sequence.
PEER_SPORTSMOT = Score(0.684, 0.714, 34)
PEER_HARD = Score(0.521, 0.466, 85)


def scores(truths, *, linked, kits=False):
    result = []
    for truth in truths:
        for seed in range(3):
            detections, owners = detect(truth, Noise(), seed)
            if linked:
                rows = link_scene(truth, detections, owners if kits else None, TRACKLET_CONFIG, seed)
            else:
                rows = track_scene(truth, detections, ByteTrackConfig())
            result.append(rows.score(truth))
    return mean(result), len(result)


@pytest.mark.data
def test_online_on_real_football():
    got, count = scores([sportsmot(name) for name in sportsmot_sequences()], linked=False)
    assert got.hota >= PEER_SPORTSMOT.hota and got.idf1 >= PEER_SPORTSMOT.idf1
    assert got.switches <= PEER_SPORTSMOT.switches * count


@pytest.mark.data
def test_linked_on_real_football():
    got, count = scores([sportsmot(name) for name in sportsmot_sequences()], linked=True)
    assert got.idf1 >= PEER_SPORTSMOT.idf1 + 0.05
    assert got.switches <= 0.5 * PEER_SPORTSMOT.switches * count


def test_online_on_a_hard_scene():
    got, count = scores([hard_scene(0)], linked=False)
    assert got.hota >= PEER_HARD.hota and got.idf1 >= PEER_HARD.idf1
    assert got.switches <= PEER_HARD.switches * count


def test_linked_by_motion_and_shirt_on_a_hard_scene():
    got, count = scores([hard_scene(0)], linked=True, kits=True)
    assert got.idf1 >= PEER_HARD.idf1 + 0.05
    assert got.switches <= 0.5 * PEER_HARD.switches * count
