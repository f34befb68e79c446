"""Sets a camera right by the white lines it sees: moves it as little as the lines and its own uncertainty allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.calibration.camera_link import ENTRIES, point_jacobian
from vision.calibration.camera_state import LENS, SIZE, CameraState
from vision.calibration.lens import RadialLens
from vision.calibration.pitch_model import PitchModel
from vision.types import BoolArray, Float32Array, Float64Array, Int32Array


@dataclass(frozen=True, slots=True)
class LineParams:
    """Parameters; lengths are shares of half the picture's diagonal (1e-3 is 1.1 px at 1920 x 1080).

    Attributes:
        step_m: spacing of the samples on the pitch's lines [m].
        point_sigma: 1σ of a point across its line.
        model_sigma_m: 1σ of where a groundsman painted the line, and of where in its width a coach clicked [m].
        gate_sigmas: lines are looked for so many σ from where they are expected …
        gate_least: … at least …
        gate_most: … and at most this far.
        angle_rad: a point's direction agrees with its line within this.
        per_line: points of one line err together; a line counts for at most so many.
        huber: residuals beyond so many σ count less.
        least_points: fewer prove nothing.
        near: a sample of a line is supported by a point within this …
        least_support: … and so many of the samples in view must be, else these are other lines.
        least_width: lines thinner than this in the picture are not expected to be seen.
        line_width_m: Law 1 allows 12 cm at most; usual.
        surprise: a correction this many σ against expectation is another line (or another pitch).
        iterations: nearest lines are looked for anew.
    """

    step_m: float = 0.5
    point_sigma: float = 1e-3
    model_sigma_m: float = 0.05
    gate_sigmas: float = 3.5
    gate_least: float = 4e-3
    gate_most: float = 3e-2
    angle_rad: float = 0.2
    per_line: float = 6.0
    huber: float = 2.0
    least_points: int = 25
    near: float = 2.5e-3
    least_support: float = 0.25
    least_width: float = 4e-4
    line_width_m: float = 0.1
    surprise: float = 4.0
    iterations: int = 5


@dataclass(frozen=True, slots=True)
class LineView:
    """What lines say about a camera.

    Attributes:
        state: the camera set right; the given one where the lines do not allow it.
        used: whether they did.
        support: share of the expected line samples with a point on them, after all; NaN where too few are expected.
        moved: by how much the picture of the pitch moved, RMS at the points [half diagonals]; 0 where unused.
    """

    state: CameraState
    used: bool
    support: float
    moved: float


@dataclass(frozen=True, slots=True)
class _Samples:
    """Points of the pitch's lines in view: metres, ideal place, unit normal there, and the number of their line."""

    xy_m: Float64Array
    ideal: Float64Array
    normal: Float64Array
    px_per_m: Float64Array
    line: Int32Array


@dataclass(frozen=True, slots=True)
class _Matches:
    """Points on lines: ideal place, line sample, signed distance across."""

    point: Int32Array
    sample: Int32Array
    distance: Float64Array


LEAST_EXPECTED = 30
"""Fewer samples in view say nothing about support (15 m of lines)."""


