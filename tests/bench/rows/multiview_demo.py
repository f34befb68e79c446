"""Pose2Sim's demo (one person, four cameras, in its wheel): its triangulation and ours on the same postures.

Pose2Sim reads postures with models from the network; here both sides are given those of our models (read once, kept in
`var`). Pixels are freed of the lens for both. The error is the same for both: how far a placed joint, seen again in
every camera that showed it, is from where it was read. The whole way goes from files of postures to a file of joints:
whose body it is in each camera, joints in space, gaps filled.
"""

from __future__ import annotations

import json
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.bench.peers import ENVIRONMENTS, REPOSITORY, Peer, environment
from tests.bench.row import OURS, Bar, Row, compare, interleave
from tests.bench.rows.multiview import PEER
from vision.calibration.camera_files import CameraParams, write_calib_toml
from vision.detection import build_detector
from vision.multiview.association import ViewTrack, associate
from vision.multiview.cameras import CameraRig
from vision.multiview.triangulation import triangulate
from vision.pose import build_pose
from vision.skeletons import COCO17
from vision.types import PEOPLE

FRAMES, EVERY = 40, 2
JOINTS = slice(5, 17)
"""The body without the face, whose joints a camera behind cannot see."""
LEAST_SCORE = 0.3
PLACED_BAR = 0.98
"""Ours leaves a joint out where the cameras contradict each other; a better error must not come from that."""
KEPT = REPOSITORY / "var" / "bench-pose2sim-demo.npz"
UNIT = 64.0
"""Qualisys files count in 64ths of a pixel."""


@dataclass(frozen=True)
class Demo:
    """Postures without a lens, and the cameras that see them so.

    Attributes:
        pixels: camera → `(N, K, 3)` x, y [px], score.
        rig, cameras: that saw them so.
    """

    pixels: dict[str, NDArray[np.float64]]
    rig: CameraRig
    cameras: list[CameraParams]

    def error_px(self, points: NDArray[np.float64]) -> float:
        """Median over joints of the root mean square over the cameras that show them [px]."""
        again = self.rig.project(points.reshape(-1, 3)).reshape(len(self.pixels), *points.shape[:2], 2)
        read = np.stack([self.pixels[name] for name in self.rig.names])
        away = np.square(again - read[..., :2]).sum(axis=3)
        away[read[..., 2] < LEAST_SCORE] = np.nan
        shown = np.isfinite(away).sum(axis=0) >= 2
        return float(np.median(np.sqrt(np.nanmean(away[:, shown], axis=0))))


def run(repeats: int) -> list[Row]:
    """Frames a second, and the error of the joints that both sides placed."""
    with Peer("pose2sim") as peer:
        demo = _demo()
        xy = np.stack([demo.pixels[name] for name in demo.rig.names])
        score = np.where(xy[..., 2] >= LEAST_SCORE, xy[..., 2], 0.0)
        arrays = {"xy": xy[..., :2], "score": score, "P": demo.rig.projections}
        placed: dict[str, NDArray[np.float64]] = {}
        runs = interleave(repeats, {OURS: _ours(demo, placed), PEER: _theirs(peer, arrays, placed)})
        whole = interleave(repeats, {OURS: lambda: _whole(demo, None), PEER: lambda: _whole(demo, peer)})
    both = np.isfinite(placed[OURS]).all(axis=2) & np.isfinite(placed[PEER]).all(axis=2)
    errors, shares = {}, {}
    for name, points in placed.items():
        errors[name] = [demo.error_px(np.where(both[..., None], points, np.nan))]
        shares[name] = [float(np.isfinite(points).all(axis=2).mean())]
    what = "multi-view demo, same postures"
    return [
        compare(f"{what}: triangulation", "frames/s", runs, Bar("ratio_at_least", 3.0)),
        compare(f"{what}: from files of postures to joints", "frames/s", whole, Bar("ratio_at_least", 3.0)),
        compare(f"{what}: reprojection error", "px", errors, Bar("ratio_at_most", 1.0)),
        compare(f"{what}: joints placed", "share", shares, Bar("ratio_at_least", PLACED_BAR)),
    ]


def _ours(demo: Demo, placed: dict[str, NDArray[np.float64]]) -> Callable[[], float]:
    def once() -> float:
        started = time.perf_counter()
        placed[OURS] = triangulate(demo.pixels, demo.rig).xyz_m
        return FRAMES / (time.perf_counter() - started)

    return once


def _theirs(
    peer: Peer, arrays: Mapping[str, NDArray[np.generic]], placed: dict[str, NDArray[np.float64]]
) -> Callable[[], float]:
    def once() -> float:
        answer = peer.call(arrays, {})
        placed[PEER] = np.asarray(answer["points"], np.float64)
        return FRAMES / float(answer["seconds"][0])

    return once


