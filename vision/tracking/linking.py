"""Which tracklets of a film are one person.

The online tracker must decide at once; here the whole film is known. Tracklets cut short rather than wrong
(`TRACKLET_CONFIG`) are joined end to start by one assignment that weighs all against all: how a person who ended
there could have come to start here (position and velocity under the same motion model as the tracker's), in the same
size and the same shirt. Each tracklet has at most one successor and one predecessor in time, so that nobody is in two
places: a least-cost set of disjoint paths, which for such costs is a linear assignment.

Source: Zhang, Li & Nevatia, Global data association for multi-object tracking using network flows, CVPR 2008.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from vision.tracking.bytetrack import ByteTrackConfig
from vision.tracking.doubt import Alternatives, DoubtParams, Identity, identity
from vision.tracking.kit_colour import kit_distance
from vision.tracking.tracklets import Tracklets
from vision.types import NO_TRACK, BoolArray, Float64Array, Int32Array

Pair = tuple[int, int]

TRACKLET_CONFIG = ByteTrackConfig(match_limit=26.0, low_limit=24.0, new_limit=32.0, confirm_hits=3, lost_s=0.4)
"""The tracker before linking: gives up early and doubts more, as a joint can be found later and a mix-up cannot."""

_FORBIDDEN = 1e9
_FORCED = -1e6
# A shirt is somebody's if it is this much nearer to theirs than to the one it replaced.
_WORN_SHARE = 0.5
# … and if they were seen in so many boxes; false boxes show grass and shadow.
_LEAST_WORN = 25
# Moments in which both are seen that tell one person with two boxes.
_LEAST_COMMON = 1
# The surprise of a joint is counted from a velocity known this well [heights/s].
_KNOWN_SPEED = 0.3


@dataclass(frozen=True, slots=True)
class LinkConfig:
    """Parameters of linking; lengths in box heights.

    Attributes:
        gap_s: longest absence that is bridged by motion [s].
        overlap_s: a new tracklet may begin on a person so long before the old one lets go [s].
        double_shift: … and is then no farther from it [heights]; boxes of half a person are off by a third.
        least: tracklets of fewer boxes stay alone: without a velocity they would fit to nearly everybody.
        join_limit: largest cost of a joint; a good one over 2 s costs about 12.
        gap_cost_per_s: cost of each second of absence; most tracks that end are found again soon or are gone.
        speed_x_hps: usual horizontal speed against the common motion [heights/s].
        speed_y_hps: usual vertical speed [heights/s].
        memory_s: time constant after which a velocity is forgotten [s].
        centre_error: error of a position at an end.
        height_ratio: usual change of the box height over a gap, as a ratio's logarithm.
        kit_distance: usual distance between the descriptors of one shirt, as medians over tracklets.
        kit_cost: most that a different shirt costs; more than any joint may.
    """

    gap_s: float = 8.0
    overlap_s: float = 1.5
    double_shift: float = 0.5
    least: int = 5
    join_limit: float = 45.0
    gap_cost_per_s: float = 2.0
    speed_x_hps: float = 1.2
    speed_y_hps: float = 0.5
    memory_s: float = 0.7
    centre_error: float = 0.1
    height_ratio: float = 0.15
    kit_distance: float = 0.12
    kit_cost: float = 60.0


@dataclass(frozen=True, slots=True)
class Constraints:
    """What is known for certain, as pairs of the tracker's numbers.

    Attributes:
        same: are one person, even where they overlap in time (a double box).
        different: are two.
    """

    same: Collection[Pair] = field(default_factory=tuple)
    different: Collection[Pair] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class LinkedPieces:
    """Who is who: frames `first` to `last` (inclusive) of tracker number `track_id` are person `linked_id`.

    Each `(P,)` int32, one a piece; `doubt` float64: the probability that the piece does not belong to what the person
    was before, 0 where nobody asked or a coach said so.

    The number of a person is the tracker's number of their first tracklet, or the next free one where a track was cut
    and its later part begins somebody else.
    """

    track_id: Int32Array
    first: Int32Array
    last: Int32Array
    linked_id: Int32Array
    doubt: Float64Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if not len(self.doubt):
            object.__setattr__(self, "doubt", np.zeros(len(self.track_id)))

    def __len__(self) -> int:
        return len(self.track_id)

    def identities(self) -> dict[int, Identity]:
        """Person → how sure it is that they are one."""
        if not len(self):
            return {}
        order = np.lexsort((self.first, self.linked_id))
        numbers, starts = np.unique(self.linked_id[order], return_index=True)
        parts = zip(numbers.tolist(), np.split(order, starts[1:]), strict=True)
        return {number: identity(self.first[own], self.last[own], self.doubt[own]) for number, own in parts}

    def track_id_map(self) -> dict[int, int]:
        """Tracker number → person (of the first piece where a coach has split the track)."""
        order = np.lexsort((self.first, self.track_id))[::-1]
        return dict(zip(self.track_id[order].tolist(), self.linked_id[order].tolist(), strict=True))

    def linked(self, track_id: Int32Array, frame: Int32Array) -> Int32Array:
        """Persons `(R,)` of rows `(R,)`; `NO_TRACK` where no piece holds the row."""
        if not len(self):
            return np.full(len(track_id), NO_TRACK, np.int32)
        order = np.lexsort((self.first, self.track_id))
        keys = _sortable(self.track_id[order], self.first[order])
        place = np.maximum(np.searchsorted(keys, _sortable(track_id, frame), side="right") - 1, 0)
        piece = order[place]
        inside = (self.track_id[piece] == track_id) & (self.first[piece] <= frame) & (frame <= self.last[piece])
        return np.where(inside, self.linked_id[piece], NO_TRACK).astype(np.int32)


def link_tracklets(
    tracklets: Tracklets, config: LinkConfig | None = None, constraints: Constraints | None = None
) -> LinkedPieces:
    """Join the tracklets of a film to persons.

    Args:
        tracklets: of the whole film (`TrackletCollector`).
        config: parameters.
        constraints: pairs that are, or are not, one person; a coach's word outweighs everything measured.

    Returns:
        One piece a tracklet, in the order of `tracklets`.
    """
    config, constraints = config or LinkConfig(), constraints or Constraints()
    # Of a track that was cut, the first piece stands for all.
    place = {int(number): row for row, number in reversed(list(enumerate(tracklets.track_id)))}
    same = [(place[a], place[b]) for a, b in constraints.same if a in place and b in place]
    different = {frozenset((place[a], place[b])) for a, b in constraints.different if a in place and b in place}
    ending, starting = _candidates(tracklets, config, same)
    cost = join_cost(tracklets, ending, starting, config)
    for first, second in same:
        forced = (ending == first) & (starting == second) | (ending == second) & (starting == first)
        cost[forced] = _FORCED
    apart, together = _cut_joints(tracklets, ending, starting)
    cost[apart], cost[together] = _FORBIDDEN, _FORCED
    for pair in different:
        cost[np.isin(ending, list(pair)) & np.isin(starting, list(pair))] = _FORBIDDEN
    before = np.full(len(tracklets), -1, np.intp)
    price = np.zeros(len(tracklets))
    joints = _joints(ending, starting, cost, config.join_limit)
    others = Alternatives(ending, starting, cost, {end: start for end, start, _ in joints}, config.join_limit)
    doubt = np.zeros(len(tracklets))
    for end, start, paid in joints:
        before[start], price[start], doubt[start] = end, paid, others.doubt(end, start, DoubtParams())
    person = _persons(before, price, different)
    person = _unite(person, same)
    return LinkedPieces(
        track_id=tracklets.track_id,
        first=tracklets.frame[:, 0],
        last=_let_go(tracklets, before),
        linked_id=_numbers(tracklets)[person],
        doubt=doubt,
    )


def join_cost(
    tracklets: Tracklets, ending: NDArray[np.intp], starting: NDArray[np.intp], config: LinkConfig
) -> Float64Array:
    """Cost `(E,)` of each tracklet `starting` being the continuation of the one `ending`.

    Twice the negative log-likelihood of the start's position and velocity, predicted from the end's over the gap by an
    Ornstein-Uhlenbeck velocity, plus size, shirt and length of the gap.
    """
    gap = tracklets.t_s[starting, 0] - tracklets.t_s[ending, 1]
    # Tracklets that overlap (only as a coach's pair) are judged as if they touched.
    gap = np.maximum(gap, 1e-3)
    height_end, height_start = tracklets.height[ending, 1], tracklets.height[starting, 0]
    height = np.sqrt(height_end * height_start)
    cost: Float64Array = (np.log(height_start / height_end) / config.height_ratio) ** 2 + config.gap_cost_per_s * gap
    keep = np.exp(-gap / config.memory_s)
    reach = config.memory_s * (1 - keep)
    end_variance = tracklets.velocity_variance[ending, 1]
    start_variance = tracklets.velocity_variance[starting, 0]
    moved = tracklets.position[starting, 0] - tracklets.position[ending, 1]
    shared = np.flatnonzero(tracklets.t_s[starting, 0] <= tracklets.t_s[ending, 1])
    together = offsets(tracklets.near[ending[shared], 1], tracklets.near[starting[shared], 0])
    moved[shared] = np.where(np.isfinite(together), together, moved[shared])
    for axis, speed in enumerate((config.speed_x_hps, config.speed_y_hps)):
        velocity = tracklets.velocity[ending, 1, axis]
        off = (moved[:, axis] - reach * velocity) / height
        off_speed = (tracklets.velocity[starting, 0, axis] - keep * velocity) / height
        wander = 2 * gap / config.memory_s - 3 + 4 * keep - keep**2
        position = speed**2 * config.memory_s**2 * np.maximum(wander, 0) + 2 * config.centre_error**2
        position += reach**2 * end_variance
        cross = speed**2 * config.memory_s * (1 - keep) ** 2 + keep * reach * end_variance
        motion = speed**2 * (1 - keep**2) + keep**2 * end_variance + start_variance
        determinant = position * motion - cross**2
        cost += (motion * off**2 - 2 * cross * off * off_speed + position * off_speed**2) / determinant
        cost += np.log(determinant / (2 * config.centre_error**2 * _KNOWN_SPEED**2))
    cost += _kit_cost(tracklets, ending, starting, config)
    return cost


def _kit_cost(
    tracklets: Tracklets, ending: NDArray[np.intp], starting: NDArray[np.intp], config: LinkConfig
) -> Float64Array:
    distance = kit_distance(tracklets.kit[ending], tracklets.kit[starting])
    cost = np.minimum((distance / config.kit_distance) ** 2, config.kit_cost)
    return np.where(np.isfinite(distance), cost, 0.0)


def _candidates(
    tracklets: Tracklets, config: LinkConfig, same: Collection[Pair]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs (ending, starting) with a gap up to `gap_s`, or seen together for a moment as two boxes of one person.

    And the coach's pairs in order of time.
    """
    start, end = tracklets.t_s[:, 0], tracklets.t_s[:, 1]
    low = np.searchsorted(start, end - config.overlap_s, side="right")
    counts = np.searchsorted(start, end + config.gap_s, side="right") - low
    ending = np.repeat(np.arange(len(tracklets)), counts)
    starting = np.arange(len(ending)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low, counts)
    good = (start[starting] > start[ending]) & (end[starting] > end[ending])
    good &= (tracklets.count[ending] >= config.least) & (tracklets.count[starting] >= config.least)
    # Where the shirt of a track changed, `_cut_joints` decides.
    good |= (
        (tracklets.track_id[ending] == tracklets.track_id[starting]) & ~tracklets.met[starting] & (starting > ending)
    )
    shared = good & (start[starting] <= end[ending])
    together = offsets(tracklets.near[ending[shared], 1], tracklets.near[starting[shared], 0])
    # False for those never seen at one moment, too.
    good[shared] = np.linalg.norm(together, axis=1) < config.double_shift * tracklets.height[ending[shared], 1]
    ending, starting = ending[good], starting[good]
    extra = [(min(pair), max(pair)) for pair in same]
    if extra:
        known = set(zip(ending.tolist(), starting.tolist(), strict=True))
        missing = np.array([pair for pair in extra if pair not in known], np.intp).reshape(-1, 2)
        ending, starting = np.concatenate((ending, missing[:, 0])), np.concatenate((starting, missing[:, 1]))
    return ending, starting


