"""Fit a pitch to clicked marks, for processes that talk JSON.

`python -m vision.calibration.fit` reads one JSON request from standard input and prints one JSON answer. A request
with `points` is fitted; one without only asks for the pitch's marks and lines.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypedDict

import numpy as np

from vision.calibration.homography import LineCorrespondence, PitchHomography
from vision.calibration.pitch_model import PITCH_FORMATS, PitchModel
from vision.errors import CalibrationError
from vision.types import Float64Array

GRID_STEP_M = 5.0
"""Spacing of the error map: a calibration's error is smooth over several metres."""
BESIDE_PITCH_M = 30.0
"""A cone or bench beside the pitch may serve as a mark up to here; farther away the number is a mistake [m]."""
DRAWN_SHARE = 0.5
"""Projected lines are kept, and marks taken, this far outside the picture, as a share of its size: lines must not end
early, and a corner just out of view may be known from its lines."""


class FitAnswer(TypedDict):
    """What a coach needs to judge a calibration, and its JSON form.

    `error_m`, `max_error_m`, `residuals_m`: of the marks [m]. `lines_px`: the pitch's lines as polylines in the
    picture [px]. `error_map`: 1σ [m] at the crossings of `x` and `y` [m, pitch frame], rows of constant y, null where
    the camera does not look.
    """

    error_m: float
    max_error_m: float
    residuals_m: list[float]
    lines_px: list[list[list[float]]]
    error_map: dict[str, Any]
    warnings: list[str]
    data: dict[str, Any]


class PitchAnswer(TypedDict):
    """A pitch as data: known formats, and marks and lines of the chosen one [m, pitch frame]."""

    formats: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    lines: list[list[list[float]]]


def choose_pitch(wish: Mapping[str, Any]) -> PitchModel:
    """The pitch of a `format`, with its own `length_m` and `width_m` where they are given.

    Raises:
        CalibrationError: unknown format, an impossible size, or one too small for the format's markings.
    """
    name = wish.get("format") or "11v11"
    if name not in PITCH_FORMATS:
        raise CalibrationError(f"There is no pitch format '{name}'; choose one of {', '.join(PITCH_FORMATS)}.")
    sides = {key: float(wish[key]) for key in ("length_m", "width_m") if wish.get(key) is not None}
    pitch = replace(PITCH_FORMATS[name], **sides)  # type: ignore[arg-type]
    needed = max(pitch.penalty_area_width_m or 0.0, pitch.goal_width_m, 2 * (pitch.circle_radius_m or 0.0))
    if pitch.width_m < needed or pitch.length_m < 2 * (pitch.penalty_area_depth_m or 0.0):
        raise CalibrationError(
            f"A {name} pitch of {pitch.length_m:g} x {pitch.width_m:g} m has no room for its penalty areas; "
            "check the size or choose another format."
        )
    return pitch


def describe_pitch(wish: Mapping[str, Any]) -> PitchAnswer:
    """Marks to click and lines to draw of the pitch asked for; `CalibrationError` as `choose_pitch`."""
    pitch = choose_pitch(wish)
    formats = [
        {
            "key": key,
            "name": key.replace("v", " v "),
            "length_m": round(each.length_m, 2),
            "width_m": round(each.width_m, 2),
        }
        for key, each in PITCH_FORMATS.items()
    ]
    marks = [
        {"key": key, "name": _readable(key), "x": round(x, 3), "y": round(y, 3)}
        for key, (x, y) in pitch.marks().items()
    ]
    return PitchAnswer(
        formats=formats, marks=marks, lines=[line.round(3).tolist() for line in pitch.polylines().values()]
    )


def _readable(key: str) -> str:
    """`a_penalty_area_front_left` → `Penalty area front left, end A`."""
    end, _, rest = key.partition("_")
    if end in ("a", "b") and rest:
        return f"{rest.replace('_', ' ').capitalize()}, end {end.upper()}"
    return key.replace("_", " ").capitalize()


def fit(request: Mapping[str, Any]) -> FitAnswer:
    """Fit the pitch to what was clicked.

    Args:
        request: `image_size` [px], `pitch` (see `choose_pitch`), `points` of `{mark | pitch: [x, y] m, image: [x, y]
            px}`, `lines` of `{line, image: [[x, y], …] px}`, `lens` (estimate its coefficient too), `t_s`
            and `video_id` (when [s] and in which film; a camera that moves needs to know).

    Raises:
        CalibrationError: see `PitchHomography.fit`; or a mark or line that this pitch does not have.
    """
    pitch = choose_pitch(request.get("pitch") or {})
    points: Sequence[Mapping[str, Any]] = request["points"]
    width, height = (int(side) for side in request["image_size"])
    _check_places(points, pitch, (width, height))
    calibration = PitchHomography.fit(
        np.array([point["image"] for point in points], np.float64).reshape(-1, 2),
        np.array([_place(point, pitch) for point in points], np.float64).reshape(-1, 2),
        image_size=(width, height),
        line_correspondences=[_line(line, pitch) for line in request.get("lines") or ()],
        estimate_lens=bool(request.get("lens")),
        names=[_named(point, number) for number, point in enumerate(points, start=1)],
    )
    return _answer(calibration, pitch, _anchor(request))


