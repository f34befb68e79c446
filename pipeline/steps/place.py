"""Step `place`: who is who among the people in space, coaches' words applied, and where on the ground they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from pipeline.artefacts import Array, Artefacts, artefacts_of, empty
from pipeline.links import Links, Piece
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.joint import JointFilm, JointStep
from pipeline.steps.link import Film, LinkParams, People, described, forgotten, links_of, spoken
from pipeline.steps.scale import RigScale
from pipeline.steps.timing import read_stored_timebase
from vision.skeletons import Skeleton
from vision.tracking.corrections import apply_corrections
from vision.tracking.kit_colour import KIT_SIZE
from vision.tracking.linking import LinkedPieces
from vision.tracking.teams import TeamParams
from vision.types import Int32Array

_LAST_FRAME = 2**31 - 1
NO_BALL = "The ball is not followed in scans of several cameras yet."


class PlaceStep(JointStep):
    """Writes `links`, `world` and an empty `ball`."""

    name: ClassVar[StepName] = StepName.PLACE

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        words = [[c.kind, c.track_id, c.player_id, c.other_track_id, c.frame] for c in context.job.corrections]
        return LinkParams(), TeamParams(), RigScale(), words, context.job.subject_player_id

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        films = JointFilm.read(context, store.read_json(ArtefactName.SYNC)["offsets_s"])
        owners = _owners(store)
        corrected = apply_corrections(_everybody(store), list(spoken(context.job.corrections)))
        in_space = links_of(corrected.pieces)
        timebase, _ = read_stored_timebase(store)
        film = Film(len(films.frames), timebase.duration_s)
        tracks = described(_counted(store, films, owners, in_space), film, corrected, context.job)
        kept = np.array([track["track_id"] for track in tracks], np.int32)
        warnings = (RigScale.WARNING, *forgotten(corrected))
        shown = _in_the_picture(store, owners[films.cameras[0].name], in_space, kept)
        links = Links(tracks, shown, [piece for piece in in_space.pieces if piece.linked_id in kept])
        store.write_json(ArtefactName.LINKS, links.content(), stamped(context, params_hash, warnings=warnings))
        facts = {"scale_source": RigScale.scale_source, "scale": RigScale().to_dict(), "reason": "", "moving": None}
        stamp = stamped(context, params_hash, facts=facts, warnings=warnings)
        for entry, rows in store.iter_windows(ArtefactName.POINTS3D):
            placed = _placed(rows, in_space, kept, films.skeleton)
            store.write_window(ArtefactName.WORLD, entry["window"], placed, stamp)
        store.write_manifest(ArtefactName.WORLD, stamp, store.manifest(ArtefactName.POINTS3D)["windows"])
        nothing = stamped(context, params_hash, facts={"reason": NO_BALL})
        store.write_series(ArtefactName.BALL, empty(ArtefactName.BALL), nothing)
        return StepResult(frames=film.looked, warnings=warnings)


def _owners(store: Artefacts) -> Mapping[str, Mapping[int, int]]:
    """Camera → its tracks' people."""
    pieces: dict[str, list[list[int]]] = store.read_json(ArtefactName.PEOPLE)["pieces"]
    return {camera: {track: person for track, person in rows} for camera, rows in pieces.items()}


def _everybody(store: Artefacts) -> LinkedPieces:
    """Everybody in space as one piece each, from their first to their last frame of the first camera."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for _, rows in store.iter_windows(ArtefactName.POINTS3D):
        for person in np.unique(rows["track_id"]).tolist():
            frames = rows["frame"][rows["track_id"] == person]
            first.setdefault(person, int(frames.min()))
            last[person] = int(frames.max())
    people = np.array(sorted(first), np.int32)
    starts, stops = (np.array([ends[int(n)] for n in people], np.int32) for ends in (first, last))
    return LinkedPieces(people, starts, stops, people)


def _counted(store: Artefacts, films: JointFilm, owners: Mapping[str, Mapping[int, int]], in_space: Links) -> People:
    """How long everybody was placed, and samples of their shirts from all cameras."""
    people = People()
    for entry, rows in store.iter_windows(ArtefactName.POINTS3D):
        kits = _kits(films, owners, entry["t0"], entry["t1"])
        linked = in_space.linked(rows["track_id"], rows["frame"])
        for number in np.unique(linked[linked >= 0]).tolist():
            mine = linked == number
            worn = [kits[person] for person in np.unique(rows["track_id"][mine]).tolist() if person in kits]
            counted: dict[str, Any] = {"frame": rows["frame"][mine], "t": rows["t"][mine]}
            counted["cls"] = np.zeros(int(mine.sum()), np.int16)
            counted["kit"] = np.concatenate(worn) if worn else np.zeros((0, KIT_SIZE), np.float32)
            people.add(number, counted, LinkParams())
    return people


def _kits(films: JointFilm, owners: Mapping[str, Mapping[int, int]], t0_s: float, t1_s: float) -> dict[int, Array]:
    """Person → shirt samples of all cameras between two times of the first camera's clock."""
    found: dict[int, list[Array]] = {}
    for camera in films.cameras:
        rows = camera.store.read_range(ArtefactName.TRACKS, t0_s + camera.offset_s, t1_s + camera.offset_s)
        worn = np.isfinite(rows["kit"]).all(axis=1) & ~rows["interpolated"]
        for track, person in owners[camera.name].items():
            found.setdefault(person, []).append(rows["kit"][worn & (rows["track_id"] == track)])
    return {person: np.concatenate(parts) for person, parts in found.items()}


