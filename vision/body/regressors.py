"""Weights of vertices that make a joint: fitted so that they find it in every shape and every pose.

A joint is a point that both parts which meet there carry. A mean of vertices finds it in every pose when, for each of
the two parts, the vertices' offsets from the joint cancel under that part's skin weights, `Σ r·w_part·(vertex −
joint) = 0`, and no third part has a share. For the mean body the joint is the source's own. Along directions of shape
it is what the regressor itself says: there `Σ r·(w_part − share)·movement = 0`, with the part's share `Σ r·w_part`
from the round before. All is solved with weights that are not negative (Lawson & Hanson 1974), so that few vertices
carry each joint.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from vision.types import Float64Array, IndexArray, Int32Array


@dataclass(frozen=True, slots=True)
class RegressorParams:
    """How joints are fitted. Weights of equations are relative; all residuals are metres.

    Attributes:
        reach: vertices this far from the joint may serve, as a share of the template's height.
        own_share: of a vertex's skin weight that must belong to the two parts.
        candidates: at most so many vertices a joint.
        mean_weight: of the equations of the mean body.
        shape_weight: of the wish that joints of other shapes are the source's own.
        stranger_m: of the equations that keep other parts out.
        sum_m: of the equation that makes the weights sum to 1.
        rounds: after the first.
        attempts: of the solver, a candidate.
    """

    reach: float = 0.2
    own_share: float = 0.5
    candidates: int = 1500
    mean_weight: float = 3.0
    shape_weight: float = 0.3
    stranger_m: float = 0.3
    sum_m: float = 10.0
    rounds: int = 2
    attempts: int = 50


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
        rows[joint, chosen] = _row(meshes[:, chosen], joints[:, joint], weights[chosen], parts, params)
    return rows


def _candidates(mesh: Float64Array, joint: Float64Array, own: Float64Array, params: RegressorParams) -> IndexArray:
    distance = np.linalg.norm(mesh - joint, axis=1) / np.ptp(mesh[:, 1])
    distance[own < params.own_share] = np.inf
    nearest = np.argsort(distance)[: params.candidates]
    within: IndexArray = nearest[distance[nearest] < params.reach]
    return within


def _row(
    meshes: Float64Array, joint: Float64Array, weights: Float64Array, parts: list[int], params: RegressorParams
) -> Float64Array:
    """`(C,)` weights of the candidates for one joint."""
    count = meshes.shape[1]
    offsets = meshes - joint[:, None]
    fixed = [
        *(params.mean_weight * (offsets[0] * weights[:, part, None]).T for part in parts),
        params.mean_weight * offsets[0].T,
        params.shape_weight * offsets[1:].transpose(0, 2, 1).reshape(-1, count),
        params.stranger_m * np.delete(weights, parts, axis=1).T,
    ]
    found = _solved(fixed, params)
    for _ in range(params.rounds):
        held = weights[:, parts] - found @ weights[:, parts]
        along = np.einsum("scx,cp->psxc", meshes[1:], held).reshape(-1, count)
        found = _solved([*fixed, along, params.shape_weight * held.T], params)
    return found


def _solved(equations: list[Float64Array], params: RegressorParams) -> Float64Array:
    """Weights that bring all equations nearest to 0 and sum to 1."""
    count = equations[0].shape[1]
    system = np.concatenate([*equations, np.full((1, count), params.sum_m)])
    target = np.zeros(len(system))
    target[-1] = params.sum_m
    found, _ = nnls(system, target, maxiter=params.attempts * count)
    summing: Float64Array = found / found.sum()
    return summing


def thinned(row: Float64Array, keep: int) -> Float64Array:
    """The `keep` largest weights of a row `(V,)`, summing to 1 again."""
    made = np.zeros_like(row)
    largest = np.argsort(np.abs(row))[-keep:]
    made[largest] = row[largest]
    made /= made.sum()
    return made