def offsets(last: Float64Array, first: Float64Array) -> Float64Array:
    """How far apart two tracklets are while both are seen.

    Args:
        last: `(K, E, 3)` t, x, y of the one's last boxes (`Tracklets.near`).
        first: `(K, E, 3)` of the other's first boxes.

    Returns:
        `(K, 2)` median offset over common moments [px]; NaN with fewer than three.
    """
    common = last[:, :, None, 0] == first[:, None, :, 0]
    apart = np.where(common[..., None], first[:, None, :, 1:] - last[:, :, None, 1:], np.nan)
    apart = apart.reshape(len(last), last.shape[1] * first.shape[1], 2)
    enough = common.sum((1, 2)) >= _LEAST_COMMON
    result = np.full((len(last), 2), np.nan)
    if enough.any():
        result[enough] = np.nanmedian(apart[enough], axis=1)
    return result


def _joints(
    ending: NDArray[np.intp], starting: NDArray[np.intp], cost: Float64Array, limit: float
) -> list[tuple[int, int, float]]:
    """The chosen pairs and their costs: a sparse assignment, in which every end may also stay open for `limit`."""
    good = cost < limit
    ending, starting, cost = ending[good], starting[good], cost[good]
    if not len(ending):
        return []
    rows, row = np.unique(ending, return_inverse=True)
    columns, column = np.unique(starting, return_inverse=True)
    own = np.arange(len(rows))
    weight = np.concatenate((cost, np.full(len(rows), limit)))
    # Explicit zeros would count as no edge; a constant on every edge changes nothing, as each row takes one.
    weight += 1.0 - weight.min()
    place = (np.concatenate((row, own)), np.concatenate((column, len(columns) + own)))
    graph = csr_matrix((weight, place), shape=(len(rows), len(columns) + len(rows)))
    taken_row, taken_column = min_weight_full_bipartite_matching(graph)
    price = dict(zip(zip(row.tolist(), column.tolist(), strict=True), cost.tolist(), strict=True))
    joined = zip(taken_row.tolist(), taken_column.tolist(), strict=True)
    return [(int(rows[r]), int(columns[c]), price[r, c]) for r, c in joined if c < len(columns)]


