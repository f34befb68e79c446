"""Several cameras brought together, from what each of them saw of people whose places are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pipeline.artefacts import Artefacts, Stamp, artefacts_of, empty
from pipeline.errors import PipelineError
from pipeline.links import Links
from pipeline.models import ModelPool
from pipeline.params import OFFSETS, PRESETS, TIMESTAMPS, ScanParams
from pipeline.plan import MULTIVIEW_PLAN, ArtefactName, JobKind, StepName, step_that_makes, validate
from pipeline.ports import Correction, JobRecord, JobStatus, StepKey, VideoRecord
from pipeline.steps import registry
from pipeline.steps.base import StepContext
from pipeline.testing import MemoryArtefactStore, MemoryJobStore
from tests.vision.multiview.people import jumper, walkers
from tests.vision.multiview.rigs import ring
from tests.vision.multiview.test_bundle import bumped
from vision.multiview.cameras import CameraRig
from vision.tracking.kit_colour import KIT_SIZE
from vision.types import ModelInfo

RATE_HZ = 25.0
SIZE = (1920, 1080)
MODEL = ModelInfo("known", "1", "0" * 64)
PARAMS = replace(PRESETS["full"], sync=TIMESTAMPS)
JOINT = [spec.name for spec in MULTIVIEW_PLAN if spec.joint and spec.name is not StepName.PUBLISH]


def rig_data(cameras: int, *, size: tuple[int, int] = SIZE) -> dict[str, Any]:
    """A calibration of cameras in a ring, in its JSON form."""
    found = {}
    for name, params in ring(cameras).items():
        plain = {key: np.asarray(value).tolist() for key, value in params.items()}
        found[name] = {**plain, "size": list(size)}
    return {"kind": "rig", "cameras": found}


class Scene:
    """Films of a rig as the steps before left them."""

    def __init__(self, truth: Any, cameras: int = 4, *, params: ScanParams = PARAMS, noise_px: float = 2.0) -> None:
        self.truth, self.params, self.noise_px = truth, params, noise_px
        self.store = MemoryArtefactStore()
        self.names = [f"camera{number}" for number in range(cameras)]
        self.job = JobRecord(
            job_id="j",
            session_id="s",
            kind=JobKind.MULTIVIEW,
            preset="full",
            status=JobStatus.RUNNING,
            videos=tuple(VideoRecord(f"v{name}", name, f"{name}.mp4", name) for name in self.names),
            calibration=rig_data(cameras),
        )

    def film(self, *, offsets_s: dict[str, float] | None = None, blind: tuple[str, ...] = ()) -> Scene:
        """Write every camera's timebase, tracks and postures; a clock that is ahead shows the same later."""
        rig = CameraRig.from_params({name: ring(len(self.names))[name] for name in self.names})
        people, frames, joints = self.truth.shape[:3]
        pixels = rig.project(self.truth.reshape(-1, 3)).reshape(len(self.names), people, frames, joints, 2)
        rng = np.random.default_rng(7)
        for number, name in enumerate(self.names):
            noisy = pixels[number] + rng.normal(0.0, self.noise_px, pixels[number].shape)
            shown = noisy[:0] if name in blind else noisy
            self._write(name, shown, frames, (offsets_s or {}).get(name, 0.0))
        return self

    def _write(self, name: str, pixels: Any, frames: int, offset_s: float) -> None:
        store = self.of(name)
        t = np.arange(frames) / RATE_HZ + offset_s
        base = {"frame": np.arange(frames, dtype=np.int32), "t": t, "pts": np.arange(frames, dtype=np.int64)}
        facts = {"width": SIZE[0], "height": SIZE[1], "frames_declared": frames, "declared_s": frames / RATE_HZ}
        stamp = Stamp(f"hash of {name}", models=[MODEL], facts={**facts, "start_s": 0.0, "skeleton": "coco17"})
        store.write_series(ArtefactName.TIMEBASE, {**base, "keyframe": np.ones(frames, bool)}, stamp)
        people = len(pixels)
        rows: dict[str, Any] = {
            "frame": np.tile(base["frame"], people),
            "t": np.tile(t, people),
            "track_id": np.repeat(np.arange(people, dtype=np.int32) + 11, frames),
        }
        scored = np.concatenate([pixels, np.full((*pixels.shape[:3], 1), 0.9)], axis=3).astype(np.float32)
        flat = pixels.reshape(people * frames, -1, 2) if people else np.zeros((0, 17, 2))
        boxes = np.concatenate([flat.min(axis=1), flat.max(axis=1)], axis=1).astype(np.float32)
        known = {
            ArtefactName.POSES: {
                **rows,
                "keypoints": scored.reshape(-1, 17, 3),
                "interpolated": np.zeros(people * frames, np.bool_),
            },
            ArtefactName.TRACKS: {
                **rows,
                "xyxy": boxes,
                "detected": boxes,
                "score": np.full(len(flat), 0.9, np.float32),
                "cls": np.zeros(len(flat), np.int16),
                "interpolated": np.zeros(len(flat), bool),
                "kit": np.full((len(flat), KIT_SIZE), np.nan, np.float32),
            },
            ArtefactName.DETECTIONS: empty(ArtefactName.DETECTIONS),
        }
        entry = {"window": 0, "start": 0, "stop": frames, "t0": float(t[0]), "t1": float(t[-1])}
        for series, arrays in known.items():
            store.write_window(series, 0, arrays, stamp)
            store.write_manifest(series, stamp, [entry])

    def of(self, name: str) -> Artefacts:
        video = next(video for video in self.job.videos if video.camera == name)
        return artefacts_of(self.store, self.job, video)

    @property
    def first(self) -> Artefacts:
        return self.of(self.names[0])

    def context(self, step: StepName) -> StepContext:
        key = StepKey("j", step, camera=self.names[0])
        pool = ModelPool(registry.__file__)  # type: ignore[arg-type]  # never asked for a model
        return StepContext(self.job, key, self.params, MemoryJobStore(), self.store, pool, lambda _share: None)

    def run(self, *steps: StepName) -> Scene:
        for name in steps or JOINT:
            step, context = registry.get(name), self.context(name)
            step.run(context, step.params_hash(context))
            assert step.is_done(context, step.params_hash(context))
        return self


