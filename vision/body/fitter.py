"""`SMPLFitter`: one person's keypoints over time → a body, its pose in every frame, and how far it can be trusted.

Steps: a first posture of each frame from its bones; the shape that all frames share, from frames spread over the track;
every frame's posture by Levenberg–Marquardt within the limits of the joints; then the sequence, smoothed without lag
and fitted again with its neighbours' word and the ground's. Frames without enough keypoints stay empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import torch

from vision.body.anatomy import SOLE_POINTS, Anatomy, markers_of
from vision.body.chain import Chain, Figure, Posture
from vision.body.contact import ContactConfig, anchors, standing
from vision.body.doubts import first_look, sentences
from vision.body.model import BodyModel, open_body
from vision.body.outcome import Outcome, body_fit
from vision.body.pose_data import AssumedCamera, BodyFit, PoseData
from vision.body.refine import Solved
from vision.body.sequence import Motion, smoothed
from vision.body.sights import PointSight, Sight
from vision.body.smoothing import SmoothConfig, stretches
from vision.body.solver import Report, Shaped, Solver, by_frame, unheard
from vision.body.tracks import PointTrack, Track, TrackConfig, track_of
from vision.skeletons import Skeleton
from vision.types import BoolArray, Float64Array

NEAR_GROUND_M = 0.15
"""1σ of a sole's height in one picture of a calibrated camera: feet are on the ground or a little above it, and that
tells the distance better than the size does."""

_SHAPED, _POSED = 0.1, 0.6
"""Shares of the work that are done with the shape and with the frames' own postures."""


@dataclass(frozen=True, slots=True)
class FitConfig:
    """How bodies are fitted.

    Attributes:
        track: which keypoints and frames are used, and their noise.
        shape_frames: that tell the shape.
        rounds: steps of the postures from 3D keypoints.
        rounds_2d: from 2D keypoints, whose first postures are farther off.
        rounds_in_time: steps of the second fit, which starts from the smoothed motion.
        height_sigma_m: how well a told height is known (shoes, posture).
        smoothing: how quickly things move; None fits each frame by itself.
        neighbour_weight: of the smoothed motion beside the frame's own keypoints when it is fitted again (measured on
            made motion at 50 Hz with 10 mm of noise: 10 gives 7.4 mm, 3 gives 7.9, single frames 9.8).
        contact: what counts as standing on the ground.
    """

    track: TrackConfig = field(default_factory=TrackConfig)
    shape_frames: int = 32
    rounds: int = 2
    rounds_2d: int = 10
    rounds_in_time: int = 2
    height_sigma_m: float = 0.02
    smoothing: SmoothConfig | None = field(default_factory=SmoothConfig)
    neighbour_weight: float = 10.0
    contact: ContactConfig = field(default_factory=ContactConfig)


def _between(report: Report, first: float, last: float) -> Report:
    """Tell a part's progress as that of the whole."""
    return lambda share: report(first + (last - first) * share)


@dataclass(frozen=True, slots=True)
class _Work:
    """What the steps of one fit pass on."""

    data: PoseData
    solver: Solver
    track: Track
    figure: Figure
    noise: float
    sights: tuple[Sight, ...]
    report: Report


