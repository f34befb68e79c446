"""From frames to tracked people against ultralytics' `model.track`, with the same YOLO weights on football clips."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.bench.row import OURS, Bar, Row, compare, interleave, measure
from tests.conftest import data_root
from vision.detection.letterbox import fit, tight_size
from vision.detection.letterboxed import Choice
from vision.detection.nms import iou
from vision.detection.torchvision_ops import ensure_torchvision_ops
from vision.detection.yolo import YOLOConfig, YOLODetector
from vision.detection.yolo_backends import OnnxYOLO
from vision.runtime import RuntimeConfig
from vision.tracking import ByteTracker
from vision.types import CLASS_PERSON, Detections, ImageBGR

CLIPS = ("broadcast_tactical_08fd33_4.mp4", "indoor_match_highcam.mp4")
FRAMES_A_CLIP = 40
WINDOW = 8  # frames given to the detector at once, as a scan does
RATE_HZ = 25.0
SETTINGS_DIR = Path(__file__).resolve().parents[3] / "var" / "bench-envs" / "ultralytics"
# ultralytics' defaults for tracking: people only, scores from 0.1, overlap 0.7.
CONFIG = YOLOConfig(choice=Choice(score_min=0.1, iou_max=0.7))
SPEED_BARS = {"yolov8n.pt": Bar("ratio_at_least", 1.8), "yolov8n.onnx": Bar("ratio_at_least", 1.4)}


@dataclass(frozen=True)
class Tracked:
    """One run over the clips: seconds, distinct ids, and boxes that carried one."""

    seconds: float
    ids: int
    boxes: int


def run(repeats: int) -> list[Row]:
    """Frames a second against both forms of the peer, ids per tracked box, and the boxes' largest difference."""
    models = data_root() / "models"
    if not models.is_dir():
        raise FileNotFoundError("detect_track needs the clips and weights: set AXOLOTL_TEST_DATA")
    _quiet_ultralytics()
    from ultralytics.models import YOLO

    clips = [_frames(data_root() / "clips" / name) for name in CLIPS]
    ours = YOLODetector(models / "yolov8n.onnx", config=CONFIG)
    warm = [clip[: 2 * WINDOW] for clip in clips[:1]]
    _ours(ours, warm)
    measures: dict[str, Callable[[], Tracked]] = {OURS: lambda: _ours(ours, clips)}
    for name in SPEED_BARS:
        peer = YOLO(str(models / name), task="detect")
        _peer(peer, warm)
        measures[name] = lambda peer=peer: _peer(peer, clips)  # type: ignore[misc]
    results: dict[str, list[Tracked]] = {name: [] for name in measures}
    interleave(repeats, {name: _kept(measure_one, results[name]) for name, measure_one in measures.items()})
    return [
        *_speed_rows(results),
        _network_row(models / "yolov8n.onnx", clips[0][: 2 * WINDOW]),
        _ids_row(results),
        _boxes_row(ours, YOLO(str(models / "yolov8n.pt")), clips),
    ]


def _speed_rows(results: dict[str, list[Tracked]]) -> list[Row]:
    count = len(CLIPS) * FRAMES_A_CLIP
    rates = {name: [count / each.seconds for each in runs] for name, runs in results.items()}
    return [
        compare(f"detect and track: against {name}", "frames/s", {OURS: rates[OURS], name: rates[name]}, bar)
        for name, bar in SPEED_BARS.items()
    ]


def _network_row(model: Path, frames: list[ImageBGR]) -> Row:
    """Of the processor time from frames to tracked people, what the bare network takes: the rest is all that code
    around it could save.
    """
    runtime = RuntimeConfig(threads=1)
    detector, network = YOLODetector(model, config=CONFIG, runtime=runtime), OnnxYOLO(model, runtime)
    size = tight_size((frames[0].shape[0], frames[0].shape[1]), CONFIG.long_side, network.stride)
    inputs = [fit(image.shape[:2], size, centre=True).apply(image)[None] for image in frames]
    shares = []
    for _ in range(3):
        started = time.process_time()
        _ours(detector, [frames])
        whole_s = time.process_time() - started
        started = time.process_time()
        for each in inputs:
            network.candidates(each, CONFIG.choice.score_min)
        shares.append((time.process_time() - started) / whole_s)
    return measure("detect and track: time in the network", "share", shares, Bar("at_least", 0.9))