def _whole(demo: Demo, peer: Peer | None) -> float:
    """Frames a second from posture files to a file of joints, by the peer or by ours; a new folder each time."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        _write_project(demo, folder)
        if peer is not None:
            return FRAMES / float(peer.call({}, {"project": name})["seconds"][0])
        started = time.perf_counter()
        keypoints = {camera: _read_postures(folder / "pose" / f"{camera}_json") for camera in demo.rig.names}
        frames = np.arange(FRAMES, dtype=np.int32)
        tracks = [ViewTrack(number, frames, keypoints[camera]) for number, camera in enumerate(demo.rig.names)]
        person = associate(tracks, demo.rig, COCO17)
        # Those who show another person than most cameras do have nothing to say.
        asked = np.bincount(person).argmax()
        for camera in np.array(demo.rig.names)[person != asked]:
            keypoints[str(camera)][..., 2] = 0.0
        xyz = triangulate(keypoints, demo.rig).xyz_m.reshape(FRAMES, -1)
        for column in xyz.T:
            there = np.isfinite(column)
            if there.any():
                column[~there] = np.interp(frames[~there], frames[there], column[there])
        np.savetxt(folder / "ours.trc", xyz, fmt="%.6f", delimiter="\t")
        return FRAMES / (time.perf_counter() - started)


def _write_project(demo: Demo, folder: Path) -> None:
    """Cameras and postures as Pose2Sim wants them: `Config.toml`, `calibration/Calib.toml`, a file a picture."""
    (folder / "Config.toml").touch()
    (folder / "calibration").mkdir()
    (folder / "calibration" / "Calib.toml").write_text(write_calib_toml(demo.cameras), encoding="utf-8")
    for camera in demo.rig.names:
        there = folder / "pose" / f"{camera}_json"
        there.mkdir(parents=True)
        whole = np.zeros((FRAMES, len(COCO17), 3))
        whole[:, JOINTS] = demo.pixels[camera]
        for number, keypoints in enumerate(whole):
            people = [{"person_id": [-1], "pose_keypoints_2d": keypoints.ravel().tolist()}]
            content = json.dumps({"version": 1.3, "people": people})
            (there / f"{camera}_{number:06d}.json").write_text(content, encoding="utf-8")


def _read_postures(folder: Path) -> NDArray[np.float32]:
    files = sorted(folder.glob("*.json"))
    rows = [json.loads(file.read_text(encoding="utf-8"))["people"][0]["pose_keypoints_2d"] for file in files]
    return np.array(rows, np.float32).reshape(len(files), len(COCO17), 3)


def _demo() -> Demo:
    environment("pose2sim")
    (folder,) = (ENVIRONMENTS / "pose2sim" / "lib").glob("python3.*/site-packages/Pose2Sim/Demo_SinglePerson")
    cameras = _cameras(folder / "calibration" / "Calib.qca.txt")
    films = sorted((folder / "videos").glob("*.mp4"))
    if not KEPT.exists():
        read: dict[str, Any] = {film.stem: _read(film) for film in films}
        np.savez(KEPT, **read)
    with np.load(KEPT) as kept:
        pixels = {name: _straight(kept[name][:, JOINTS], cameras[name]) for name in sorted(kept.files)}
    params = {
        name: {"K": camera.matrix, "R": camera.rotation, "t": camera.translation_m}
        for name, camera in sorted(cameras.items())
        if name in pixels
    }
    straight = [
        replace(cameras[name], name=name, distortion=np.zeros(4), rotation=cv2.Rodrigues(camera["R"])[0].ravel())
        for name, camera in params.items()
    ]
    return Demo(pixels, CameraRig.from_params(params), straight)


def _read(film: Path) -> NDArray[np.float64]:
    """`(N, 17, 3)` posture of the largest person in every second picture."""
    models = REPOSITORY / "var" / "models"
    detector, pose = build_detector("nanodet", model_dir=models), build_pose("movenet-thunder", model_dir=models)
    capture, found = cv2.VideoCapture(str(film)), np.zeros((FRAMES, 17, 3))
    for number in range(FRAMES * EVERY):
        there, image = capture.read()
        if number % EVERY or not there:
            continue
        people = detector.detect([np.asarray(image, np.uint8)])[0].of_classes(PEOPLE).xyxy
        if len(people):
            largest = people[np.argmax(np.prod(people[:, 2:] - people[:, :2], axis=1))]
            found[number // EVERY] = pose.estimate(np.asarray(image, np.uint8), largest[None])[0]
    capture.release()
    return np.nan_to_num(found)


def _straight(keypoints: NDArray[np.float64], camera: CameraParams) -> NDArray[np.float64]:
    flat = keypoints[..., :2].reshape(-1, 1, 2)
    ideal = cv2.undistortPoints(flat, camera.matrix, camera.distortion, P=camera.matrix)
    return np.concatenate([ideal.reshape(*keypoints.shape[:2], 2), keypoints[..., 2:]], axis=2)


def _cameras(path: Path) -> dict[str, CameraParams]:
    """Cameras of a Qualisys file: its cameras look along -z with y up, and its metres are millimetres."""
    found = {}
    for camera in ElementTree.parse(path).getroot().iterfind("cameras/camera"):
        view, lens, place = (camera.find(tag) for tag in ("fov_video", "intrinsic", "transform"))
        if view is None or lens is None or place is None or camera.get("model") != "none":
            continue
        edge = {side: float(view.get(side, "0")) for side in ("left", "top", "right", "bottom")}
        number = {key: float(value) for key, value in lens.items()}
        matrix = np.eye(3)
        matrix[0, 0], matrix[1, 1] = number["focalLengthU"] / UNIT, number["focalLengthV"] / UNIT
        matrix[0, 2] = number["centerPointU"] / UNIT - edge["left"]
        matrix[1, 2] = number["centerPointV"] / UNIT - edge["top"]
        names = ("radialDistortion1", "radialDistortion2", "tangentalDistortion1", "tangentalDistortion2")
        to_world = np.array([[float(place.get(f"r{a}{b}", "0")) for b in (1, 2, 3)] for a in (1, 2, 3)]).T
        position = np.array([float(place.get(axis, "0")) / 1000 for axis in "xyz"])
        turn = np.diag([1.0, -1.0, -1.0]) @ to_world.T
        name = str(camera.get("serial"))
        size = (round(edge["right"] - edge["left"]) + 1, round(edge["bottom"] - edge["top"]) + 1)
        distortion = np.array([number[key] for key in names])
        found[name] = CameraParams(name, size, matrix, distortion, turn, -turn @ position)
    return found
