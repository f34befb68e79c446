"""Step `kpis`: figures and efforts of everybody who was in view, with their intervals and grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, cast

import numpy as np
import yaml

from pipeline.artefacts import Artefacts, artefacts_of
from pipeline.links import LinkedTrack, Links
from pipeline.plan import ArtefactName, StepName
from pipeline.ports import PlayerRecord, PlayerResult
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.people import PersonRows, collect
from pipeline.steps.player_events import read_company, read_player_events
from pipeline.steps.scale import NO_SCALE, StoredScale, load_scale
from pipeline.steps.timing import analysed, read_stored_timebase
from vision.kpi.catalogue import CATALOGUE_VERSION
from vision.kpi.company import Company
from vision.kpi.player import KPIParams, calculate_player_kpis
from vision.kpi.policy import ZonePolicy
from vision.kpi.track import Measurement, PlayerEvents, PlayerTrack
from vision.kpi.values import PlayerKPIs
from vision.types import Float64Array, Int32Array

ZONES_FILE = Path(__file__).parents[2] / "fixtures" / "zones.yaml"
OTHER_HEIGHT = (
    "Not measured: metres in this film come from another player's height and hold only at that player's distance. "
    "Say who this is and enter the height, or mark the pitch."
)
VIEW_M = 25.0
"""Over such a length a camera's drift changes by its own size: half of what a picture of a match shows [m]."""
_DEFAULT_PACK = "adult"
_GROUPS = ("speed", "distance", "technical", "physical")


class KpisStep(ArtefactStep):
    """Writes `kpis`."""

    name: ClassVar[StepName] = StepName.KPIS

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        packs = {player.zones for player in context.job.players} | {_DEFAULT_PACK}
        zones = {pack: zone_policy(pack).params_hash() for pack in packs}
        return CATALOGUE_VERSION, KPIParams(), zones, sorted((p.player_id, p.zones) for p in context.job.players)

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        links = Links.read(store)
        film = _Film.read(store, context)
        players = {player.player_id: player for player in context.job.players}
        results: list[PlayerResult] = []
        rows = collect(store, links, film.frames)
        for number, track in enumerate(links.tracks):
            player_id = track["player_id"]
            found = _figures(film, rows[track["track_id"]], players.get(player_id or ""), track)
            results.append(player_result(track["track_id"], player_id, found))
            context.report((number + 1) / len(links.tracks))
        stamp = stamped(context, params_hash)
        document = {"catalogue_version": CATALOGUE_VERSION, "players": plain_json(results)}
        store.write_json(ArtefactName.KPIS, document, stamp)
        return StepResult(frames=len(film.t_s))


@dataclass(frozen=True, slots=True)
class _Film:
    """What all players of a film share.

    Attributes:
        frames, t_s: analysed frames and their times [s].
        no_scale: why there are no metres.
        models: step → model.
        events: track → the player's events.
        company: track → the player's distances to others.
        drift_m: of a camera that moves [m]; `None`: it stands still.
    """

    frames: Int32Array
    t_s: Float64Array
    scale: StoredScale | None
    no_scale: str
    models: Mapping[str, str]
    events: Mapping[int, PlayerEvents]
    company: Mapping[int, Company]
    drift_m: float | None = None

    @classmethod
    def read(cls, store: Artefacts, context: StepContext) -> _Film:
        timebase, _ = read_stored_timebase(store)
        frames = np.flatnonzero(analysed(timebase, context.params)).astype(np.int32)
        made = {
            name.value: ", ".join(f"{model['key']} {model['version']}" for model in store.manifest(name)["models"])
            for name in (ArtefactName.DETECTIONS, ArtefactName.POSES)
        }
        world = store.manifest(ArtefactName.WORLD)["facts"]
        scale = load_scale(world["scale"])
        moving = world.get("moving") if scale is not None else None
        drift_m = moving["drift_m"] if moving else None
        events = read_player_events(store)
        return cls(frames, timebase.t_s[frames], scale, world["reason"], made, events, read_company(store), drift_m)

    def moments_s(self, linked: LinkedTrack) -> tuple[float, ...]:
        """When a track may have gone over to another player [s]."""
        places = np.searchsorted(self.frames, linked.get("doubtful", []))
        return tuple(self.t_s[np.minimum(places, len(self.t_s) - 1)].tolist())


def _figures(film: _Film, rows: PersonRows, player: PlayerRecord | None, linked: LinkedTrack) -> PlayerKPIs:
    policy = zone_policy(player.zones if player is not None else _DEFAULT_PACK)
    place = np.concatenate(rows.placed or rows.seen or [np.zeros(0, np.int32)])
    xy = np.concatenate(rows.xy).astype(np.float64) if rows.xy else None
    sigma = np.concatenate(rows.sigma).astype(np.float64) if rows.sigma else None
    track = PlayerTrack.from_rows(film.t_s, place, xy, sigma, poses=rows.poses())
    track = replace(track, keypoint_measured=rows.poses_measured())
    track_id = linked["track_id"]
    track = replace(track, events=film.events.get(track_id), company=film.company.get(track_id))
    track = replace(track, identity_doubt=linked.get("identity_doubt", 0.0), doubtful_s=film.moments_s(linked))
    measured = Measurement(NO_SCALE, models=film.models, reason=film.no_scale or OTHER_HEIGHT)
    if film.scale is not None and xy is not None:
        # A view that is off by the drift at one side and right at the other has lengths off by its share of a view.
        sigma_share = float(np.hypot(film.scale.relative_length_sigma(xy), (film.drift_m or 0.0) / VIEW_M))
        measured = Measurement(film.scale.scale_source, sigma_share, film.models, camera_drift_m=film.drift_m)
    # The same film gives the same intervals.
    rng = np.random.default_rng(track_id)
    return calculate_player_kpis(track, policy, rng=rng, measurement=measured, params=KPIParams())


def player_result(track_id: int, player_id: str | None, found: PlayerKPIs) -> PlayerResult:
    """One person's figures in the form that is stored."""
    whole = cast(dict[str, Any], found)
    return PlayerResult(
        track_id=track_id,
        player_id=player_id,
        grade=found["quality"]["grade"],
        groups={group: whole[group] for group in _GROUPS},
        quality=whole["quality"],
        series=whole["details"]["speed_series"],
        details={key: value for key, value in whole["details"].items() if key != "speed_series"},
    )


@lru_cache(maxsize=16)
def zone_policy(pack: str) -> ZonePolicy:
    """Speed zones by name, from the fixtures."""
    return ZonePolicy.from_mapping(yaml.safe_load(ZONES_FILE.read_text(encoding="utf-8")), pack)


def plain_json(value: Any) -> Any:
    """Numbers of NumPy as Python's, NaN as `None`, so that JSON holds them."""
    if isinstance(value, Mapping):
        return {key: plain_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_json(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


STEP = KpisStep()
