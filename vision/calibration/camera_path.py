"""What a film of a moving camera leaves for its calibration, and what is said about the result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from vision.calibration.camera_link import LinkParams
from vision.tracking.features import Features
from vision.types import Float32Array


class Lost(StrEnum):
    """Why a picture has no metres."""

    BACKGROUND = "background"
    SCENE = "scene"
    LINES = "lines"
    SKY = "sky"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class MovingParams:
    """Parameters.

    Attributes:
        link: of the maps between pictures.
        beside_m: the ground is flat so far beside the pitch [m].
        lines_differ: support of the lines under this share of the marked picture's contradicts the camera …
        lines_known: … where that was at least this.
        search_gain: a view found again replaces the chain if its error is this share of the chain's.
        same_s: the marked picture is one that was looked at, if within this of it [s].
        between: error of the guess how the camera moved between two looks, as a share of that move.
    """

    link: LinkParams = field(default_factory=LinkParams)
    beside_m: float = 3.0
    lines_differ: float = 0.3
    lines_known: float = 0.3
    search_gain: float = 0.7
    same_s: float = 0.002
    between: float = 0.2


@dataclass(frozen=True, slots=True)
class PathRow:
    """One picture's place on the chain (see `background.BackgroundLook`); `points` `(K, 4)` [px], no NaN."""

    frame: int
    t_s: float
    keyframe: int
    points: Float32Array


@dataclass(frozen=True, slots=True)
class FilmView:
    """A keyframe as it can be known again: features [px], and points on lines `(N, 3)` (see `line_points`)."""

    features: Features
    lines: Float32Array


ViewOf = Callable[[int], FilmView | None]


@dataclass(slots=True)
class ChainReport:
    """What was done, for the quality of what comes out.

    Attributes:
        refined: views set right by lines.
        corrections_m: by how much there, at the middle of the ground in view [m]: measured drift.
        contradicted: views whose lines contradict the chain.
        found_again: views placed by an earlier view.
        models: how many maps were turns on the spot, and how many general ones.
        anchor_support: share of the pitch's lines found in the marked picture or the view next to it; NaN where no
            view shows enough of them.
    """

    refined: int = 0
    corrections_m: list[float] = field(default_factory=list)
    contradicted: int = 0
    found_again: int = 0
    models: Counter[str] = field(default_factory=Counter)
    anchor_support: float = float("nan")