class SMPLFitter:
    """Fits one body model to tracks of keypoints.

    Args:
        model: the body; the open one if not given.
        config: see `FitConfig`.
        device: `cpu` or `cuda:N`.
    """

    def __init__(self, model: BodyModel | None = None, config: FitConfig | None = None, device: str = "cpu") -> None:
        self.model = model or open_body()
        self.config = config or FitConfig()
        self.device = device
        self._anatomy = Anatomy.of(self.model)
        self._solvers: dict[str, Solver] = {}

    def fit(self, pose_data: PoseData, report: Report = unheard) -> BodyFit:
        """Fit one person's track.

        Args:
            pose_data: what was seen of the person.
            report: called every few hundred frames with the share done; what it raises ends the fit.

        Raises:
            VisionError: nothing was seen, too little in every frame, or the numbers cannot be metres.
        """
        with torch.inference_mode():
            return self._fit(pose_data, report)

    def _fit(self, pose_data: PoseData, report: Report) -> BodyFit:
        solver = self._solver(pose_data.skeleton)
        track = track_of(pose_data, self.config.track, solver)
        first = track.first(solver)
        shaped, mirrored = self._shape(solver, track, first, pose_data)
        report(_SHAPED)
        noise, figure = track.noise(shaped.noise), solver.chain.figure(shaped.betas)
        sights = (track.sight(solver, noise), *self._near_ground(pose_data, solver, track))
        work = _Work(pose_data, solver, track, figure, noise, sights, report)
        problem = solver.problem(sights, noise=noise)
        rounds = self.config.rounds if pose_data.kind == "3d" else self.config.rounds_2d
        solved = solver.postures(problem, first, figure, rounds, _between(report, _SHAPED, _POSED))
        precision, sigma = solver.precision(problem, solved, figure)
        motion = self._motion(work, solved, precision)
        contact = np.zeros((len(pose_data.t_s), 2), np.bool_)
        if self.config.smoothing and stretches(pose_data.t_s, motion.seen, self.config.smoothing):
            motion, contact = self._in_time(work, motion, self.config.smoothing)
        found = Outcome(pose_data, track, shaped.betas, motion, contact, sigma)
        fit = body_fit(solver, self._anatomy, found, self.model.name)
        return replace(fit, warnings=sentences(pose_data, fit, track.index, mirrored=mirrored))

    def _solver(self, skeleton: Skeleton) -> Solver:
        """Built once a skeleton."""
        if skeleton.name not in self._solvers:
            chain = Chain(self.model, markers_of(self.model, skeleton), self.device)
            self._solvers[skeleton.name] = Solver(chain, self._anatomy)
        return self._solvers[skeleton.name]

    def _shape(self, solver: Solver, track: Track, first: Posture, data: PoseData) -> tuple[Shaped, bool]:
        """The shape from some of the frames, and whether left and right look exchanged in them."""
        count = min(self.config.shape_frames, len(track.index))
        rows = np.unique(np.linspace(0, len(track.index) - 1, count).round().astype(np.int64))
        gap = np.nan if data.height_m is None else data.height_m - self._anatomy.height_m
        belief = solver.belief(gap, self.config.height_sigma_m)
        sight, posture = track.sight(solver, 1.0).of(torch.as_tensor(rows)), first.rows(torch.as_tensor(rows))
        if isinstance(track, PointTrack):
            looked, mirrored = first_look(solver, track, rows, posture, belief, data.skeleton)
        else:
            looked, mirrored = solver.look(sight, posture, belief), False
        return solver.shape(sight, looked, belief), mirrored

    def _near_ground(self, data: PoseData, solver: Solver, track: Track) -> tuple[Sight, ...]:
        if data.kind == "3d" or not self._has_ground(data):
            return ()
        weight = np.zeros((len(track.index), SOLE_POINTS, 3))
        weight[..., 2] = 1.0 / NEAR_GROUND_M
        return (_sole_sight(solver, np.zeros_like(weight), weight, track),)

    @staticmethod
    def _has_ground(data: PoseData) -> bool:
        return data.ground and not isinstance(data.camera, AssumedCamera)

    def _lifted(self, work: _Work, expected: Motion) -> Motion:
        """The body raised where a sole would be below the ground."""
        posture, _ = work.solver.expected(expected, work.track.index, work.track.origin, 1.0)
        place = expected.place.copy()
        place[work.track.index, 2] += np.maximum(0.0, -_sole_points(work, posture)[..., 2].min(axis=1))
        return replace(expected, place=place)

    def _motion(self, work: _Work, solved: Solved, precision: Float64Array) -> Motion:
        def full(values: Float64Array) -> Float64Array:
            made = np.full((len(work.data.t_s), *values.shape[1:]), np.nan)
            made[work.track.index] = values
            return made

        posture = solved.posture
        place = by_frame(posture.place) + work.track.origin
        return Motion(full(by_frame(posture.root)), full(place), full(by_frame(posture.turns)), full(precision))

    def _in_time(self, work: _Work, motion: Motion, smoothing: SmoothConfig) -> tuple[Motion, BoolArray]:
        """The motion smoothed, fitted again beside its keypoints and the ground, its short gaps bridged."""
        solver, track, data = work.solver, work.track, work.data
        expected = smoothed(data.t_s, motion, smoothing)
        if self._has_ground(data):
            expected = self._lifted(work, expected)
        posture, pull = solver.expected(expected, track.index, track.origin, self.config.neighbour_weight)
        soles, contact = self._soles(work, posture)
        problem = solver.problem([*work.sights[:1], *soles], pull, noise=work.noise)
        report = _between(work.report, _POSED, 1.0)
        again = solver.postures(problem, posture, work.figure, self.config.rounds_in_time, report)
        fitted = self._motion(work, again, motion.precision[track.index])
        between = smoothed(data.t_s, fitted, smoothing)
        gap = between.seen & ~fitted.seen

        def bridged(own: Float64Array, other: Float64Array) -> Float64Array:
            return np.where(gap.reshape(-1, *[1] * (own.ndim - 1)), other, own)

        turns = solver.clipped(bridged(fitted.turns, between.turns))
        return Motion(
            bridged(fitted.root, between.root), bridged(fitted.place, between.place), turns, fitted.precision
        ), contact

    def _soles(self, work: _Work, posture: Posture) -> tuple[tuple[Sight, ...], BoolArray]:
        """What the ground says of the soles, and `(T, 2)` which foot stands."""
        contact = np.zeros((len(work.data.t_s), 2), np.bool_)
        if not self._has_ground(work.data):
            return (), contact
        soles = np.full((len(contact), SOLE_POINTS, 3), np.nan)
        soles[work.track.index] = _sole_points(work, posture)
        stands = standing(work.data.t_s, soles, self.config.contact)
        contact[:] = stands.reshape(-1, 2, 2).any(axis=2)
        places, weight = (array[work.track.index] for array in anchors(soles, stands, self.config.contact))
        return (_sole_sight(work.solver, places, weight, work.track),), contact


def _sole_points(work: _Work, posture: Posture) -> Float64Array:
    """`(N, 4, 3)` [m, world] of the track's frames."""
    reach = work.solver.chain.reach(posture, work.figure)
    return by_frame(reach.markers[:, -SOLE_POINTS:]).swapaxes(1, 2) + work.track.origin[:, None]


def _sole_sight(solver: Solver, places: Float64Array, weight: Float64Array, track: Track) -> PointSight:
    """`(N, 4, 3)` places in the world and 1/σ by axis, for the markers of the soles."""
    count = solver.chain.count
    local = places - track.origin[:, None]
    information = weight.swapaxes(1, 2)[:, :, None] ** 2 * np.eye(3)[..., None]
    return PointSight(
        slice(count - SOLE_POINTS, count), solver.tensor(local.swapaxes(1, 2)), solver.tensor(information)
    )
