"""Films of the open body whose pose is known: somebody walks and bends the knees, seen by a camera or in space."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.artefacts import Artefacts, Stamp, artefacts_of
from pipeline.bodies import Bodies
from pipeline.links import LinkedTrack, Links, Piece
from pipeline.models import ModelPool
from pipeline.params import PRESETS
from pipeline.plan import ArtefactName, JobKind, StepName
from pipeline.ports import JobRecord, JobStatus, PlayerRecord, StepKey, VideoRecord
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.body import STEP
from pipeline.testing import MemoryArtefactStore, MemoryJobStore
from tests.factories.artefacts import linked_track
from vision.body.freedoms import JOINTS, axis_angles, rotation_matrices
from vision.body.model import open_body
from vision.calibration.camera import PinholeCamera
from vision.calibration.homography import PitchHomography

HZ = 15.0
SIZE = (1280, 720)
CAMERA = PinholeCamera.look_at((4.0, -9.0, 3.0), (4.0, 0.0, 0.9), image_size=SIZE, focal_px=900.0)
UP = np.array([np.pi / 2, 0.0, 0.0])
"""Turns the body's y (up) into the world's z."""
MARKS_M = np.array([[0.0, 0.0], [8.0, 0.0], [0.0, 4.0], [8.0, 4.0], [4.0, -3.0], [2.0, 6.0], [6.0, 6.0], [4.0, 2.0]])


@dataclass(frozen=True)
class Walker:
    """A person with a known pose: `pose` (T, 24, 3), `translation` (T, 3) in the world, z up."""

    t_s: np.ndarray
    pose: np.ndarray
    translation: np.ndarray

    @classmethod
    def bending(cls, seconds: float = 4.0, y_m: float = 0.0) -> Walker:
        """Walks to the right at 1 m/s, turned half to the camera; the left knee bends by 10-70°, the right by half."""
        t = np.arange(round(seconds * HZ)) / HZ
        pose = np.zeros((len(t), 24, 3))
        facing = rotation_matrices(np.array([[0.0, 0.0, np.pi / 4]])) @ rotation_matrices(UP[None])
        pose[:, 0] = axis_angles(facing)[0]
        bend = np.radians(40.0 - 30.0 * np.cos(2 * np.pi * t / 2.0))
        for side, share in (("left", 1.0), ("right", 0.5)):
            pose[:, JOINTS.index(f"{side}_knee"), 0] = share * bend
            pose[:, JOINTS.index(f"{side}_hip"), 0] = -0.5 * share * bend
        pose[:, JOINTS.index("left_shoulder"), 2] = -1.2
        pose[:, JOINTS.index("right_shoulder"), 2] = 1.2
        model = open_body()
        place = np.column_stack([2.0 + t, np.full(len(t), y_m), np.zeros(len(t))])
        feet = model.posed(pose, np.zeros(model.shape_count), place).vertices[:, :, 2].min(axis=1)
        place[:, 2] -= feet
        return cls(t, pose, place)

    @property
    def knee_deg(self) -> np.ndarray:
        """Flexion of the left knee (T,)."""
        return np.degrees(self.pose[:, JOINTS.index("left_knee"), 0])

    def keypoints(self) -> np.ndarray:
        """COCO's 17 in the world (T, 17, 3) [m]."""
        model = open_body()
        return model.keypoints(self.pose, np.zeros(model.shape_count), self.translation, "coco17").astype(np.float64)


