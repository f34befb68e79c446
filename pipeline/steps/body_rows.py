"""What a body is fitted to: one person's keypoints over a part of a film, and the camera that saw them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from pipeline.artefacts import Artefacts
from pipeline.bodies import MULTI_VIEW, ONE_CAMERA, has_points
from pipeline.links import Links
from pipeline.params import TO_THE_END, ScanParams, hash_of
from pipeline.plan import ArtefactName
from pipeline.steps.scale import NO_SCALE, load_scale
from vision.body.fitter import FitConfig
from vision.calibration.camera import PinholeCamera
from vision.calibration.camera_state import focal_of
from vision.calibration.homography import PitchHomography
from vision.skeletons import SKELETONS, Skeleton
from vision.types import Float32Array, Float64Array, Int32Array

SURE_FOCAL = 0.05
"""1σ of a focal length (as a share) up to which a marked pitch gives lengths in depth that are a measurement."""
PLANE_ERROR = 0.01
"""A camera that puts the pitch further from where the marks have it, as a share of the picture's width, is not the one
that filmed."""
LEAST_POSTURES = 5
"""Fewer postures show no movement, and a single one may be anybody's."""
LEAST_JOINTS = FitConfig().track.min_points
MIN_SCORE = FitConfig().track.min_score


@dataclass(frozen=True, slots=True)
class Person:
    """One person's keypoints in the order of time.

    Attributes:
        keypoints: `(T, K, 3)`: x, y [px] and score, or x, y, z [m, z up] where several cameras saw the person.
        sigma: `(T, K)` standard deviation per axis [m]; empty for one camera.
    """

    track_id: int
    frame: Int32Array
    t_s: Float64Array
    keypoints: Float32Array
    sigma: Float32Array

    @property
    def seen(self) -> Float64Array:
        """`(T,)` how many keypoints of each posture are known."""
        if len(self.sigma):
            return np.asarray(np.isfinite(self.keypoints).all(axis=2).sum(axis=1), np.float64)
        return np.asarray((self.keypoints[:, :, 2] >= MIN_SCORE).sum(axis=1), np.float64)

    def digest(self) -> str:
        """Names these keypoints."""
        digest = hashlib.sha256()
        for array in (self.frame, self.t_s, self.keypoints, self.sigma):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def too_little(self) -> str:
        """Why no body can be fitted, in a coach's words; empty where one can."""
        usable = int((self.seen >= LEAST_JOINTS).sum())
        if not len(self.t_s):
            return (
                f"No posture of track {self.track_id} was read in this part of the film: postures are read of the "
                "largest and longest tracks. Scan with the full preset to read everybody's."
            )
        if usable < LEAST_POSTURES:
            return (
                f"Only {usable} postures of track {self.track_id} show enough of the body; at least {LEAST_POSTURES} "
                f"with {LEAST_JOINTS} joints are needed. Choose a longer part, or a person who is seen better."
            )
        return ""


@dataclass(frozen=True, slots=True)
class Sight:
    """How the keypoints of a film are to be read.

    Attributes:
        camera: that saw them; `None` where nothing says where it stood.
        size: width, height of the picture [px].
        scale_source: where metres come from.
        estimated: lengths are an estimate, no measurement.
        moving: the camera moved while it filmed; its frame moves with it.
    """

    source: str
    skeleton: Skeleton
    size: tuple[int, int]
    camera: PinholeCamera | None
    scale_source: str
    estimated: bool
    moving: bool = False

    @classmethod
    def of(cls, store: Artefacts) -> Sight:
        """Of a scan's artefacts."""
        facts = store.manifest(ArtefactName.TIMEBASE)["facts"]
        size = int(facts["width"]), int(facts["height"])
        several = has_points(store)
        series = ArtefactName.POINTS3D if several else ArtefactName.POSES
        skeleton = SKELETONS[str(store.manifest(series)["facts"]["skeleton"])]
        world = store.manifest(ArtefactName.WORLD)["facts"]
        source = str(world["scale_source"])
        if several:
            return cls(MULTI_VIEW, skeleton, size, None, source, estimated=False)
        scale = load_scale(world["scale"])
        moving = bool(world.get("moving"))
        if moving or not isinstance(scale, PitchHomography):
            return cls(ONE_CAMERA, skeleton, size, None, source, estimated=True, moving=moving)
        camera = camera_of(scale)
        sure = camera is not None and focal_of(scale).sigma <= SURE_FOCAL
        return cls(ONE_CAMERA, skeleton, size, camera, source, estimated=not sure)

    def choice(self, height_m: float | None) -> str:
        """Names what decides a fit beside the keypoints."""
        seen = self.camera
        view = None if seen is None else [seen.focal_px, seen.k1, seen.rotation.tolist(), seen.position_m.tolist()]
        return hash_of(self.source, self.skeleton.name, self.size, view, height_m, LEAST_JOINTS, LEAST_POSTURES)

    @property
    def has_metres(self) -> bool:
        """Whether the scan has a scale at all."""
        return self.scale_source != NO_SCALE