class PitchLines:
    """The lines of a pitch, sampled once."""

    def __init__(self, pitch: PitchModel, params: LineParams | None = None) -> None:
        self.params = params or LineParams()
        lines = list(pitch.polylines(self.params.step_m).values())
        self._xy_m = np.concatenate([(line[:-1] + line[1:]) / 2 for line in lines])
        self._along = np.concatenate([np.diff(line, axis=0) for line in lines])
        self._line = np.concatenate([np.full(len(line) - 1, number, np.int32) for number, line in enumerate(lines)])

    def refine(self, state: CameraState, points: Float32Array) -> LineView:
        """Set a camera right by `(N, 3)` points on lines (x, y [px, as recorded], direction [rad])."""
        recorded = points[np.isfinite(points).all(axis=1)].astype(np.float64)
        found, moved = self._correct(state, recorded)
        if found is None:
            return LineView(state, used=False, support=self.support(state, recorded), moved=0.0)
        before, after = self.support(state, recorded), self.support(found, recorded)
        if not after >= max(self.params.least_support, before - 0.02):
            return LineView(state, used=False, support=before, moved=0.0)
        return LineView(found, used=True, support=after, moved=moved)

    def support(self, state: CameraState, recorded: Float64Array) -> float:
        """Share of the line samples in view that have a point of their direction on them; NaN where few are in view."""
        samples = self._in_view(state)
        if len(samples.line) < LEAST_EXPECTED:
            return float("nan")
        matches = self._match(state, samples, recorded, np.full(len(samples.line), self.params.near))
        hit = np.zeros(len(samples.line), np.bool_)
        place, angle = _ideal_directions(state, recorded)
        del angle
        if len(matches.sample):
            # A point vouches for the samples around it: points are thinned, far lines are sampled densely.
            for line in np.unique(samples.line[matches.sample]):
                own = np.flatnonzero(samples.line == line)
                used = place[matches.point[samples.line[matches.sample] == line]]
                gap = np.linalg.norm(samples.ideal[own, None] - used[None], axis=2).min(axis=1)
                hit[own] = gap < 6 * self.params.near
        return float(hit.mean())

    def _correct(self, start: CameraState, recorded: Float64Array) -> tuple[CameraState | None, float]:
        """Most likely camera given what was known and the lines: Gauss–Newton on both (iterated Kalman update)."""
        params = self.params
        root = _root(start.covariance)
        state, change, left = start, np.zeros(SIZE), np.eye(SIZE)
        used, moved = 0, 0.0
        for turn in range(params.iterations):
            samples = self._in_view(state)
            if len(samples.line) < LEAST_EXPECTED:
                return None, 0.0
            expected = start.image_sigma(samples.ideal) * params.gate_sigmas
            gate = np.clip(expected, params.gate_least, params.gate_most) / (1 + turn / 2)
            matches = self._match(state, samples, recorded, np.maximum(gate, params.gate_least))
            used = len(matches.point)
            if used < params.least_points:
                return None, 0.0
            jacobian, weight = self._equations(state, samples, recorded, matches)
            # Unknown: z with change = root z; its prior is a standard normal.
            design = jacobian @ root
            constant = matches.distance + jacobian @ change
            information = np.eye(root.shape[1]) + (design.T * weight) @ design
            z = np.linalg.solve(information, (design.T * weight) @ constant)
            change, left = root @ z, root @ np.linalg.inv(information) @ root.T
            state = start.corrected(change, left)
            moved = float(np.sqrt(np.mean((jacobian @ change) ** 2)))
        surprising = float(z @ z) > params.surprise**2 + root.shape[1]
        return (None, 0.0) if surprising else (state, moved)

    def _equations(
        self, state: CameraState, samples: _Samples, recorded: Float64Array, matches: _Matches
    ) -> tuple[Float64Array, Float64Array]:
        """`(K, 11)` by how much a change moves the line towards its point, and the weights `(K,)`."""
        params = self.params
        normal, place = samples.normal[matches.sample], samples.ideal[matches.sample]
        jacobian = np.zeros((len(place), SIZE))
        jacobian[:, :ENTRIES] = np.einsum("ni,nip->np", normal, point_jacobian(place))
        lens = RadialLens((0.0, 0.0), 1.0, state.k1)
        points, _ = _ideal_directions(state, recorded)
        _, by_k1 = lens.undistort_jacobians(points[matches.point])
        jacobian[:, LENS] = -np.sum(normal * by_k1, axis=1)
        sigma = np.hypot(params.point_sigma, params.model_sigma_m * samples.px_per_m[matches.sample])
        weight = np.minimum(1.0, params.huber * sigma / np.maximum(np.abs(matches.distance), 1e-12)) / sigma**2
        line = samples.line[matches.sample]
        count = np.bincount(line)[line]
        return jacobian, weight * np.minimum(1.0, params.per_line / count)

    def _in_view(self, state: CameraState) -> _Samples:
        ideal, weight = state.project(self._xy_m)
        ahead, other = state.project(self._xy_m + self._along)
        along = ahead - ideal
        length = np.linalg.norm(along, axis=1)
        width, height = state.frame.image_size
        half = np.array([width, height]) / 2 / state.frame.half_diagonal_px
        lens = RadialLens((0.0, 0.0), 1.0, state.k1)
        with np.errstate(invalid="ignore", divide="ignore"):
            seen = (weight > 0) & (other > 0) & (np.abs(lens.distort(ideal)) < half).all(axis=1) & (length > 0)
            normal = np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None]
        across = np.column_stack([-self._along[:, 1], self._along[:, 0]])
        side, _ = state.project(self._xy_m + across)
        metres = np.linalg.norm(across, axis=1)
        with np.errstate(invalid="ignore"):
            per_m = np.abs(np.sum((side - ideal) * normal, axis=1)) / metres
            seen &= per_m * self.params.line_width_m > self.params.least_width
        return _Samples(self._xy_m[seen], ideal[seen], normal[seen], per_m[seen], self._line[seen])

    def _match(self, state: CameraState, samples: _Samples, recorded: Float64Array, gate: Float64Array) -> _Matches:
        """Each point with the nearest line of its direction; points that could belong to two lines are left out."""
        place, angle = _ideal_directions(state, recorded)
        offset = place[:, None] - samples.ideal[None]
        across = np.einsum("nsi,si->ns", offset, samples.normal)
        along = np.abs(offset[:, :, 0] * samples.normal[None, :, 1] - offset[:, :, 1] * samples.normal[None, :, 0])
        direction = np.arctan2(-samples.normal[:, 0], samples.normal[:, 1])
        turn = np.abs((angle[:, None] - direction[None] + np.pi / 2) % np.pi - np.pi / 2)
        spacing = samples.px_per_m * 0.0 + self._spacing(samples)
        fits = (np.abs(across) < gate) & (along <= spacing) & (turn < self.params.angle_rad)
        distance = np.where(fits, np.abs(across), np.inf)
        best = np.argmin(distance, axis=1) if len(samples.line) else np.zeros(len(place), np.int64)
        rows = np.arange(len(place))
        found = np.isfinite(distance[rows, best]) if len(samples.line) else np.zeros(len(place), np.bool_)
        rival = (samples.line[None] != samples.line[best][:, None]) & fits
        found &= ~_rivalled(distance, rival, distance[rows, best])
        point = np.flatnonzero(found).astype(np.int32)
        sample = best[found].astype(np.int32)
        return _Matches(point, sample, across[point, sample])

    def _spacing(self, samples: _Samples) -> Float64Array:
        """How far along its line a sample reaches, in the picture: to its neighbours."""
        gap = np.linalg.norm(np.diff(samples.ideal, axis=0), axis=1)
        same = np.diff(samples.line) == 0
        reach = np.full(len(samples.line), 1e-3)
        gap = np.where(same & (gap < 0.2), gap, 0.0)
        reach[1:] = np.maximum(reach[1:], gap)
        reach[:-1] = np.maximum(reach[:-1], gap)
        return reach


def _rivalled(distance: Float64Array, rival: BoolArray, nearest: Float64Array) -> BoolArray:
    """Whether another line is nearly as near: within three times the distance, and a little."""
    with np.errstate(invalid="ignore"):
        close = rival & (distance < 3 * nearest[:, None] + 2e-3)
    return np.asarray(close.any(axis=1), np.bool_)


def _ideal_directions(state: CameraState, recorded: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Ideal places `(N, 2)` and directions `(N,)` of points on lines."""
    along = np.column_stack([np.cos(recorded[:, 2]), np.sin(recorded[:, 2])])
    place = state.ideal(recorded[:, :2])
    if state.k1 == 0.0:
        return place, recorded[:, 2]
    ahead = state.ideal(recorded[:, :2] + along) - place
    return place, np.arctan2(ahead[:, 1], ahead[:, 0])


def _root(covariance: Float64Array) -> Float64Array:
    """`(11, R)` with root @ rootᵀ = covariance; directions without any uncertainty fall away."""
    value, vector = np.linalg.eigh((covariance + covariance.T) / 2)
    kept = value > 1e-16 * max(float(value.max()), 1e-300)
    root: Float64Array = vector[:, kept] * np.sqrt(value[kept])
    return root
