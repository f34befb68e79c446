"""What is in an uploaded video, asked of a child process (`python -m vision.video.probe`)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import structlog
from django.conf import settings

from apps.scan.children import ChildLimits, read_json, run_child
from apps.scan.errors import ChildFailed, FileTooLarge, UndecodableVideo, UnsupportedFormat

log = structlog.get_logger(__name__)

PROBE_LIMITS = ChildLimits(seconds=10.0)
READ_BYTES_PER_S = 100e6
"""Looking into a film reads all of it once [bytes/s]: so fast is a disk that holds films, at least."""
FRAME_LIMITS = ChildLimits(seconds=20.0)
"""A frame may lie ten seconds after its keyframe, and 4K decodes at a few frames a second on a busy machine."""
WRONG_FORMAT = "UNSUPPORTED_CONTAINER"
PLAYABLE_CODECS = frozenset({"h264", "vp8", "vp9", "av1", "libdav1d", "libvpx-vp9"})
PLAYABLE_CONTAINERS = frozenset({"mp4", "mov", "webm"})


@dataclass(frozen=True, slots=True)
class ProbedVideo:
    """What the container says after the rotation tag is applied.

    Attributes:
        playable: whether browsers can play the file as it is.
        warnings: sentences for the coach.
    """

    container: str
    codec: str
    width: int
    height: int
    fps: Fraction
    frames: int
    duration_s: float
    rotation_deg: int
    playable: bool
    warnings: list[str]


def _playable(container: str, codec: str, pixel_format: str) -> bool:
    deep = any(mark in pixel_format for mark in ("10", "12", "422", "444"))
    return container in PLAYABLE_CONTAINERS and codec in PLAYABLE_CODECS and not deep


def probe_video(path: Path, filename: str) -> ProbedVideo:
    """Look into a stored video without loading a video library here.

    Args:
        filename: what the user calls it, for the messages.

    Raises:
        UnsupportedFormat: 415, the content is not a video of an allowed format.
        FileTooLarge: 413, the picture is larger or the film longer than can be analysed.
        UndecodableVideo: 422, it cannot be decoded, or is too short or too slow.
        Busy: 503, too many videos are being prepared.
    """
    formats = ",".join(settings.ALLOWED_VIDEO_FORMATS)
    size = path.stat().st_size if path.exists() else 0  # whoever sent it may have cancelled; the child says so
    limits = replace(PROBE_LIMITS, seconds=PROBE_LIMITS.seconds + size / READ_BYTES_PER_S)
    try:
        output = run_child("vision.video.probe", [str(path), "--json", "--formats", formats], limits=limits)
    except ChildFailed as error:
        if error.timed_out:
            raise UndecodableVideo(
                f"'{filename}' could not be read within {limits.seconds:.0f} s: it is damaged or very unusual. "
                "Export it as H.264 (MP4)."
            ) from error
        _refuse(error, filename)
    found = json.loads(output)
    return ProbedVideo(
        container=found["container"],
        codec=found["codec"],
        width=found["width"],
        height=found["height"],
        fps=Fraction(found["fps_fraction"]),
        frames=found["frames"],
        duration_s=found["duration_s"],
        rotation_deg=found["rotation"],
        playable=_playable(found["container"], found["codec"], found["pixel_format"]),
        warnings=found["warnings"],
    )


def _refuse(error: ChildFailed, filename: str) -> NoReturn:
    """Raise what the child's refusal means; one without words is a crash of a parser on a hostile file."""
    said = read_json(error.output)
    code, message = said.get("code", ""), said.get("message", "")
    if not message:
        log.warning("probe.crashed", filename=filename, log=error.log)
        raise UndecodableVideo(f"'{filename}' is damaged and cannot be read. Export it as H.264 (MP4).") from error
    if code == WRONG_FORMAT:
        raise UnsupportedFormat(message) from error
    if code == "TOO_LARGE":
        raise FileTooLarge(message) from error
    raise UndecodableVideo(message) from error


def still_at(path: Path, t_s: float, *, max_side_px: int | None = None) -> bytes:
    """JPEG of the upright picture shown at `t_s` [s].

    Raises:
        UndecodableVideo: 422, nothing there can be decoded.
        Busy: 503.
    """
    arguments = [str(path), "--t", f"{t_s:.6f}"]
    if max_side_px is not None:
        arguments += ["--max-side", str(max_side_px)]
    try:
        return run_child("vision.video.frame", arguments, limits=FRAME_LIMITS)
    except ChildFailed as error:
        message = read_json(error.output).get("message") or "This picture cannot be read; choose another moment."
        raise UndecodableVideo(message) from error
