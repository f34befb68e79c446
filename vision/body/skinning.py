"""From rotations of joints to places of joints and vertices: the chain of rigid parts, and linear blend skinning.

Source: Loper et al., SMPL: a skinned multi-person linear model, ACM Trans. Graph. 34 (2015).
"""

from __future__ import annotations

import numpy as np

from vision.types import Float32Array, Int32Array


def joint_places(
    rotations: Float32Array, rest_m: Float32Array, parents: Int32Array
) -> tuple[Float32Array, Float32Array]:
    """Walk the tree from the root to the hands and feet.

    Args:
        rotations: `(T, J, 3, 3)` of each joint against its parent.
        rest_m: `(J, 3)` joints of the T-pose [m].
        parents: `(J,)` of each joint, which come before it; the root's is −1.

    Returns:
        `(T, J, 3, 3)` orientation of each part in the frame of the root, and `(T, J, 3)` its joint [m]; the root's
        joint stays where the T-pose has it.
    """
    turned, places = np.empty_like(rotations), np.empty(rotations.shape[:3], rotations.dtype)
    turned[:, 0], places[:, 0] = rotations[:, 0], rest_m[0]
    for joint in range(1, len(parents)):
        parent = int(parents[joint])
        turned[:, joint] = turned[:, parent] @ rotations[:, joint]
        places[:, joint] = places[:, parent] + turned[:, parent] @ (rest_m[joint] - rest_m[parent])
    return turned, places


def skin(vertices_m: Float32Array, weights: Float32Array, turned: Float32Array, moved_m: Float32Array) -> Float32Array:
    """Move vertices with the parts they hang on.

    Args:
        vertices_m: `(V, 3)` of the T-pose, or `(T, V, 3)` where each frame has its own [m].
        weights: `(V, J)`, each row sums to 1.
        turned: `(T, J, 3, 3)` orientation of each part.
        moved_m: `(T, J, 3)` where each part takes the origin of the T-pose [m].

    Returns:
        `(T, V, 3)` [m].
    """
    frames, joints = turned.shape[:2]
    parts = np.concatenate([turned, moved_m[..., None]], axis=3)
    blended = weights @ parts.transpose(1, 0, 2, 3).reshape(joints, frames * 12)
    blended = blended.reshape(len(weights), frames, 3, 4)
    own = vertices_m[:, None] if vertices_m.ndim == 2 else vertices_m.transpose(1, 0, 2)
    placed: Float32Array = np.matmul(blended[..., :3], own[..., None])[..., 0] + blended[..., 3]
    return np.ascontiguousarray(placed.transpose(1, 0, 2))
