"""One position and one number per player from several calibrated cameras whose clocks agree.

Each camera's tracker numbers people for itself. A camera's track is joined to a player where both are at the same
place on the pitch for some frames, judged by the errors of both (Mahalanobis distance), all new tracks of a camera at
once and never two of one camera to one player. What the cameras then say is weighted by its covariance; when only one
of them still sees a player, the usual difference between the two is taken off, so that no step shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from vision.types import NO_TRACK, BoolArray, Float64Array, Int32Array

_FAR = 1e6


@dataclass(frozen=True, slots=True)
class FusionParams:
    """Parameters.

    Attributes:
        gate: largest squared Mahalanobis distance of one place seen twice: 99.9 % of a normal distribution in a plane.
        apart: a track further from everybody than this, in the same measure, is somebody new.
        slack_m: what bodies and clocks add to the errors that are stated, 1σ [m]: the two cameras see two sides of a
            player, and 20 ms at 7 m/s are 0.14 m.
        join_frames: frames on end at one place before a track is joined.
        new_frames: frames on end far from everybody before a track becomes a player of its own.
        undecided_s: a track that is neither for so long becomes a player of its own [s].
        fresh_s: what a camera saw this long ago still counts, moved on by the player's velocity [s].
        waiting_s: a player whom nobody saw for so long is not joined any more [s].
        part_frames: frames on end too far apart (`gate` twice over) before a camera's track is taken off a player.
        bias_memory: weight of the newest difference of a camera from the joint place.
        velocity_memory_s: of the velocity that moves places on [s].
        kept_s: a player not seen for so long is forgotten [s].
    """

    gate: float = 13.8
    apart: float = 40.0
    slack_m: float = 0.25
    join_frames: int = 4
    new_frames: int = 3
    undecided_s: float = 2.0
    fresh_s: float = 0.25
    waiting_s: float = 1.5
    part_frames: int = 8
    bias_memory: float = 0.05
    velocity_memory_s: float = 0.3
    kept_s: float = 10.0


class Fused(NamedTuple):
    """Players seen now: `(M,)` number, `(M, 2)` place [m], `(M,)` 1σ per axis of it and of its frame-to-frame part."""

    number: Int32Array
    xy_m: Float64Array
    sigma_m: Float64Array
    noise_m: Float64Array


@dataclass(slots=True)
class _Seen:
    """What one camera last said of a player."""

    track: int
    t_s: float
    xy: Float64Array
    covariance: Float64Array
    noise_m: float
    bias: Float64Array = field(default_factory=lambda: np.zeros(2))
    off: int = 0
    since_s: float = 0.0


@dataclass(slots=True)
class _Person:
    """A player on the pitch. `by`: camera → what it said last."""

    xy: Float64Array
    velocity: Float64Array
    t_s: float
    by: dict[str, _Seen] = field(default_factory=dict)

    def place(self, t_s: float) -> Float64Array:
        """Where the player should be at a time [m]."""
        return np.asarray(self.xy + self.velocity * min(t_s - self.t_s, 0.5), np.float64)


@dataclass(slots=True)
class _Pending:
    """A track that is not yet anybody: who it may be, for how many frames, and how long it was far from everybody."""

    since_s: float
    guess: int = NO_TRACK
    frames: int = 0
    far: int = 0


@dataclass(slots=True)
class PitchFusion:
    """Who is who over all cameras; numbers count from 1."""

    params: FusionParams = field(default_factory=FusionParams)
    next_number: int = 1
    _people: dict[int, _Person] = field(default_factory=dict)
    _numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    _pending: dict[tuple[str, int], _Pending] = field(default_factory=dict)

    @property
    def numbers(self) -> Mapping[tuple[str, int], int]:
        """Camera and its own number → number of the player."""
        return self._numbers

    def adopt(self, key: tuple[str, int], number: int) -> None:
        """Keep the number that a camera's track already had; the track's next frame says where the player is."""
        self._numbers[key] = number
        self.next_number = max(self.next_number, number + 1)

    def update(
        self, camera: str, t_s: float, track_id: Int32Array, xy_m: Float64Array, covariance: Float64Array,
        noise_m: Float64Array,
    ) -> Int32Array:  # fmt: skip
        """Take in one camera's frame.

        Args:
            camera: its name.
            t_s: when it was filmed, by the session's clock [s].
            track_id: `(M,)` the camera's own numbers.
            xy_m: `(M, 2)` [m]; NaN where a person has no place.
            covariance: `(M, 2, 2)` [m²].
            noise_m: `(M,)` the part of the 1σ that changes from frame to frame [m].

        Returns:
            `(M,)` numbers of the players; -1 for tracks of which it is not yet clear who they are.
        """
        self._forget(t_s)
        placed = np.asarray(np.isfinite(xy_m).all(axis=1))
        known = np.array([self._numbers.get((camera, int(each)), NO_TRACK) for each in track_id], np.int32)
        self._part(camera, t_s, known, placed, xy_m, covariance)
        known = np.array([self._numbers.get((camera, int(each)), NO_TRACK) for each in track_id], np.int32)
        self._join(camera, t_s, track_id, (known == NO_TRACK) & placed, xy_m, covariance)
        for row, track in enumerate(track_id):
            number = self._numbers.get((camera, int(track)), NO_TRACK)
            if number == NO_TRACK and not placed[row]:
                continue
            if number != NO_TRACK and placed[row]:
                said = _Seen(int(track), t_s, xy_m[row], covariance[row], float(noise_m[row]))
                self._note(number, camera, said)
            known[row] = number
        return known

    def fused(self, t_s: float) -> Fused:
        """Everybody whom a camera saw within `fresh_s`, where they are at `t_s`."""
        rows = [
            (number, *found)
            for number, person in self._people.items()
            if (found := self._place(person, t_s, learn=False)) is not None
        ]
        return Fused(
            np.array([row[0] for row in rows], np.int32),
            np.array([row[1] for row in rows], np.float64).reshape(-1, 2),
            np.array([row[2] for row in rows], np.float64),
            np.array([row[3] for row in rows], np.float64),
        )

    def state(self) -> dict[str, Any]:
        """All that is remembered but the undecided, as plain values for JSON."""
        return {
            "next": self.next_number,
            "people": {
                str(number): {
                    "place": [*person.xy.tolist(), *person.velocity.tolist(), person.t_s],
                    "by": {
                        camera: [said.track, said.t_s, *said.xy.tolist(), *said.covariance.ravel().tolist(),
                                 said.noise_m, *said.bias.tolist(), said.since_s]
                        for camera, said in person.by.items()
                    },
                }
                for number, person in self._people.items()
            },
        }  # fmt: skip

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue where `state` was taken."""
        self.next_number = int(state["next"])
        self._people, self._numbers, self._pending = {}, {}, {}
        for number, entry in state["people"].items():
            x, y, vx, vy, t_s = entry["place"]
            person = _Person(np.array([x, y]), np.array([vx, vy]), t_s)
            for camera, row in entry["by"].items():
                person.by[camera] = _Seen(
                    int(row[0]), row[1], np.array(row[2:4]), np.array(row[4:8]).reshape(2, 2), row[8],
                    bias=np.array(row[9:11]), since_s=row[11],
                )  # fmt: skip
                self._numbers[camera, int(row[0])] = int(number)
            self._people[int(number)] = person

    def _forget(self, t_s: float) -> None:
        gone = [number for number, person in self._people.items() if person.t_s < t_s - self.params.kept_s]
        for number in gone:
            del self._people[number]
        if gone:
            self._numbers = {key: number for key, number in self._numbers.items() if number in self._people}
        if len(self._pending) > 256:
            self._pending = {key: each for key, each in self._pending.items() if each.since_s > t_s - 60.0}

    def _join(
        self, camera: str, t_s: float, track_id: Int32Array, new: BoolArray, xy: Float64Array, covariance: Float64Array
    ) -> None:
        """Decide, as far as it can be, who the camera's new tracks are."""
        rows = np.flatnonzero(new)
        if not len(rows):
            return
        free = [number for number, person in self._people.items() if self._is_free(person, camera, t_s)]
        cost = np.array([[self._apart(self._people[each], t_s, xy[row], covariance[row]) for each in free]
                         for row in rows]).reshape(len(rows), len(free))  # fmt: skip
        best = np.full(len(rows), NO_TRACK)
        picked = linear_sum_assignment(np.minimum(cost, _FAR)) if len(free) else ((), ())
        for place, column in zip(*picked, strict=True):
            if cost[place, column] <= self.params.gate:
                best[place] = free[column]
        for place, row in enumerate(rows):
            alone = not len(free) or bool(cost[place].min() > self.params.apart)
            self._decide((camera, int(track_id[row])), t_s, int(best[place]), xy[row], alone=alone)

    def _decide(self, key: tuple[str, int], t_s: float, guess: int, xy: Float64Array, *, alone: bool) -> None:
        pending = self._pending.setdefault(key, _Pending(t_s))
        pending.frames = pending.frames + 1 if guess != NO_TRACK and guess == pending.guess else int(guess != NO_TRACK)
        pending.guess = guess
        pending.far = pending.far + 1 if alone else 0
        if pending.frames >= self.params.join_frames:
            self._numbers[key] = guess
        elif (
            not self._others(key[0], t_s)
            or pending.far >= self.params.new_frames
            or t_s - pending.since_s > self.params.undecided_s
        ):
            self._numbers[key] = self.next_number
            self._people[self.next_number] = _Person(xy.copy(), np.zeros(2), t_s)
            self.next_number += 1
        if key in self._numbers:
            del self._pending[key]

    def _others(self, camera: str, t_s: float) -> bool:
        """Whether other cameras see anybody whom a new track of this camera could be."""
        return any(
            name != camera and t_s - said.t_s <= self.params.waiting_s
            for person in self._people.values()
            for name, said in person.by.items()
        )

    def _is_free(self, person: _Person, camera: str, t_s: float) -> bool:
        said = person.by.get(camera)
        return t_s - person.t_s <= self.params.waiting_s and (said is None or t_s - said.t_s > self.params.fresh_s)

    def _apart(self, person: _Person, t_s: float, xy: Float64Array, covariance: Float64Array) -> float:
        """Squared distance of a place from a player's, by the errors of both."""
        own = np.mean([said.covariance for said in person.by.values()], axis=0) if person.by else np.zeros((2, 2))
        total = covariance + own + self.params.slack_m**2 * np.eye(2)
        away = xy - person.place(t_s)
        return float(away @ np.linalg.solve(total, away))

    def _part(
        self, camera: str, t_s: float, known: Int32Array, placed: BoolArray, xy: Float64Array, covariance: Float64Array
    ) -> None:
        """Take tracks off players from whom other cameras say that they are elsewhere."""
        for row in np.flatnonzero((known != NO_TRACK) & placed):
            person = self._people.get(int(known[row]))
            said = person.by.get(camera) if person is not None else None
            if person is None or said is None:
                continue
            others = [one for name, one in person.by.items() if name != camera and t_s - one.t_s <= self.params.fresh_s]
            far = 0
            for one in others:
                total = covariance[row] + one.covariance + self.params.slack_m**2 * np.eye(2)
                away = xy[row] - one.xy - person.velocity * (t_s - one.t_s)
                far += float(away @ np.linalg.solve(total, away)) > 2.0 * self.params.gate
            said.off = said.off + 1 if others and far == len(others) else 0
            newer = all(said.since_s >= one.since_s for one in others)
            if said.off >= self.params.part_frames and (newer or said.off >= 2 * self.params.part_frames):
                del person.by[camera]
                del self._numbers[camera, said.track]

    def _note(self, number: int, camera: str, said: _Seen) -> None:
        person = self._people.get(number)
        if person is None:
            person = self._people[number] = _Person(said.xy.copy(), np.zeros(2), said.t_s)
        before = person.by.get(camera)
        said.since_s = said.t_s
        if before is not None:
            said.bias, said.off = before.bias, before.off
            said.since_s = before.since_s if before.track == said.track else said.t_s
            if before.track != said.track:
                self._numbers.pop((camera, before.track), None)
        person.by[camera] = said
        found = self._place(person, said.t_s, learn=True)
        if found is None:
            return
        step = said.t_s - person.t_s
        if step > 0:
            share = 1.0 - np.exp(-step / self.params.velocity_memory_s)
            if step <= self.params.waiting_s:
                person.velocity = person.velocity + share * ((found[0] - person.xy) / step - person.velocity)
            else:
                person.velocity = np.zeros(2)
            person.xy, person.t_s = found[0], said.t_s
        elif step == 0:
            person.xy = found[0]

    def _off(self, person: _Person, t_s: float, said: _Seen) -> float:
        """Squared distance of what a camera says from where the player should be, by the camera's own error."""
        away = said.xy + person.velocity * (t_s - said.t_s) - said.bias - person.place(t_s)
        return float(away @ np.linalg.solve(said.covariance + self.params.slack_m**2 * np.eye(2), away))

    def _place(self, person: _Person, t_s: float, *, learn: bool) -> tuple[Float64Array, float, float] | None:
        """Joint place at a time with both sigmas, or `None` where no camera saw the player lately."""
        fresh = [said for said in person.by.values() if abs(t_s - said.t_s) <= self.params.fresh_s]
        if not fresh:
            return None
        if len(fresh) > 1:
            # A camera that follows somebody else by now must not pull the player along until it is taken off.
            near = [s for s in fresh if self._off(person, t_s, s) <= self.params.gate]
            fresh = near or fresh
        alone = len(fresh) < len(person.by)
        places = [said.xy + person.velocity * (t_s - said.t_s) - (said.bias if alone else 0.0) for said in fresh]
        weights = [np.linalg.inv(said.covariance) for said in fresh]
        total = np.linalg.inv(np.sum(weights, axis=0))
        shares = [total @ weight for weight in weights]
        joint = np.sum([share @ place for share, place in zip(shares, places, strict=True)], axis=0)
        if learn and not alone and len(fresh) > 1:
            for said, place in zip(fresh, places, strict=True):
                said.bias = said.bias + self.params.bias_memory * (place - joint - said.bias)
        noise = np.sqrt(
            sum(float(np.trace(s @ s.T)) / 2 * said.noise_m**2 for s, said in zip(shares, fresh, strict=True))
        )
        return joint, float(np.sqrt(np.trace(total) / 2)), float(noise)
