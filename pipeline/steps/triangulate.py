"""Step `triangulate`: everybody's joints in space, window by window of the first camera."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from pipeline.artefacts import Array, artefacts_of, empty
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.joint import JointFilm, JointStep, unusable
from pipeline.steps.timing import read_stored_timebase, spans
from vision.multiview.bundle import BundleError, BundleParams, Refined, refine_rig
from vision.multiview.triangulation import Triangulation, TriangulationParams, triangulate
from vision.skeletons import Skeleton
from vision.types import Float64Array, Int32Array

MIN_AGREEMENT = 0.3
"""Least share of the joints that two cameras or more see on which they agree; below, this is another rig."""
REFINED_INSTANTS = 300
"""Instants from which cameras are refined, where that is asked for."""
TOLD_DEG, TOLD_M = 0.2, 0.02
"""Smaller corrections are not worth a coach's time."""
MIN_USED = 0.1
"""A camera that counts for fewer of the placed joints gives no picture of the people that the others show."""
MIN_UPRIGHT_M = 0.3
"""People's shoulders are at least so far above their ankles, in the median, or z does not point up [m]."""


class TriangulateStep(JointStep):
    """Writes `points3d`."""

    name: ClassVar[StepName] = StepName.TRIANGULATE

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        limits = MIN_AGREEMENT, MIN_UPRIGHT_M, MIN_USED, REFINED_INSTANTS
        asked = context.params.window_s, context.params.refine_cameras
        return TriangulationParams(), BundleParams(), limits, asked, context.job.calibration

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        film = JointFilm.read(context, store.read_json(ArtefactName.SYNC)["offsets_s"])
        people = store.read_json(ArtefactName.PEOPLE)
        timebase, _ = read_stored_timebase(store)
        every = spans(timebase, context.params.window_s)
        judge = _Judge(film.skeleton)
        refined = _refined(film, people) if context.params.refine_cameras else None
        rig = refined.rig if refined else film.rig
        stamp = stamped(context, params_hash, facts={"skeleton": film.skeleton.name, "cameras": list(film.rig.names)})
        for number, span in enumerate(every):
            here = (film.frames >= span.start) & (film.frames < span.stop)
            keypoints = _gathered(film, people, film.t_s[here])
            found = triangulate(keypoints, rig)
            judge.look(keypoints, found)
            rows = _rows(found, film.frames[here], film.t_s[here], people["people"])
            store.write_window(ArtefactName.POINTS3D, span.window, rows, stamp)
            context.report((number + 1) / len(every))
        facts = {**judge.verdict(), **(_bumps(refined) if refined else {})}
        warnings = (*judge.silent(film.rig.names), *(_told(refined) if refined else ()))
        whole = stamped(context, params_hash, facts={**(stamp.facts or {}), **facts}, warnings=warnings)
        store.write_manifest(ArtefactName.POINTS3D, whole, [span.entry() for span in every])
        return StepResult(frames=len(film.frames), warnings=warnings)


