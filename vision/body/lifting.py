"""First postures from one picture: where the person stands by the size in it, facing each way in turn.

One picture does not tell whether somebody faces the camera or turns the back, nor which of two arms is in front. So
frames a few tenths of a second apart are fitted from several headings, and the path of headings through them that costs
least is taken (Viterbi 1967); the frames between start from the nearest of these.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from vision.body.chain import Posture, Tensor
from vision.body.freedoms import HABIT_MEAN, axis_turn
from vision.body.sights import PictureSight
from vision.body.solver import Solver, by_frame, numbers
from vision.types import Float64Array, IndexArray

HEADINGS = 8
ROUNDS = 12
TURN_COST = 8.0
"""Per radian between headings a few tenths of a second apart: a turn on the spot must be seen in the keypoints."""
KEY_STEP_S = 0.25


@dataclass(frozen=True, slots=True)
class View:
    """A camera as the body's frame sees it.

    Attributes:
        rotation: `(3, 3)` world → camera.
        position_m: `(3,)`.
        focal_px: focal length.
        up: `(3,)` unit vector in the world that a standing body follows.
    """

    rotation: Float64Array
    position_m: Float64Array
    focal_px: float
    up: Float64Array

    def upright(self) -> Float64Array:
        """`(H, 3, 3)` rotations of a standing body that looks each way."""
        forward = -self.rotation[2] + self.up * (self.rotation[2] @ self.up)
        forward = forward / np.linalg.norm(forward)
        facing = np.stack([np.cross(self.up, forward), self.up, forward], axis=1)
        return facing @ axis_turn(1, np.arange(HEADINGS) * 2 * np.pi / HEADINGS)


def distances(pixels: Float64Array, body_m: Float64Array, view: View) -> tuple[Float64Array, Float64Array]:
    """Where the middle of the keypoints is, by their spread up and down in the picture.

    Args:
        pixels: `(N, K, 2)` from the principal point; NaN where not seen.
        body_m: `(K, 3)` keypoints of a standing body.
        view: the camera.

    Returns:
        `(N, 3)` places in the world of the middle of the seen keypoints and `(N, 3)` the same on the body.
    """
    seen = np.asarray(np.isfinite(pixels).all(axis=2), np.float64)[..., None]
    total = seen.sum(axis=1)
    middle, body_middle = np.nansum(pixels * seen, axis=1) / total, (seen * body_m).sum(axis=1) / total
    wide = np.sqrt(np.nansum(((pixels - middle[:, None]) * seen) ** 2, axis=(1, 2)) / total[:, 0])
    size = np.sqrt((((body_m - body_middle[:, None]) * seen)[..., :2] ** 2).sum(axis=(1, 2)) / total[:, 0])
    depth = view.focal_px * size / wide
    ray = np.concatenate([middle / view.focal_px, np.ones((len(pixels), 1))], axis=1)
    return view.position_m + (ray * depth[:, None]) @ view.rotation, body_middle


def key_rows(t_s: Float64Array) -> IndexArray:
    """Frames from which the headings are tried."""
    return np.unique(_nearest(np.arange(t_s[0], t_s[-1] + KEY_STEP_S, KEY_STEP_S), t_s))


def _nearest(wanted: Float64Array, among: Float64Array) -> IndexArray:
    """For each time the index of the nearest in an increasing list."""
    if len(among) == 1:
        return np.zeros(len(wanted), np.int64)
    after = np.clip(np.searchsorted(among, wanted), 1, len(among) - 1)
    return np.where(wanted - among[after - 1] < among[after] - wanted, after - 1, after)


def lifted(solver: Solver, sight: PictureSight, view: View, body_middle: Float64Array, t_s: Float64Array) -> Posture:
    """First postures of all frames about their origins, the places of `distances`."""
    keys = key_rows(t_s)
    count = len(keys)
    rows = np.repeat(keys, HEADINGS)
    roots = np.tile(view.upright(), (count, 1, 1))
    turns = np.broadcast_to(HABIT_MEAN, (len(rows), *HABIT_MEAN.shape))
    tried = solver.posture(roots, -(roots @ body_middle[rows][..., None])[..., 0], turns)
    solved = solver.postures(solver.problem([sight.of(torch.as_tensor(rows))]), tried, solver.mean_figure, ROUNDS)
    cost = numbers(solved.cost).reshape(count, HEADINGS)
    forward = by_frame(solved.posture.root)[:, :, 2].reshape(count, HEADINGS, 3)
    best = cheapest_path(cost, forward) + np.arange(count) * HEADINGS
    chosen: Tensor = torch.as_tensor(best[_nearest(t_s, t_s[keys])])
    return solved.posture.rows(chosen)


def cheapest_path(cost: Float64Array, forward: Float64Array) -> IndexArray:
    """`(N, H)` costs and `(N, H, 3)` directions → `(N,)` choice of each frame."""
    total, back = cost[0], []
    for row in range(1, len(cost)):
        angle = np.arccos(np.clip(forward[row - 1] @ forward[row].T, -1.0, 1.0))
        through = total[:, None] + TURN_COST * angle
        back.append(np.argmin(through, axis=0))
        total = through.min(axis=0) + cost[row]
    path = [int(np.argmin(total))]
    for choices in reversed(back):
        path.append(int(choices[path[-1]]))
    return np.array(path[::-1])
