"""Runs in the environment of Pose2Sim: its robust triangulation, point by point, as its own loop calls it.

`arrays`: `xy` (C, N, K, 2) px, `score` (C, N, K), `P` (C, 3, 4). Seconds of the whole, points back.
"""

from __future__ import annotations

import sys
import time
import types

import numpy as np

for name in ("opensim", "PySide6", "mpl_interactions"):
    sys.modules.setdefault(name, types.ModuleType(name))

from Pose2Sim.triangulation import triangulation_from_best_cameras  # noqa: E402

CONFIG = {
    "triangulation": {
        "reproj_error_threshold_triangulation": 15,
        "min_cameras_for_triangulation": 2,
        "handle_LR_swap": False,
        "undistort_points": False,
    }
}


def run(arrays, params):
    xy, score, projections = arrays["xy"], arrays["score"], list(arrays["P"])
    _, frames, joints, _ = xy.shape
    points = np.full((frames, joints, 3), np.nan)
    start = time.perf_counter()
    for frame in range(frames):
        for joint in range(joints):
            seen = (xy[:, frame, joint, 0], xy[:, frame, joint, 1], score[:, frame, joint])
            found = triangulation_from_best_cameras(CONFIG, seen, seen, projections, {})
            points[frame, joint] = np.asarray(found[0])[:3]
    return {"points": points, "seconds": np.array([time.perf_counter() - start])}
