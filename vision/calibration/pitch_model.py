"""The pitch as data: size, named marks and lines in the pitch frame.

Pitch frame: metres, origin at the centre spot, x along the length, y to the left of someone who faces +x.
End `a` is at negative x, end `b` at positive x; "left" means positive y. A mark's name says end, thing and side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

import numpy as np

from vision.errors import CalibrationError
from vision.types import Float64Array

YARD_M = 0.9144
FOOT_M = 0.3048
MIN_SIDE_M = 10.0
MAX_SIDE_M = 130.0
"""Sides outside 10–130 m are typing mistakes (Law 1 allows 45–120 m; the smallest mini pitch is about 18 m)."""

PitchPoint = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PitchModel:
    """A pitch and its markings, all in metres. A marking that this pitch does not have is `None`.

    Source of the defaults: IFAB Laws of the Game, Law 1 (16.5 m = 18 yd penalty area, 9.15 m = 10 yd circle, …).
    """

    length_m: float = 105.0
    width_m: float = 68.0
    goal_width_m: float = 7.32
    penalty_area_depth_m: float | None = 16.5
    penalty_area_width_m: float | None = 40.32
    goal_area_depth_m: float | None = 5.5
    goal_area_width_m: float | None = 18.32
    penalty_mark_m: float | None = 11.0
    circle_radius_m: float | None = 9.15
    name: str = "11v11"

    def __post_init__(self) -> None:
        for label, side in (("length", self.length_m), ("width", self.width_m)):
            if not MIN_SIDE_M <= side <= MAX_SIDE_M:
                raise CalibrationError(
                    f"The pitch {label} is {side:g} m; a {label} between {MIN_SIDE_M:g} and {MAX_SIDE_M:g} m is needed."
                )

    def marks(self) -> dict[str, PitchPoint]:
        """Every named mark that a person can click on, name → (x, y) [m, pitch frame]."""
        half_width = self.width_m / 2
        found: dict[str, PitchPoint] = {
            "centre_spot": (0.0, 0.0),
            "halfway_left": (0.0, half_width),
            "halfway_right": (0.0, -half_width),
        }
        for end, sign in (("a", -1.0), ("b", 1.0)):
            found |= self._end_marks(end, sign)
        if self.circle_radius_m is not None:
            radius = self.circle_radius_m
            found |= {
                "circle_halfway_left": (0.0, radius),
                "circle_halfway_right": (0.0, -radius),
                "circle_a": (-radius, 0.0),
                "circle_b": (radius, 0.0),
            }
        return found

    def _end_marks(self, end: str, sign: float) -> dict[str, PitchPoint]:
        goal_line = sign * self.length_m / 2
        rows: list[tuple[str, float, float]] = [
            ("corner", goal_line, self.width_m / 2),
            ("goalpost", goal_line, self.goal_width_m / 2),
        ]
        for area, depth, width in self._areas():
            rows.append((f"{area}_goal_line", goal_line, width / 2))
            rows.append((f"{area}_front", goal_line - sign * depth, width / 2))
        arc = self._arc_half_chord()
        if arc is not None and self.penalty_area_depth_m is not None:
            rows.append(("arc", goal_line - sign * self.penalty_area_depth_m, arc))
        marks: dict[str, PitchPoint] = {}
        for thing, x, y in rows:
            marks[f"{end}_{thing}_left"] = (x, y)
            marks[f"{end}_{thing}_right"] = (x, -y)
        if self.penalty_mark_m is not None:
            marks[f"{end}_penalty_mark"] = (goal_line - sign * self.penalty_mark_m, 0.0)
        return marks

    def _areas(self) -> list[tuple[str, float, float]]:
        both = (
            ("penalty_area", self.penalty_area_depth_m, self.penalty_area_width_m),
            ("goal_area", self.goal_area_depth_m, self.goal_area_width_m),
        )
        return [(name, depth, width) for name, depth, width in both if depth is not None and width is not None]

    def _arc_half_chord(self) -> float | None:
        """Half the chord that the penalty arc cuts from the front of the penalty area."""
        if self.circle_radius_m is None or self.penalty_mark_m is None or self.penalty_area_depth_m is None:
            return None
        gap = self.penalty_area_depth_m - self.penalty_mark_m
        return float(np.sqrt(self.circle_radius_m**2 - gap**2)) if 0 <= gap < self.circle_radius_m else None

    def segments(self) -> dict[str, tuple[PitchPoint, PitchPoint]]:
        """Straight lines, name → two ends [m, pitch frame]."""
        x, y = self.length_m / 2, self.width_m / 2
        lines: dict[str, tuple[PitchPoint, PitchPoint]] = {
            "touchline_left": ((-x, y), (x, y)),
            "touchline_right": ((-x, -y), (x, -y)),
            "goal_line_a": ((-x, -y), (-x, y)),
            "goal_line_b": ((x, -y), (x, y)),
            "halfway_line": ((0.0, -y), (0.0, y)),
        }
        for end, sign in (("a", -1.0), ("b", 1.0)):
            goal_line = sign * x
            for area, depth, width in self._areas():
                front, half = goal_line - sign * depth, width / 2
                lines[f"{end}_{area}_front"] = ((front, -half), (front, half))
                lines[f"{end}_{area}_left"] = ((goal_line, half), (front, half))
                lines[f"{end}_{area}_right"] = ((goal_line, -half), (front, -half))
        return lines

    def polylines(self, step_m: float = 1.0) -> dict[str, Float64Array]:
        """Every line and arc as `(N, 2)` points at most `step_m` apart [m, pitch frame], for drawing on the video."""
        drawn: dict[str, Float64Array] = {}
        for name, (start, end) in self.segments().items():
            a, b = np.array(start), np.array(end)
            share = np.linspace(0.0, 1.0, int(np.ceil(np.linalg.norm(b - a) / step_m)) + 1)
            drawn[name] = a + share[:, None] * (b - a)
        if self.circle_radius_m is not None:
            drawn["centre_circle"] = _arc((0.0, 0.0), self.circle_radius_m, (0.0, 2 * np.pi), step_m)
        chord = self._arc_half_chord()
        if chord is not None and self.circle_radius_m is not None and self.penalty_mark_m is not None:
            half_angle = float(np.arcsin(chord / self.circle_radius_m))
            mark = self.length_m / 2 - self.penalty_mark_m
            drawn["a_penalty_arc"] = _arc((-mark, 0.0), self.circle_radius_m, (-half_angle, half_angle), step_m)
            turned = (np.pi - half_angle, np.pi + half_angle)
            drawn["b_penalty_arc"] = _arc((mark, 0.0), self.circle_radius_m, turned, step_m)
        return drawn

    def grid(self, step_m: float = 5.0) -> Float64Array:
        """`(N, 2)` positions that cover the pitch, at most `step_m` apart [m, pitch frame], rows of constant y."""
        x = np.linspace(-self.length_m / 2, self.length_m / 2, int(np.ceil(self.length_m / step_m)) + 1)
        y = np.linspace(-self.width_m / 2, self.width_m / 2, int(np.ceil(self.width_m / step_m)) + 1)
        columns, rows = np.meshgrid(x, y)
        return np.stack([columns.ravel(), rows.ravel()], axis=1)

    def to_dict(self) -> dict[str, float | str | None]:
        """JSON form; read back with `PitchModel(**data)`."""
        return asdict(self)


def _arc(centre: PitchPoint, radius: float, angles: tuple[float, float], step_m: float) -> Float64Array:
    count = max(8, int(np.ceil(abs(angles[1] - angles[0]) * radius / step_m))) + 1
    angle = np.linspace(angles[0], angles[1], count)
    return np.array(centre) + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _small_sided(name: str, yards: tuple[float, float], goal_feet: float, area: tuple[float, float]) -> PitchModel:
    return PitchModel(
        length_m=yards[0] * YARD_M,
        width_m=yards[1] * YARD_M,
        goal_width_m=goal_feet * FOOT_M,
        penalty_area_depth_m=area[0] * YARD_M,
        penalty_area_width_m=area[1] * YARD_M,
        goal_area_depth_m=None,
        goal_area_width_m=None,
        penalty_mark_m={"9v9": 9 * YARD_M, "7v7": 8 * YARD_M}.get(name),
        circle_radius_m=None,
        name=name,
    )


PITCH_FORMATS: Mapping[str, PitchModel] = MappingProxyType(
    {
        "11v11": PitchModel(),
        "9v9": _small_sided("9v9", (80, 50), 16, (13, 32)),
        "7v7": _small_sided("7v7", (60, 40), 12, (10, 18)),
        "5v5": _small_sided("5v5", (40, 30), 12, (9, 16)),
    }
)
"""Named sizes. Small-sided ones follow The FA Guide to Pitch and Goalpost Dimensions (80 × 50, 60 × 40, 40 × 30 yd);
markings that the guide leaves to the club are absent, so that nobody clicks a mark whose place is a guess."""
