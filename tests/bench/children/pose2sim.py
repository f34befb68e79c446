"""Runs in the environment of Pose2Sim, as its own loops call it.

`arrays`: `xy` (C, N, K, 2) px, `score` (C, N, K), `P` (C, 3, 4). Seconds of its robust triangulation, point by point,
and the points back. With `params` `project` (a folder with cameras and posture files as it wants them): seconds from
those files to its `.trc`: the person of each camera found, joints placed, gaps filled.
"""

from __future__ import annotations

import sys
import time
import types
from pathlib import Path

import numpy as np

for name in ("opensim", "PySide6", "mpl_interactions"):
    sys.modules.setdefault(name, types.ModuleType(name))

import Pose2Sim  # noqa: E402
import rtoml  # noqa: E402
from Pose2Sim.personAssociation import associate_all  # noqa: E402
from Pose2Sim.triangulation import triangulate_all, triangulation_from_best_cameras  # noqa: E402

CONFIG = {
    "triangulation": {
        "reproj_error_threshold_triangulation": 15,
        "min_cameras_for_triangulation": 2,
        "handle_LR_swap": False,
        "undistort_points": False,
    }
}


def run(arrays, params):
    return whole(Path(params["project"])) if "project" in params else placed(arrays)


def whole(project):
    """The demo's own settings, but for what needs a window or another pose model."""
    config = rtoml.load(Path(Pose2Sim.__file__).parent / "Demo_SinglePerson" / "Config.toml")
    config["project"] |= {"project_dir": str(project), "frame_rate": 30, "frame_range": "all"}
    config["pose"]["pose_model"] = "COCO_17"
    config["personAssociation"]["single_person"]["tracked_keypoint"] = "RHip"
    config["triangulation"] |= {"make_c3d": False, "show_interp_indices": False}
    start = time.perf_counter()
    associate_all(config)
    triangulate_all(config)
    seconds = time.perf_counter() - start
    (made,) = (project / "pose-3d").glob("*.trc")
    return {"seconds": np.array([seconds]), "lines": np.array([len(made.read_text().splitlines())])}


def placed(arrays):
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
