"""All KPIs of one player from one track."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from vision.kpi.body import body_entries
from vision.kpi.catalogue import CATALOGUE, KPIDefinition, keys_of
from vision.kpi.company import NO_BALL_PLACE, company_entries
from vision.kpi.distance import HeatMapParams, distance_by_interval, distance_values, heat_map, place_values
from vision.kpi.gait import GaitParams
from vision.kpi.intervals import IntervalParams, bootstrap, interval
from vision.kpi.motion import Motion, Series, estimate_motion
from vision.kpi.physical import load_values
from vision.kpi.policy import ZonePolicy
from vision.kpi.quality import MARKED_SCALES, make_quality
from vision.kpi.smoothing import SmoothingParams
from vision.kpi.speed import find_implausible, list_efforts, speed_series, speed_values
from vision.kpi.technical import TechnicalParams, technical_group
from vision.kpi.track import NO_SCALE, Measurement, PlayerTrack
from vision.kpi.values import Details, KPIEntry, KPIGroup, KPIValue, PlayerKPIs, Quality, is_measured

NO_PITCH = "Not measured: the pitch is not marked, so where on it the player was is not known."


@dataclass(frozen=True, slots=True)
class KPIParams:
    """Parameters of a whole KPI run.

    Attributes:
        smoothing, intervals, gait, technical, heat_map: of the parts.
        min_rate_hz: frame rate below which maxima and counts are not told [Hz].
        part_s: length of the stretches of `distance_by_interval` [s].
        with_intervals: compute the 90 % intervals (else they equal the value; for the live view).
    """

    smoothing: SmoothingParams = field(default_factory=SmoothingParams)
    intervals: IntervalParams = field(default_factory=IntervalParams)
    gait: GaitParams = field(default_factory=GaitParams)
    technical: TechnicalParams = field(default_factory=TechnicalParams)
    heat_map: HeatMapParams = field(default_factory=HeatMapParams)
    min_rate_hz: float = 10.0
    part_s: float = 300.0
    with_intervals: bool = True


def calculate_player_kpis(
    track: PlayerTrack,
    policy: ZonePolicy,
    *,
    rng: np.random.Generator,
    measurement: Measurement | None = None,
    ball_tracked: bool = False,
    params: KPIParams | None = None,
) -> PlayerKPIs:
    """KPIs of one player over a film.

    Args:
        track: positions over all analysed frames.
        policy: speed zones and effort rules.
        rng: source of the intervals' randomness; seed it from the artefact's hash to reproduce a result.
        measurement: where the metres come from.
        ball_tracked: the film has a ball track (for the reason given in the technical group).
        params: of the computation.

    Returns:
        The four groups, quality and details. What could not be measured is absent with its reason.
    """
    params, measurement = params or KPIParams(), measurement or Measurement()
    motion = _motion(track, measurement, params)
    implausible = find_implausible(motion, policy) if motion is not None else []
    quality = make_quality(track, motion, measurement, policy, implausible)
    values: dict[str, float] = {}
    spread: dict[str, tuple[float, float]] = {}
    if motion is not None:
        values = _values(measured_series(motion, policy), policy) | place_values(motion)
        spread = _spread(motion, policy, measurement, track, rng, params) if params.with_intervals else {}
    absent = _why_absent(track, motion, measurement, policy, params.smoothing)
    entries = _metric_entries(values, spread, motion, quality, absent)
    if motion is not None and track.company is not None and not {"metres", "pitch"} & set(absent):
        entries |= _company(track, motion, measurement, quality)
    entries |= body_entries(track, motion, quality["coverage"], params.gait)
    groups: dict[str, KPIGroup] = {
        group: {key: entries[key] for key in keys_of(group)} for group in ("speed", "distance", "physical")
    }
    return PlayerKPIs(
        speed=groups["speed"],
        distance=groups["distance"],
        technical=technical_group(track.events, ball_tracked=ball_tracked, params=params.technical),
        physical=groups["physical"],
        quality=quality,
        details=_details(motion, policy, measurement, params),
    )


def _motion(track: PlayerTrack, measurement: Measurement, params: KPIParams) -> Motion | None:
    if track.xy_m is None or measurement.scale_source == NO_SCALE or len(track.t_s) < 2 or not track.seen.any():
        return None
    motion = estimate_motion(
        track.t_s, track.xy_m, params.smoothing, params.min_rate_hz, for_intervals=params.with_intervals
    )
    return motion if motion.valid.any() else None


def _values(series: Series, policy: ZonePolicy) -> dict[str, float]:
    return speed_values(series, policy) | distance_values(series, policy) | load_values(series)


def measured_series(motion: Motion, policy: ZonePolicy) -> Series:
    """The measurement itself, with the larger of the policy's and the noise's dead band."""
    dead_band = max(motion.plan.dead_band_mps, policy.dead_band_mps)
    return Series(
        motion.speed_mps,
        motion.acceleration_mps2,
        motion.steady_mps2,
        motion.fs_hz,
        dead_band,
        motion.plan.steady_noise_mps2,
    )


def _spread(
    motion: Motion,
    policy: ZonePolicy,
    measurement: Measurement,
    track: PlayerTrack,
    rng: np.random.Generator,
    params: KPIParams,
) -> dict[str, tuple[float, float]]:
    """Shift and 1σ of every KPI."""

    def statistics(redraw: Series) -> dict[str, float]:
        return _values(redraw, policy)

    found = bootstrap(
        motion, measured_series(motion, policy), statistics, measurement.scale_sigma, rng, params.intervals
    )
    place = _place_sigma_m(track, motion)
    area = place_values(motion)["movement_area_m2"]
    found["mean_position_x_m"] = found["mean_position_y_m"] = (0.0, place)
    # A scale error counts twice in an area; noise moves each of the hull's sides outwards by about its sigma.
    found["movement_area_m2"] = (0.0, 2 * measurement.scale_sigma * area + 4 * np.sqrt(area) * motion.plan.noise_m)
    return found


def _company(track: PlayerTrack, motion: Motion, measurement: Measurement, quality: Quality) -> dict[str, KPIEntry]:
    """Distances to others, marked where the track was somebody else's for a while."""
    if track.company is None:
        return {}
    entries = company_entries(track.company, measurement.scale_sigma, _place_sigma_m(track, motion))
    if any(item["kind"] == "speed" for item in quality["implausible"]):
        for entry in entries.values():
            if is_measured(entry):
                entry["implausible"] = True
    return entries


