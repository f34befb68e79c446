"""Which pictures of a film a detector must look at, and boxes for those between.

The network is nearly all that detection costs, and 12 looks a second keep players apart as well as 25 do, as long as
nobody is quick or crosses somebody else. So every nth picture is looked at first (`first_looks`); between two looks the
others are looked at as well where somebody sprints, two who overlap pass each other, somebody is lost beside another,
the ball is in view, or the picture changed (`LookChooser`). Elsewhere boxes are put between those of the two looks
(`put_between`), and marked as not seen.

What a look decides depends on the looks before it alone, from the first picture given on: pieces of a film that are
looked at by themselves come out the same whoever does it, and when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from vision.detection.nms import iou
from vision.tracking.bytetrack import ByteTracker
from vision.types import CLASS_BALL, BoolArray, Detections, Float32Array, Float64Array, Tracks

Picture = TypeVar("Picture")
_LEAST_PX = 1.0


@dataclass(frozen=True, slots=True)
class LookParams:
    """When pictures may be left out.

    Attributes:
        read_hz: looks a second at least: at 12.5 the identities of two SportsMOT films and of two hard scenes are as
            good as at 25 (HOTA 0.740 and 0.744, IDF1 0.79 and 0.77; 0.579 and 0.581), at 8.3 they are not (0.67).
        quick_hps: who moves faster against the others is followed picture by picture [box heights/s]: 5.4 m/s, below
            every sprint; a jogger has 2.
        near: overlap from which two are so near that they may be exchanged.
        pass_share: … if they move against each other by this share of their distance from look to look.
        drift_people: common movement is the camera's from so many people on.
        kept_share: fewer found again of those seen before: another view, or a camera that is swung.
        ball_score: a ball that is so sure is in play: it is touched between two looks.
    """

    read_hz: float = 12.0
    quick_hps: float = 3.0
    near: float = 0.1
    pass_share: float = 0.5
    drift_people: int = 5
    kept_share: float = 0.5
    ball_score: float = 0.4


def first_looks(t_s: Float64Array, params: LookParams | None = None) -> BoolArray:
    """Which of `(N,)` rising times [s] are looked at first: every nth, so that `read_hz` remain."""
    params = params or LookParams()
    rate_hz = 1.0 / float(np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0
    return np.asarray(np.arange(len(t_s)) % max(1, int(rate_hz / params.read_hz + 1e-6)) == 0)


class LookChooser:
    """Says after each of the first looks whether the pictures since the one before must be looked at, too."""

    def __init__(self, params: LookParams | None = None) -> None:
        self._params = params or LookParams()
        self._tracker = ByteTracker()
        self._before: _Look | None = None

    def more(self, found: Detections, t_s: float) -> bool:
        """Take the next look.

        Args:
            found: all that was found in it, balls too.
            t_s: its time [s], later than that of the last.

        Returns:
            Whether the pictures between the last look and this one must be looked at; true for the first.

        Raises:
            VisionError: `t_s` is not later than the last.
        """
        tracks = self._tracker.update(found, t_s)
        sure_ball = bool(((found.class_id == CLASS_BALL) & (found.score >= self._params.ball_score)).any())
        before, here = self._before, _Look.of(tracks, t_s, ball=sure_ball)
        self._before = here
        return before is None or before.ball or here.ball or self._moved(before, here)

    def _moved(self, before: _Look, here: _Look) -> bool:
        p = self._params
        _, then, now = np.intersect1d(before.track_id, here.track_id, return_indices=True)
        if len(then) < p.kept_share * len(before.track_id):
            return True
        old, new = before.xyxy[then], here.xyxy[now]
        way = _centre(new) - _centre(old)
        height = np.maximum(old[:, 3] - old[:, 1] + new[:, 3] - new[:, 1], 2 * _LEAST_PX) / 2
        drift = np.median(way, axis=0) if len(way) >= p.drift_people else np.zeros(2)
        speed_hps = np.linalg.norm(way - drift, axis=1) / height / (here.t_s - before.t_s)
        if (speed_hps > p.quick_hps).any() or _pass(old, new, p):
            return True
        lost = np.setdiff1d(np.arange(len(before.track_id)), then)
        return bool((iou(before.xyxy[lost], old) > p.near).any() or (iou(before.xyxy[lost], new) > p.near).any())


@dataclass(frozen=True, slots=True)
class _Look:
    """Who was seen: numbers `(M,)` and boxes `(M, 4)` [px]; when [s]; and whether a ball was there for sure."""

    track_id: np.typing.NDArray[np.int32]
    xyxy: Float32Array
    t_s: float
    ball: bool

    @classmethod
    def of(cls, tracks: Tracks, t_s: float, *, ball: bool) -> _Look:
        seen = tracks.detection_index >= 0
        return cls(tracks.track_id[seen], tracks.xyxy[seen], t_s, ball)


def look_in_turn(
    pictures: Iterator[Picture],
    is_first: Callable[[Picture], bool],
    detect: Callable[[Sequence[Picture]], list[Detections]],
    chooser: Callable[[Picture, Detections], bool],
    batch: int,
) -> Iterator[tuple[Picture, Detections | None]]:
    """Every picture in order with what was found in it, or `None` where it was left out.

    Args:
        pictures: in order; those of `batch` first looks are in memory at once.
        is_first: whether a picture is one of the first looks (`first_looks`).
        detect: looks at several pictures at once.
        chooser: takes each first look in order and says whether the pictures before it, since the last first look,
            must be looked at (`LookChooser.more`).
        batch: first looks handed to `detect` at once.

    Pictures before the first and after the last of the first looks are looked at: nothing can be put there.
    """
    block: list[Picture] = []
    ends: list[int] = []
    for picture in pictures:
        block.append(picture)
        if is_first(picture):
            ends.append(len(block) - 1)
        if len(ends) == batch:
            yield from _look_at(block, ends, detect, chooser)
            block, ends = [], []
    if block:
        yield from _look_at(block, ends, detect, chooser)


def _look_at(
    block: list[Picture],
    ends: list[int],
    detect: Callable[[Sequence[Picture]], list[Detections]],
    chooser: Callable[[Picture, Detections], bool],
) -> Iterator[tuple[Picture, Detections | None]]:
    found = dict(zip(ends, detect([block[end] for end in ends]), strict=True)) if ends else {}
    others: list[int] = []
    start = 0
    for end in ends:
        if chooser(block[end], found[end]):
            others += range(start, end)
        start = end + 1
    others += range(start, len(block))
    if others:
        found.update(zip(others, detect([block[index] for index in others]), strict=True))
    yield from ((picture, found.get(index)) for index, picture in enumerate(block))


def put_between(before: Tracks, after: Tracks, share: float) -> Tracks:
    """Those tracks that two looks have in common, at a moment between them.

    Args:
        before, after: what the tracker told of the two looks.
        share: of the time between them that has passed, 0-1.

    Returns:
        Boxes on the straight way (an acceleration of 5 m/s² leaves it by 4 mm within 80 ms), all with
        `detection_index` -1; the score is the lower one of the two.
    """
    common, then, now = np.intersect1d(before.track_id, after.track_id, return_indices=True)
    boxes = before.xyxy[then] * (1 - share) + after.xyxy[now] * share
    return Tracks(
        track_id=common.astype(np.int32),
        xyxy=boxes.astype(np.float32),
        score=np.minimum(before.score[then], after.score[now]),
        class_id=after.class_id[now],
        detection_index=np.full(len(common), -1, np.int32),
    )


def _pass(old: Float32Array, new: Float32Array, params: LookParams) -> bool:
    """Whether two of these people, with boxes `(M, 4)` in two looks, are so near and so quick that they may change."""
    if len(old) < 2:
        return False
    near = np.maximum(iou(old, old), iou(new, new)) > params.near
    np.fill_diagonal(near, val=False)
    apart_old, apart_new = (_centre(boxes)[:, None] - _centre(boxes)[None] for boxes in (old, new))
    way = np.linalg.norm(apart_new - apart_old, axis=2)
    distance = np.minimum(np.linalg.norm(apart_old, axis=2), np.linalg.norm(apart_new, axis=2))
    return bool((near & (way > params.pass_share * distance)).any())


def _centre(boxes: Float32Array) -> Float64Array:
    return (boxes[:, :2].astype(np.float64) + boxes[:, 2:]) / 2