def _check_places(points: Sequence[Mapping[str, Any]], pitch: PitchModel, size: tuple[int, int]) -> None:
    """Refuse what nobody can have clicked: far outside the picture, or far from the pitch."""
    for number, point in enumerate(points, start=1):
        outside = np.abs(np.array(point["image"]) / size - 0.5) - 0.5
        if outside.max() > DRAWN_SHARE:
            raise CalibrationError(
                f"{_named(point, number)} lies far outside the picture ({size[0]}x{size[1]} pixels)."
            )
        beside = np.abs(_place(point, pitch)) - [pitch.length_m / 2, pitch.width_m / 2]
        if beside.max() > BESIDE_PITCH_M:
            raise CalibrationError(
                f"{_named(point, number)} is {beside.max():.0f} m outside the pitch; at most {BESIDE_PITCH_M:.0f} m "
                "can be measured. Give its place in metres from the centre spot."
            )


def _named(point: Mapping[str, Any], number: int) -> str:
    return _readable(str(point["mark"])) if point.get("mark") else f"Point {number}"


def _place(point: Mapping[str, Any], pitch: PitchModel) -> Sequence[float]:
    mark = point.get("mark")
    if not mark:
        return [float(value) for value in point["pitch"]]
    places = pitch.marks()
    if mark not in places:
        raise CalibrationError(f"A {pitch.name} pitch has no mark '{mark}'.")
    return places[mark]


def _line(line: Mapping[str, Any], pitch: PitchModel) -> LineCorrespondence:
    segments = pitch.segments()
    if line["line"] not in segments:
        raise CalibrationError(f"A {pitch.name} pitch has no line '{line['line']}'.")
    return LineCorrespondence(np.array(line["image"], np.float64).reshape(-1, 2), segments[line["line"]])


def _anchor(request: Mapping[str, Any]) -> dict[str, Any]:
    """Which picture was marked, as far as that was said."""
    t_s, video_id = request.get("t_s"), request.get("video_id")
    said = {"anchor_t_s": float(t_s)} if t_s is not None else {}
    return {**said, "anchor_video_id": str(video_id)} if video_id else said


def _answer(calibration: PitchHomography, pitch: PitchModel, anchor: Mapping[str, Any]) -> FitAnswer:
    grid = pitch.grid(GRID_STEP_M)
    x, y = np.unique(grid[:, 0]), np.unique(grid[:, 1])
    sigma = calibration.error_map(grid).reshape(len(y), len(x))
    return FitAnswer(
        error_m=round(calibration.error_m.rms_m, 4),
        max_error_m=round(calibration.error_m.max_m, 4),
        residuals_m=calibration.residual_m.round(4).tolist(),
        lines_px=[part for line in pitch.polylines().values() for part in _visible(calibration, line)],
        error_map={
            "x": x.round(2).tolist(),
            "y": y.round(2).tolist(),
            "sigma_m": [[round(v, 4) if np.isfinite(v) else None for v in row] for row in sigma.tolist()],
        },
        warnings=list(calibration.warnings),
        data={**calibration.to_dict(), "pitch": pitch.to_dict(), **anchor},
    )


def _visible(calibration: PitchHomography, line_m: Float64Array) -> list[list[list[float]]]:
    """The parts of a pitch line `(N, 2)` [m] that fall in or near the picture, as polylines [px]."""
    pixels = calibration.to_image(line_m)
    size = np.array(calibration.image_size)
    with np.errstate(invalid="ignore"):
        near = np.all((pixels > -DRAWN_SHARE * size) & (pixels < (1 + DRAWN_SHARE) * size), axis=1)
    cuts = np.flatnonzero(np.diff(near.astype(np.int8))) + 1
    runs = np.split(np.arange(len(near)), cuts)
    return [pixels[run].round(1).tolist() for run in runs if near[run[0]] and len(run) > 1]


def answer(text: str) -> dict[str, Any]:
    """Answer one JSON request; `ok` says whether it could be done, `code` and `message` why not."""
    try:
        request = json.loads(text)
        done: Mapping[str, Any] = fit(request) if "points" in request else describe_pitch(request.get("pitch") or {})
    except CalibrationError as error:
        return {"ok": False, "code": error.code, "message": error.message}
    return {"ok": True, **done}


def main() -> int:
    """Answer standard input on standard output; exit code 0 also when the marks are refused."""
    sys.stdout.write(json.dumps(answer(sys.stdin.read()), allow_nan=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
