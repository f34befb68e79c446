"""Weights of vertices that make a joint: fitted so that they find it in every shape and every pose.

A joint is a point that both parts which meet there carry. A mean of vertices finds it in every pose when, for each of the
two parts, the vertices' offsets from the joint cancel under that part's skin weights: `Σ r·w_part·(vertex − joint) = 0`,
and no third part has a share. These equations, for the mean body and along its main directions of shape, are solved with
weights that are not negative (Lawson & Hanson 1974), so that few vertices carry each joint.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from vision.types import Float64Array, Int32Array


@dataclass(frozen=True, slots=True)
class RegressorParams:
    """How joints are fitted.

    Attributes:
        reach: vertices this far from the joint may serve, as a share of the template's height.
        own_share: of a vertex's skin weight that must belong to the two parts.
        candidates: at most so many vertices a joint.
        stranger_m: weight of the equation that keeps other parts out [m].
        sum_m: weight of the equation that makes the weights sum to 1 [m].
    """

    reach: float = 0.09
    own_share: float = 0.9
    candidates: int = 900
    stranger_m: float = 0.3
    sum_m: float = 10.0


def joint_rows(
    meshes: Float64Array, joints: Float64Array, weights: Float64Array, parents: Int32Array, params: RegressorParams
) -> Float64Array:
    """Fit the joint regressor.

    Args:
        meshes: `(S, V, 3)` the mean body, then movements of its vertices along directions of shape [m].
        joints: `(S, J, 3)` the same of its joints [m].
        weights: `(V, J)` skin weights.
        parents: `(J,)`.
        params: how.

    Returns:
        `(J, V)`, rows sum to 1, nothing negative.
    """
    rows = np.zeros((len(parents), meshes.shape[1]))
    for joint, parent in enumerate(parents):
        parts = [joint] if parent < 0 else [int(parent), joint]
        chosen = _candidates(meshes[0], joints[0, joint], weights[:, parts].sum(axis=1), params)
        offsets = meshes[:, chosen] - joints[:, joint, None]
        equations = [
            (offsets * weights[chosen, part][None, :, None]).transpose(0, 2, 1).reshape(-1, len(chosen))
            for part in parts
        ]
        strangers = np.delete(weights[chosen], parts, axis=1).T * params.stranger_m
        total = np.full((1, len(chosen)), params.sum_m)
        system = np.concatenate([*equations, strangers, total])
        target = np.zeros(len(system))
        target[-1] = params.sum_m
        found, _ = nnls(system, target, maxiter=30 * len(chosen))
        rows[joint, chosen] = found / found.sum()
    return rows


def _candidates(
    mesh: Float64Array, joint: Float64Array, own: Float64Array, params: RegressorParams
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    distance = np.linalg.norm(mesh - joint, axis=1) / np.ptp(mesh[:, 1])
    distance[own < params.own_share] = np.inf
    nearest = np.argsort(distance)[: params.candidates]
    within = nearest[distance[nearest] < params.reach]
    return within if len(within) >= params.candidates // 10 else nearest[: params.candidates // 3]


def thinned(row: Float64Array, keep: int) -> Float64Array:
    """The `keep` largest weights of a row `(V,)`, summing to 1 again."""
    made = np.zeros_like(row)
    largest = np.argsort(np.abs(row))[-keep:]
    made[largest] = row[largest]
    return made / made.sum()
