"""Step `world`: where everybody stood, in metres with their error, where the film allows metres at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from pipeline.artefacts import Array, Artefacts, artefacts_of, empty
from pipeline.links import Links
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.calibrate import check_fits
from pipeline.steps.camera import CameraParams, camera_moves
from pipeline.steps.feet import boxes_of, foot_points, match_poses, usual_offsets
from pipeline.steps.keepers import Stands
from pipeline.steps.moving import UNMARKED as MOVING_UNMARKED
from pipeline.steps.moving import MovingFacts, MovingFilm, MovingFilmParams, sentence
from pipeline.steps.scale import NO_SCALE, MarkedScale, job_calibration, to_metres
from pipeline.steps.timing import read_stored_timebase
from vision.calibration.homography import PitchHomography
from vision.calibration.plausibility import (
    BodyLimits,
    body_doubt,
    body_refusal,
    people_height_m,
    usual_height_m,
)
from vision.calibration.player_height import scale_from_heights
from vision.types import Int32Array, Keypoints

UNMARKED = "The pitch is not marked: mark it in the picture to get speeds and distances in metres."
SIDE_VIEW = "player_height_side_view"
"""This scale holds at one distance from the camera: that of the people whose heights are known, of nobody else."""
_BOXES_FOR_SCALE = 20_000
"""Boxes kept for the scale from heights: far more than it needs, and a bound on memory."""


class WorldStep(ArtefactStep):
    """Writes `world`; without a scale its windows are empty and its facts say so."""

    name: ClassVar[StepName] = StepName.WORLD

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        heights = sorted((p.player_id, p.height_m) for p in context.job.players)
        return context.job.calibration, heights, CameraParams(), BodyLimits(), MovingFilmParams()

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        links = Links.read(store)
        film: MovingFilm | None = None
        moving: MovingFacts | None = None
        if camera_moves(store):
            film, moving, warnings = self._moving(context, store)
            scale: MarkedScale | None = None if film is None else film.calibration
        else:
            scale, warnings = _judged(self._scale(context, store, links), store, links)
        facts = {
            "scale_source": scale.scale_source if scale is not None else NO_SCALE,
            "scale": dict(scale.to_dict()) if scale is not None else None,
            "reason": "" if scale is not None else warnings[0],
            "moving": moving,
        }
        stands = Stands(_pitch_length(context) if scale is not None else None)
        stamp = stamped(context, params_hash, facts=facts, warnings=warnings)
        entries = store.manifest(ArtefactName.TRACKS)["windows"]
        measured = list(_known_heights(context, links))
        direct: list[Array] = [np.zeros(0, np.bool_)]
        usual = usual_offsets((linked, boxes_of(tracks), pose) for linked, tracks, pose in _rows(store, links))
        for number, (linked, tracks, keypoints) in enumerate(_rows(store, links)):
            arrays = empty(ArtefactName.WORLD)
            if scale is not None:
                points, sigma_px = foot_points(linked, boxes_of(tracks), keypoints, usual)
                if film is None:
                    xy, sigma = to_metres(scale, points, sigma_px)
                else:
                    xy, sigma = film.metres(entries[number]["window"], tracks, points, sigma_px)
                sigma = np.where(tracks["interpolated"], np.nan, sigma)  # a guessed box is no measurement
                if scale.scale_source == SIDE_VIEW:
                    sigma = np.where(np.isin(linked, measured), sigma, np.nan)
                arrays = _placed(linked, tracks, xy, sigma)
                direct.append(np.isfinite(tracks["detected"][np.isfinite(sigma), 0]))
                stands.add(arrays)
            store.write_window(ArtefactName.WORLD, entries[number]["window"], arrays, stamp)
            context.report((number + 1) / len(entries))
        on_detected = _share(np.concatenate(direct))
        found = {**facts, "keepers": stands.keepers(), "on_detected": on_detected}
        told = stamped(context, params_hash, facts=found, warnings=warnings)
        store.write_manifest(ArtefactName.WORLD, told, entries)
        return StepResult(warnings=warnings)

    def _scale(self, context: StepContext, store: Artefacts, links: Links) -> MarkedScale | None:
        _, facts = read_stored_timebase(store)
        size = (int(facts["width"]), int(facts["height"]))
        calibration = job_calibration(context.job)
        if calibration is not None:
            check_fits(calibration, size)
            return calibration
        return _scale_from_players(context, store, links, size)

    def _moving(
        self, context: StepContext, store: Artefacts
    ) -> tuple[MovingFilm | None, MovingFacts | None, tuple[str, ...]]:
        """The camera's way through the film, if the pitch can be followed along it, and what the coach should know."""
        calibration = job_calibration(context.job)
        if calibration is None or context.job.calibration is None:
            return None, None, (MOVING_UNMARKED,)
        _, facts = read_stored_timebase(store)
        check_fits(calibration, (int(facts["width"]), int(facts["height"])))
        film = MovingFilm.read(store, context.job.calibration, context.video.video_id)
        if isinstance(film, str):
            return None, None, (film,)
        moving, heights = film.judge(float(context.job.calibration["anchor_t_s"]))
        height_m = usual_height_m(heights)
        refusal = film.told(moving) or body_refusal(height_m)
        if refusal:
            return None, moving, (refusal, *calibration.warnings)
        doubts = filter(None, (film.doubt(), body_doubt(height_m)))
        return film, moving, (sentence(moving), *doubts, *calibration.warnings)


