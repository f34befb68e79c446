"""The film with what was found drawn into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import numpy as np

from pipeline.artefacts import Array, Artefacts
from pipeline.heads import Heads
from pipeline.links import Links
from pipeline.plan import ArtefactName
from pipeline.steps.camera import camera_moves
from pipeline.steps.scale import load_scale
from pipeline.steps.timing import read_stored_timebase
from vision.calibration.pitch_model import PitchModel
from vision.events.find import CoverageParams, why_doubtful
from vision.events.scene import BallTrack
from vision.render.boxes import draw_ball, draw_boxes, draw_caption, draw_trail
from vision.render.faces import hide
from vision.render.palette import TEAM_COLOURS, ColourBGR, track_colour
from vision.render.pitch import PitchInset
from vision.render.skeleton import draw_skeletons
from vision.skeletons import SKELETONS
from vision.types import ImageBGR
from vision.video.reader import VideoReader
from vision.video.writer import VideoWriter

_HOLD_S = 0.5
"""A box is carried on between frames in which it was found that are at most this far apart [s]."""
_END_HOLD_S = 0.15
"""… and this long after the last of them [s]: one picture at the slowest rate that is analysed."""
_TRAIL_S = 1.5
"""Length of the trail behind a player [s]."""


def render_overlay(
    video: Path,
    store: Artefacts,
    path: Path,
    report: Callable[[float], None],
    pitch: PitchModel | None = None,
    *,
    faces: bool = True,
) -> None:
    """Draw boxes, linked numbers, skeletons, trails and ball into every frame.

    Args:
        video: the film.
        store: what its scan left.
        path: the film to write.
        report: takes the share that is done.
        pitch: on which the film was marked; with it and places in metres, a map is drawn as well.
        faces: leave heads as they were filmed; without, they are hidden as in the copy that families see.
    """
    timebase, facts = read_stored_timebase(store)
    reader = VideoReader(video, timebase)
    size = (int(facts["width"]), int(facts["height"]))
    scene = _Scene.read(store, size, pitch)
    with VideoWriter(path, size, Fraction(facts["fps_fraction"])) as writer:
        for span in store.manifest(ArtefactName.TRACKS)["windows"]:
            window = _Window.read(store, scene.links, span["t0"], span["t1"])
            heads = None if faces else Heads.read(store, span["t0"], span["t1"])
            for frame in reader.frames(span["start"], span["stop"]):
                image = frame.image_bgr.copy() if heads is None else hide(frame.image_bgr, heads.at(frame.t_s))
                scene.draw(image, window, frame.t_s)
                writer.write(image, frame.t_s)
                report((frame.index + 1) / len(timebase))


@dataclass(frozen=True, slots=True)
class _Window:
    """Rows around one time window, by person, in order of time."""

    tracks: Mapping[int, Mapping[str, Array]]
    poses: Mapping[int, Mapping[str, Array]]
    world: Mapping[int, Mapping[str, Array]]
    ball: Mapping[str, Array]

    @classmethod
    def read(cls, store: Artefacts, links: Links, t0: float, t1: float) -> _Window:
        around = (t0 - _TRAIL_S, t1 + _HOLD_S)
        tracks = store.read_range(ArtefactName.TRACKS, *around)
        poses = store.read_range(ArtefactName.POSES, *around)
        world = store.read_range(ArtefactName.WORLD, *around)
        return cls(
            dict(_by_person(tracks, links.linked(tracks["track_id"], tracks["frame"]))),
            dict(_by_person(poses, links.linked(poses["track_id"], poses["frame"]))),
            dict(_by_person(world, world["track_id"])),
            store.read_range(ArtefactName.BALL, *around),
        )


@dataclass(frozen=True, slots=True)
class _Scene:
    """What stays the same over a film.

    No trails where the camera moves: they would show its way. No ball where it may be a cone (`why_doubtful`): nothing
    is told of it either.
    """

    links: Links
    colours: Mapping[int, ColourBGR]
    limbs: list[tuple[int, int]]
    inset: PitchInset | None
    trails: bool
    ball: bool

    @classmethod
    def read(cls, store: Artefacts, size: tuple[int, int], pitch: PitchModel | None) -> _Scene:
        links = Links.read(store)
        with_teams = any(track["team"] != "unknown" for track in links.tracks)
        colours = {
            track["track_id"]: TEAM_COLOURS[track["team"]] if with_teams else track_colour(track["track_id"])
            for track in links.tracks
        }
        name = cast(str, store.manifest(ArtefactName.POSES)["facts"]["skeleton"])
        scale = load_scale(store.manifest(ArtefactName.WORLD)["facts"]["scale"])
        marked = scale is not None and scale.scale_source == "pitch_homography"
        inset = PitchInset(pitch.polylines().values(), size) if marked and pitch is not None else None
        limbs = [(a, b) for a, b in SKELETONS[name].limbs]
        return cls(
            links, colours, limbs, inset, not camera_moves(store), not why_doubtful(_ball(store), CoverageParams())
        )

    def draw(self, image: ImageBGR, window: _Window, t_s: float) -> None:
        """Draw everything that is known at `t_s`."""
        self._draw_people(image, window, t_s)
        ball = _at(window.ball, "xy", t_s) if self.ball else None
        if ball is not None:
            draw_ball(image, ball, interpolated=t_s not in window.ball["t"])
        if self.inset is not None:
            placed = {number: _at(rows, "xy", t_s) for number, rows in window.world.items()}
            known = {number: xy for number, xy in placed.items() if xy is not None}
            self.inset.draw(
                image, np.array(list(known.values())).reshape(-1, 2), [self.colours[number] for number in known]
            )
        draw_caption(image, f"{int(t_s // 60)}:{t_s % 60:04.1f}")

    def _draw_people(self, image: ImageBGR, window: _Window, t_s: float) -> None:
        for number, rows in window.tracks.items():
            box = _at(rows, "xyxy", t_s)
            if box is None:
                continue
            colour = self.colours[number]
            if self.trails:
                past = (rows["t"] <= t_s) & (rows["t"] > t_s - _TRAIL_S)
                feet = rows["xyxy"][past]
                draw_trail(image, np.stack([(feet[:, 0] + feet[:, 2]) / 2, feet[:, 3]], axis=1), colour)
            draw_boxes(image, box[None], [colour], labels=[str(number)])
            joints = _at(window.poses[number], "keypoints", t_s) if number in window.poses else None
            if joints is not None:
                draw_skeletons(image, joints[None], self.limbs, [colour])


def _ball(store: Artefacts) -> BallTrack:
    rows, _ = store.read_series(ArtefactName.BALL)
    return BallTrack(rows["t"], rows["xy"], rows["interpolated"], score=rows["score"].astype(np.float64))


def _by_person(rows: Mapping[str, Array], linked: Array) -> Iterator[tuple[int, dict[str, Array]]]:
    for number in np.unique(linked[linked >= 0]):
        own = linked == number
        yield int(number), {column: array[own] for column, array in rows.items()}


def _at(rows: Mapping[str, Array], column: str, t_s: float) -> Array | None:
    """The value at `t_s`, in between linearly, if rows on both sides are near enough."""
    times = rows["t"]
    after = int(np.searchsorted(times, t_s - 1e-6))
    if after < len(times) and abs(times[after] - t_s) < 1e-6:
        return cast(Array, rows[column][after])
    if after == len(times) and after and t_s - times[-1] <= _END_HOLD_S:
        return cast(Array, rows[column][-1])
    if after in (0, len(times)) or times[after] - times[after - 1] > _HOLD_S:
        return None
    share = (t_s - times[after - 1]) / (times[after] - times[after - 1])
    mixed = (1 - share) * rows[column][after - 1] + share * rows[column][after]
    return cast(Array, mixed.astype(rows[column].dtype))
