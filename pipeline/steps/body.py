"""Step `body`: a body in SMPL's form for people of a scan, one after the other, each kept as soon as it is fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import numpy as np

from pipeline.artefacts import SCHEMA_VERSION, Array, Artefacts, Stamp, WindowEntry, artefacts_of
from pipeline.bodies import Bodies, BodyFacts, origin_of
from pipeline.errors import PipelineError
from pipeline.links import Links
from pipeline.params import EVERYBODY, TO_THE_END, hash_of
from pipeline.plan import ArtefactName, StepName
from pipeline.ports import PlayerRecord
from pipeline.steps.artefact_step import stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.body_rows import LEAST_JOINTS, Person, Sight, nobody, people_of
from pipeline.steps.joint import JointStep
from vision.body.angles import joint_angles
from vision.body.fitter import FitConfig, SMPLFitter
from vision.body.model import BodyModel, open_body
from vision.body.pose_data import AssumedCamera, BodyFit, PoseData
from vision.body.solver import Report
from vision.errors import VisionError
from vision.types import BoolArray

NO_BODY = "NO_BODY"
_FITTED = 0.95
"""Share of the work on a person that is done when the body is fitted and not yet written."""
_REASONS_TOLD = 3
"""A coach reads a few reasons; the page shows everybody's."""


class BodyStep(JointStep):
    """Writes `body` for each person (`pipeline.bodies`).

    A person whose body stands with the same choices is left alone, so a killed worker costs one person's fit.
    """

    name: ClassVar[StepName] = StepName.BODY
    version: ClassVar[int] = 2

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        p = context.params
        return p.body_track, p.body_gender, p.body_from_s, p.body_to_s, FitConfig()

    def is_done(self, context: StepContext, params_hash: str) -> bool:
        """See `Step.is_done`: `run` looks at each person by themselves."""
        del context, params_hash
        return False

    def discard(self, context: StepContext) -> None:
        """See `Step.discard`: a body is written whole or not at all; what earlier requests made stays."""
        del context

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        del params_hash
        work = _Work.read(context)
        people = work.people()
        reasons: list[str] = []
        pictures = 0
        for number, person in enumerate(people):
            facts = work.fit(person, _share_of(context, number, len(people)))
            pictures += facts["pictures"]
            if facts["reason"]:
                reasons.append(facts["reason"])
            context.report((number + 1) / len(people))
        if len(reasons) == len(people):
            raise PipelineError(" ".join(reasons[:_REASONS_TOLD]) or _NOBODY, code=NO_BODY)
        return StepResult(frames=pictures, warnings=tuple(reasons))


NO_SUCH_BODY = "no body of the chosen gender is installed: the open one was fitted, whose shape covers women and men"
_NOBODY = "No posture of anybody was read in this part of the film, so there is no body to fit. Choose another part."


