"""Boxes, names and trails, drawn into the picture that is given."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from vision.render.palette import BLACK, WHITE, ColourBGR, line_width
from vision.types import BoolArray, Float32Array, ImageBGR, check_shape

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_DASH_PX = 8


def draw_boxes(
    image_bgr: ImageBGR,
    xyxy: Float32Array,
    colours: Sequence[ColourBGR],
    *,
    labels: Sequence[str] | None = None,
    predicted: BoolArray | None = None,
) -> None:
    """Draw `(M, 4)` boxes [px], each in its colour, with its label above; predicted ones dashed."""
    check_shape("xyxy", xyxy, (len(colours), 4))
    width = line_width(image_bgr)
    for row, colour in enumerate(colours):
        if not np.isfinite(xyxy[row]).all():
            continue
        left, top, right, bottom = (round(float(side)) for side in xyxy[row])
        if predicted is not None and predicted[row]:
            _dashed(image_bgr, (left, top, right, bottom), colour, width)
        else:
            cv2.rectangle(image_bgr, (left, top), (right, bottom), colour, width)
        if labels is not None and labels[row]:
            _label(image_bgr, labels[row], (left, top), colour)


def draw_trail(image_bgr: ImageBGR, points: Float32Array, colour: ColourBGR) -> None:
    """Draw a path `(T, 2)` [px], oldest first; NaN rows interrupt it."""
    check_shape("points", points, (None, 2))
    seen = np.asarray(np.isfinite(points).all(axis=1))
    starts = np.flatnonzero(seen[:-1] & seen[1:])
    segments = [points[[start, start + 1]].round().astype(np.int32) for start in starts]
    if segments:
        cv2.polylines(image_bgr, segments, isClosed=False, color=colour, thickness=line_width(image_bgr))


def draw_ball(image_bgr: ImageBGR, xy: Float32Array, *, interpolated: bool) -> None:
    """Ring the ball at `(2,)` [px]: a full ring where it was seen, a thin one where its place is inferred."""
    if not np.isfinite(xy).all():
        return
    centre = (round(float(xy[0])), round(float(xy[1])))
    width = line_width(image_bgr)
    cv2.circle(image_bgr, centre, 6 * width + 2, BLACK, width + 1, cv2.LINE_AA)
    cv2.circle(image_bgr, centre, 6 * width, WHITE, 1 if interpolated else width + 1, cv2.LINE_AA)


def draw_caption(image_bgr: ImageBGR, text: str) -> None:
    """Write a line into the top left corner."""
    _label(image_bgr, text, (8, 40 * line_width(image_bgr)), WHITE)


def _label(image: ImageBGR, text: str, corner: tuple[int, int], colour: ColourBGR) -> None:
    scale = 0.45 * line_width(image)
    (width, height), base = cv2.getTextSize(text, _FONT, scale, 1)
    left, bottom = corner[0], max(corner[1] - 2, height + base)
    cv2.rectangle(image, (left, bottom - height - base), (left + width + 4, bottom), colour, cv2.FILLED)
    ink = BLACK if sum(colour) > 330 else WHITE
    cv2.putText(image, text, (left + 2, bottom - base + 1), _FONT, scale, ink, line_width(image), cv2.LINE_AA)


def _dashed(image: ImageBGR, box: tuple[int, int, int, int], colour: ColourBGR, width: int) -> None:
    left, top, right, bottom = box
    for x in range(left, right, 2 * _DASH_PX):
        end = min(x + _DASH_PX, right)
        cv2.line(image, (x, top), (end, top), colour, width)
        cv2.line(image, (x, bottom), (end, bottom), colour, width)
    for y in range(top, bottom, 2 * _DASH_PX):
        end = min(y + _DASH_PX, bottom)
        cv2.line(image, (left, y), (left, end), colour, width)
        cv2.line(image, (right, y), (right, end), colour, width)
