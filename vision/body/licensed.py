"""Read body models from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vision.body.arrays import BodyArrays, check_body
from vision.errors import ModelError


def read_body_file(path: Path) -> BodyArrays:
    """Read and check a body model's file."""
    if not path.is_file():
        raise ModelError(f"the body model {path} is missing")
    with np.load(path, allow_pickle=False) as raw:
        parents = raw["kintree_table"][0].astype(np.int32)
        parents[0] = -1
        arrays = BodyArrays(
            name=str(raw["name"]),
            template=raw["v_template"].astype(np.float32),
            shape_directions=raw["shapedirs"].astype(np.float32),
            skin_weights=raw["weights"].astype(np.float32),
            joint_regressor=raw["J_regressor"].astype(np.float32),
            parents=parents,
            faces=raw["f"].astype(np.int32),
            keypoint_regressors={
                key.removeprefix("keypoints_"): raw[key].astype(np.float32)
                for key in raw.files
                if key.startswith("keypoints_")
            },
            licence=str(raw["licence"]),
        )
    check_body(arrays)
    return arrays