@dataclass(frozen=True, slots=True)
class _Work:
    """What all people of a request share."""

    context: StepContext
    store: Artefacts
    links: Links
    sight: Sight
    model: BodyModel
    fitter: SMPLFitter
    players: Mapping[str, PlayerRecord]

    @classmethod
    def read(cls, context: StepContext) -> _Work:
        store = artefacts_of(context.artefacts, context.job, context.video)
        model = context.models.body(context.params.body_gender)
        players = {player.player_id: player for player in context.job.players}
        fitter = SMPLFitter(model, FitConfig(), device=context.models.device)
        return cls(context, store, Links.read(store), Sight.of(store), model, fitter, players)

    def people(self) -> list[Person]:
        """Who was asked for; without a name everybody of whom a posture was read."""
        found = people_of(self.store, self.links, self.context.params)
        wanted = self.context.params.body_track
        if wanted == EVERYBODY:
            return [found[track] for track in sorted(found)]
        if all(track["track_id"] != wanted for track in self.links.tracks):
            raise PipelineError(f"There is no track {wanted} in this session any more.", code=NO_BODY)
        return [found.get(wanted) or nobody(wanted)]

    def fit(self, person: Person, report: Report) -> BodyFacts:
        """Fit and keep a person's body, unless it stands; answers what is known of it.

        A job that was cancelled meanwhile keeps nothing: `report` raises.
        """
        store = Bodies(self.store).of(person.track_id)
        player = self.links.players().get(person.track_id)
        height_m = self.players[player].height_m if player is not None and player in self.players else None
        params, choice = self.context.params, self.sight.choice(height_m)
        asked = params.body_gender, params.body_from_s, params.body_to_s, FitConfig()
        made_of = person.digest(), self.origin(person), choice, self.model.name
        params_hash = hash_of(SCHEMA_VERSION, StepName.BODY.value, BodyStep.version, asked, made_of)
        if store.stands(ArtefactName.BODY, params_hash):
            return cast(BodyFacts, store.manifest(ArtefactName.BODY)["facts"])
        fitted, reason = self._tried(person, height_m, report)
        facts = self._facts(person, reason, fitted, player if height_m else None)
        report(1.0)
        self._keep(store, person, fitted, params_hash, facts)
        return facts

    def origin(self, person: Person) -> str:
        """Names the postures that belong to a person now."""
        return origin_of(self.store, self.links, person.track_id)

    def _tried(self, person: Person, height_m: float | None, report: Report) -> tuple[BodyFit | None, str]:
        """The body, or why there is none."""
        reason = person.too_little()
        if reason:
            return None, reason
        try:
            fitted = self._fitted(person, height_m, report)
        except VisionError as error:
            return None, f"Track {person.track_id}: {error.message}."
        return (fitted, "") if fitted.valid.any() else (None, _never_fitted(person))

    def _fitted(self, person: Person, height_m: float | None, report: Report) -> BodyFit:
        sight = self.sight
        in_space = bool(len(person.sigma))
        data = PoseData(
            t_s=person.t_s,
            keypoints=person.keypoints.astype(np.float64),
            skeleton=sight.skeleton,
            kind="3d" if in_space else "2d",
            covariance=_covariance(person) if in_space else None,
            camera=None if in_space else sight.camera or AssumedCamera(sight.size, moving=sight.moving),
            height_m=height_m,
            ground=in_space or sight.camera is not None,
        )
        return self.fitter.fit(data, report)

    def _of_gender(self) -> tuple[str, ...]:
        """What has to be said where a gender was asked for that no installed body has."""
        asked = self.context.params.body_gender != "neutral"
        return (NO_SUCH_BODY,) if asked and self.model.name == open_body().name else ()

    def _facts(self, person: Person, reason: str, fit: BodyFit | None, sized_by: str | None) -> BodyFacts:
        params, sight = self.context.params, self.sight
        valid = fit.valid if fit is not None else np.zeros(0, np.bool_)
        last_s = float(person.t_s[-1]) if len(person.t_s) else params.body_from_s
        return BodyFacts(
            track_id=person.track_id,
            reason=reason,
            source=sight.source,
            frame="world" if len(person.sigma) or sight.camera is not None else "camera",
            scale_source=str(fit.scale_source) if fit is not None else sight.scale_source,
            estimated=sight.estimated or (not len(person.sigma) and sized_by is None),
            model=self.model.name,
            gender=params.body_gender,
            height_m=float(fit.height_m) if fit is not None else None,
            betas=[] if fit is None else [float(value) for value in fit.betas],
            angles=[] if fit is None else sorted(joint_angles(fit)),
            origin=self.origin(person),
            sized_by=sized_by,
            from_s=params.body_from_s,
            to_s=last_s if params.body_to_s == TO_THE_END else params.body_to_s,
            pictures=int(valid.sum()),
            coverage=float(valid.mean()) if len(valid) else 0.0,
            error_m=_median(fit.error_m, valid) if fit is not None else None,
            error_px=_median(fit.error_px, valid) if fit is not None else None,
        )

    def _keep(self, store: Artefacts, person: Person, fit: BodyFit | None, params_hash: str, facts: BodyFacts) -> None:
        """Put the body in the place of an earlier one; its manifest comes last, so that nobody reads half of it."""
        warnings = (*fit.warnings, *self._of_gender()) if fit is not None else ()
        stamp = stamped(self.context, params_hash, facts=dict(facts), warnings=warnings)
        store.discard(ArtefactName.BODY)
        entries: list[WindowEntry] = []
        if fit is not None:
            rows = _rows(person, fit, facts["angles"])
            for window, start, stop in _windows(person.t_s, self.context.params.window_s):
                entries.append(_entry(person, window, start, stop))
                part = {name: array[start:stop] for name, array in rows.items()}
                store.write_window(ArtefactName.BODY, window, part, _bare(stamp))
        store.write_manifest(ArtefactName.BODY, stamp, entries)