def _pitch_length(context: StepContext) -> float | None:
    """Length of the marked pitch [m]; `None` where the marks are not those of a pitch."""
    pitch = (context.job.calibration or {}).get("pitch")
    return float(pitch["length_m"]) if pitch and pitch.get("length_m") else None


def _judged(scale: MarkedScale | None, store: Artefacts, links: Links) -> tuple[MarkedScale | None, tuple[str, ...]]:
    """The scale, if it gives people a possible size, and what the coach should know."""
    if scale is None:
        return None, (UNMARKED,)
    if not isinstance(scale, PitchHomography):
        return scale, scale.warnings
    boxes = [tracks["xyxy"][~tracks["interpolated"]] for _, tracks, _ in _rows(store, links)]
    every = np.concatenate([np.zeros((0, 4), np.float32), *boxes])
    height_m = people_height_m(scale, every[:: max(1, len(every) // _BOXES_FOR_SCALE)])
    refusal, doubt = body_refusal(height_m), body_doubt(height_m)
    if refusal:
        return None, (refusal, *scale.warnings)
    return scale, (*scale.warnings, *filter(None, (doubt,)))


def _known_heights(context: StepContext, links: Links) -> dict[int, float]:
    """Linked number → standing height [m] of everybody whose height somebody entered."""
    heights = {player.player_id: player.height_m for player in context.job.players if player.height_m}
    return {track: heights[player] for track, player in links.players().items() if player in heights}


def _scale_from_players(
    context: StepContext, store: Artefacts, links: Links, size: tuple[int, int]
) -> MarkedScale | None:
    known = _known_heights(context, links)
    boxes: list[Array] = [np.zeros((0, 4), np.float32)]
    tall: list[Array] = [np.zeros(0)]
    for linked, tracks, _ in _rows(store, links) if known else ():
        for track in np.intersect1d(linked, list(known)):
            rows = (linked == track) & ~tracks["interpolated"]
            boxes.append(tracks["xyxy"][rows])
            tall.append(np.full(int(rows.sum()), known[int(track)]))
    every, height_m = np.concatenate(boxes), np.concatenate(tall)
    step = max(1, len(every) // _BOXES_FOR_SCALE)
    return scale_from_heights(every[::step], height_m[::step], size)


def _rows(store: Artefacts, links: Links) -> Iterator[tuple[Int32Array, dict[str, Array], Keypoints | None]]:
    """Window by window: linked numbers, tracks and keypoints of the rows that belong to somebody."""
    for entry, tracks in store.iter_windows(ArtefactName.TRACKS):
        linked = links.linked(tracks["track_id"], tracks["frame"])
        kept = linked >= 0
        rows = {column: array[kept] for column, array in tracks.items()}
        yield linked[kept], rows, match_poses(rows, store.read_window(ArtefactName.POSES, entry["window"]))


def _share(direct: Array) -> float | None:
    """Share of the places measured on the detector's own box, not the tracker's; `None` without any place."""
    return round(float(direct.mean()), 4) if len(direct) else None


def _placed(linked: Int32Array, tracks: dict[str, Array], xy: Array, sigma: Array) -> dict[str, Any]:
    there = np.isfinite(sigma)
    return {
        "frame": tracks["frame"][there],
        "t": tracks["t"][there],
        "track_id": linked[there],
        "xy": xy[there].astype(np.float32),
        "sigma": sigma[there].astype(np.float32),
    }


STEP = WorldStep()
