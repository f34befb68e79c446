"""One calibration for a film of a camera that moves: from the picture in which the pitch was marked to all others.

The background's correspondences (`vision.tracking.background`) tie each picture to its keyframe and the keyframes to
each other. From the marked picture the chain is followed both ways; pitch lines seen in a keyframe set it right, and a
view that was seen before replaces a longer chain. What cannot be trusted has no camera but a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vision.calibration.camera_link import Link, Pairs, adjoint, fit_link, small_difference
from vision.calibration.camera_path import ChainReport, FilmView, Lost, MovingParams, PathRow, ViewOf
from vision.calibration.camera_state import CameraState
from vision.calibration.focal import with_focal_of_links
from vision.calibration.homography import PitchHomography
from vision.calibration.known_views import KnownViews, error_m, way_m
from vision.calibration.line_refine import PitchLines
from vision.calibration.pitch_model import PitchModel
from vision.geometry import apply_homography
from vision.tracking.background import NO_KEYFRAME
from vision.types import BoolArray, Float64Array

_LINKS_KEPT = 64
"""Pictures are asked for in order, so few links between keyframes are wanted at a time."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A keyframe's camera; `trusted`: its lines do not contradict it."""

    state: CameraState
    trusted: bool


class MovingCamera:
    """The cameras of a film's keyframes, and from them that of every picture.

    Attributes:
        report: what was done.
    """

    def __init__(
        self,
        calibration: PitchHomography,
        pitch: PitchModel,
        rows: Mapping[int, PathRow],
        view_of: ViewOf,
        params: MovingParams | None = None,
    ) -> None:
        """Prepare; `anchor` does the work.

        Args:
            calibration: of the marked picture.
            pitch: whose lines are looked for.
            rows: of all keyframes, by frame.
            view_of: what is known of a keyframe, if anything.
            params: see there.
        """
        self._params = params or MovingParams()
        self._marked, self._pitch, self._rows, self._view_of = calibration, pitch, rows, view_of
        self._lines = PitchLines(pitch)
        self._placed: dict[int, _Placed] = {}
        self._known = KnownViews()
        self._children: dict[int, list[int]] = {}
        for frame in sorted(rows):
            self._children.setdefault(rows[frame].keyframe, []).append(frame)
        self._child_links: dict[int, Link | None] = {}
        self.report = ChainReport()

    def anchor(self, t_s: float, around: Sequence[PathRow]) -> bool:
        """Follow the chain from the marked picture through the whole film.

        Args:
            t_s: time of the marked picture [s].
            around: the row at or before it, and the row at or after it.

        Returns:
            Whether the marked picture has a place in the chain.
        """
        start = CameraState.of(self._marked)
        links = sorted((row for row in self._rows.values() if row.keyframe != NO_KEYFRAME), key=lambda r: r.frame)
        nearest = sorted(links, key=lambda row: abs(row.t_s - t_s))
        start = with_focal_of_links(start, [row.points for row in nearest], self._params.link)
        first = self._first(start, t_s, around)
        if first is None:
            return False
        frame, state = first
        self._place(frame, state, is_anchor=True)
        ordered = sorted(self._rows)
        for later in ordered:
            if later > frame:
                self._place(later, self._from_parent(later))
        for earlier in reversed(ordered):
            if earlier not in self._placed:
                self._place(earlier, self._from_child(earlier))
        for later in ordered:
            if later not in self._placed:
                self._place(later, self._from_parent(later))
        return True

    def _from_parent(self, frame: int) -> CameraState | None:
        parent = self._placed.get(self._rows[frame].keyframe)
        link = None if parent is None else self._link(self._rows[frame], parent.state)
        return None if parent is None or link is None else parent.state.moved(link)

    def camera_at(self, row: PathRow) -> CameraState | Lost:
        """The camera of one picture: between those of the keyframes around it, so that corrections make no jumps."""
        placed = self._placed.get(row.frame)
        if placed is not None:
            return placed.state if placed.trusted else Lost.LINES
        if row.keyframe == NO_KEYFRAME:
            return Lost.BACKGROUND
        key = self._placed.get(row.keyframe)
        if key is None:
            return Lost.SCENE
        own = self._link(row, key.state)
        if own is None:
            return Lost.BACKGROUND
        before, after = self._neighbours(row)
        if not (self._placed[before].trusted and self._placed[after].trusted):
            return Lost.LINES
        one, other = self._through(own, row.keyframe, before), self._through(own, row.keyframe, after)
        if one is None or other is None:
            return one or other or Lost.BACKGROUND
        start, stop = self._time_of(before), self._time_of(after)
        return one if before == after else blend(one, other, (row.t_s - start) / max(stop - start, 1e-9))

    def _neighbours(self, row: PathRow) -> tuple[int, int]:
        """The keyframes of this row's scene between which it lies; the same twice at the end of a scene."""
        children = self._children.get(row.keyframe, ())
        scene = [row.keyframe, *(child for child in children if child in self._placed)]
        before = [key for key in scene if key <= row.frame]
        after = [key for key in scene if key > row.frame]
        first = before[-1] if before else scene[0]
        return first, after[0] if after else first

    def _time_of(self, keyframe: int) -> float:
        return self._rows[keyframe].t_s

    def _through(self, own: Link, keyframe: int, key: int) -> CameraState | None:
        """The camera of a picture whose link to its keyframe is `own`, by way of `key` of the same scene."""
        if key == keyframe:
            return self._placed[key].state.moved(own)
        if key not in self._child_links:
            if len(self._child_links) > _LINKS_KEPT:
                self._child_links.clear()
            self._child_links[key] = self._link(self._rows[key], self._placed[keyframe].state)
        other = self._child_links[key]
        return None if other is None else self._placed[key].state.moved(_between(own, other))

    def _first(self, start: CameraState, t_s: float, around: Sequence[PathRow]) -> tuple[int, CameraState] | None:
        """The keyframe next to the marked picture, and its camera."""
        rows = [row for row in around if row.keyframe != NO_KEYFRAME or row.frame in self._rows]
        if not rows:
            return None
        row = min(rows, key=lambda each: abs(each.t_s - t_s))
        other = next((each for each in rows if each.frame != row.frame), None)
        exact = abs(row.t_s - t_s) <= self._params.same_s
        state = start if exact else self._at_look(start, t_s, row, other)
        if state is None:
            return None
        if row.frame in self._rows:
            return row.frame, state
        link = self._link(row, state, back=True)
        return None if link is None else (row.keyframe, state.moved(link))

    def _at_look(self, start: CameraState, t_s: float, row: PathRow, other: PathRow | None) -> CameraState | None:
        """The camera at the look `row` next to the marked picture, which was not looked at itself."""
        if other is None:
            return None
        step = self._step(start, other, row)
        if step is None:
            return None
        share = abs(t_s - row.t_s) / max(abs(other.t_s - row.t_s), 1e-9)
        part = share * small_difference(step.matrix, np.eye(3))
        guess = self._params.between * part
        moved = np.eye(3) + part.reshape(3, 3)
        return start.moved(
            Link(moved, step.covariance + np.outer(guess, guess), share * step.by_focal, 1.0, 0.0, "turn")
        )

    def _step(self, start: CameraState, one: PathRow, two: PathRow) -> Link | None:
        """The map from the look `one` to the look `two`, which share a keyframe or are each other's."""
        if two.keyframe == one.frame:
            return self._link(two, start)
        if one.keyframe == two.frame:
            return self._link(one, start, back=True)
        if one.keyframe != two.keyframe or one.keyframe == NO_KEYFRAME:
            return None
        first, second = self._link(one, start), self._link(two, start)
        return None if first is None or second is None else _between(second, first)

    def _from_child(self, frame: int) -> CameraState | None:
        """A keyframe's camera from that of the first later keyframe that refers to it."""
        for child in self._children.get(frame, ()):
            placed = self._placed.get(child)
            link = None if placed is None else self._link(self._rows[child], placed.state, back=True)
            if placed is not None and link is not None:
                return placed.state.moved(link)
        return None

    def _link(self, row: PathRow, state: CameraState, *, back: bool = False) -> Link | None:
        """How the camera moved from the row's keyframe to the row (`back`: the other way), starting at `state`."""
        here, there = state.ideal(row.points[:, :2]), state.ideal(row.points[:, 2:])
        link = self._fit(there, here, state) if back else self._fit(here, there, state)
        self.report.models[link.model if link is not None else "none"] += 1
        return link

    def _fit(self, here: Float64Array, there: Float64Array, state: CameraState) -> Link | None:
        good = np.isfinite(here).all(axis=1) & np.isfinite(there).all(axis=1)
        here, there = here[good], there[good]
        pairs = Pairs(here, there, self._on_ground(state, there))
        return fit_link(pairs, state.focal, state.ground(self._pitch.width_m), self._params.link)

    def _on_ground(self, state: CameraState, ideal: Float64Array) -> BoolArray:
        place, _ = apply_homography(np.asarray(np.linalg.inv(state.matrix)), ideal)
        _, weight = apply_homography(state.matrix, np.nan_to_num(place))
        limit = np.array([self._pitch.length_m, self._pitch.width_m]) / 2 + self._params.beside_m
        with np.errstate(invalid="ignore"):
            return np.asarray((np.abs(state.frame.metres(place)) < limit).all(axis=1) & (weight > 0), np.bool_)

    def _place(self, frame: int, state: CameraState | None, *, is_anchor: bool = False) -> None:
        """Give a keyframe its camera: as predicted, set right by lines, or found again."""
        view = self._view_of(frame)
        if view is None:
            if state is not None:
                self._placed[frame] = _Placed(state, trusted=True)
            return
        placed = None if state is None else self._on_lines(state, view)
        if not is_anchor:
            placed = self._found_again(view, placed)
        if placed is None:
            return
        self._placed[frame] = placed
        if placed.trusted:
            self._known.remember(view, placed.state)

    def _on_lines(self, state: CameraState, view: FilmView) -> _Placed:
        found = self._lines.refine(state, view.lines)
        if not np.isfinite(self.report.anchor_support):
            # The first view is that of the marked picture, or the one next to it.
            self.report.anchor_support = found.support
        if found.used:
            self.report.refined += 1
            self.report.corrections_m.append(way_m(state, found.state))
        known = self.report.anchor_support
        differs = (
            known >= self._params.lines_known
            and np.isfinite(found.support)
            and found.support < self._params.lines_differ * known
        )
        self.report.contradicted += int(differs)
        return _Placed(found.state, trusted=not differs)

    def _found_again(self, view: FilmView, placed: _Placed | None) -> _Placed | None:
        """The camera by a view that was seen before, where that is better than the chain."""
        best = placed if placed is not None and placed.trusted else None
        for seen, state in self._known.near(None if best is None else best.state):
            limit = np.inf if best is None else self._params.search_gain * error_m(best.state)
            if error_m(state) > limit:
                continue
            matched = self._known.match(seen, state, view)
            link = None if matched is None else self._fit(*matched, state)
            found = None if link is None else self._on_lines(state.moved(link), view)
            if found is not None and found.trusted and error_m(found.state) <= limit:
                best = found
                self.report.found_again += 1
        return best or placed


def blend(one: CameraState, other: CameraState, share: float) -> CameraState:
    """The camera between two answers for the same picture, `share` of the way to the other."""
    difference = small_difference(other.matrix, one.matrix)
    return replace(
        one,
        matrix=(np.eye(3) + share * difference.reshape(3, 3)) @ one.matrix,
        covariance=(1 - share) * one.covariance + share * other.covariance,
        focal=one.focal * (other.focal / one.focal) ** share,
    )


def _between(own: Link, other: Link) -> Link:
    """From the picture of `other` to that of `own`, both of which start at the same keyframe."""
    matrix = own.matrix @ np.linalg.inv(other.matrix)
    carry = adjoint(matrix)
    return Link(
        matrix,
        own.covariance + carry @ other.covariance @ carry.T,
        own.by_focal - carry @ other.by_focal,
        own.zoom / other.zoom,
        max(own.rms, other.rms),
        own.model,
    )
