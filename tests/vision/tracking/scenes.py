"""Scenes with known identities: the truth, and what a detector would have made of it.

`sportsmot` reads the ground truth of real football (boxes and identities of people, no images); `hard_scene` scripts
22 players who cross, hide one another for seconds, leave and come back; `crossing` and `standing` are small.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from vision.types import CLASS_PERSON, Detections

REPOSITORY = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("AXOLOTL_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
SPORTSMOT = DATA / "tracking" / "sportsmot_gt"

# Boxes sharing more than this IoU with another count as overlapped.
OVERLAP_IOU = 0.2


@dataclass(frozen=True)
class Truth:
    """Identities and boxes of every frame.

    Attributes:
        t_s: `(F,)` presentation time of each frame.
        ids: F arrays `(N,)` of identities.
        boxes: F arrays `(N, 4)` xyxy [px].
        size: width, height of the image [px].
        team: identity → kit, where the scene has kits.
    """

    t_s: NDArray[np.float64]
    ids: list[NDArray[np.int64]]
    boxes: list[NDArray[np.float64]]
    size: tuple[int, int]
    team: dict[int, int]


@dataclass(frozen=True)
class Noise:
    """What a detector does wrong. The defaults are those of the bars (`jitter` as a share of the box's side)."""

    jitter: tuple[float, float] = (0.02, 0.04)
    miss: float = 0.05
    miss_overlapped: float = 0.10
    false_per_frame: float = 0.5


def sportsmot_sequences() -> list[str]:
    """Names of the sequences on this machine."""
    return sorted(path.name for path in SPORTSMOT.glob("*") if (path / "gt" / "gt.txt").exists())


def sportsmot(name: str) -> Truth:
    """Ground truth of one sequence."""
    header = dict(
        line.split("=", 1) for line in (SPORTSMOT / name / "seqinfo.ini").read_text().splitlines() if "=" in line
    )
    table = np.loadtxt(SPORTSMOT / name / "gt" / "gt.txt", delimiter=",")
    frames = range(1, int(header["seqLength"]) + 1)
    rows = [table[table[:, 0] == frame] for frame in frames]
    boxes = [np.column_stack((row[:, 2:4], row[:, 2:4] + row[:, 4:6])) for row in rows]
    size = (int(header["imWidth"]), int(header["imHeight"]))
    t_s = np.arange(len(rows)) / float(header["frameRate"])
    return Truth(t_s, [row[:, 1].astype(np.int64) for row in rows], boxes, size, {})


def pairwise_iou(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """IoU of every box of `a` with every box of `b`."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = np.clip(high - low, 0, None).prod(2)
    area_a, area_b = (np.prod(x[:, 2:] - x[:, :2], axis=1) for x in (a, b))
    return inter / np.maximum(area_a[:, None] + area_b[None] - inter, 1e-9)


def detect(truth: Truth, noise: Noise, seed: int) -> tuple[list[Detections], list[NDArray[np.int64]]]:
    """What a detector would see: the detections of each frame, and whose they are (-1 false)."""
    rng = np.random.default_rng(seed)
    every_size = np.concatenate([box[:, 2:] - box[:, :2] for box in truth.boxes])
    made = [
        _detect_frame(ids, boxes, truth.size, noise, every_size, rng)
        for ids, boxes in zip(truth.ids, truth.boxes, strict=True)
    ]
    return [detections for detections, _ in made], [owners for _, owners in made]


def _detect_frame(
    ids: NDArray[np.int64],
    boxes: NDArray[np.float64],
    size: tuple[int, int],
    noise: Noise,
    every_size: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[Detections, NDArray[np.int64]]:
    iou = pairwise_iou(boxes, boxes)
    np.fill_diagonal(iou, 0)
    overlapped = iou.max(1, initial=0) > OVERLAP_IOU
    seen = rng.random(len(ids)) >= np.where(overlapped, noise.miss_overlapped, noise.miss)
    sides = boxes[:, 2:] - boxes[:, :2]
    sigma = rng.uniform(*noise.jitter, (len(ids), 1))
    centre = boxes[:, :2] + sides / 2 + rng.normal(size=sides.shape) * sigma * sides
    sides = sides * (1 + rng.normal(size=sides.shape) * sigma)
    score = np.where(overlapped, rng.normal(0.6, 0.15, len(ids)), rng.normal(0.82, 0.08, len(ids)))
    count = rng.poisson(noise.false_per_frame)
    false_sides = every_size[rng.integers(len(every_size), size=count)]
    false_centre = rng.random((count, 2)) * np.asarray(size)
    centre = np.concatenate((centre[seen], false_centre))
    sides = np.concatenate((sides[seen], false_sides))
    score = np.clip(np.concatenate((score[seen], rng.uniform(0.3, 0.75, count))), 0.11, 0.99)
    owners = np.concatenate((ids[seen], np.full(count, -1)))
    order = rng.permutation(len(owners))
    xyxy = np.concatenate((centre - sides / 2, centre + sides / 2), axis=1)
    return as_detections(xyxy[order], score[order]), owners[order]


def as_detections(
    xyxy: NDArray[np.floating] | Sequence[Sequence[float]], score: NDArray[np.floating] | float = 0.9
) -> Detections:
    """People with these boxes."""
    boxes = np.asarray(xyxy, np.float32).reshape(-1, 4)
    scores = np.broadcast_to(np.asarray(score, np.float32), len(boxes)).copy()
    return Detections(boxes, scores, np.full(len(boxes), CLASS_PERSON, np.int16))


def hard_scene(seed: int, *, seconds: float = 60, fps: float = 25, players: int = 22) -> Truth:
    """22 players on a perspective view of a pitch: crossings, hidings of 1 to 3 s, exits of 2 to 6 s."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(round(seconds * fps)) / fps
    ground = np.stack([_walk(t_s, rng) for _ in range(players)], axis=1)
    hidden = np.stack([_absences(t_s, rng) for _ in range(players)], axis=1)
    boxes = _project(ground, rng.uniform(0.92, 1.08, players))
    covered = _covered(boxes)
    ids = [np.flatnonzero(~hidden[frame] & ~covered[frame]) for frame in range(len(t_s))]
    team = {player: player % 2 for player in range(players)}
    return Truth(t_s, ids, [boxes[frame, kept] for frame, kept in enumerate(ids)], (1920, 1080), team)


def _walk(t_s: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """`(F, 2)` metres: runs between random places, 1-7 m/s, with the inertia of a body."""
    step = t_s[1] - t_s[0]
    place = rng.uniform((-26, -16), (26, 16))
    velocity, target, speed = np.zeros(2), place.copy(), 1.0
    path = np.empty((len(t_s), 2))
    for frame in range(len(t_s)):
        if np.hypot(*(target - place)) < 1.5:
            target, speed = rng.uniform((-26, -16), (26, 16)), rng.uniform(1, 7)
        wanted = (target - place) / max(float(np.hypot(*(target - place))), 1e-6) * speed
        change = wanted - velocity
        velocity = velocity + change * min(1.0, 4.5 * step / max(float(np.hypot(*change)), 1e-6))
        place = place + velocity * step
        path[frame] = place
    return path


def _absences(t_s: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Frames in which a player is out of sight: about every 15 s, 1-3 s hidden or 2-6 s away."""
    gone = np.zeros(len(t_s), np.bool_)
    start = rng.exponential(15) + 1
    while start < t_s[-1]:
        length = rng.uniform(1, 3) if rng.random() < 0.7 else rng.uniform(2, 6)
        gone |= (t_s >= start) & (t_s < start + length)
        start += length + 1 + rng.exponential(15)
    return gone


def _project(ground: NDArray[np.float64], height: NDArray[np.float64]) -> NDArray[np.float64]:
    """`(F, P, 4)` boxes of people of 1.8 m seen by a camera 10 m up, 34 m from the centre."""
    x, y = ground[..., 0], ground[..., 1]
    distance = 34 + y
    focal = 1100.0
    foot_x, foot_y = 960 + focal * x / distance, 140 + focal * 10 / distance
    tall = focal * 1.8 * height / distance
    wide = 0.42 * tall
    return np.stack((foot_x - wide / 2, foot_y - tall, foot_x + wide / 2, foot_y), axis=-1)


def _covered(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whose box is more than 60 % behind the box of one who stands nearer."""
    low = np.maximum(boxes[:, :, None, :2], boxes[:, None, :, :2])
    high = np.minimum(boxes[:, :, None, 2:], boxes[:, None, :, 2:])
    inter = np.clip(high - low, 0, None).prod(-1)
    area = np.prod(boxes[..., 2:] - boxes[..., :2], axis=-1)
    nearer = boxes[:, None, :, 3] > boxes[:, :, None, 3]
    return ((inter / area[:, :, None] > 0.6) & nearer).any(-1)


@dataclass(frozen=True)
class Hand:
    """How a camera is held: a pan to both sides and a hand that shakes."""

    pan_deg: float = 0.0
    pan_s: float = 8.0
    shake_deg: float = 0.0
    shake_hz: float = 4.0


def hand_maps(hand: Hand, t_s: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """`(F, 3, 3)` maps of the pixels of a camera that stands still to those of one that is held."""
    rng = np.random.default_rng(seed)
    rate, phase = hand.shake_hz * rng.uniform(0.3, 1.7, (6, 3)), rng.uniform(0, 2 * np.pi, (6, 3))
    shake = np.sin(2 * np.pi * t_s[:, None, None] * rate + phase).sum(axis=1) / np.sqrt(3.0)
    angle = np.radians(hand.shake_deg) * shake * np.array([1.0, 1.0, 0.5])
    angle[:, 1] += np.radians(hand.pan_deg) * np.sin(2 * np.pi * t_s / hand.pan_s)
    lens = np.array([[1100.0, 0.0, 960.0], [0.0, 1100.0, 540.0], [0.0, 0.0, 1.0]])
    turns = Rotation.from_euler("xyz", angle).as_matrix()
    return np.asarray(lens @ turns @ np.linalg.inv(lens))


def held(truth: Truth, maps: NDArray[np.float64]) -> Truth:
    """The same scene through a camera that moves; who is out of its picture is not seen."""
    ids, boxes = [], []
    for number, box, matrix in zip(truth.ids, truth.boxes, maps, strict=True):
        middle = (box[:, 0] + box[:, 2]) / 2
        foot, head = (_mapped(matrix, np.column_stack([middle, box[:, row]])) for row in (3, 1))
        tall = np.linalg.norm(foot - head, axis=1)
        centre = (foot + head) / 2
        half = np.column_stack([0.21 * tall, 0.5 * tall])
        inside = ((centre > 0) & (centre < np.asarray(truth.size))).all(axis=1)
        ids.append(number[inside])
        boxes.append(np.column_stack([centre - half, centre + half])[inside])
    return Truth(truth.t_s, ids, boxes, truth.size, truth.team)


def _mapped(matrix: NDArray[np.float64], xy: NDArray[np.float64]) -> NDArray[np.float64]:
    mapped = np.column_stack([xy, np.ones(len(xy))]) @ matrix.T
    return mapped[:, :2] / mapped[:, 2:]


def background_rows(
    maps: NDArray[np.float64], size: tuple[int, int], seed: int, *, key_every: int = 25, sigma_px: float = 0.5
) -> list[tuple[int, int, NDArray[np.float32]]]:
    """Frame, keyframe and correspondences of the background, as `vision.tracking.background` records them."""
    rng, rows = np.random.default_rng(seed), []
    for frame, matrix in enumerate(maps):
        key = max(0, (frame - 1) // key_every * key_every)
        here = rng.uniform((0, 0), size, (36, 2))
        there = _mapped(maps[key] @ np.linalg.inv(matrix), here)
        rows.append((frame, key, np.hstack([here, there + rng.normal(0, sigma_px, there.shape)]).astype(np.float32)))
    return rows
