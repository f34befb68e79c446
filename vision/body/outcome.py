"""From parameters back to a body over time: axis-angles, joints, errors, and what was seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.body.anatomy import SOLE_POINTS, Anatomy
from vision.body.chain import Tensor
from vision.body.doubts import scale_source
from vision.body.freedoms import JOINT_COUNT, axis_angles
from vision.body.pose_data import BodyFit, PoseData
from vision.body.sequence import Motion
from vision.body.solver import Solver, by_frame, numbers
from vision.body.tracks import Track
from vision.types import BoolArray, Float64Array


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one fit has found.

    Attributes:
        data: what was asked.
        track: its usable part.
        betas: `(B,)` shape.
        motion: `(T, ...)` postures, short gaps bridged.
        contact: `(T, 2)`.
        sigma_m: `(N,)` of the track's frames.
    """

    data: PoseData
    track: Track
    betas: Tensor
    motion: Motion
    contact: BoolArray
    sigma_m: Float64Array


def body_fit(solver: Solver, anatomy: Anatomy, found: Outcome, model_name: str) -> BodyFit:
    """The public result, still without warnings."""
    data, track, motion = found.data, found.track, found.motion
    valid, betas = motion.seen, numbers(found.betas)
    rotations = solver.rotations(motion.root[valid], motion.turns[valid])
    posture = solver.posture(motion.root[valid], np.zeros((len(rotations), 3)), solver.every_turn(motion.turns[valid]))
    reach = solver.chain.reach(posture, solver.chain.figure(found.betas))
    place = motion.place[valid][:, None]
    markers = _full(by_frame(reach.markers[:, :-SOLE_POINTS]).swapaxes(1, 2) + place, valid)
    seen = np.zeros((len(valid), JOINT_COUNT), np.bool_)
    seen[track.index] = track.seen @ solver.telling.T
    bridged = valid.copy()
    bridged[track.index] = False
    at = np.zeros(len(valid), np.bool_)
    at[track.index] = True
    error = _full(_error(track, markers[track.index]), at)
    return BodyFit(
        t_s=np.asarray(data.t_s, np.float64),
        betas=betas,
        pose=_full(axis_angles(rotations), valid),
        translation=motion.place - numbers(solver.chain.rest(found.betas))[0],
        joints=_full(by_frame(reach.joints).swapaxes(1, 2) + place, valid),
        valid=valid,
        bridged=bridged,
        seen=seen,
        error_m=error if data.kind == "3d" else None,
        error_px=error if data.kind == "2d" else None,
        sigma_m=_full(found.sigma_m, at),
        contact=found.contact,
        height_m=anatomy.height(betas),
        scale_source=scale_source(data),
        model_name=model_name,
    )


def _full(values: Float64Array, rows: BoolArray) -> Float64Array:
    made = np.full((len(rows), *values.shape[1:]), np.nan)
    made[rows] = values
    return made


def _error(track: Track, markers: Float64Array) -> Float64Array:
    """`(N,)` root mean square over the seen keypoints."""
    square = np.sum(np.where(track.seen[..., None], track.away(markers), 0.0) ** 2, axis=2)
    made: Float64Array = np.sqrt(square.sum(axis=1) / np.maximum(track.seen.sum(axis=1), 1))
    return made
