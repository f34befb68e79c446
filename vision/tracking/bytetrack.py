"""ByteTrack on arrays: all tracks are columns of one matrix, a frame is a fixed number of array operations.

    (new) ─→ tentative ──`confirm_hits` in a row──→ active ←──seen── lost
                 └──missed once──→ (dropped)          └──missed──────↑ └──`lost_s`──→ (dropped)

Source: Zhang et al., ByteTrack: Multi-Object Tracking by Associating Every Detection Box, ECCV 2022. Differences: pairs
are judged by likelihood instead of overlap (`association.surprise`), a motion common to all, as of a panning camera, is
followed (`_follow_drift`), a box around two people is nobody's (`_hold_two`), and time is in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

import numpy as np

from vision.errors import VisionError
from vision.tracking.association import NO_INDEX, Index, assign, surprise
from vision.tracking.camera_motion import move_boxes
from vision.tracking.kalman import KALMAN_ROWS, MEAN, POSITION, SIDES, VELOCITY, Kalman, MotionModel
from vision.types import (
    NO_TRACK,
    PEOPLE,
    BoolArray,
    Detections,
    Float32Array,
    Float64Array,
    Int32Array,
    Tracks,
    check_shape,
)

# Rows of the matrix below the Kalman state; one row of votes a class.
_ID, _HITS, _SEEN_S, _SCORE, _VOTES = range(KALMAN_ROWS, KALMAN_ROWS + 5)
_STATE = slice(0, KALMAN_ROWS)
_NEVER = -np.inf
# Class ids are int16; as uint16 they index a table.
_CLASS_IDS = 1 << 16


@dataclass(frozen=True, slots=True)
class ByteTrackConfig:
    """Parameters of the tracker.

    The limits are surprises (see `association.surprise`). A steady track has about 6 for its spread and 4 for a good
    detection; they are wide because detectors err more often by far than a normal distribution has it.

    Attributes:
        high_score: detections from here on take part in the first association. ByteTrack has 0.6 for a detector
            trained on the scene; general ones see the far half of a pitch's players with less than 0.3.
        low_score: detections below are ignored; ByteTrack's 0.1.
        new_score: least score of a detection that starts a track.
        double_share: a detection that shares more than this of its area (or of the other's) with one that a track has
            is a second box of that person and starts no track; two people so close part again and start then.
        match_limit: largest surprise of a pair in the first association.
        low_limit: the same in the second, of detections of low score.
        new_limit: the same for tentative tracks.
        confirm_hits: detections in a row before a track is shown; two false boxes are seldom at one place.
        lost_s: how long a track waits for its player [s]. Most hidings of players last less than 2 s; longer absences
            are for `linking`.
        coast_s: how long a missed track is still shown, at its predicted place [s]: two frames of
            25 Hz, as detectors blink; 0 shows what was seen only.
        merge_s: a box may hide people seen so long ago [s]; later their predicted places mean little.
        merge_inside: share of a predicted box that must lie in the box around it.
        merge_growth: the box around two is larger than each by this factor of area; boxes of one person grow by a
            stretched leg or arm, by less when both are predicted well.
        drift_tracks: least number of tracks whose median velocity is taken as the common motion.
        classes: class ids that are tracked; the ball has a tracker of its own.
        motion: how boxes move.
    """

    high_score: float = 0.25
    low_score: float = 0.1
    new_score: float = 0.3
    double_share: float = 0.7
    match_limit: float = 55.0
    low_limit: float = 40.0
    new_limit: float = 40.0
    confirm_hits: int = 2
    lost_s: float = 2.0
    coast_s: float = 0.1
    merge_s: float = 0.5
    merge_inside: float = 0.6
    merge_growth: float = 1.25
    drift_tracks: int = 5
    classes: tuple[int, ...] = PEOPLE
    motion: MotionModel = field(default_factory=MotionModel)


class TrackerState(TypedDict):
    """Everything a tracker remembers, as plain arrays (for `numpy.savez`).

    tracks: `(K, M)` float64, one track a column.
    drift: `(4, 1)` float64, common velocity [px/s].
    clock: `(2,)` float64, time of the last frame [s] (-inf before the first) and next id.
    """

    tracks: Float64Array
    drift: Float64Array
    clock: Float64Array


@dataclass(slots=True)
class _Seen:
    """The detections that count: `(N,)` row in the caller's, score, row of the class's vote; `(4, N)` box."""

    index: Index
    score: Float64Array
    vote: Index
    box: Float64Array


class ByteTracker:
    """Tracks people through the frames of one camera. Each instance counts its own ids, from 1."""

    def __init__(self, config: ByteTrackConfig | None = None) -> None:
        self.config = config or ByteTrackConfig()
        self._kalman = Kalman(self.config.motion)
        self._classes = np.array(self.config.classes, np.int16)
        self._vote_of_class = np.full(_CLASS_IDS, NO_TRACK, np.intp)
        self._vote_of_class[self._classes.astype(np.uint16)] = np.arange(_VOTES, _VOTES + len(self._classes))
        self.reset()

    def reset(self) -> None:
        """Forget all tracks and count ids from 1 again."""
        self._tracks = np.zeros((_VOTES + len(self._classes), 0))
        self._drift = np.zeros((4, 1))
        self._t_s = _NEVER
        self._next_id = 1

    @property
    def next_id(self) -> int:
        """The number that the next new track gets."""
        return self._next_id

    @property
    def waited_for(self) -> Int32Array:
        """Numbers of all confirmed tracks that may still be seen again."""
        numbers = self._tracks[_ID]
        return np.asarray(numbers[numbers != NO_TRACK], np.int32)

    def state(self) -> TrackerState:
        """A copy of everything remembered, for `restore` in another process."""
        clock = np.array([self._t_s, float(self._next_id)])
        return TrackerState(tracks=self._tracks.copy(), drift=self._drift.copy(), clock=clock)

    def restore(self, state: TrackerState) -> None:
        """Continue where the tracker that gave `state` stopped.

        Raises:
            ShapeError: the state is of a tracker with another number of classes.
        """
        check_shape("tracker state", state["tracks"], (len(self._tracks), None))
        self._tracks = np.array(state["tracks"], np.float64)
        self._drift = np.array(state["drift"], np.float64)
        self._t_s = float(state["clock"][0])
        self._next_id = int(state["clock"][1])

    def update(self, detections: Detections, t_s: float, H_prev_curr: Float64Array | None = None) -> Tracks:
        """Find out which tracks the detections of the next frame belong to.

        Args:
            detections: boxes of the frame; other classes than the configured and boxes without extent are passed over.
            t_s: presentation time of the frame [s], later than that of the last.
            H_prev_curr: `(3, 3)` maps pixels of this frame to the last frame's (`camera_motion`); None for a camera
                that stands still or is followed well enough by the common drift of the players.

        Returns:
            The confirmed tracks seen in this frame with their filtered boxes and those of the detector (and those of
            the last `coast_s`, with `detection_index` -1).

        Raises:
            VisionError: `t_s` is not later than the last frame's.
        """
        first = self._t_s == _NEVER
        if not t_s > self._t_s:
            raise VisionError(f"frame times must increase: got {t_s} s after {self._t_s} s", code="BAD_FRAME_TIME")
        seen = self._usable(detections)
        variance = self._predict(t_s, H_prev_curr)
        tracks, boxes, free = self._associate(seen, variance)
        if len(tracks):
            self._correct(tracks, boxes, seen, variance, t_s)
        born = (free & (seen.score >= self.config.new_score)).nonzero()[0]
        if len(born):
            born = born[~_doubles(seen, born, boxes, self.config.double_share)]
        if len(born):
            self._start(born, seen, t_s, confirmed=first or self.config.confirm_hits <= 1)
        self._t_s = t_s
        found = np.full(self._tracks.shape[1], NO_TRACK, np.int32)
        found[tracks] = seen.index.take(boxes)
        if len(born):
            found[len(found) - len(born) :] = seen.index.take(born)
        return self._shown(found, detections.xyxy)

    def _usable(self, detections: Detections) -> _Seen:
        corners = np.array(detections.xyxy.T, np.float64, order="C")
        box = np.empty_like(corners)
        sides = np.subtract(corners[2:], corners[:2], out=box[SIDES])
        np.add(corners[:2], 0.5 * sides, out=box[POSITION])
        vote = self._vote_of_class.take(detections.class_id, mode="wrap")
        good = (vote != NO_TRACK) & (detections.score >= self.config.low_score)
        # False for NaN and for infinite sides too.
        good &= np.logical_and.reduce((sides > 0) & (sides < np.inf), 0)
        index = good.nonzero()[0]
        score = detections.score.astype(np.float64)
        if len(index) == len(score):
            return _Seen(index, score, vote, box)
        return _Seen(index, score.take(index), vote.take(index), box.take(index, 1))

    def _predict(self, t_s: float, H_prev_curr: Float64Array | None) -> Float64Array:
        """Move the tracks that are still waited for; the variance a measurement of each would have."""
        alive = (self._tracks[_SEEN_S] >= t_s - self.config.lost_s).nonzero()[0]
        if len(alive) < self._tracks.shape[1]:
            self._tracks = self._tracks.take(alive, 1)
        if len(alive):
            if H_prev_curr is not None:
                move_boxes(self._tracks, H_prev_curr)
            self._kalman.predict(self._tracks, t_s - self._t_s, self._drift)
        return self._kalman.measurement_variance(self._tracks[MEAN])

    def _associate(self, seen: _Seen, variance: Float64Array) -> tuple[Index, Index, BoolArray]:
        """Pairs of tracks and detections, and which good detections remain."""
        known, config = self._tracks, self.config
        high = seen.score >= config.high_score
        confirmed = known[_ID] != NO_TRACK
        tentative = ~confirmed
        if not known.shape[1] or not len(seen.score):
            known[_SEEN_S, tentative] = _NEVER
            return NO_INDEX, NO_INDEX, high
        cost = surprise(known, variance, seen.box)
        low = ~high
        tracks, boxes = _match(cost, confirmed, high, config.match_limit)
        confirmed &= known[_SEEN_S] == self._t_s
        tracks_low, boxes_low = _match(cost, confirmed, low, config.low_limit)
        tracks_new, boxes_new = _match(cost, tentative, high, config.new_limit)
        known[_SEEN_S, tentative] = _NEVER
        if len(tracks_low) or len(tracks_new):
            tracks, boxes = (
                np.concatenate((tracks, tracks_low, tracks_new)),
                np.concatenate((boxes, boxes_low, boxes_new)),
            )
        shared = self._hold_two(seen, tracks, boxes)
        if not len(shared):
            return tracks, boxes, high
        high[shared] = False
        own = ~np.isin(boxes, shared)
        return tracks[own], boxes[own], high

    def _hold_two(self, seen: _Seen, matched: Index, boxes: Index) -> Index:
        """Detections that are boxes around two people or more: given to one, it would jump and take the other's way.

        Such a box is larger than each of the tracks expected inside it, at least one of which has no box of its own;
        who stands before others is as large as before.
        """
        known, config = self._tracks, self.config
        expected = (known[_ID] != NO_TRACK) & (known[_SEEN_S] >= self._t_s - config.merge_s)
        missed = expected.copy()
        missed[matched] = False
        rows = missed.nonzero()[0]
        if not len(rows):
            return NO_INDEX
        columns = np.flatnonzero(_swallowed(known.take(rows, 1), seen.box, config).any(0))
        if not len(columns):
            return NO_INDEX
        among = _swallowed(known, seen.box.take(columns, 1), config) & expected[:, None]
        owner = np.full(len(seen.score), NO_TRACK, np.intp)
        owner[boxes] = matched
        grown = (owner[columns] == NO_TRACK) | among[owner[columns], np.arange(len(columns))]
        shared: Index = columns[(among.sum(0) > 1) & grown]
        return shared

    def _correct(self, tracks: Index, boxes: Index, seen: _Seen, variance: Float64Array, t_s: float) -> None:
        found = self._tracks.take(tracks, 1)
        self._kalman.update(found, seen.box.take(boxes, 1), variance.take(tracks, 1))
        score = seen.score.take(boxes)
        found[_HITS] += 1.0
        found[_SEEN_S] = t_s
        found[_SCORE] = score
        found[seen.vote.take(boxes), np.arange(len(tracks))] += score
        ripe = ((found[_ID] == NO_TRACK) & (found[_HITS] >= self.config.confirm_hits)).nonzero()[0]
        if len(ripe):
            found[_ID, ripe] = self._new_ids(len(ripe))
        self._tracks[:, tracks] = found
        self._follow_drift(found)

    def _follow_drift(self, found: Float64Array) -> None:
        """Take the median velocity of the seen tracks as the motion common to all."""
        count = found.shape[1]
        if count >= self.config.drift_tracks:
            self._drift[POSITION, 0] = np.sort(found[VELOCITY][POSITION])[:, count // 2]

    def _start(self, born: Index, seen: _Seen, t_s: float, *, confirmed: bool) -> None:
        fresh = np.zeros((len(self._tracks), len(born)))
        box, score = seen.box.take(born, 1), seen.score.take(born)
        fresh[_STATE] = self._kalman.initiate(box, self._drift, drift_known=self._t_s != _NEVER)
        fresh[_ID] = self._new_ids(len(born)) if confirmed else NO_TRACK
        fresh[_HITS] = 1.0
        fresh[_SEEN_S] = t_s
        fresh[_SCORE] = score
        fresh[seen.vote.take(born), np.arange(len(born))] = score
        self._tracks = np.concatenate((self._tracks, fresh), 1)

    def _new_ids(self, count: int) -> Float64Array:
        ids = np.arange(self._next_id, self._next_id + count, dtype=np.float64)
        self._next_id += count
        return ids

    def _shown(self, found: Int32Array, boxes: Float32Array) -> Tracks:
        known = self._tracks
        shown = (known[_ID] != NO_TRACK) & (known[_SEEN_S] >= self._t_s - self.config.coast_s)
        index = shown.nonzero()[0]
        if len(index) < len(found):
            known, found = known.take(index, 1), found.take(index)
        half = 0.5 * known[SIDES]
        centre = known[POSITION]
        xyxy = np.empty((len(found), 4), np.float32)
        xyxy[:, :2] = (centre - half).T
        xyxy[:, 2:] = (centre + half).T
        return Tracks(
            track_id=known[_ID].astype(np.int32),
            xyxy=xyxy,
            score=known[_SCORE].astype(np.float32),
            class_id=self._classes.take(known[_VOTES:].argmax(0)),
            detection_index=found,
            detected=_own_boxes(found, boxes),
        )


def _own_boxes(found: Int32Array, boxes: Float32Array) -> Float32Array:
    """`(M, 4)` rows of `boxes`, NaN where `found` is `NO_TRACK`."""
    predicted = (found == NO_TRACK).nonzero()[0]
    if not len(predicted):
        return boxes.take(found, 0)
    own = np.full((len(found), 4), np.nan, np.float32)
    seen = (found != NO_TRACK).nonzero()[0]
    own[seen] = boxes.take(found.take(seen), 0)
    return own


def _doubles(seen: _Seen, born: Index, taken: Index, share: float) -> BoolArray:
    """Which of `born` lie on a detection of `taken`, or on a better one of `born`."""
    others = np.concatenate((taken, born))
    low, high = (seen.box[POSITION] + sign * 0.5 * seen.box[SIDES] for sign in (-1.0, 1.0))
    inter = np.minimum(high[:, born, None], high[:, None, others]) - np.maximum(
        low[:, born, None], low[:, None, others]
    )
    area = seen.box[2] * seen.box[3]
    covered = np.maximum(inter, 0.0).prod(0) > share * np.minimum(area[born, None], area[others])
    covered[:, len(taken) :] &= seen.score[born] > seen.score[born, None]
    doubles: BoolArray = covered.any(1)
    return doubles


def _swallowed(tracks: Float64Array, box: Float64Array, config: ByteTrackConfig) -> BoolArray:
    """`(M, N)` which predicted boxes of `tracks` lie within which of the larger boxes `(4, N)`."""
    centre, sides = tracks[POSITION][:, :, None], tracks[SIDES][:, :, None]
    other, others = box[:2, None], box[2:, None]
    inter = np.minimum(centre + 0.5 * sides, other + 0.5 * others) - np.maximum(
        centre - 0.5 * sides, other - 0.5 * others
    )
    area = sides[0] * sides[1]
    inside: BoolArray = np.maximum(inter[0], 0.0) * np.maximum(inter[1], 0.0) >= config.merge_inside * area
    inside &= others[0] * others[1] >= config.merge_growth * area
    return inside


def _match(cost: Float64Array, tracks: BoolArray, boxes: BoolArray, limit: float) -> tuple[Index, Index]:
    """Assign among the marked rows and columns; takes the matched ones out of the marks."""
    row, column = tracks.nonzero()[0], boxes.nonzero()[0]
    if not len(row) or not len(column):
        return NO_INDEX, NO_INDEX
    part = cost
    if len(row) < len(cost) or len(column) < cost.shape[1]:
        part = cost.take(row, 0).take(column, 1)
    picked_row, picked_column = assign(part, limit)
    row, column = row.take(picked_row), column.take(picked_column)
    tracks[row] = False
    boxes[column] = False
    return row, column
