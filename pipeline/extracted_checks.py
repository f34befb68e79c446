"""Is this what a scan leaves? Every fact and array of `pipeline.extracted` that came from outside, judged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from pipeline.artefacts import Array, WindowEntry
from pipeline.errors import PipelineError
from pipeline.plan import ArtefactName
from pipeline.series import SERIES
from vision.skeletons import SKELETONS
from vision.types import CLASS_BALL, PEOPLE, ModelInfo

KIT_WIDTH = 14
"""`vision.tracking.kit_colour.KIT_SIZE`, which lies beside OpenCV; a test compares."""
_HEX = re.compile(r"[0-9a-f]{64}")
_TIME_TOLERANCE_S = 1e-6


@dataclass(frozen=True, slots=True)
class ExtractLimits:
    """What a film may be.

    Attributes:
        side_px: of the picture; the video reader's own limit is the same order.
        frames: six hours at 60 a second.
        duration_s: six hours; a session is shorter.
        rows: of one series: 25 people in every frame of a match at 15 a second are two million.
        outside: how far a box may reach out of the picture, in pictures: models guess bodies that are cut off.
        places: of the background in one picture.
        texts, text_length: warnings kept.
    """

    side_px: int = 16_384
    frames: int = 1_300_000
    duration_s: float = 6 * 3600.0
    rows: int = 5_000_000
    outside: float = 2.0
    places: int = 4096
    texts: int = 50
    text_length: int = 500
    windows: int = 5_000


LIMITS = ExtractLimits()


def refused(message: str) -> PipelineError:
    """What is wrong with the file, for whoever sent it."""
    return PipelineError(message, code="BAD_EXTRACT")


def check_film(said: object) -> dict[str, Any]:
    """The film's facts, each of its type and possible; unknown ones are left out."""
    if not isinstance(said, Mapping):
        raise refused("'film' must be an object with what the probe found.")
    side, frames = (1, LIMITS.side_px), (2, LIMITS.frames)
    seconds = (0.0, LIMITS.duration_s)
    whole = {name: _number(said, name, *side, whole=True) for name in ("width", "height")}
    rate = _rate(said.get("fps_fraction"))
    return {
        **whole,
        "rotation": _number(said, "rotation", 0, 270, whole=True),
        "frames": _number(said, "frames", *frames, whole=True),
        "frames_declared": _number(said, "frames_declared", 0, 2**31 - 1, whole=True),
        "fps": float(rate),
        "fps_fraction": str(rate),
        "duration_s": _number(said, "duration_s", *seconds),
        "declared_s": _number(said, "declared_s", 0.0, 1e6),
        "start_s": _number(said, "start_s", -1e6, 1e6),
        "codec": _text(said, "codec", 40),
        "container": _word(said, "container", ("mp4", "mov", "avi", "mkv", "webm")),
        "pixel_format": _text(said, "pixel_format", 40),
        "has_audio": said.get("has_audio") is True,
        "variable_rate": said.get("variable_rate") is True,
        "warnings": check_warnings(said.get("warnings", [])),
    }


def check_timebase(arrays: dict[str, Array], frames: int) -> Array:
    """Times `(N,)` float64 [s]: from 0, strictly rising; `pts` and `keyframe` are left in `arrays`."""
    t_s = arrays.pop("timebase.t", None)
    pts, key = arrays.get("timebase.pts"), arrays.get("timebase.keyframe")
    if t_s is None or t_s.dtype != np.float64 or t_s.shape != (frames,):
        raise refused(f"'timebase.t' must be float64 seconds of the film's {frames} frames.")
    if pts is None or pts.dtype != np.int64 or pts.shape != t_s.shape:
        raise refused("'timebase.pts' must be int64, one a frame.")
    if key is None or key.dtype != np.bool_ or key.shape != t_s.shape:
        raise refused("'timebase.keyframe' must be bool, one a frame.")
    if not np.isfinite(t_s).all() or t_s[0] != 0.0 or not (np.diff(t_s) > 0).all() or t_s[-1] > LIMITS.duration_s:
        raise refused("'timebase.t' must rise strictly from 0 to at most six hours.")
    return t_s


