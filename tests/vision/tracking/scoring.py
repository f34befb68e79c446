"""HOTA, IDF1 and identity switches of tracks against the truth, by trackeval."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.vision.tracking.scenes import Truth, pairwise_iou
from vision.types import Tracks


@dataclass(frozen=True)
class Score:
    """The three figures of one or several sequences; `switches` adds up, the others are means."""

    hota: float
    idf1: float
    switches: int


def score(truth: Truth, ids: Sequence[NDArray[np.integer]], boxes: Sequence[NDArray[np.floating]]) -> Score:
    """Score the ids and boxes of every frame."""
    import trackeval

    gt_names = np.unique(np.concatenate(truth.ids))
    names = np.unique(np.concatenate([np.asarray(i, np.int64) for i in ids]))
    data = {
        "num_timesteps": len(truth.ids),
        "num_gt_ids": len(gt_names),
        "num_tracker_ids": len(names),
        "num_gt_dets": sum(map(len, truth.ids)),
        "num_tracker_dets": sum(map(len, ids)),
        "gt_ids": [np.searchsorted(gt_names, i) for i in truth.ids],
        "tracker_ids": [np.searchsorted(names, np.asarray(i, np.int64)) for i in ids],
        "similarity_scores": [
            pairwise_iou(gt, np.asarray(ours, np.float64)) for gt, ours in zip(truth.boxes, boxes, strict=True)
        ],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        hota = trackeval.metrics.HOTA().eval_sequence(data)
        identity = trackeval.metrics.Identity().eval_sequence(data)
        clear = trackeval.metrics.CLEAR().eval_sequence(data)
    return Score(float(np.mean(hota["HOTA"])), float(identity["IDF1"]), int(clear["IDSW"]))


def score_tracks(truth: Truth, tracks: Sequence[Tracks]) -> Score:
    """Score a tracker's output."""
    return score(truth, [t.track_id for t in tracks], [t.xyxy for t in tracks])


def mean(scores: Sequence[Score]) -> Score:
    """Means of HOTA and IDF1, sum of switches."""
    return Score(
        float(np.mean([s.hota for s in scores])),
        float(np.mean([s.idf1 for s in scores])),
        sum(s.switches for s in scores),
    )
