"""Tracks of a film summed up piece by piece, for `linking`: where each starts and ends, how fast, in which shirt.

A track that changes its shirt has gone over from one player to another and is cut there.

A `TrackletCollector` takes a film window by window and keeps a few numbers a tracklet, whatever the film's length.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vision.tracking.kit_colour import KIT_SIZE, kit_distance
from vision.tracking.meetings import Meetings
from vision.tracking.rows import TrackRows
from vision.types import BoolArray, Float32Array, Float64Array, Int32Array


@dataclass(frozen=True, slots=True)
class Tracklets:
    """P pieces of tracks, ordered by start. Ends are pairs: column 0 the first, column 1 the last moment.

    Positions are box centres in the picture of the first frame as far as the common motion of all players (a panning
    camera) goes: see `TrackletCollector`.

    Attributes:
        track_id: `(P,)` the tracker's number.
        frame: `(P, 2)` frames [first, last].
        t_s: `(P, 2)` times [s].
        count: `(P,)` boxes.
        position: `(P, 2, 2)` at each end, x and y [px].
        velocity: `(P, 2, 2)` at each end [px/s]; 0 where too short to tell.
        velocity_variance: `(P, 2)` its variance per axis [heights²/s²].
        height: `(P, 2)` box height at each end [px].
        kit: `(P, KIT_SIZE)` median shirt descriptor, NaN where never sampled.
        met: `(P,)` the track is cut before this piece because somebody else was lost or came there (`meetings`), not
            because the shirt changed.
        near: `(P, 2, E, 3)` t, x and y of the first and the last boxes, NaN where there are fewer.
    """

    track_id: Int32Array
    frame: NDArray[np.int32]
    t_s: Float64Array
    count: Int32Array
    position: Float64Array
    velocity: Float64Array
    velocity_variance: Float64Array
    height: Float64Array
    kit: Float32Array
    met: BoolArray
    near: Float64Array

    def __len__(self) -> int:
        return len(self.track_id)


@dataclass(frozen=True, slots=True)
class TrackletParams:
    """How ends are measured.

    Attributes:
        ends: boxes kept at each end.
        straight_s: of these, boxes so near to the end give its velocity [s]; so long a player runs nearly straight.
        least: fewer boxes than this give no velocity.
        centre_error: error of a box centre [heights]; 3 % of a side and the swing of the limbs.
        speed_error: what a straight line through a curved run leaves out [heights/s].
        usual_speed: speed of a player where it is not measured [heights/s].
        drift_tracks: least number of tracks whose median step is taken for the motion of the camera.
        kits: shirt samples kept a tracklet.
        other_kit: a sample farther than this from the tracklet's last shirts shows another; different teams are mostly
            above 0.5, one shirt in sun and shade below 0.25.
        other_samples: such samples in a row, alike among themselves, that cut a track; one may be an arm in front.
        known_samples: last shirts that are compared with, at least three.
    """

    ends: int = 15
    straight_s: float = 0.6
    least: int = 4
    centre_error: float = 0.03
    speed_error: float = 0.3
    usual_speed: float = 1.5
    drift_tracks: int = 5
    kits: int = 64
    other_kit: float = 0.42
    other_samples: int = 2
    known_samples: int = 8


_LEAST_KNOWN = 3


class _Piece:
    """One tracklet while it is being read: its first and last boxes as rows t, x, y, height."""

    def __init__(self, track_id: int, first_frame: int, *, met: bool = False) -> None:
        self.track_id, self.met = track_id, met
        self.first_frame = self.last_frame = first_frame
        self.count = 0
        self.head = self.tail = np.zeros((0, 4))
        self.kits: Float32Array = np.zeros((0, KIT_SIZE), np.float32)
        self.recent: list[Float32Array] = []
        self.doubtful: list[tuple[int, Float32Array]] = []
        self.last_sample_frame = first_frame

    def add(self, last_frame: int, rows: Float64Array, kits: Float32Array, params: TrackletParams) -> None:
        self.last_frame = last_frame
        self.count += len(rows)
        if len(self.head) < params.ends:
            self.head = np.concatenate((self.head, rows[: params.ends - len(self.head)]))
        self.tail = np.concatenate((self.tail, rows[-params.ends :]))[-params.ends :]
        self.kits = np.concatenate((self.kits, kits))
        while len(self.kits) > params.kits:
            self.kits = self.kits[::2]

    def changed(self, frame: int, sample: Float32Array, params: TrackletParams) -> int | None:
        """Take the next shirt sample; the frame at which another shirt came, once enough samples show it."""
        if len(self.recent) >= _LEAST_KNOWN:
            usual = np.median(self.recent, axis=0)
            if kit_distance(usual, sample) > params.other_kit:
                alike = all(kit_distance(other, sample) < params.other_kit for _, other in self.doubtful)
                self.doubtful = [*self.doubtful, (frame, sample)] if alike else [(frame, sample)]
                if len(self.doubtful) < params.other_samples:
                    return None
                return (self.last_sample_frame + self.doubtful[0][0] + 1) // 2
        self.doubtful = []
        self.recent = [*self.recent, sample][-params.known_samples :]
        self.last_sample_frame = frame
        return None

    def near(self, count: int) -> Float64Array:
        """`(2, count, 3)` t, x, y of the first and last boxes."""
        rows = np.full((2, count, 3), np.nan)
        rows[0, : len(self.head)], rows[1, : len(self.tail)] = self.head[:, :3], self.tail[:, :3]
        return rows

    def kit(self) -> Float32Array:
        if not len(self.kits):
            return np.full(KIT_SIZE, np.nan, np.float32)
        return np.median(self.kits, axis=0)


class TrackletCollector:
    """Reads the windows of a film in order; `finish` gives the tracklets.

    The median step of all players from frame to frame is taken for the motion of the camera and added up, so that
    positions before and after a gap compare although the camera panned. Where the camera stands still, what remains of
    it is the common running of both teams, against which a hidden player is as well predicted.
    """

    def __init__(self, params: TrackletParams | None = None, meetings: Meetings | None = None) -> None:
        """`meetings` of the same rows: where tracks are cut, and which are left out."""
        self._params, meetings = params or TrackletParams(), meetings or Meetings()
        self._cuts, self._doubles = meetings.cuts, np.array(sorted(meetings.doubles), np.int32)
        self._open: dict[int, _Piece] = {}
        self._done: list[_Piece] = []
        self._camera = np.zeros(2)
        self._last: tuple[Int32Array, Float64Array] = (np.zeros(0, np.int32), np.zeros((0, 2)))

    def add(self, rows: TrackRows) -> None:
        """Take the next window; its frames come after those of the windows before."""
        order = np.lexsort((rows.frame, rows.track_id))
        order = order[~np.isin(rows.track_id[order], self._doubles)]
        if not len(order):
            return
        boxes = rows.xyxy[order].astype(np.float64)
        frame, track_id = rows.frame[order], rows.track_id[order]
        centre = 0.5 * (boxes[:, :2] + boxes[:, 2:])
        steady = centre - self._camera_at(frame, track_id, centre)
        values = np.column_stack((rows.t_s[order], steady, boxes[:, 3] - boxes[:, 1]))
        starts = np.flatnonzero(np.diff(track_id, prepend=track_id[0] - 1))
        kit = None if rows.kit is None else rows.kit[order]
        for start, stop in zip(starts, [*starts[1:], len(order)], strict=True):
            worn = np.zeros((stop - start, KIT_SIZE), np.float32) if kit is None else kit[start:stop]
            known = np.isfinite(worn).all(1) if kit is not None else np.zeros(stop - start, np.bool_)
            number = int(track_id[start])
            places = np.searchsorted(frame[start:stop], self._cuts.get(number, ())).tolist()
            inner = sorted({0, *(place for place in places if 0 < place < stop - start), stop - start})
            for low, high in pairwise(inner):
                part = slice(start + low, start + high)
                self._begin(number, int(frame[part.start]))
                self._take(number, frame[part], values[part], worn[low:high], known[low:high])

    def _begin(self, number: int, frame: int) -> None:
        """Open a piece of a track where it has none, or is to be cut."""
        piece = self._open.get(number)
        cut = piece is not None and any(piece.last_frame < at <= frame for at in self._cuts.get(number, ()))
        if piece is not None and cut:
            self._done.append(piece)
        if piece is None or cut:
            self._open[number] = _Piece(number, frame, met=cut)

    def _take(
        self, number: int, frame: Int32Array, values: Float64Array, worn: Float32Array, known: NDArray[np.bool_]
    ) -> None:
        """Add boxes of one track to its open piece, cut where the shirt changes."""
        piece = self._open[number]
        begun = 0
        for sample in np.flatnonzero(known):
            at = piece.changed(int(frame[sample]), worn[sample], self._params)
            if at is None:
                continue
            # Never before this window: what was taken stays taken.
            cut = max(int(np.searchsorted(frame, at)), begun)
            if cut > begun:
                part = slice(begun, cut)
                piece.add(int(frame[cut - 1]), values[part], worn[part][known[part]], self._params)
            if piece.count:
                self._done.append(piece)
            piece = self._open[number] = _Piece(number, int(frame[cut]))
            begun = cut
        rest = slice(begun, len(frame))
        piece.add(int(frame[-1]), values[rest], worn[rest][known[rest]], self._params)

    def finish(self) -> Tracklets:
        """The tracklets, ordered by start, then number."""
        pieces = sorted([*self._done, *self._open.values()], key=lambda piece: (piece.first_frame, piece.track_id))
        ends = [self._end(rows, at) for piece in pieces for rows, at in ((piece.head, 0), (piece.tail, -1))]
        measured = np.array(ends).reshape(len(pieces), 2, 7)
        return Tracklets(
            track_id=np.array([piece.track_id for piece in pieces], np.int32),
            frame=np.array([(piece.first_frame, piece.last_frame) for piece in pieces], np.int32).reshape(-1, 2),
            t_s=measured[..., 0],
            count=np.array([piece.count for piece in pieces], np.int32),
            position=measured[..., 1:3],
            velocity=measured[..., 3:5],
            velocity_variance=measured[..., 5],
            height=measured[..., 6],
            kit=np.array([piece.kit() for piece in pieces], np.float32).reshape(-1, KIT_SIZE),
            met=np.array([piece.met for piece in pieces], np.bool_),
            near=np.array([piece.near(self._params.ends) for piece in pieces]).reshape(-1, 2, self._params.ends, 3),
        )

    def _end(self, rows: Float64Array, at: int) -> list[float]:
        """Time, position, velocity, its variance and height at the first (0) or last (-1) of some boxes."""
        params = self._params
        t_s = float(rows[at, 0])
        rows = rows[np.abs(rows[:, 0] - t_s) <= params.straight_s]
        height = float(np.median(rows[:, 3]))
        since = rows[:, 0] - t_s
        spread = float(np.sum((since - since.mean()) ** 2))
        if len(rows) < params.least or spread == 0.0:
            x, y = rows[:, 1:3].mean(0)
            return [t_s, float(x), float(y), 0.0, 0.0, params.usual_speed**2, height]
        velocity = (since - since.mean()) @ rows[:, 1:3] / spread
        place = rows[:, 1:3].mean(0) - velocity * since.mean()
        variance = params.centre_error**2 / spread + params.speed_error**2
        return [t_s, float(place[0]), float(place[1]), float(velocity[0]), float(velocity[1]), variance, height]

    def _camera_at(self, frame: Int32Array, track_id: Int32Array, centre: Float64Array) -> Float64Array:
        """Where the picture has moved to, `(R, 2)` [px], rows ordered by track and frame."""
        frames = np.unique(frame)
        last_ids, last_centres = self._last
        # The last frame of the window before stands in front as number -1.
        at = np.concatenate((np.full(len(last_ids), -1), np.searchsorted(frames, frame)))
        ids, centres = np.concatenate((last_ids, track_id)), np.concatenate((last_centres, centre))
        order = np.lexsort((at, ids))
        at, ids, centres = at[order], ids[order], centres[order]
        follows = (np.diff(ids) == 0) & (np.diff(at) == 1)
        moved = _median_by(at[1:][follows], np.diff(centres, axis=0)[follows], len(frames), self._params.drift_tracks)
        camera = self._camera + np.cumsum(moved, axis=0)
        self._camera = camera[-1]
        ended = frame == frames[-1]
        self._last = (track_id[ended], centre[ended])
        return camera[np.searchsorted(frames, frame)]


def _median_by(group: NDArray[np.intp], values: Float64Array, groups: int, least: int) -> Float64Array:
    """Medians `(groups, 2)` of the values of each group; 0 for groups of fewer than `least`."""
    counts = np.bincount(group, minlength=groups)
    starts = np.cumsum(counts) - counts
    middle = starts + counts // 2
    result = np.zeros((groups, 2))
    full = counts >= least
    for axis in range(2):
        ordered = values[np.lexsort((values[:, axis], group)), axis]
        result[full, axis] = ordered[middle[full]]
    return result