def check_rows(name: ArtefactName, rows: Mapping[str, Array], frames: int, size: tuple[int, int]) -> None:
    """The rows of a series: types, shapes, order, and values that a picture of this size can give."""
    count = len(rows["frame"]) if rows["frame"].ndim == 1 else -1
    if not 0 <= count <= LIMITS.rows:
        raise refused(f"'{name}.frame' must be one row each, at most {LIMITS.rows}.")
    for column, array in rows.items():
        kind = SERIES[name][column]
        tail = array.shape[1:]
        fits = len(tail) == len(kind.shape) and all(w in (None, g) for w, g in zip(kind.shape, tail, strict=True))
        if array.dtype != np.dtype(kind.dtype) or not fits or len(array) != count:
            wanted = ", ".join(["N", *("K" if side is None else str(side) for side in kind.shape)])
            raise refused(f"'{name}.{column}' must be {kind.dtype} ({wanted}), got {array.dtype} {array.shape}.")
    frame = rows["frame"]
    if count and (frame[0] < 0 or frame[-1] >= frames or (np.diff(frame) < 0).any()):
        raise refused(f"'{name}.frame' must rise from 0 to at most {frames - 1}.")
    key = rows.get("keyframe")
    if key is not None and not ((key >= -1) & (key < frames)).all():
        raise refused(f"'{name}.keyframe' must be a frame, or -1 for none.")
    _check_values(name, rows, size)


def _check_values(name: ArtefactName, rows: Mapping[str, Array], size: tuple[int, int]) -> None:
    if "xyxy" in rows:
        _check_boxes(name, rows["xyxy"], size)
    if "detected" in rows:
        _check_boxes(name, rows["detected"][~np.isnan(rows["detected"]).all(axis=1)], size, "detected")
    if "score" in rows and not ((rows["score"] >= 0) & (rows["score"] <= 1)).all():
        raise refused(f"'{name}.score' must lie between 0 and 1.")
    if "cls" in rows and not np.isin(rows["cls"], (*PEOPLE, CLASS_BALL)).all():
        raise refused(f"'{name}.cls' must be 0 (person), 32 (ball), 100 (goalkeeper) or 101 (referee).")
    if "track_id" in rows:
        _check_tracks(name, rows["frame"], rows["track_id"])
    if "shift" in rows and (rows["shift"] < 0).any():
        raise refused(f"'{name}.shift' is a way: not below 0.")
    if "keypoints" in rows:
        _check_keypoints(name, rows["keypoints"], size)
    for column in rows.keys() & {"points", "features", "lines"}:
        if rows[column].shape[1] > LIMITS.places or not (np.isnan(rows[column]) | (np.abs(rows[column]) < 1e6)).all():
            raise refused(f"'{name}.{column}' must be at most {LIMITS.places} places in the picture, NaN: no more.")


def _check_boxes(name: ArtefactName, xyxy: Array, size: tuple[int, int], column: str = "xyxy") -> None:
    reach = LIMITS.outside * np.array([*size, *size], np.float32)
    inside = (xyxy >= -reach) & (xyxy <= reach + np.array([*size, *size], np.float32))
    if not inside.all() or not (xyxy[:, :2] <= xyxy[:, 2:]).all():
        raise refused(f"'{name}.{column}' must be finite boxes (left, top, right, bottom) in the picture's pixels.")


def _check_tracks(name: ArtefactName, frame: Array, track_id: Array) -> None:
    key = frame.astype(np.int64) << 32 | track_id.astype(np.int64)
    if (track_id < 0).any() or len(np.unique(key)) != len(key):
        raise refused(f"'{name}.track_id' must be 0 or more, and once in a frame.")