def _persons(before: NDArray[np.intp], price: Float64Array, different: Collection[frozenset[int]]) -> NDArray[np.intp]:
    """First tracklet of each one's chain; chains that hold two of `different` are cut at their dearest joint."""
    before = before.copy()
    while True:
        person = np.arange(len(before))
        for row in range(len(before)):
            if before[row] >= 0:
                person[row] = person[before[row]]
        clash = next((sorted(pair) for pair in different if len({int(person[row]) for row in pair}) == 1), None)
        if clash is None:
            return person
        between = [row for row in _chain(before, clash[1]) if row > clash[0]]
        before[max(between, key=lambda row: price[row])] = -1


def _let_go(tracklets: Tracklets, before: NDArray[np.intp]) -> Int32Array:
    """Last frames, where somebody is seen by two tracklets for a while: the old one is the one that was being lost."""
    last = tracklets.frame[:, 1].copy()
    after = np.flatnonzero(before >= 0)
    last[before[after]] = np.minimum(
        last[before[after]], np.maximum(tracklets.frame[after, 0] - 1, tracklets.frame[before[after], 0])
    )
    return np.asarray(last, np.int32)


def _chain(before: NDArray[np.intp], row: int) -> list[int]:
    chain = [row]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    return chain


def _unite(person: NDArray[np.intp], same: Collection[Pair]) -> NDArray[np.intp]:
    """Merge the persons of every pair of `same`; the earlier number stays."""
    person = person.copy()
    for first, second in same:
        low, high = sorted((int(person[first]), int(person[second])))
        person[person == high] = low
    return person