def _place_sigma_m(track: PlayerTrack, motion: Motion) -> float:
    """1σ of a position as stored with it, else as it jumps from frame to frame [m]."""
    known = track.sigma_m[track.seen & np.isfinite(track.sigma_m)]
    return float(np.median(known)) if len(known) else motion.plan.noise_m


def _why_absent(
    track: PlayerTrack, motion: Motion | None, measurement: Measurement, policy: ZonePolicy, smoothing: SmoothingParams
) -> dict[str, str]:
    """Need → the sentence why it is not met, for the needs that are not."""
    missing = {"team": "Not measured: who is a team-mate is not known here.", "ball": NO_BALL_PLACE}
    if measurement.scale_source not in MARKED_SCALES:
        missing["pitch"] = NO_PITCH
    if motion is None:
        has_scale = track.xy_m is not None and measurement.scale_source != NO_SCALE
        reason = "The player was never in view for a second at a time." if has_scale else measurement.reason
        return missing | {"metres": reason}
    if not motion.plan.speeds:
        missing["metres"] = (
            f"Positions jump by {motion.plan.noise_m:.1f} m from frame to frame: too noisy for any speed or distance."
        )
    if not motion.plan.peaks:
        missing["peaks"] = (
            f"Positions jump by {motion.plan.noise_m:.2f} m at {motion.fs_hz:.0f} frames a second: too noisy or too "
            "few for maxima and counts."
        )
    if not np.isfinite(motion.steady_mps2).any():
        missing["steady"] = (
            f"Positions jump by {motion.plan.noise_m:.2f} m: too noisy to add up accelerations (it would add up noise)."
        )
    if not np.isfinite(motion.acceleration_mps2).any():
        missing["acceleration"] = (
            f"Positions jump by {motion.plan.noise_m:.2f} m: too noisy for accelerations (they would be mostly noise)."
        )
    noise = motion.plan.acceleration_noise_mps2
    if noise is not None and noise > smoothing.noise_per_edge * policy.acceleration_edges_mps2[0] * 1.001:
        missing["low_acceleration"] = (
            f"Positions jump by {motion.plan.noise_m:.2f} m: too noisy to count gentle accelerations."
        )
    return missing


def _metric_entries(
    values: dict[str, float],
    spread: dict[str, tuple[float, float]],
    motion: Motion | None,
    quality: Quality,
    absent: dict[str, str],
) -> dict[str, KPIEntry]:
    marked = {item["kind"] for item in quality["implausible"]}
    entries: dict[str, KPIEntry] = {}
    for key, definition in CATALOGUE.items():
        reason = next((absent[need] for need in definition.needs if need in absent), None)
        if reason is not None or motion is None or key not in values:
            entries[key] = {"absent": reason or "Not measured in this film."}
            continue
        entry = _entry(definition, values[key], spread.get(key, (0.0, 0.0)), quality, int(motion.valid.sum()))
        if ("speed" in marked and definition.group in ("speed", "distance")) or (
            "acceleration" in marked and "acceleration" in definition.needs
        ):
            entry["implausible"] = True
        entries[key] = entry
    return entries


def _entry(
    definition: KPIDefinition, value: float, spread: tuple[float, float], quality: Quality, rows: int
) -> KPIValue:
    floor = -np.inf if definition.key.startswith("mean_position") else 0.0
    low, high = interval(value, *spread, whole=definition.count, floor=floor)
    return KPIValue(
        value=value,
        unit=definition.unit,
        low=low,
        high=high,
        n=int(value) if definition.count else rows,
        coverage=quality["coverage"],
    )


def _details(motion: Motion | None, policy: ZonePolicy, measurement: Measurement, params: KPIParams) -> Details:
    if motion is None or not motion.plan.speeds:
        return Details(efforts=[], speed_series=None, heat_map=None, distance_by_interval=[])
    return Details(
        efforts=list_efforts(motion, policy) if motion.plan.peaks else [],
        speed_series=speed_series(motion),
        heat_map=heat_map(motion, params.heat_map) if measurement.scale_source in MARKED_SCALES else None,
        distance_by_interval=distance_by_interval(motion, policy, params.part_s),
    )
