"""Speed zones and effort rules as data: which edges count for whom, and where each comes from.

The numbers live in YAML (`fixtures/zones.yaml`) and in the database; a caller reads them and passes the mapping here.
Light: no NumPy, no YAML.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from vision.errors import VisionError

ZONES = 5


class PolicyError(VisionError):
    """Zone data is incomplete or contradicts itself."""

    code = "BAD_POLICY"


@dataclass(frozen=True, slots=True)
class ZonePolicy:
    """Thresholds of one group of players. The defaults are the adult pack of `fixtures/zones.yaml` (a test compares),
    for callers that bring no data of their own.

    Attributes:
        name: pack, such as `adult` or `u14`.
        version: of the data, stored with every KPI.
        zone_edges_mps: four edges between the five speed zones [m/s], ascending.
        high_speed_mps: high-speed running at and above [m/s].
        sprint_mps: sprinting at and above [m/s].
        acceleration_edges_mps2: lower edges of low, moderate and high accelerations [m/s²].
        speed_dwell_s: an effort stays at or above its edge at least this long [s].
        acceleration_dwell_s: the same for accelerations [s].
        exit_share: an effort ends below this share of its edge …
        exit_s: … for at least this long [s].
        repeated_sprints: sprints that make a repeated-sprint bout …
        repeated_recovery_s: … with at most this recovery between two of them [s].
        dead_band_mps: slower adds nothing to the distance [m/s]: noise, not steps.
        moving_mps: slower counts as standing [m/s].
        implausible_mps: faster than any human has run [m/s].
        implausible_mps2: harder than any human accelerates [m/s²].
        sources: field → where the number comes from and how sure it is.
    """

    name: str = "adult"
    version: str = "2026-11"
    zone_edges_mps: tuple[float, ...] = (2.0, 4.0, 5.5, 7.0)
    high_speed_mps: float = 5.5
    sprint_mps: float = 7.0
    acceleration_edges_mps2: tuple[float, ...] = (1.0, 2.0, 3.0)
    speed_dwell_s: float = 1.0
    acceleration_dwell_s: float = 0.7
    exit_share: float = 0.9
    exit_s: float = 0.5
    repeated_sprints: int = 3
    repeated_recovery_s: float = 21.0
    dead_band_mps: float = 0.2
    moving_mps: float = 0.5
    implausible_mps: float = 12.5
    implausible_mps2: float = 10.0
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.zone_edges_mps) != ZONES - 1 or list(self.zone_edges_mps) != sorted(set(self.zone_edges_mps)):
            raise PolicyError(f"Zones '{self.name}': four rising edges are needed, got {self.zone_edges_mps}.")
        if not 0 < self.high_speed_mps < self.sprint_mps:
            raise PolicyError(f"Zones '{self.name}': the sprint edge must be above the high-speed edge.")
        if len(self.acceleration_edges_mps2) != 3 or list(self.acceleration_edges_mps2) != sorted(
            set(self.acceleration_edges_mps2)
        ):
            raise PolicyError(f"Zones '{self.name}': three rising acceleration edges are needed.")

    @classmethod
    def from_mapping(cls, data: Mapping[str, object], pack: str) -> ZonePolicy:
        """Read one pack of the zone file.

        Args:
            data: the parsed file: `version`, `rules` (shared fields) and `packs` (name → fields, over the shared ones).
            pack: which one, such as `u14`.

        Raises:
            PolicyError: the pack or one of its fields is missing or unknown.
        """
        packs, rules = data.get("packs"), data.get("rules")
        if not isinstance(packs, Mapping) or not isinstance(rules, Mapping) or pack not in packs:
            known = ", ".join(sorted(packs)) if isinstance(packs, Mapping) else "none"
            raise PolicyError(f"There are no speed zones called '{pack}'; known: {known}.")
        chosen = packs[pack]
        merged = {**rules, **chosen, "name": pack, "version": str(data.get("version", ""))}
        merged["sources"] = {**rules.get("sources", {}), **chosen.get("sources", {})}
        names = {item.name for item in fields(cls)}
        if wrong := (names ^ set(merged)) - {"title"}:
            raise PolicyError(f"Zones '{pack}': missing or unknown {', '.join(sorted(wrong))}.")
        merged.pop("title", None)
        for key in ("zone_edges_mps", "acceleration_edges_mps2"):
            merged[key] = tuple(float(edge) for edge in merged[key])
        return cls(**merged)

    def params_hash(self) -> str:
        """Identifies the thresholds in artefacts: same numbers, same hash."""
        numbers = {key: value for key, value in asdict(self).items() if key != "sources"}
        return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:16]