def _in_the_picture(store: Artefacts, owner: Mapping[int, int], in_space: Links, kept: Int32Array) -> list[Piece]:
    """The first camera's tracks as pieces of the people in space; of two boxes on one body the larger track counts."""
    shown = _shown(store)
    free: dict[int, list[tuple[int, int]]] = {}
    pieces: list[Piece] = []
    for track in sorted(set(owner) & set(shown), key=lambda track: (-shown[track].weight, track)):
        person = owner[track]
        gaps = free.setdefault(person, [(0, _LAST_FRAME)])
        mine = _overlaps(gaps, shown[track].first, shown[track].last)
        free[person] = _without(gaps, shown[track].first, shown[track].last)
        for first, last in mine:
            for piece in in_space.pieces:
                start, stop = max(first, piece.first), min(last, piece.last)
                if piece.track_id == person and piece.linked_id in kept and start <= stop:
                    pieces.append(Piece(track, start, stop, piece.linked_id))
    return sorted(pieces, key=lambda piece: (piece.track_id, piece.first))


@dataclass(slots=True)
class _Shown:
    """When a track is in the picture, and how large: the sum of its boxes' heights [px]."""

    first: int
    last: int
    weight: float = 0.0


def _shown(store: Artefacts) -> dict[int, _Shown]:
    tracks: dict[int, _Shown] = {}
    for _, rows in store.iter_windows(ArtefactName.TRACKS):
        for number in np.unique(rows["track_id"]).tolist():
            mine = rows["track_id"] == number
            frames = rows["frame"][mine]
            known = tracks.setdefault(number, _Shown(int(frames.min()), int(frames.max())))
            known.last = int(frames.max())
            known.weight += float((rows["xyxy"][mine, 3] - rows["xyxy"][mine, 1]).sum())
    return tracks


def _overlaps(gaps: Sequence[tuple[int, int]], first: int, last: int) -> list[tuple[int, int]]:
    """The parts of `first` to `last` (inclusive) that lie in gaps."""
    parts = [(max(first, start), min(last, stop)) for start, stop in gaps]
    return [(start, stop) for start, stop in parts if start <= stop]


def _without(gaps: Sequence[tuple[int, int]], first: int, last: int) -> list[tuple[int, int]]:
    """Gaps less `first` to `last` (inclusive)."""
    parts = [part for start, stop in gaps for part in ((start, min(stop, first - 1)), (max(start, last + 1), stop))]
    return [(start, stop) for start, stop in parts if start <= stop]


def _placed(rows: dict[str, Array], in_space: Links, kept: Int32Array, skeleton: Skeleton) -> dict[str, Any]:
    """Where everybody's hips were above the ground: the middle of a body, which a stride does not shake."""
    hips = [skeleton.index("left_hip"), skeleton.index("right_hip")]
    if not len(rows["frame"]):
        return empty(ArtefactName.WORLD)
    linked = in_space.linked(rows["track_id"], rows["frame"])
    xy = rows["xyz"][:, hips, :2].mean(axis=1)
    sigma = np.sqrt((rows["sigma"][:, hips] ** 2).sum(axis=1)) / 2
    there = np.isin(linked, kept) & np.isfinite(xy).all(axis=1) & np.isfinite(sigma)
    return {
        "frame": rows["frame"][there],
        "t": rows["t"][there],
        "track_id": linked[there],
        "xy": xy[there].astype(np.float32),
        "sigma": sigma[there].astype(np.float32),
    }


STEP = PlaceStep()