def test_the_plan_is_possible_and_knows_where_to_start_anew() -> None:
    validate(MULTIVIEW_PLAN)
    assert step_that_makes(JobKind.MULTIVIEW, ArtefactName.LINKS) is StepName.PLACE
    assert step_that_makes(JobKind.QUICK, ArtefactName.LINKS) is StepName.LINK


def test_people_are_placed_where_they_were() -> None:
    truth = walkers(3, 8.0, seed=1)
    scene = Scene(truth).film().run()
    points, facts = scene.first.read_range(ArtefactName.POINTS3D), scene.first.manifest(ArtefactName.POINTS3D)["facts"]
    assert facts["agreement"] > 0.9
    assert facts["reprojection_error_px"] < 4.0
    assert len(np.unique(points["track_id"])) == 3
    errors, covered = [], []
    for person in np.unique(points["track_id"]):
        rows = points["track_id"] == person
        distance = np.linalg.norm(truth[:, points["frame"][rows]] - points["xyz"][rows][None], axis=3)
        owner = np.nanmedian(distance, axis=(1, 2)).argmin()
        error = points["xyz"][rows] - truth[owner, points["frame"][rows]]
        errors.append(error)
        covered.append(np.abs(error) <= 1.645 * points["sigma"][rows][..., None])
    every = np.concatenate(errors)
    known = np.isfinite(every)
    # 2 px at 6 m and 1,500 px of focal length are 8 mm; the rays of four cameras meet at right angles.
    assert np.sqrt(np.mean(every[known] ** 2)) < 0.012
    assert np.mean(np.concatenate(covered)[known]) == pytest.approx(0.9, abs=0.06)
    world = scene.first.read_range(ArtefactName.WORLD)
    assert len(world["frame"]) > 0.9 * 3 * truth.shape[1]


def test_a_walk_is_measured_with_an_interval_that_holds_it() -> None:
    truth = walkers(1, 12.0, seed=4)
    scene = Scene(truth).film().run()
    (player,) = scene.first.read_json(ArtefactName.KPIS)["players"]
    hips = truth[0, :, [11, 12], :2].mean(axis=0)
    walked = np.linalg.norm(np.diff(hips, axis=0), axis=1).sum()
    distance = player["groups"]["distance"]["total_distance_m"]
    assert distance["low"] <= walked <= distance["high"]
    assert distance["value"] == pytest.approx(walked, rel=0.03)
    assert player["quality"]["scale_source"] == "multi_view"


