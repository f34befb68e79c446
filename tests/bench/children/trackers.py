"""Runs in the environment of `trackers`: one of its trackers over a sequence, boxes and ids back, seconds an update.

`arrays`: `offset` (F + 1,), `xyxy` (N, 4), `score` (N,), concatenated over frames; `params`: `tracker`, `fps`.
"""

from __future__ import annotations

import itertools
import time

import numpy as np
import supervision as sv
from trackers import ByteTrackTracker, SORTTracker

TRACKERS = {"bytetrack": ByteTrackTracker, "sort": SORTTracker}


def run(arrays, params):
    tracker = TRACKERS[params["tracker"]](frame_rate=params["fps"])
    offset = arrays["offset"]
    frames = [
        sv.Detections(xyxy=arrays["xyxy"][a:b], confidence=arrays["score"][a:b], class_id=np.zeros(b - a, int))
        for a, b in itertools.pairwise(offset)
    ]
    took, ids, boxes = [], [], []
    for detections in frames:
        start = time.perf_counter()
        tracked = tracker.update(detections)
        took.append(time.perf_counter() - start)
        known = tracked.tracker_id >= 0
        ids.append(tracked.tracker_id[known])
        boxes.append(tracked.xyxy[known].reshape(-1, 4))
    return {
        "offset": np.cumsum([0, *map(len, ids)]),
        "track_id": np.concatenate(ids).astype(np.int64),
        "xyxy": np.concatenate(boxes),
        "seconds": np.array(took),
    }
