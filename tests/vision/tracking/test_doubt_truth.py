"""Which linked tracks mix players, and which of them the doubt tells: scripted games whose identities are known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.vision.tracking.chain import follow_scene
from tests.vision.tracking.scenes import Noise, detect, hard_scene, pairwise_iou
from vision.kpi.quality import GradeParams
from vision.tracking.linking import TRACKLET_CONFIG

MARKED = GradeParams().identity_doubt[1]
"""More doubt than this, and the grade is C at best."""
PURE = 0.97
SEEN = 50
"""Boxes from which a track is shown: 2 s."""


def judged(seed):
    """Purity and doubt of everybody in a game of 22 who look alike in two kits."""
    truth = hard_scene(seed)
    detections, owners = detect(truth, Noise(), seed)
    rows, pieces = follow_scene(truth, detections, owners, TRACKLET_CONFIG, seed)
    linked, identities = pieces.linked(rows.track_id, rows.frame), pieces.identities()
    players = np.full(len(linked), -1)
    stops = np.searchsorted(rows.frame, np.arange(len(truth.ids) + 1))
    for frame, (start, stop) in enumerate(pairwise(stops.tolist())):
        near = pairwise_iou(rows.xyxy[start:stop].astype(np.float64), truth.boxes[frame])
        players[start:stop] = np.where(near.max(axis=1) > 0.4, truth.ids[frame][near.argmax(axis=1)], -1)
    for number in np.unique(linked[linked >= 0]).tolist():
        shown = players[(linked == number) & (players >= 0)]
        if len(shown) >= SEEN:
            yield np.bincount(shown).max() / len(shown), identities[number].doubt


def test_tracks_that_mix_players_are_doubted_and_half_of_the_others_not():
    # Measured: 10 of 11 and 19 of 37. A hard game: 22 in 60 s, each hidden for seconds four times; on the rendered game
    # one of seventeen is doubted.
    found = np.array([row for seed in range(2) for row in judged(seed)])
    mixed, marked = found[:, 0] < PURE, found[:, 1] > MARKED
    assert 5 <= mixed.sum() < 0.4 * len(found)
    assert (mixed & marked).sum() >= 0.8 * mixed.sum()
    assert (~mixed & ~marked).sum() >= 0.4 * (~mixed).sum()