def test_clocks_are_matched_by_what_moves() -> None:
    truth = np.concatenate([walkers(2, 14.0, seed=2), jumper(14.0, 6.0)[None]])
    offsets = {"camera1": 0.72, "camera2": -1.34, "camera3": 0.113}
    scene = Scene(truth, params=replace(PARAMS, sync="auto")).film(offsets_s=offsets).run(StepName.SYNC)
    found = scene.first.read_json(ArtefactName.SYNC)["offsets_s"]
    assert found == pytest.approx({"camera0": 0.0, **offsets}, abs=0.01)


def test_given_offsets_are_taken_against_the_first_camera() -> None:
    params = replace(PARAMS, sync=OFFSETS, clock_offsets_s={"camera0": 1.0, "camera1": 1.5})
    scene = Scene(walkers(1, 4.0), 3, params=params).film().run(StepName.SYNC)
    assert scene.first.read_json(ArtefactName.SYNC)["offsets_s"] == {"camera0": 0.0, "camera1": 0.5, "camera2": -1.0}


def test_offset_clocks_make_no_difference_to_places() -> None:
    truth = walkers(2, 6.0, seed=5)
    offsets = {"camera1": 0.5, "camera2": -0.31, "camera3": 0.02}
    params = replace(PARAMS, sync=OFFSETS, clock_offsets_s=offsets)
    scene = Scene(truth, params=params).film(offsets_s=offsets).run(*JOINT[:3])
    assert scene.first.manifest(ArtefactName.POINTS3D)["facts"]["reprojection_error_px"] < 4.0


def test_a_covered_lens_is_left_out_and_named() -> None:
    scene = Scene(walkers(2, 6.0)).film(blind=("camera2",)).run()
    assert any("camera2" in warning for warning in scene.first.manifest(ArtefactName.SYNC)["warnings"])
    assert scene.first.read_range(ArtefactName.POINTS3D)["cameras_used"].max() == 3


def refused(scene: Scene, *steps: StepName) -> PipelineError:
    with pytest.raises(PipelineError) as caught:
        scene.run(*steps)
    return caught.value


def test_one_camera_that_shows_people_is_not_enough() -> None:
    error = refused(Scene(walkers(1, 6.0), 3).film(blind=("camera1", "camera2")), StepName.SYNC)
    assert error.code == "NOT_ENOUGH_CAMERAS"
    assert "camera1, camera2" in error.message


def test_the_camera_that_is_shown_must_show_somebody() -> None:
    assert "camera0" in refused(Scene(walkers(1, 6.0), 3).film(blind=("camera0",)), StepName.SYNC).message


def test_swapped_camera_names_are_noticed() -> None:
    scene = Scene(walkers(3, 6.0, seed=1)).film()
    cameras = scene.job.calibration["cameras"]  # type: ignore[index]
    swapped = {**cameras, "camera0": cameras["camera1"], "camera1": cameras["camera2"], "camera2": cameras["camera0"]}
    scene.job = replace(scene.job, calibration={"kind": "rig", "cameras": swapped})
    error = refused(scene, *JOINT[:3])
    assert error.code == "CAMERAS_DISAGREE"
    assert "name" in error.message


def test_a_world_that_stands_on_its_head_is_refused() -> None:
    scene = Scene(walkers(2, 6.0, seed=1)).film()
    upside_down = np.diag([1.0, -1.0, -1.0])
    cameras = {
        name: {**camera, "R": (np.asarray(camera["R"]) @ upside_down).tolist()}
        for name, camera in scene.job.calibration["cameras"].items()  # type: ignore[index]
    }
    scene.job = replace(scene.job, calibration={"kind": "rig", "cameras": cameras})
    assert "upright" in refused(scene, *JOINT[:3]).message


def test_a_film_of_another_size_than_calibrated_is_refused() -> None:
    scene = Scene(walkers(1, 6.0)).film()
    scene.job = replace(scene.job, calibration=rig_data(4, size=(1280, 720)))
    error = refused(scene, StepName.SYNC)
    assert error.code == "CALIBRATION_SIZE"
    assert "1280 × 720" in error.message and "1920 × 1080" in error.message


