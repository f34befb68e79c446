"""The shapes of KPI results: what the artefact, the table and the API hold. Light: no SciPy, no NumPy."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict, TypeGuard

Grade: TypeAlias = Literal["A", "B", "C", "D", ""]
"""`A` (best) to `D`; empty where there are no metres to grade."""


class KPIValue(TypedDict):
    """A measured KPI.

    Keys: `value` in `unit`; `low`, `high` the 90 % interval; `n` how many frames or efforts stand behind it; `coverage`
    the share of the film in which the player was seen or lost for half a second at most [0-1]; `implausible` true where
    the figure is beyond what a human can do (it is marked, never clipped); `flagged` true where a coach should look (a
    left-right difference above its threshold and above the variation within a leg).
    """

    value: float
    unit: str
    low: float
    high: float
    n: int
    coverage: float
    implausible: NotRequired[bool]
    flagged: NotRequired[bool]


class KPIAbsent(TypedDict):
    """A KPI that could not be measured, and why, in a sentence for the coach."""

    absent: str


KPIEntry: TypeAlias = KPIValue | KPIAbsent
KPIGroup: TypeAlias = dict[str, KPIEntry]


class Implausible(TypedDict):
    """A stretch of film whose figures no human can reach: a tracking or calibration fault."""

    kind: Literal["speed", "acceleration"]
    t0_s: float
    t1_s: float
    peak: float


class Quality(TypedDict):
    """How far the other groups can be trusted.

    Keys: `identity_doubt` is the probability that the track shows two people in turn, `doubtful_s` the moments at which
    it may have gone over to another: what adds up over the film, or is its maximum, may then be two people's.
    """

    grade: Grade
    grade_reason: str
    scale_source: str
    calibration_error_m: float | None
    scale_error_share: float | None
    camera_drift_m: float | None
    frames_seen: int
    frames_interpolated: int
    frames_missing: int
    poses_measured: int
    poses_interpolated: int
    coverage: float
    identity_doubt: float
    doubtful_s: list[float]
    fps: float
    position_noise_m: float | None
    speed_noise_mps: float | None
    speed_cutoff_hz: float | None
    acceleration_cutoff_hz: float | None
    filter: str
    zones: str
    implausible: list[Implausible]
    catalogue_version: str
    models: dict[str, str]


class Effort(TypedDict):
    """A sprint or high-intensity run."""

    kind: Literal["sprint", "high_intensity_run"]
    t0_s: float
    t1_s: float
    distance_m: float
    max_speed_mps: float


class SpeedSeries(TypedDict):
    """Speed over time for the session's timeline; `None` where the player was not seen."""

    t_s: list[float]
    speed_mps: list[float | None]


class HeatMap(TypedDict):
    """Seconds spent per cell, smoothed; `seconds[row][column]`, row = y ascending, column = x ascending [m]."""

    x_edges_m: list[float]
    y_edges_m: list[float]
    seconds: list[list[float]]


class DistanceInterval(TypedDict):
    """Ground covered in one stretch of the film; `coverage` says how much of it was seen."""

    t0_s: float
    t1_s: float
    distance_m: float
    coverage: float


class Details(TypedDict):
    """What does not fit one number."""

    efforts: list[Effort]
    speed_series: SpeedSeries | None
    heat_map: HeatMap | None
    distance_by_interval: list[DistanceInterval]


class PlayerKPIs(TypedDict):
    """Everything about one player in one session."""

    speed: KPIGroup
    distance: KPIGroup
    technical: KPIGroup
    physical: KPIGroup
    quality: Quality
    details: Details


class MatchKPIs(TypedDict):
    """All players of a film: in each group, player (or track number) → KPIs."""

    speed: dict[str, KPIGroup]
    distance: dict[str, KPIGroup]
    technical: dict[str, KPIGroup]
    physical: dict[str, KPIGroup]
    quality: dict[str, Quality]


def is_measured(entry: KPIEntry) -> TypeGuard[KPIValue]:
    """Whether the entry carries a value (else it carries the reason)."""
    return "value" in entry
