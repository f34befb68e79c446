"""Step `events`: touches, possessions, passes, shots, dribbles, sprints, jumps and turns, with their evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from pipeline.artefacts import Artefacts, artefacts_of
from pipeline.links import LinkedTrack, Links
from pipeline.plan import ArtefactName, StepName
from pipeline.ports import PlayerRecord
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.kpis import plain_json, zone_policy
from pipeline.steps.people import PersonRows, collect
from pipeline.steps.player_events import EventsDocument, company_results, coverage_results, event_result
from pipeline.steps.scale import load_scale
from pipeline.steps.timing import analysed, read_stored_timebase
from vision.calibration.homography import PitchHomography
from vision.events.ball_motion import ball_ground_points, ball_px_per_m
from vision.events.find import NO_BALL_METRES, Coverage, EventParams, find_events
from vision.events.scene import USUAL_HEIGHT_M, BallTrack, Event, Goals, Person, Scene
from vision.events.turns import TurnParams, find_turns
from vision.kpi.company import CompanyParams, company_of_scene
from vision.kpi.motion import Motion, estimate_motion
from vision.kpi.player import KPIParams
from vision.kpi.policy import ZonePolicy
from vision.kpi.speed import list_efforts
from vision.types import Float64Array, Int32Array

CAMERA_MOVES = "Not measured: the camera moves, so the ball's place on the ground is not known."
_DEFAULT_PACK = "adult"


class EventsStep(ArtefactStep):
    """Writes `events`."""

    name: ClassVar[StepName] = StepName.EVENTS

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        packs = {player.zones for player in context.job.players} | {_DEFAULT_PACK}
        zones = {pack: zone_policy(pack).params_hash() for pack in packs}
        known = sorted((p.player_id, p.zones, p.height_m) for p in context.job.players)
        return EventParams(), TurnParams(), KPIParams(), CompanyParams(), zones, known, _pitch(context)

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        timebase, _ = read_stored_timebase(store)
        frames = np.flatnonzero(analysed(timebase, context.params)).astype(np.int32)
        t_s, links = timebase.t_s[frames], Links.read(store)
        players = {player.player_id: player for player in context.job.players}
        rows = collect(store, links, frames)
        people = [_person(track, rows[track["track_id"]], t_s, players) for track in links.tracks]
        context.report(0.3)
        scene = Scene(t_s, _ball(store, people), people, _goals(context, store))
        found = find_events(scene)
        context.report(0.7)
        events = list(found.events)
        for track in links.tracks:
            player = players.get(track["player_id"] or "")
            policy = zone_policy(player.zones if player is not None else _DEFAULT_PACK)
            events += _movement_events(track["track_id"], rows[track["track_id"]], t_s, policy)
        document = _document(events, found.coverage, links.players(), timebase.t_s, store)
        document["company"] = company_results(company_of_scene(scene, found.in_flight_s))
        document["in_flight_s"] = [[round(a, 3), round(b, 3)] for a, b in found.in_flight_s]
        document["rate_hz"] = scene.rate_hz
        store.write_json(ArtefactName.EVENTS, plain_json(document), stamped(context, params_hash))
        return StepResult(frames=len(t_s))


def _document(
    events: Sequence[Event],
    coverage: Mapping[int, Coverage],
    players: Mapping[int, str],
    t_s: Float64Array,
    store: Artefacts,
) -> EventsDocument:
    ordered = sorted(events, key=lambda event: (event.t0_s, event.track_id, event.kind))
    told = {track: _with_camera(one, store) for track, one in coverage.items()}
    return EventsDocument(
        events=[event_result(event, players.get(event.track_id), t_s) for event in ordered],
        coverage=coverage_results(told),
        company={},
        in_flight_s=[],
        rate_hz=0.0,
    )


def _with_camera(coverage: Coverage, store: Artefacts) -> Coverage:
    """Name the camera's movement where it, not a missing mark, keeps the ball's place unknown."""
    if not store.manifest(ArtefactName.WORLD)["facts"].get("moving"):
        return coverage
    absent = {need: CAMERA_MOVES if text == NO_BALL_METRES else text for need, text in coverage.absent.items()}
    return replace(coverage, absent=absent)


def _person(track: LinkedTrack, rows: PersonRows, t_s: Float64Array, players: Mapping[str, PlayerRecord]) -> Person:
    seen = np.concatenate(rows.seen or [np.zeros(0, np.int32)])
    boxes = np.concatenate(rows.boxes or [np.zeros((0, 4), np.float32)]).astype(np.float64)
    # Two pieces of one person may show the same frame; the first counts.
    seen, first = np.unique(seen, return_index=True)
    placed: Float64Array | None = None
    if rows.xy:
        placed = np.full((len(t_s), 2), np.nan)
        placed[np.concatenate(rows.placed)] = np.concatenate(rows.xy)
        placed = placed[seen]
    poses = rows.poses()
    pose_t_s, keypoints = poses if poses is not None else (np.zeros(0), np.zeros((0, 17, 3), np.float32))
    pose_t_s, kept = np.unique(pose_t_s, return_index=True)
    measured = rows.poses_measured()
    player = players.get(track["player_id"] or "")
    height = player.height_m if player is not None and player.height_m else USUAL_HEIGHT_M
    return Person(
        track["track_id"],
        track["team"],
        t_s[seen],
        boxes[first],
        placed,
        pose_t_s,
        keypoints[kept],
        height,
        None if measured is None else measured[kept],
    )


def _ball(store: Artefacts, people: Sequence[Person]) -> BallTrack:
    """The ball's path, with its places on the ground where the pitch is marked and the camera stands still."""
    arrays, _ = store.read_series(ArtefactName.BALL)
    score = arrays["score"].astype(np.float64)
    ball = BallTrack(arrays["t"], arrays["xy"].astype(np.float64), arrays["interpolated"], score=score)
    facts = store.manifest(ArtefactName.WORLD)["facts"]
    scale = load_scale(facts["scale"])
    if not isinstance(scale, PitchHomography) or facts.get("moving"):
        return ball
    places, _ = scale.to_pitch(ball_ground_points(ball, ball_px_per_m(ball, people)))
    return replace(ball, xy_m=places)