def test_a_film_without_its_camera_in_the_calibration_is_refused() -> None:
    scene = Scene(walkers(1, 6.0)).film()
    scene.job = replace(scene.job, calibration=rig_data(3))
    assert "camera3" in refused(scene, StepName.SYNC).message


def test_clocks_of_people_who_stand_still_cannot_be_matched() -> None:
    still = np.repeat(walkers(1, 0.1)[:, :1], 200, axis=1)
    error = refused(Scene(still, params=replace(PARAMS, sync="auto")).film(), StepName.SYNC)
    assert error.code == "NOT_SYNCHRONISED"
    assert "jump" in error.message


def bumped_scene(turn_deg: float, *, refine: bool) -> Scene:
    """Camera 1 was turned since its calibration."""
    scene = Scene(walkers(3, 5.0, seed=2), params=replace(PARAMS, refine_cameras=refine)).film()
    cameras = dict(scene.job.calibration["cameras"])  # type: ignore[index]
    wrong = bumped(ring(4), "camera1", turn_deg, 0.02)["camera1"]
    cameras["camera1"] = {**cameras["camera1"], "R": wrong["R"].tolist(), "t": wrong["t"].tolist()}
    scene.job = replace(scene.job, calibration={"kind": "rig", "cameras": cameras})
    return scene


def test_a_bumped_camera_is_put_back_when_asked() -> None:
    left = bumped_scene(1.0, refine=False).run(*JOINT[:3]).first.manifest(ArtefactName.POINTS3D)
    put_back = bumped_scene(1.0, refine=True).run(*JOINT[:3]).first.manifest(ArtefactName.POINTS3D)
    assert put_back["facts"]["reprojection_error_px"] < 4.0 < left["facts"]["reprojection_error_px"]
    assert put_back["facts"]["turned_deg"]["camera1"] == pytest.approx(1.0, abs=0.2)
    (said,) = put_back["warnings"]
    assert "camera1" in said


def test_a_camera_that_was_carried_away_must_be_calibrated_again() -> None:
    scene = bumped_scene(7.0, refine=True)
    error = refused(scene, *JOINT[:3])
    assert error.code in ("CAMERAS_MOVED", "CAMERAS_DISAGREE")


def test_a_coachs_word_is_applied_to_people_in_space() -> None:
    scene = Scene(walkers(2, 8.0, seed=3)).film()
    words = (Correction("assign", 2, player_id="kim"), Correction("split", 1, frame=100))
    scene.job = replace(scene.job, corrections=words)
    scene.run()
    tracks = {track["track_id"]: track for track in Links.read(scene.first).tracks}
    assert tracks[2]["player_id"] == "kim"
    assert len(tracks) == 3
    late = next(track for number, track in tracks.items() if number not in (1, 2))
    assert late["start_s"] == pytest.approx(100 / RATE_HZ, abs=1 / RATE_HZ)
    assert set(np.unique(scene.first.read_range(ArtefactName.WORLD)["track_id"])) == set(tracks)


def test_of_two_boxes_on_one_body_one_is_shown_at_a_time() -> None:
    scene = Scene(walkers(1, 6.0, seed=3)).film()
    for series in (ArtefactName.TRACKS, ArtefactName.POSES):
        rows = scene.first.read_window(series, 0)
        half = {column: array[30:90].copy() for column, array in rows.items()}
        half["track_id"][:] = 77
        if series is ArtefactName.TRACKS:
            half["xyxy"][:, 3] = half["xyxy"][:, 1:4:2].mean(axis=1)
        both = {column: np.concatenate([rows[column], half[column]]) for column in rows}
        manifest = scene.first.manifest(series)
        stamp = Stamp(manifest["params_hash"], models=[MODEL], facts=manifest["facts"])
        scene.first.write_window(series, 0, both, stamp)
    scene.run()
    links = Links.read(scene.first)
    assert [track["track_id"] for track in links.tracks] == [1]
    assert {piece.track_id for piece in links.pieces} == {11}


def test_a_second_run_is_equal_bit_for_bit() -> None:
    kept = []
    for _ in range(2):
        scene = Scene(walkers(2, 5.0, seed=3)).film().run()
        files = {key: scene.store.read(key) for key in scene.store.list("") if "manifest" not in key}
        kept.append({key: data for key, data in files.items() if not key.endswith("index.json")})
    assert kept[0] == kept[1]