@dataclass
class BodyScene:
    """What a scan of people left in the store, and body fits of it.

    Attributes:
        several: several cameras saw them, so their joints are known in space.
        marked: the pitch was marked, so the camera is known.
    """

    people: dict[int, Walker]
    several: bool = False
    marked: bool = True
    noise_px: float = 0.5
    players: tuple[PlayerRecord, ...] = ()
    store: MemoryArtefactStore = field(default_factory=MemoryArtefactStore)
    params: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        video = VideoRecord("v", "", "v.mp4", "0" * 64)
        self.job = JobRecord(
            "j", "s", JobKind.SMPL, "standard", JobStatus.RUNNING, (video,), self.players, params=self.params
        )
        self._write()

    @property
    def artefacts(self) -> Artefacts:
        return artefacts_of(self.store, self.job, self.job.videos[0])

    @property
    def bodies(self) -> Bodies:
        return Bodies(self.artefacts)

    def context(self, report: Any = lambda _share: None, **params: Any) -> StepContext:
        key = StepKey("j", StepName.BODY)
        asked = replace(PRESETS["standard"], **{**self.params, **params})
        return StepContext(self.job, key, asked, MemoryJobStore(), self.store, ModelPool(Path()), report)

    def fit(self, report: Any = lambda _share: None, **params: Any) -> StepResult:
        context = self.context(report, **params)
        return STEP.run(context, STEP.params_hash(context))

    def link(self, pieces: list[Piece], tracks: list[LinkedTrack] | None = None, *, stamp: str = "links") -> None:
        """Say who is who (the tracker's numbers are the people's plus 100)."""
        there = sorted({piece.linked_id for piece in pieces})
        in_space = [Piece(p.track_id, p.first, p.last, p.linked_id) for p in pieces] if self.several else []
        links = Links(tracks or [linked_track(number) for number in there], pieces, in_space)
        self.artefacts.write_json(ArtefactName.LINKS, links.content(), Stamp(stamp))

    def _write(self) -> None:
        store, t = self.artefacts, next(iter(self.people.values())).t_s
        count = len(t)
        frame = np.arange(count, dtype=np.int32)
        base = {"frame": frame, "t": t, "pts": np.arange(count), "keyframe": np.ones(count, bool)}
        facts = {"width": SIZE[0], "height": SIZE[1], "skeleton": "coco17"}
        stamp = Stamp("scan", facts=facts)
        store.write_series(ArtefactName.TIMEBASE, base, stamp)
        entry = {"window": 0, "start": 0, "stop": count, "t0": 0.0, "t1": float(t[-1])}
        for name, arrays in self._series().items():
            store.write_window(name, 0, arrays, stamp)
            store.write_manifest(name, stamp, [entry])  # type: ignore[list-item]
        scale = self._scale()
        known = {"scale_source": scale["kind"] if scale else "none", "scale": scale, "moving": None}
        if self.several:
            known["scale_source"] = "multi_view"
        for name in (ArtefactName.WORLD, ArtefactName.TRACKS):
            store.write_manifest(name, Stamp("scan", facts=known), [])
        self.link([Piece(number + 100, 0, 10_000, number) for number in self.people])

    def _scale(self) -> dict[str, Any] | None:
        if self.several or not self.marked:
            return None
        pixels = CAMERA.project_ground(MARKS_M)
        found = dict(PitchHomography.fit(pixels, MARKS_M, image_size=SIZE).to_dict())
        return {**found, "kind": "pitch_homography"}

    def _series(self) -> dict[ArtefactName, dict[str, np.ndarray]]:
        rng = np.random.default_rng(3)
        rows: dict[str, list[np.ndarray]] = {"frame": [], "t": [], "track_id": [], "points": []}
        for number, walker in self.people.items():
            count = len(walker.t_s)
            rows["frame"].append(np.arange(count, dtype=np.int32))
            rows["t"].append(walker.t_s)
            rows["track_id"].append(np.full(count, number + 100, np.int32))
            rows["points"].append(walker.keypoints())
        whole = {name: np.concatenate(parts) for name, parts in rows.items()}
        points = whole.pop("points")
        pixels = CAMERA.project(points.reshape(-1, 3)).reshape(len(points), 17, 2)
        noisy = pixels + rng.normal(0.0, self.noise_px, pixels.shape)
        scored = np.concatenate([noisy, np.full((len(points), 17, 1), 0.9)], axis=2).astype(np.float32)
        read = np.zeros(len(scored), np.bool_)
        made = {ArtefactName.POSES: {**whole, "keypoints": scored, "interpolated": read}}
        if self.several:
            known = np.ones(points.shape[:2], np.float32)
            made[ArtefactName.POINTS3D] = {
                **whole,
                "xyz": (points + rng.normal(0.0, 0.005, points.shape)).astype(np.float32),
                "sigma": 0.005 * known,
                "reprojection_error": known,
                "cameras_used": np.full(points.shape[:2], 3, np.uint8),
            }
        return made