def _refined(film: JointFilm, people: Mapping[str, Any]) -> Refined:
    """The cameras by what they saw at instants spread over the film."""
    step = -(-len(film.t_s) // REFINED_INSTANTS)
    try:
        return refine_rig(_gathered(film, people, film.t_s[::step]), film.rig)
    except BundleError as error:
        raise unusable(f"{error.message[:1].upper()}{error.message[1:]}.", "CAMERAS_MOVED") from error


def _bumps(refined: Refined) -> dict[str, Any]:
    names = refined.rig.names
    return {
        "turned_deg": dict(zip(names, refined.turned_deg.tolist(), strict=True)),
        "shifted_m": dict(zip(names, refined.shifted_m.tolist(), strict=True)),
    }


def _told(refined: Refined) -> tuple[str, ...]:
    """Which cameras were put back by more than nothing."""
    moved = (refined.turned_deg >= TOLD_DEG) | (refined.shifted_m >= TOLD_M)
    return tuple(
        f"Camera {refined.rig.names[place]} stood {refined.shifted_m[place] * 100:.0f} cm and "
        f"{refined.turned_deg[place]:.1f}° from where it was calibrated and was put right by what it saw."
        for place in np.flatnonzero(moved)
    )


def _gathered(film: JointFilm, people: Mapping[str, Any], t_s: Float64Array) -> dict[str, Float64Array]:
    """Camera → keypoints `(people · N, K, 3)`, person by person; score 0 where a camera does not show somebody."""
    found = {}
    for camera in film.cameras:
        owner = {track: person - 1 for track, person in people["pieces"][camera.name]}
        rows = np.zeros((people["people"], len(t_s), len(film.skeleton), 3), np.float32)
        for track, keypoints in camera.keypoints(t_s):
            if track in owner:
                mine = rows[owner[track]]
                better = keypoints[:, :, 2] > mine[:, :, 2]  # two boxes may lie on one body
                mine[better] = keypoints[better]
        found[camera.name] = rows.reshape(-1, len(film.skeleton), 3).astype(np.float64)
    return found


def _rows(found: Triangulation, frames: Int32Array, t_s: Float64Array, people: int) -> dict[str, Array]:
    known = np.asarray(np.isfinite(found.xyz_m[:, :, 0]).any(axis=1), np.bool_)
    if not known.any():
        return empty(ArtefactName.POINTS3D)
    with np.errstate(invalid="ignore"):
        sigma = np.sqrt(np.trace(found.covariance_m2[known], axis1=2, axis2=3) / 3)
    return {
        "frame": np.tile(frames, people)[known],
        "t": np.tile(t_s, people)[known],
        "track_id": np.repeat(np.arange(1, people + 1, dtype=np.int32), len(frames))[known],
        "xyz": found.xyz_m[known].astype(np.float32),
        "sigma": sigma.astype(np.float32),
        "reprojection_error": found.reprojection_error_px[known].astype(np.float32),
        "cameras_used": found.cameras_used[known].sum(axis=2).astype(np.uint8),
    }


@dataclass(slots=True)
class _Judge:
    """Whether the rig fits the films, by what all windows gave."""

    skeleton: Skeleton
    seen: int = 0
    agreed: int = 0
    used: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    errors_px: list[Array] = field(default_factory=list)
    upright_m: list[Array] = field(default_factory=list)

    def look(self, keypoints: Mapping[str, Float64Array], found: Triangulation) -> None:
        """Count one window."""
        cameras = sum(
            (rows[:, :, 2] >= TriangulationParams().min_score).astype(np.int64) for rows in keypoints.values()
        )
        known = np.isfinite(found.xyz_m).all(axis=2)
        self.seen += int((np.asarray(cameras) > 1).sum())
        self.agreed += int(known.sum())
        counted = found.cameras_used[known].sum(axis=0).astype(np.int64)
        self.used = counted if not len(self.used) else self.used + counted
        self.errors_px.append(found.reprojection_error_px[known])
        high, low = (self._height(found, part) for part in ("shoulder", "ankle"))
        rise = high - low
        self.upright_m.append(rise[np.isfinite(rise)])

    def _height(self, found: Triangulation, part: str) -> Float64Array:
        joints = [self.skeleton.index(f"{side}_{part}") for side in ("left", "right")]
        return np.asarray(found.xyz_m[:, joints, 2].mean(axis=1), np.float64)

    def silent(self, cameras: Sequence[str]) -> tuple[str, ...]:
        """What should be known of cameras that hardly ever agreed with the others."""
        return tuple(
            f"Camera {name} agrees with the others on hardly any joint ({used / max(self.agreed, 1):.0%}) and was left "
            "out there. Is it its film, does it stand as calibrated, and does its clock match?"
            for name, used in zip(cameras, self.used, strict=True)
            if used < MIN_USED * self.agreed
        )

    def verdict(self) -> dict[str, float]:
        """Median reprojection error [px] and share of joints agreed on; an error where these are not the cameras."""
        if self.agreed < MIN_AGREEMENT * max(self.seen, 1):
            raise unusable(
                f"The cameras agree on {self.agreed / max(self.seen, 1):.0%} of the joints that two or more of them "
                "show. Check that every film bears its own camera's name, that no camera was moved since the "
                "calibration, and that the clocks match."
            )
        rise = np.concatenate(self.upright_m)
        if len(rise) and np.median(rise) < MIN_UPRIGHT_M:
            raise unusable(
                "In this calibration people do not stand upright: z must point up, from the ground to the sky, and the "
                "world must not be mirrored."
            )
        return {
            "reprojection_error_px": float(np.median(np.concatenate(self.errors_px))),
            "agreement": self.agreed / self.seen,
        }


STEP = TriangulateStep()