def people_of(store: Artefacts, links: Links, params: ScanParams) -> dict[int, Person]:
    """Everybody's keypoints in the asked part of the film, window by window, by linked number."""
    several = has_points(store)
    name = ArtefactName.POINTS3D if several else ArtefactName.POSES
    owners = links.of_points() if several else links
    end_s = np.inf if params.body_to_s == TO_THE_END else params.body_to_s
    parts: dict[int, list[Person]] = {}
    for entry in store.manifest(name)["windows"]:
        if entry["t1"] < params.body_from_s or entry["t0"] >= end_s:
            continue
        stop_s = min(float(np.nextafter(entry["t1"], np.inf)), end_s)
        rows = store.read_range(name, max(entry["t0"], params.body_from_s), stop_s)
        linked = owners.linked(rows["track_id"], rows["frame"])
        for number in np.unique(linked[linked >= 0]).tolist():
            # A posture put between others says nothing of its own; the fit bridges such gaps itself.
            mine = (linked == number) if several else (linked == number) & ~rows["interpolated"]
            parts.setdefault(number, []).append(_person(number, rows, mine, in_space=several))
    return {number: _joined(pieces) for number, pieces in parts.items()}


def nobody(track_id: int) -> Person:
    """A person of whom no posture was read."""
    none = np.zeros(0)
    return Person(track_id, none.astype(np.int32), none, np.zeros((0, 0, 3), np.float32), np.zeros((0, 0), np.float32))


def camera_of(calibration: PitchHomography) -> PinholeCamera | None:
    """The camera that a marked pitch implies: square pixels, optical centre in the middle.

    `None` where no camera that stands above the ground sees the pitch like this.

    Source: Zhang, A Flexible New Technique for Camera Calibration, PAMI 2000, §3.1.
    """
    frame, focal = calibration.frame, focal_of(calibration).focal
    to_normal = np.diag([1 / frame.pitch_scale_m, 1 / frame.pitch_scale_m, 1.0])
    to_normal[:2, 2] = -np.asarray(frame.pitch_centre_m) / frame.pitch_scale_m
    seen = np.diag([1 / focal, 1 / focal, 1.0]) @ calibration.matrix @ to_normal
    seen = seen * (2.0 / (np.linalg.norm(seen[:, 0]) + np.linalg.norm(seen[:, 1])))
    left, _, right = np.linalg.svd(np.column_stack([seen[:, :2], np.cross(seen[:, 0], seen[:, 1])]))
    rotation = left @ right
    position = -rotation.T @ seen[:, 2]
    if np.linalg.det(rotation) < 0 or position[2] <= 0:
        return None
    camera = PinholeCamera(
        calibration.image_size,
        focal * frame.half_diagonal_px,
        np.asarray(rotation, np.float64),
        np.asarray(position, np.float64),
        calibration.k1 * focal**2,
    )
    return camera if _sees_the_same(camera, calibration) else None


def _sees_the_same(camera: PinholeCamera, calibration: PitchHomography) -> bool:
    """Whether the camera puts the ground in the lower half of the picture where the calibration has it."""
    width, height = camera.image_size
    columns, rows = np.meshgrid(np.linspace(0.1, 0.9, 5) * width, np.linspace(0.5, 0.95, 4) * height)
    pixels = np.column_stack([columns.ravel(), rows.ravel()])
    ground, _ = calibration.to_pitch(pixels)
    known = np.isfinite(ground).all(axis=1)
    if not known.any():
        return False
    off = np.linalg.norm(camera.project_ground(ground[known]) - pixels[known], axis=1)
    return bool(np.nanmedian(off) <= PLANE_ERROR * width)


def _person(number: int, rows: dict[str, np.ndarray], mine: np.ndarray, *, in_space: bool) -> Person:
    order = np.flatnonzero(mine)[np.argsort(rows["frame"][mine], kind="stable")]
    first = order[np.unique(rows["frame"][order], return_index=True)[1]]  # two boxes may lie on one body
    keypoints = rows["xyz"] if in_space else rows["keypoints"]
    sigma = rows["sigma"][first] if in_space else np.zeros((0, keypoints.shape[1]), np.float32)
    return Person(number, rows["frame"][first], rows["t"][first], keypoints[first], sigma)


def _joined(pieces: list[Person]) -> Person:
    return Person(
        pieces[0].track_id,
        np.concatenate([piece.frame for piece in pieces]),
        np.concatenate([piece.t_s for piece in pieces]),
        np.concatenate([piece.keypoints for piece in pieces]),
        np.concatenate([piece.sigma for piece in pieces]),
    )