def _ids_row(results: dict[str, list[Tracked]]) -> Row:
    """Fewer ids for the boxes tracked is better; the clips have no true identities."""
    per_box = {name: [1000 * each.ids / each.boxes for each in runs] for name, runs in results.items()}
    runs = {OURS: per_box[OURS], "yolov8n.pt": per_box["yolov8n.pt"]}
    return compare("detect and track: ids per 1000 tracked boxes", "ids", runs, Bar("ratio_at_most", 1.0))


def _boxes_row(ours: YOLODetector, peer: Any, clips: list[list[ImageBGR]]) -> Row:
    """Largest distance of a side between our boxes and the peer's best match, over the surer boxes of all frames."""
    worst = 0.0
    for image in [image for clip in clips for image in clip[::10]]:
        found = ours.detect([image])[0].of_classes([CLASS_PERSON])
        theirs = peer.predict(image, conf=0.25, classes=[0], verbose=False)[0].boxes.xyxy.numpy()
        if len(theirs):
            nearest = found.xyxy[iou(theirs, found.xyxy).argmax(axis=1)]
            worst = max(worst, float(np.abs(nearest - theirs).max()))
    return measure("detect: largest difference of a box to yolov8n.pt", "px", [worst], Bar("at_most", 1.0))


def _ours(detector: YOLODetector, clips: list[list[ImageBGR]]) -> Tracked:
    started = time.perf_counter()
    ids = boxes = 0
    for clip in clips:
        tracker = ByteTracker()
        seen: set[int] = set()
        for start in range(0, len(clip), WINDOW):
            for index, found in enumerate(detector.detect(clip[start : start + WINDOW]), start):
                tracks = tracker.update(_people(found), index / RATE_HZ)
                seen.update(tracks.track_id.tolist())
                boxes += int((tracks.detection_index >= 0).sum())
        ids += len(seen)
    return Tracked(time.perf_counter() - started, ids, boxes)


def _people(found: Detections) -> Detections:
    return found.of_classes([CLASS_PERSON])


def _peer(model: Any, clips: list[list[ImageBGR]]) -> Tracked:
    started = time.perf_counter()
    ids = boxes = 0
    for clip in clips:
        seen: set[int] = set()
        for index, image in enumerate(clip):
            result = model.track(
                image, persist=index > 0, tracker="bytetrack.yaml", classes=[0], imgsz=640, verbose=False
            )[0].boxes
            if result.id is not None:
                seen.update(result.id.int().tolist())
                boxes += len(result.id)
        ids += len(seen)
    return Tracked(time.perf_counter() - started, ids, boxes)


def _kept(measure_one: Callable[[], Tracked], results: list[Tracked]) -> Callable[[], float]:
    def once() -> float:
        results.append(measure_one())
        return results[-1].seconds

    return once


def _frames(path: Path) -> list[ImageBGR]:
    capture = cv2.VideoCapture(str(path))
    frames: list[ImageBGR] = []
    while len(frames) < FRAMES_A_CLIP:
        read, image = capture.read()
        if not read:
            break
        frames.append(np.asarray(image, np.uint8))
    capture.release()
    return frames


def _quiet_ultralytics() -> None:
    """No downloads, no installs, no settings in the home folder; read when it is imported."""
    os.environ.update(
        YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", YOLO_CONFIG_DIR=str(SETTINGS_DIR), YOLO_VERBOSE="false"
    )
    SETTINGS_DIR.mkdir(parents=True, exist_ok=True)
    ensure_torchvision_ops()
