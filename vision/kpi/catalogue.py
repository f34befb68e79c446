"""Every KPI in one place: key, unit, what it means to a coach, how it is computed, when it is told.

Plain data, imported by the web process: no NumPy, no SciPy. The API, the app's hints, reports and documents read it.
`{…}` in a formula names a field of `vision.kpi.policy.ZonePolicy`, whose value comes from the team's zones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

CATALOGUE_VERSION = "1.3"
"""Grows when a definition changes; values of different versions are never compared."""

Group: TypeAlias = Literal["speed", "distance", "technical", "physical"]
Need: TypeAlias = Literal[
    "metres", "pitch", "peaks", "acceleration", "low_acceleration", "steady", "pose", "ball", "team"
]  # fmt: skip
GROUPS: tuple[Group, ...] = ("speed", "distance", "technical", "physical")

SMOOTH = (
    "gaps to 0.5 s filled (PCHIP), Hampel 7 frames 3 MAD, Butterworth 3rd order both ways, cut-off by noise to 1 Hz"
)
SMOOTH_FAST = "as speed, cut-off by noise to 3 Hz"
SMOOTH_SLOW = "as speed, cut-off divided by 1.5"
NO_FILTER = "none"


@dataclass(frozen=True, slots=True)
class KPIDefinition:
    """One KPI.

    Attributes:
        key: name in results, tables and the API; carries the unit.
        group: one of the four groups.
        unit: of the value; empty for counts.
        title: two or three words for a card.
        definition: one sentence a coach understands.
        formula: how it is computed.
        smoothing: which filter ran before.
        needs: what must be there, else it is absent with a reason.
        source: where definition or thresholds come from.
        count: whole numbers.
        experimental: shown with that mark.
    """

    key: str
    group: Group
    unit: str
    title: str
    definition: str
    formula: str
    smoothing: str
    needs: tuple[Need, ...]
    source: str = "project definition"
    count: bool = False
    experimental: bool = False

    def as_dict(self) -> dict[str, object]:
        """JSON form."""
        return {**asdict(self), "needs": list(self.needs), "version": CATALOGUE_VERSION}


def _speed() -> list[KPIDefinition]:
    return [
        KPIDefinition(
            "max_speed_mps", "speed", "m/s", "Top speed", "The fastest average over one full second.",
            "max of the 1 s moving mean of speed", SMOOTH, ("metres", "peaks"),
            "a moving mean, never one frame (Buchheit 2012)",
        ),
        KPIDefinition(
            "mean_speed_mps", "speed", "m/s", "Average speed", "Average speed while the player was in the picture.",
            "total_distance_m / time seen", SMOOTH, ("metres",),
        ),
        KPIDefinition(
            "mean_moving_speed_mps", "speed", "m/s", "Average moving speed",
            "Average speed while the player was not standing.",
            "mean of speed where speed ≥ {moving_mps}", SMOOTH, ("metres",),
        ),
        KPIDefinition(
            "p95_speed_mps", "speed", "m/s", "95 % speed", "The player was slower than this 95 % of the time.",
            "95th percentile of speed", SMOOTH, ("metres", "peaks"),
        ),
        *_zone_times(),
        *_sprints(),
        *_accelerations(),
        KPIDefinition(
            "acceleration_density_mps2", "speed", "m/s²", "Speed changes",
            "How hard the player changed speed on average; needs no threshold.",
            "mean of √(a² − its noise²)", SMOOTH_SLOW, ("metres", "steady"),
        ),
    ]  # fmt: skip


def _zone_times() -> list[KPIDefinition]:
    return [
        KPIDefinition(
            f"time_zone_{zone}_s", "speed", "s", f"Time in zone {zone}", f"Time spent in speed zone {zone}.",
            "rows with speed in the zone of {zone_edges_mps} / frame rate", SMOOTH, ("metres",),
            "zones are the team's policy; there is no consensus (Gualtieri et al. 2023)",
        )
        for zone in range(1, 6)
    ]  # fmt: skip


def _sprints() -> list[KPIDefinition]:
    return [
        KPIDefinition(
            "high_intensity_runs", "speed", "", "High-intensity runs",
            "How often the player ran fast for at least a second.",
            "efforts ≥ {high_speed_mps} for ≥ {speed_dwell_s}, ended by {exit_s} below {exit_share} of it",
            SMOOTH, ("metres", "peaks"), "dwell and filter after Varley 2017", count=True,
        ),
        KPIDefinition(
            "sprint_count", "speed", "", "Sprints", "How often the player sprinted for at least a second.",
            "efforts ≥ {sprint_mps} for ≥ {speed_dwell_s}, ended by {exit_s} below {exit_share} of it",
            SMOOTH, ("metres", "peaks"), "dwell and filter after Varley 2017", count=True,
        ),
        KPIDefinition(
            "repeated_sprint_bouts", "speed", "", "Repeated-sprint bouts", "Groups of sprints with short rests.",
            "groups of ≥ {repeated_sprints} sprints with ≤ {repeated_recovery_s} between two", SMOOTH,
            ("metres", "peaks"), "Spencer (definition from memory, to be verified)", count=True,
        ),
    ]  # fmt: skip


def _accelerations() -> list[KPIDefinition]:
    bands: tuple[tuple[str, str, tuple[Need, ...]], ...] = (
        ("low", "1 to 2", ("low_acceleration",)),
        ("moderate", "2 to 3", ()),
        ("high", "3 or more", ()),
    )
    return [
        KPIDefinition(
            f"{kind}s_{band}", "speed", "", f"{title}, {band}",
            f"How often the player {verb} at {shown} m/s² for at least 0.7 s.",
            "efforts on {acceleration_edges_mps2} held for ≥ {acceleration_dwell_s}; the highest edge held counts",
            SMOOTH_FAST, ("metres", "peaks", "acceleration", *needs), "bands common; dwell Varley 2017", count=True,
        )
        for kind, title, verb in (
            ("acceleration", "Accelerations", "sped up"), ("deceleration", "Decelerations", "slowed down"),
        )
        for band, shown, needs in bands
    ]  # fmt: skip


def _distance() -> list[KPIDefinition]:
    return [
        KPIDefinition(
            "total_distance_m", "distance", "m", "Distance", "Ground covered while the player was in the picture.",
            "Σ speed · dt where speed ≥ {dead_band_mps} and 3 σ of its noise", SMOOTH, ("metres",),
        ),
        KPIDefinition(
            "distance_per_min_m", "distance", "m/min", "Distance per minute", "Ground covered per minute in view.",
            "60 · total_distance_m / time seen", SMOOTH, ("metres",),
        ),
        *_zone_distances(),
        KPIDefinition(
            "high_speed_distance_m", "distance", "m", "High-speed distance",
            "Ground covered at high speed or faster: the best single sign of how tired the legs will be tomorrow.",
            "Σ speed · dt where speed ≥ {high_speed_mps}, no dwell", SMOOTH, ("metres",), "Hader 2019",
        ),
        KPIDefinition(
            "sprint_distance_m", "distance", "m", "Sprint distance", "Ground covered while sprinting.",
            "Σ speed · dt where speed ≥ {sprint_mps}, no dwell", SMOOTH, ("metres",),
        ),
        KPIDefinition(
            "equivalent_distance_m", "distance", "m", "Equivalent distance",
            "Steady running that would cost the same energy. Experimental: such estimates err by up to a half.",
            "Σ EC · speed · dt / 3.6 J/kg/m, EC by acceleration", SMOOTH_SLOW, ("metres", "steady"),
            "Minetti & Pavei 2018; criticism PMC9729919", experimental=True,
        ),
        *_places(),
    ]  # fmt: skip


def _zone_distances() -> list[KPIDefinition]:
    return [
        KPIDefinition(
            f"distance_zone_{zone}_m", "distance", "m", f"Distance in zone {zone}",
            f"Ground covered in speed zone {zone}.",
            "Σ speed · dt in the zone of {zone_edges_mps}", SMOOTH, ("metres",),
            "zones are the team's policy; there is no consensus (Gualtieri et al. 2023)",
        )
        for zone in range(1, 6)
    ]  # fmt: skip


def _places() -> list[KPIDefinition]:
    return [
        KPIDefinition(
            "movement_area_m2", "distance", "m²", "Area covered", "Size of the area in which the player moved.",
            "area of the convex hull of positions", SMOOTH, ("metres", "pitch"),
        ),
        KPIDefinition(
            "mean_position_x_m", "distance", "m", "Average position, along",
            "Where the player was on average, along the pitch from the centre spot.",
            "mean of x", SMOOTH, ("metres", "pitch"),
        ),
        KPIDefinition(
            "mean_position_y_m", "distance", "m", "Average position, across",
            "Where the player was on average, across the pitch from the centre spot.",
            "mean of y", SMOOTH, ("metres", "pitch"),
        ),
        KPIDefinition(
            "nearest_teammate_m", "distance", "m", "Nearest team-mate", "Typical distance to the nearest team-mate.",
            "median over looks of 0.4 s of the smallest distance to somebody in the same shirt; looks with ≥ 80 % of "
            "the usual team-mates in view, which ≥ 60 % must be", "mean of each 0.4 s", ("metres", "pitch", "team"),
        ),
        KPIDefinition(
            "ball_distance_m", "distance", "m", "Distance to the ball", "Typical distance to the ball on the ground.",
            "median over looks of 0.4 s in which the ball was seen on the ground, which ≥ 60 % must be",
            "mean of each 0.4 s", ("metres", "pitch", "ball"),
        ),
    ]  # fmt: skip


_RULE = "project rule; possession after Link & Hoernig 2017"
_GROUND: tuple[Need, ...] = ("ball", "pose", "metres")
_PITCH: tuple[Need, ...] = ("ball", "pose", "metres", "pitch")
_TEAM: tuple[Need, ...] = ("ball", "pose", "metres", "team")
_OPPONENTS: tuple[Need, ...] = ("ball", "pose", "team")
_CONTACT = "ball events: foot within 0.46 m of the ball's centre and its velocity changes by ≥ 0.7 m/s or ≥ 20°"


def _technical() -> list[KPIDefinition]:
    return [*_touching(), *_passing(), *_running_with_ball()]


def _touching() -> list[KPIDefinition]:
    return [
        KPIDefinition(
            "touches", "technical", "", "Touches", "Touches of the ball with a foot that were seen in the film.",
            _CONTACT, NO_FILTER, ("ball", "pose"), _RULE, count=True,
        ),
        KPIDefinition(
            "touches_left", "technical", "", "Left-foot touches",
            "Touches with the left foot, where the foot is clear.",
            _CONTACT + "; the nearer foot, by ≥ 0.1 m", NO_FILTER, ("ball", "pose"), _RULE, count=True,
        ),
        KPIDefinition(
            "touches_right", "technical", "", "Right-foot touches",
            "Touches with the right foot, where the foot is clear.",
            _CONTACT + "; the nearer foot, by ≥ 0.1 m", NO_FILTER, ("ball", "pose"), _RULE, count=True,
        ),
        KPIDefinition(
            "time_on_ball_s", "technical", "s", "Time on the ball", "Time in control of the ball.",
            "Σ over possessions: first contact to the last moment within 1.25 m", NO_FILTER, ("ball", "pose"), _RULE,
        ),
        KPIDefinition(
            "possessions", "technical", "", "Possessions", "How often the player won control of the ball.",
            "ball events: contacts until somebody else's, or 1 s out of reach", NO_FILTER, ("ball", "pose"), _RULE,
            count=True,
        ),
        KPIDefinition(
            "regains", "technical", "", "Balls won", "How often the player took the ball from the other team.",
            "ball events: control of two touches, or of one to a team-mate, after the other team's control; "
            "≤ 5 s without a touch and ≤ 2.5 s out of sight between", NO_FILTER, _OPPONENTS, _RULE, count=True,
        ),
        KPIDefinition(
            "lost_balls", "technical", "", "Balls lost",
            "How often the player's possession ended with the ball at the other team; shots do not count.",
            "ball events: control followed by the other team's, as in regains", NO_FILTER, _OPPONENTS, _RULE,
            count=True,
        ),
        KPIDefinition(
            "one_touch_share", "technical", "share", "One-touch share", "Share of possessions with one touch.",
            "possessions of one contact and ≤ 0.5 s / possessions", NO_FILTER, ("ball", "pose"), _RULE,
        ),
    ]  # fmt: skip


def _passing() -> list[KPIDefinition]:
    return [
        KPIDefinition(
            "passes_attempted", "technical", "", "Passes", "Passes played: ≥ 3 m and ≥ 0.3 s to somebody's control.",
            "ball events: the ball goes from one player's control to another's", NO_FILTER, _TEAM, _RULE, count=True,
        ),
        KPIDefinition(
            "passes_completed", "technical", "", "Completed passes", "Passes that reached a team-mate.",
            "ball events: passes whose next control is in the same team", NO_FILTER, _TEAM, _RULE, count=True,
        ),
        KPIDefinition(
            "pass_length_m", "technical", "m", "Pass length", "Average distance from passer to receiver.",
            "mean over passes", NO_FILTER, _TEAM, _RULE,
        ),
        KPIDefinition(
            "pass_ball_speed_mps", "technical", "m/s", "Pass speed",
            "Average speed of the ball when a pass along the ground leaves the foot.",
            "mean over passes of the ball's speed in the first 0.16 s", NO_FILTER, (*_TEAM, "pitch"), _RULE,
        ),
        KPIDefinition(
            "shot_ball_speed_mps", "technical", "m/s", "Shot speed",
            "Speed of the hardest shot along the ground when it leaves the foot.",
            "largest over shots of the ball's speed in the first 0.16 s", NO_FILTER, _PITCH, _RULE,
        ),
    ]  # fmt: skip


def _running_with_ball() -> list[KPIDefinition]:
    return [
        KPIDefinition(
            "dribble_distance_m", "technical", "m", "Dribbling distance", "Ground covered on the run with the ball.",
            "Σ over dribbles: ≥ 3 contacts of one possession on ≥ 3 m of way", NO_FILTER, _GROUND, _RULE,
        ),
        KPIDefinition(
            "dribble_speed_mps", "technical", "m/s", "Speed with the ball", "Average speed on the run with the ball.",
            "dribble_distance_m / time of dribbles", NO_FILTER, _GROUND, _RULE,
        ),
        KPIDefinition(
            "first_touch_displacement_m", "technical", "m", "First touch",
            "How far the ball was from where it was received, 1 s later or at the next touch.",
            "mean over possessions of two contacts or more", NO_FILTER, _PITCH, _RULE,
        ),
    ]  # fmt: skip


_POSE = (
    ("cadence_spm", "1/min", "Cadence", "Steps per minute while running.", "2 × stride frequency of ankle separation"),
    ("knee_flexion_range_deg", "°", "Knee range", "How far the knee bends and straightens while running (side view).",
     "95th − 5th percentile of 180° − ∠(hip, knee, ankle), side view only; convention isb-flexion"),
    ("hip_flexion_range_deg", "°", "Hip range", "How far the thigh swings against the trunk while running (side view).",
     "95th − 5th percentile of the signed angle from trunk to thigh, side view only; convention isb-flexion"),
    ("stride_length_m", "m", "Stride length", "Ground covered by two steps while running.",
     "mean running speed / stride frequency"),
    ("ground_contact_time_ms", "ms", "Ground contact", "How long a foot stays on the ground in running.",
     "not told from one camera and ankles alone"),
    ("flight_time_ms", "ms", "Flight time", "How long both feet are off the ground in running.",
     "not told from one camera and ankles alone"),
    ("jump_height_m", "m", "Jump height", "Height of the best jump.",
     "events: g t² / 8 of the time in the air (Bosco)"),
    ("trunk_lean_deg", "°", "Trunk lean", "How far the trunk leans forward while running (side view).",
     "mean angle of the trunk from upright in the picture, forward positive; the camera is held level"),
    ("asymmetry_share", "share", "Left–right difference",
     "Difference between the times of left and right steps while running.",
     "|left − right| / longer of the times between hips passing over their ankles, side view; remarkable above 15 % "
     "and above the variation within a leg"),
)  # fmt: skip


def _physical() -> list[KPIDefinition]:
    return [
        KPIDefinition(
            "movement_load", "physical", "m/s", "Movement load (video)",
            "All changes of speed added up; not comparable with vests.",
            "Σ √(a² − its noise²) · dt", SMOOTH_SLOW, ("metres", "steady"),
        ),
        KPIDefinition(
            "metabolic_power_wkg", "physical", "W/kg", "Metabolic power",
            "Estimated energy use. Experimental: such estimates err by up to a half.",
            "mean of EC · speed, EC by acceleration, no walking term", SMOOTH_SLOW, ("metres", "steady"),
            "Minetti & Pavei 2018; criticism PMC9729919", experimental=True,
        ),
        *(
            KPIDefinition(key, "physical", unit, title, definition, formula, NO_FILTER, ("pose",))
            for key, unit, title, definition, formula in _POSE
        ),
    ]  # fmt: skip


CATALOGUE: Mapping[str, KPIDefinition] = MappingProxyType(
    {item.key: item for item in (*_speed(), *_distance(), *_technical(), *_physical())}
)
"""Key → definition, in the order in which an app shows them."""


def keys_of(group: Group) -> tuple[str, ...]:
    """Keys of one group in order."""
    return tuple(key for key, item in CATALOGUE.items() if item.group == group)