def _check_keypoints(name: ArtefactName, keypoints: Array, size: tuple[int, int]) -> None:
    xy, score = keypoints[..., :2], keypoints[..., 2]
    reach = LIMITS.outside * max(size)
    possible = ~np.isfinite(xy) | (np.abs(xy) <= reach + max(size))
    if np.isinf(keypoints).any() or not possible.all() or not ((score >= 0) & (score <= 1)).all():
        raise refused(f"'{name}.keypoints' must be x, y in the picture's pixels (NaN where not seen) and a score 0-1.")


def check_skeleton(said: object, keypoints: Array) -> dict[str, Any]:
    """The skeleton by which the keypoints are read."""
    name = said.get("skeleton") if isinstance(said, Mapping) else None
    if not isinstance(name, str) or name not in SKELETONS:
        raise refused(f"'poses.facts.skeleton' must be one of {', '.join(SKELETONS)}.")
    if len(keypoints) and keypoints.shape[1] != len(SKELETONS[name]):
        raise refused(f"'poses.keypoints' must have the {len(SKELETONS[name])} keypoints of {name}.")
    return {"skeleton": name}


def check_windows(said: object, t_s: Array) -> list[WindowEntry]:
    """Windows that cover every frame once, in order."""
    if not isinstance(said, Sequence) or isinstance(said, str) or not 1 <= len(said) <= LIMITS.windows:
        raise refused("'windows' must be a list of time windows.")
    found: list[WindowEntry] = []
    start = 0
    for number, entry in enumerate(said):
        stop = entry.get("stop") if isinstance(entry, Mapping) else None
        if not isinstance(stop, int) or isinstance(stop, bool) or not start < stop <= len(t_s):
            raise refused("'windows' must follow one another and hold every frame once.")
        found.append(WindowEntry(window=number, start=start, stop=stop, t0=float(t_s[start]), t1=float(t_s[stop - 1])))
        start = stop
    if start != len(t_s):
        raise refused("'windows' must hold every frame of the film.")
    return found


def check_models(said: object) -> list[ModelInfo]:
    """What looked at the film."""
    if not isinstance(said, list) or len(said) > 8 or not all(isinstance(model, Mapping) for model in said):
        raise refused("'models' must be a list of {key, version, sha256}.")
    models = []
    for model in said:
        sha256 = model.get("sha256")
        if not isinstance(sha256, str) or not _HEX.fullmatch(sha256):
            raise refused("A model's 'sha256' must be 64 hexadecimal digits.")
        models.append(ModelInfo(_text(model, "key", 80), _text(model, "version", 40), sha256))
    return models


def check_warnings(said: object) -> list[str]:
    """Sentences for the coach."""
    if not isinstance(said, list) or len(said) > LIMITS.texts or not all(isinstance(text, str) for text in said):
        raise refused("'warnings' must be a list of sentences.")
    return [text[: LIMITS.text_length] for text in said]


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(said: Mapping[str, Any], name: str, low: float, high: float, *, whole: bool = False) -> Any:
    value = said.get(name)
    right = _is_whole(value) if whole else isinstance(value, (int, float)) and not isinstance(value, bool)
    if not right or not low <= value <= high:  # type: ignore[operator]
        raise refused(f"'film.{name}' must be {'a whole' if whole else 'a'} number from {low} to {high}.")
    return value if whole else float(value)  # type: ignore[arg-type]


def _text(said: Mapping[str, Any], name: str, length: int) -> str:
    value = said.get(name)
    if not isinstance(value, str) or len(value) > length or not value.isprintable():
        raise refused(f"'{name}' must be a printable text of at most {length} characters.")
    return value


def _word(said: Mapping[str, Any], name: str, known: Sequence[str]) -> str:
    value = said.get(name)
    if value not in known:
        raise refused(f"'{name}' must be one of {', '.join(known)}.")
    return str(value)


def _rate(said: object) -> Fraction:
    try:
        rate = Fraction(said) if isinstance(said, str) and len(said) <= 40 else Fraction(0)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not 1 <= rate <= 1000 or rate.denominator > 10**7:
        raise refused("'film.fps_fraction' must be frames a second as a fraction, for example 30000/1001.")
    return rate
