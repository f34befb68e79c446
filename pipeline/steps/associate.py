"""Step `associate`: which tracks of which cameras are one person."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from pipeline.artefacts import artefacts_of
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.joint import JointFilm, JointStep, unusable
from vision.multiview.association import AssociationParams, ViewTrack, associate

MAX_INSTANTS = 20_000
"""Instants compared over a film: a match at 3.7 a second; bounds memory."""


class AssociateStep(JointStep):
    """Writes `people`: for each camera its tracks' people; those whom one camera alone shows have none."""

    name: ClassVar[StepName] = StepName.ASSOCIATE

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        return AssociationParams(), MAX_INSTANTS, context.job.calibration

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        film = JointFilm.read(context, store.read_json(ArtefactName.SYNC)["offsets_s"])
        tracks, named = self._tracks(context, film)
        person = associate(tracks, film.rig, film.skeleton, AssociationParams())
        cameras = np.array([track.camera for track in tracks], np.int64)
        shared = [number for number in np.unique(person) if len(np.unique(cameras[person == number])) > 1]
        if not shared:
            raise unusable(
                "No two cameras show the same person at the same place. Check that every film bears its own camera's "
                "name, that the calibration is of these places, and that the clocks match."
            )
        numbers = {old: new for new, old in enumerate(shared, start=1)}
        pieces: dict[str, list[list[int]]] = {camera.name: [] for camera in film.cameras}
        for (name, track), old in zip(named, person.tolist(), strict=True):
            if old in numbers:
                pieces[name].append([track, numbers[old]])
        store.write_json(ArtefactName.PEOPLE, {"people": len(shared), "pieces": pieces}, stamped(context, params_hash))
        return StepResult(frames=len(film.frames))

    @staticmethod
    def _tracks(context: StepContext, film: JointFilm) -> tuple[list[ViewTrack], list[tuple[str, int]]]:
        step = -(-len(film.t_s) // MAX_INSTANTS)
        wanted = film.t_s[::step]
        tracks: list[ViewTrack] = []
        named: list[tuple[str, int]] = []
        for number, camera in enumerate(film.cameras):
            for track, keypoints in camera.keypoints(wanted):
                seen = np.flatnonzero(keypoints[:, :, 2].any(axis=1)).astype(np.int32)
                if len(seen):
                    tracks.append(ViewTrack(camera.camera, seen, keypoints[seen]))
                    named.append((camera.name, track))
            context.report((number + 1) / (len(film.cameras) + 1))
        return tracks, named


STEP = AssociateStep()
