"""What a reader of a fit has to know: sentences for what was assumed, and for what looks wrong."""

from __future__ import annotations

import numpy as np
import torch

from vision.body.chain import Posture
from vision.body.pose_data import AssumedCamera, BodyFit, PoseData
from vision.body.refine import ShapeBelief, Solved
from vision.body.solver import Solver, numbers
from vision.body.start import start
from vision.body.tracks import PointTrack
from vision.skeletons import Skeleton
from vision.types import Float64Array, IndexArray

MIRROR_FRAMES = 12
MIRROR_RATIO = 0.6
"""A body with left and right exchanged that costs less than this share of the given one is the true one."""
LARGE_ERROR_M, LARGE_ERROR_SHARE = 0.06, 0.06
"""Distance of keypoints from the body: a detector's are 2-4 cm off; in 2D as a share of the height in the picture."""
MANY_EMPTY = 0.2
HEIGHT_GAP_M = 0.06


def swapped(points: Float64Array, skeleton: Skeleton) -> Float64Array:
    """`(N, K, ...)` with left and right exchanged."""
    order = np.arange(len(skeleton))
    for left, right in skeleton.mirror_pairs:
        order[left], order[right] = right, left
    return points[:, order]


def first_look(
    solver: Solver, track: PointTrack, rows: IndexArray, first: Posture, belief: ShapeBelief, skeleton: Skeleton
) -> tuple[Solved, bool]:
    """Postures of a few frames, and whether left and right look exchanged.

    A body with left and right exchanged is fitted beside the given one: where that one is mirrored, knees and elbows of
    the other bend the right way and it fits far better.

    Args:
        solver: of the skeleton.
        track: keypoints in space.
        rows: which of its frames.
        first: their first postures.
        belief: what is known of the shape.
        skeleton: of the keypoints.
    """
    among = np.unique(np.linspace(0, len(rows) - 1, min(MIRROR_FRAMES, len(rows))).round().astype(np.int64))
    local, known = track.local[rows], track.information[rows]
    other, of_other = swapped(local[among], skeleton), swapped(known[among], skeleton)
    turned = solver.posture(*start(other, skeleton.joints, solver.stance))
    both = Posture(*(torch.cat([getattr(one, part) for one in (first, turned)], dim=-1) for part in Posture.__slots__))
    sight = solver.point_sight(np.concatenate([local, other]), np.concatenate([known, of_other]))
    looked = solver.look(sight, both, belief)
    cost = numbers(looked.cost)
    mirrored = bool(np.median(cost[len(rows) :]) < MIRROR_RATIO * np.median(cost[among]))
    return looked.rows(slice(0, len(rows))), mirrored


def scale_source(data: PoseData) -> str:
    """What tells the size and the distance."""
    if data.kind == "3d":
        return "keypoints in metres"
    if not isinstance(data.camera, AssumedCamera):
        ground = " and the ground" if data.ground else ""
        return f"calibrated camera{ground} and {'player height' if data.height_m else 'mean body size'}"
    return "player height" if data.height_m else "mean body size"


def sentences(data: PoseData, fit: BodyFit, index: IndexArray, *, mirrored: bool) -> tuple[str, ...]:
    """Everything worth saying, the worst first."""
    made = []
    if mirrored:
        made.append("left and right look exchanged: a mirrored camera or swapped keypoints; check before using angles")
    missing = 1.0 - len(index) / len(data.t_s)
    if missing > MANY_EMPTY:
        made.append(f"{missing:.0%} of the frames have too few keypoints for a body and stay empty")
    made += _error_sentences(data, fit)
    if data.kind == "3d" and data.height_m is not None and abs(fit.height_m - data.height_m) > HEIGHT_GAP_M:
        made.append(
            f"the keypoints show a body of {fit.height_m:.2f} m, the given height is {data.height_m:.2f} m: "
            "check the scale of the cameras or the height"
        )
    return (*made, *_picture_sentences(data))


def _error_sentences(data: PoseData, fit: BodyFit) -> list[str]:
    if fit.error_m is not None:
        typical = float(np.nanmedian(fit.error_m))
        if typical > LARGE_ERROR_M:
            return [f"keypoints and body are {typical * 100:.0f} cm apart on average: angles are not to be trusted"]
    elif fit.error_px is not None:
        height = np.nanmax(data.places[..., 1], axis=1, initial=-np.inf) - np.nanmin(
            data.places[..., 1], axis=1, initial=np.inf
        )
        tall = float(np.median(height[np.isfinite(fit.error_px)]))
        typical = float(np.nanmedian(fit.error_px))
        if typical > LARGE_ERROR_SHARE * tall:
            return [f"keypoints and body are {typical:.0f} px apart on average: angles are not to be trusted"]
    return []


def _picture_sentences(data: PoseData) -> list[str]:
    if data.kind == "3d":
        return []
    made = ["from one camera: depth and turns out of the picture's plane are uncertain"]
    if data.height_m is None:
        made.append("the player's height is not known: sizes and distances assume a mean body")
    if isinstance(data.camera, AssumedCamera) and data.camera.moving:
        made.append(
            "the camera moves: places and headings move with it and are not those on the pitch; joint angles hold"
        )
    elif isinstance(data.camera, AssumedCamera):
        made.append("the camera is assumed: places are in its frame, and the ground is not known")
    return made