def _pitch(context: StepContext) -> Mapping[str, object] | None:
    return (context.job.calibration or {}).get("pitch")


def _goals(context: StepContext, store: Artefacts) -> Goals | None:
    """Where the goals stand, if the calibration says on which pitch it was marked."""
    pitch = _pitch(context)
    if not pitch or store.manifest(ArtefactName.WORLD)["facts"]["scale"] is None:
        return None
    return Goals(float(str(pitch["length_m"])) / 2, float(str(pitch["goal_width_m"])))


def _movement_events(track_id: int, rows: PersonRows, t_s: Float64Array, policy: ZonePolicy) -> list[Event]:
    """Sprints and turns of one person, from the movement that the KPIs are computed from."""
    motion = _motion(rows, t_s)
    if motion is None or not motion.plan.peaks:
        return []
    found = [
        Event(
            "sprint",
            effort["t0_s"],
            effort["t1_s"],
            track_id,
            _sprint_confidence(effort["max_speed_mps"], motion, policy),
            {"distance_m": effort["distance_m"], "max_speed_mps": effort["max_speed_mps"]},
            (f"{effort['max_speed_mps']:.1f} m/s at most, over {policy.sprint_mps:.1f} m/s for a second or more.",),
        )
        for effort in list_efforts(motion, policy)
        if effort["kind"] == "sprint"
    ]
    return found + find_turns(track_id, motion.t_s, motion.xy_m, motion.plan.speed_noise_mps)


def _sprint_confidence(fastest_mps: float, motion: Motion, policy: ZonePolicy) -> float:
    """How far the top speed lies above the edge, in sigmas of its noise, as a share of three."""
    above = (fastest_mps - policy.sprint_mps) / max(motion.plan.speed_noise_mps, 0.01)
    return round(float(np.clip(0.5 + above / 6.0, 0.5, 1.0)), 3)


def _motion(rows: PersonRows, t_s: Float64Array) -> Motion | None:
    if not rows.xy or len(t_s) < 2:
        return None
    placed: Float64Array = np.full((len(t_s), 2), np.nan)
    placed[_places(rows)] = np.concatenate(rows.xy)
    params = KPIParams()
    motion = estimate_motion(t_s, placed, params.smoothing, params.min_rate_hz, for_intervals=False)
    return motion if motion.valid.any() else None


def _places(rows: PersonRows) -> Int32Array:
    return np.concatenate(rows.placed).astype(np.int32)


STEP = EventsStep()