def _share_of(context: StepContext, number: int, count: int) -> Report:
    """Tell how far one of `count` people is as the progress of all."""
    return lambda share: context.report((number + _FITTED * share) / count)


def _bare(stamp: Stamp) -> Stamp:
    """The facts stand in the manifest; in each window's file they would only repeat themselves."""
    return Stamp(stamp.params_hash, models=stamp.models, made=stamp.made)


def _rows(person: Person, fit: BodyFit, angles: Sequence[str]) -> dict[str, Array]:
    found = joint_angles(fit)
    error = fit.error_m if len(person.sigma) else fit.error_px
    count = len(person.t_s)
    table = np.stack([found[name] for name in angles], axis=1) if angles else np.zeros((count, 0))
    rows: dict[str, Array] = {
        "frame": person.frame,
        "t": person.t_s,
        "track_id": np.full(count, person.track_id, np.int32),
        "pose": fit.pose.astype(np.float32),
        "translation": fit.translation.astype(np.float32),
        "joints": fit.joints.astype(np.float32),
        "angles": table.astype(np.float32),
        "error": np.asarray(error, np.float32),
        "sigma": fit.sigma_m.astype(np.float32),
        "valid": fit.valid,
        "bridged": fit.bridged,
        "contact": fit.contact,
    }
    for name in ("pose", "translation", "joints", "angles", "error", "sigma"):
        rows[name][~fit.valid] = np.nan
    return rows


def _windows(t_s: Any, window_s: float) -> list[tuple[int, int, int]]:
    """Windows of the film that have rows: number, first row, end of rows."""
    number = np.floor(t_s / window_s + 1e-9).astype(np.int64)
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    stops = np.append(starts[1:], len(t_s))
    return [(int(number[start]), int(start), int(stop)) for start, stop in zip(starts, stops, strict=True)]


def _entry(person: Person, window: int, start: int, stop: int) -> WindowEntry:
    frames, t_s = person.frame, person.t_s
    return WindowEntry(
        window=window,
        start=int(frames[start]),
        stop=int(frames[stop - 1]) + 1,
        t0=float(t_s[start]),
        t1=float(t_s[stop - 1]),
    )


def _covariance(person: Person) -> Array:
    """`(T, K, 3, 3)` [m²], the same along each axis, as `points3d` has it."""
    variance: Array = person.sigma.astype(np.float64) ** 2
    return variance[:, :, None, None] * np.eye(3)


def _median(values: Any, valid: BoolArray) -> float | None:
    if values is None:
        return None
    known = np.asarray(values, np.float64)[valid]
    known = known[np.isfinite(known)]
    return float(np.median(known)) if len(known) else None


def _never_fitted(person: Person) -> str:
    return (
        f"No body fits the postures of track {person.track_id}: too few of its joints are seen at once (at least "
        f"{LEAST_JOINTS} are needed), or they contradict each other. Choose a part in which the person is seen well."
    )


STEP = BodyStep()
