"""Who plays with whom, by the colour of the shirts; who keeps the goal, by where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from vision.tracking.kit_colour import KIT_SIZE, kit_distance
from vision.types import Float32Array, Float64Array, Int32Array, check_shape


class Team(StrEnum):
    """What the shirt says. `UNKNOWN` where it does not say it clearly."""

    A = "a"
    B = "b"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TeamParams:
    """When shirts make two teams. Distances as in `kit_distance`.

    Attributes:
        least_samples: descriptors a track needs for a say.
        least_players: tracks a team needs.
        least_apart: least distance of the two kits; the same shirt in sun and shade differs by up to 0.2.
        least_contrast: the kits are this many times farther apart than players from their own.
        outlier: a shirt farther than this share of the kits' distance from both belongs to neither (a goalkeeper's, a
            referee's).
        clear: largest ratio of the distances to the nearer and the farther kit.
        considered: tracks (those of most samples) among which the two typical shirts are looked for; bounds the time.
    """

    least_samples: int = 2
    least_players: int = 2
    least_apart: float = 0.3
    least_contrast: float = 2.0
    outlier: float = 0.55
    clear: float = 0.6
    considered: int = 120


@dataclass(frozen=True, slots=True)
class TeamAssignment:
    """Teams of tracks.

    Attributes:
        track_id: `(T,)` int32, ascending.
        team: T labels. Team `a` is that of the track with the lowest number.
        confidence: `(T,)` float64 0-1; 0 for unknown.
        descriptor: `(T, KIT_SIZE)` float32 median descriptor, NaN where never sampled (for `kit_hex`).
    """

    track_id: Int32Array
    team: list[Team]
    confidence: Float64Array
    descriptor: Float32Array

    def of(self, track_id: int) -> Team:
        """The team of a track; unknown for one that is not here."""
        row = int(np.searchsorted(self.track_id, track_id))
        found = row < len(self.track_id) and self.track_id[row] == track_id
        return self.team[row] if found else Team.UNKNOWN


def assign_teams(descriptors: Float32Array, track_ids: Int32Array, params: TeamParams | None = None) -> TeamAssignment:
    """Tell two teams apart by their shirts.

    The two tracks whose shirts explain all others best stand for the teams (k-medoids with a cap on each distance, so
    that goalkeepers and referees do not pull). Nobody is put into a team when there is only one kit, or when the kits
    are not clearly apart: unknown is better than wrong.

    Args:
        descriptors: `(R, KIT_SIZE)` of all sampled boxes; rows of NaN do not count.
        track_ids: `(R,)` whose they are.
        params: what counts as clear.
    """
    check_shape("descriptors", descriptors, (len(track_ids), KIT_SIZE))
    params = params or TeamParams()
    tracks, row = np.unique(track_ids, return_inverse=True)
    sampled = np.isfinite(descriptors).all(1)
    samples = np.bincount(row[sampled], minlength=len(tracks))
    median = np.full((len(tracks), KIT_SIZE), np.nan, np.float32)
    for track in np.flatnonzero(samples):
        median[track] = np.median(descriptors[sampled & (row == track)], axis=0)
    voices = np.flatnonzero(samples >= params.least_samples)
    nearer, ratio = np.full(len(tracks), -1), np.zeros(len(tracks))
    if len(voices) >= 2 * params.least_players:
        nearer[voices], ratio[voices] = _two_kits(median[voices], samples[voices], params)
    belongs = nearer >= 0
    first = nearer[belongs][0] if belongs.any() else 0
    labels = [Team.UNKNOWN if kit < 0 else Team.A if kit == first else Team.B for kit in nearer]
    confidence = np.where(belongs, (1 - ratio) * (1 - 0.5**samples), 0.0)
    return TeamAssignment(tracks.astype(np.int32), labels, confidence, median)


def _two_kits(
    kits: Float32Array, samples: NDArray[np.intp], params: TeamParams
) -> tuple[NDArray[np.intp], Float64Array]:
    """Kit 0, 1 or -1 of each track, and how much nearer it is to its own than to the other."""
    heard = np.argsort(-samples, kind="stable")[: params.considered]
    apart = kit_distance(kits[heard][:, None], kits[None])
    capped = np.minimum(apart, params.least_apart) * np.minimum(samples, 10)
    cost = np.minimum(capped[:, None], capped[None]).sum(-1)
    one, other = np.unravel_index(int(np.argmin(cost)), cost.shape)
    distance = np.stack((apart[one], apart[other]))
    own, foreign = distance.min(0), distance.max(0)
    nearer: NDArray[np.intp] = distance.argmin(0)
    between = float(apart[one, heard[other]])
    ratio = own / np.maximum(foreign, 1e-9)
    nearer[(own > params.outlier * between) | (ratio > params.clear)] = -1
    inside = nearer >= 0
    spread = float(np.median(own[inside])) if inside.any() else np.inf
    crowded = all((nearer == kit).sum() >= params.least_players for kit in (0, 1))
    if not crowded or between < params.least_apart or between < params.least_contrast * spread:
        nearer[:] = -1
    return nearer, ratio


@dataclass(frozen=True, slots=True)
class KeeperParams:
    """Where goalkeepers stand, on a pitch of 105 m; on a shorter one all lengths shrink with it.

    Attributes:
        length_m: of the pitch that the others are for.
        zone_m: a goalkeeper is nearer to the goal line than this …
        share: … for at least this share of the time seen,
        width_m: … and this near to the middle of the pitch's width on average.
        lead_m: how much nearer to the line than anybody else on average; less is unclear.
        least_s: least time seen [s].
    """

    length_m: float = 105.0
    zone_m: float = 20.0
    share: float = 0.8
    width_m: float = 14.0
    lead_m: float = 4.0
    least_s: float = 10.0


def goalkeepers(
    track_id: Int32Array,
    xy_m: Float64Array,
    t_s: Float64Array,
    length_m: float,
    params: KeeperParams | None = None,
) -> dict[int, str]:
    """Find the goalkeepers by their place.

    Args:
        track_id: `(R,)` linked tracks.
        xy_m: `(R, 2)` positions on the pitch [m, origin at the centre spot, x along the length]; NaN where unknown.
        t_s: `(R,)` times [s].
        length_m: length of the pitch [m].
        params: where they stand.

    Returns:
        Track → `left` (goal at negative x) or `right`; at most one a goal, none where two are alike.
    """
    params = params or KeeperParams()
    scale = length_m / params.length_m
    found: dict[int, str] = {}
    for side, name in ((-1.0, "left"), (1.0, "right")):
        depth: list[tuple[float, int, bool]] = []
        for track in np.unique(track_id):
            rows = (track_id == track) & np.isfinite(xy_m).all(1)
            if not rows.any() or np.ptp(t_s[rows]) < params.least_s:
                continue
            before_line = length_m / 2 - side * xy_m[rows, 0]
            stays = float((before_line < scale * params.zone_m).mean()) >= params.share
            central = abs(float(np.median(xy_m[rows, 1]))) < scale * params.width_m
            depth.append((float(np.median(before_line)), int(track), stays and central))
        depth.sort()
        if depth and depth[0][2] and (len(depth) == 1 or depth[1][0] - depth[0][0] >= scale * params.lead_m):
            found[depth[0][1]] = name
    return found