def _cut_joints(
    tracklets: Tracklets, ending: NDArray[np.intp], starting: NDArray[np.intp]
) -> tuple[BoolArray, BoolArray]:
    """Pairs of neighbouring pieces of one track that was cut, as (two persons, one after all).

    The change of shirt was a change of player if somebody else wears what came; else it was light or a bent back.
    """
    order = np.lexsort((tracklets.frame[:, 0], tracklets.track_id))
    follows = np.full(len(order), -1, np.intp)
    apart = np.zeros(len(order), np.bool_)
    # Pieces of the same track that are already known to be of somebody else than its last piece.
    strangers: list[int] = []
    for before, after in pairwise(order.tolist()):
        if tracklets.track_id[before] != tracklets.track_id[after]:
            strangers = []
            continue
        follows[after] = before
        worn = (tracklets.track_id != tracklets.track_id[after]) & (tracklets.count >= _LEAST_WORN)
        worn[strangers] = True
        change = kit_distance(tracklets.kit[before], tracklets.kit[after])
        nearest = np.fmin.reduce(kit_distance(tracklets.kit[worn], tracklets.kit[after][None]), initial=np.inf)
        if nearest < _WORN_SHARE * change:
            apart[after] = True
            strangers.append(before)
    neighbours = (follows[starting] == ending) & ~tracklets.met[starting]
    return neighbours & apart[starting], neighbours & ~apart[starting]


def _numbers(tracklets: Tracklets) -> Int32Array:
    """The number each tracklet would give a person who begins with it."""
    numbers = tracklets.track_id.copy()
    first = np.unique(numbers, return_index=True)[1]
    later = np.setdiff1d(np.arange(len(numbers)), first)
    numbers[later] = numbers.max(initial=0) + 1 + np.arange(len(later))
    return numbers


def _sortable(track_id: Int32Array, frame: Int32Array) -> NDArray[np.int64]:
    """One number that orders by track, then frame."""
    return (track_id.astype(np.int64) << 32) + frame
