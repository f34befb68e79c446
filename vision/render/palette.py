"""Colours that colour-blind people can tell apart, and line widths that fit the picture."""

from __future__ import annotations

from typing import TypeAlias

from vision.types import ImageBGR

ColourBGR: TypeAlias = tuple[int, int, int]

BLUE: ColourBGR = (178, 114, 0)
ORANGE: ColourBGR = (0, 159, 230)
GREEN: ColourBGR = (115, 158, 0)
YELLOW: ColourBGR = (66, 228, 240)
PURPLE: ColourBGR = (167, 121, 204)
SKY: ColourBGR = (233, 180, 86)
VERMILION: ColourBGR = (0, 94, 213)
WHITE: ColourBGR = (255, 255, 255)
GREY: ColourBGR = (170, 170, 170)
BLACK: ColourBGR = (0, 0, 0)
"""Okabe & Ito (2008), "Color Universal Design", in BGR."""

TEAM_COLOURS: dict[str, ColourBGR] = {
    "a": BLUE,
    "b": ORANGE,
    "goalkeeper": GREEN,
    "referee": YELLOW,
    "unknown": GREY,
}
_CYCLE = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW)


def track_colour(track_id: int) -> ColourBGR:
    """A colour that stays with a track's number."""
    return _CYCLE[track_id % len(_CYCLE)]


def line_width(image_bgr: ImageBGR) -> int:
    """Pixels a line needs to be seen on this picture (1 at 480 rows, 2 at 1080, 4 at 2160)."""
    return max(1, round(len(image_bgr) / 500))
