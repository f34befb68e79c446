"""Is this file a video that can be analysed, and what is in it?

`python -m vision.video.probe FILE --json` answers for processes that must not load a video library themselves.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from vision.errors import VideoError
from vision.video.container import OpenVideo, is_allowed, is_cut_off, open_video, quarter_turns, sniff_container
from vision.video.reader import VideoReader
from vision.video.timebase import Timebase, read_timebase

ALLOWED_FORMATS = ("mp4", "avi", "mov", "mkv")
_MEMORY_LIMIT_BYTES = 1 << 30
_CPU_LIMIT_S = 10
_CPU_BYTES_PER_S = 100e6
"""More of it for larger films, all of whose packets are read once [bytes/s]."""


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """What is refused before any work is put into it.

    Attributes:
        min_duration_s: shorter than this nothing can be measured [s].
        max_duration_s: a day's recording is a mistake, a long match with breaks is not [s].
        min_fps: slower than this a player's path cannot be followed [frames/s].
        max_fps: phones' slow motion has 240; more is a damaged clock, by which speeds would be wrong [frames/s].
        min_side_px: in smaller pictures nobody is to be seen.
        max_streams: a camera's file has a picture, sound and some data; each more costs memory.
        max_side_px, max_pixels: larger pictures are an attack or need cutting first (a 6500x1000 panorama passes).
        max_frames: more are a damaged or hostile header.
    """

    min_duration_s: float = 0.5
    max_duration_s: float = 6 * 3600.0
    min_fps: float = 10.0
    max_fps: float = 300.0
    min_side_px: int = 32
    max_streams: int = 32
    max_side_px: int = 8192
    max_pixels: int = 64_000_000
    max_frames: int = 3_000_000


@dataclass(frozen=True, slots=True)
class VideoProbe:
    """What is in a video file.

    Attributes:
        width, height: of the upright picture [px].
        rotation: counter-clockwise degrees by which the stored picture is turned to stand upright (0, 90, 180, 270).
        fps: frames per second; the mean where the rate varies.
        frames: frames the file really holds; `frames_declared`: what its header says (0: nothing).
        duration_s: of the readable part [s].
        container: `mp4`, `mov`, `avi`, `mkv` or `webm`.
        warnings: what a coach should know.
    """

    width: int
    height: int
    rotation: int
    fps: Fraction
    frames: int
    frames_declared: int
    duration_s: float
    codec: str
    container: str
    pixel_format: str
    has_audio: bool
    variable_rate: bool
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON form; `fps` as a number and as the exact `fps_fraction` ("30000/1001")."""
        return {**asdict(self), "fps": float(self.fps), "fps_fraction": str(self.fps), "warnings": list(self.warnings)}


def probe(path: Path, *, formats: tuple[str, ...] = ALLOWED_FORMATS, limits: VideoLimits = VideoLimits()) -> VideoProbe:
    """Look into a file: container, picture, frame times; decode a picture at either end.

    Raises:
        VideoError: the file is none that can be analysed; code and message say why and what would be right.
    """
    container = sniff_container(path)
    if not is_allowed(container, formats):
        wanted = ", ".join(name.upper() for name in formats)
        raise VideoError(f"This is a {container.upper()} file. Use {wanted}.", code="UNSUPPORTED_CONTAINER")
    with open_video(path) as video:
        _check_header(video, limits)
        has_audio = bool(video.container.streams.audio)
        context = video.stream.codec_context
        codec, pixels, size = context.name, context.pix_fmt or "", (context.width, context.height)
        rates = [video.stream.average_rate, video.stream.base_rate, video.stream.guessed_rate]
    timebase = read_timebase(path)
    rate = _rate(timebase, [r for r in rates if r])
    _check_times(timebase, float(rate), limits)
    turns, warnings = _try_decoding(VideoReader(path, timebase))
    width, height = size[::-1] if turns % 2 else size
    return VideoProbe(
        width=width,
        height=height,
        rotation=90 * turns,
        fps=rate,
        frames=len(timebase),
        frames_declared=timebase.declared,
        duration_s=timebase.duration_s,
        codec=codec,
        container=container,
        pixel_format=pixels,
        has_audio=has_audio,
        variable_rate=timebase.variable_rate,
        warnings=timebase.warnings + _cut_off(path, container, timebase) + warnings,
    )


def _cut_off(path: Path, container: str, timebase: Timebase) -> tuple[str, ...]:
    """What a coach should know about a missing end that the announced length does not tell."""
    if timebase.damage or container not in ("mp4", "mov") or not is_cut_off(path):
        return ()
    return ("the file ends early: it was not recorded or copied to its end",)


def _check_header(video: OpenVideo, limits: VideoLimits) -> None:
    context = video.stream.codec_context
    width, height = context.width, context.height
    streams = len(video.container.streams)
    if streams > limits.max_streams:
        raise VideoError(
            f"The file has {streams} tracks; a film has a picture and sound, at most {limits.max_streams} tracks are "
            "read. Export it as a plain video.",
            code="TOO_LARGE",
        )
    if min(width, height) <= 0:
        raise VideoError(
            "The video's picture has no possible size: the file is damaged. Export it again.", code="UNDECODABLE"
        )
    if max(width, height) > limits.max_side_px or width * height > limits.max_pixels:
        raise VideoError(
            f"The picture is {width}x{height} pixels; at most {limits.max_side_px} a side and "
            f"{limits.max_pixels // 1_000_000} megapixels can be analysed. Export it smaller.",
            code="TOO_LARGE",
        )
    if min(width, height) < limits.min_side_px:
        raise VideoError(
            f"The picture is {width}x{height} pixels; at least {limits.min_side_px} a side are needed to see anybody.",
            code="UNDECODABLE",
        )
    if video.stream.frames > limits.max_frames:
        raise VideoError(
            f"The file announces {video.stream.frames:,} frames, more than {limits.max_frames:,}. "
            "It is damaged, or must be cut into shorter pieces.",
            code="TOO_LARGE",
        )


def _check_times(timebase: Timebase, fps: float, limits: VideoLimits) -> None:
    duration, filmed = timebase.duration_s, timebase.filmed_s
    if filmed < limits.min_duration_s or len(timebase) < 2:
        raise VideoError(
            f"The video is {filmed:.2f} s long; at least {limits.min_duration_s:g} s is needed.", code="TOO_SHORT"
        )
    if duration > limits.max_duration_s:
        pauses = f", with {(duration - filmed) / 3600:.1f} hours of pauses" if len(timebase.pauses) else ""
        raise VideoError(
            f"The video is {duration / 3600:.1f} hours long{pauses}; at most {limits.max_duration_s / 3600:g} can be "
            "analysed. Cut it into shorter pieces.",
            code="TOO_LARGE",
        )
    if fps < limits.min_fps:
        shown = f"has {fps:.1f} frames a second" if fps >= 1 else f"shows a new picture only every {1 / fps:.0f} s"
        raise VideoError(
            f"The video {shown}; at least {limits.min_fps:g} a second are needed, 25 or more are better.",
            code="LOW_FRAME_RATE",
        )
    if fps > limits.max_fps:
        raise VideoError(
            f"The video says that it has {fps:.0f} frames a second; no phone has more than {limits.max_fps:.0f}, so "
            "its clock is wrong. Export it again.",
            code="UNDECODABLE",
        )


def _rate(timebase: Timebase, declared: list[Fraction]) -> Fraction:
    """The declared rate that fits the frame times best; the measured one where the rate varies or none fits."""
    if timebase.variable_rate:
        return Fraction(timebase.fps).limit_denominator(1000)
    measured = 1 / timebase.frame_s
    near = [rate for rate in declared if abs(float(rate) - measured) < 0.02 * measured]
    if near:
        return min(near, key=lambda rate: abs(float(rate) - measured))
    return Fraction(measured).limit_denominator(1001)


def _try_decoding(reader: VideoReader) -> tuple[int, tuple[str, ...]]:
    """Quarter turns of the first picture, and a warning when the end cannot be decoded."""
    first = next(reader.pictures(0), None)
    if first is None:
        raise VideoError(
            "The video's pictures cannot be decoded: the file is damaged or protected. Export it as H.264 (MP4).",
            code="UNDECODABLE",
        )
    last_key = reader.timebase.keyframe_before(len(reader.timebase) - 1)
    last = next(reader.pictures(last_key), None)
    if last is not None and (last.width, last.height) != (first.width, first.height):
        raise VideoError(
            f"The picture changes its size within the video, from {first.width}x{first.height} to "
            f"{last.width}x{last.height} pixels. Export it with one size, or scan the parts one by one.",
            code="UNDECODABLE",
        )
    warnings = () if last is not None else ("the end of the video is damaged and cannot be decoded",)
    return quarter_turns(first), warnings


def _limit_resources(file: Path) -> None:
    """Bound what a hostile file can take from the machine; for the child process only."""
    cpu_s = _CPU_LIMIT_S + int(file.stat().st_size / _CPU_BYTES_PER_S if file.is_file() else 0)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT_BYTES, _MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(path: Path, formats: tuple[str, ...]) -> dict[str, Any]:
    try:
        return {"ok": True, **probe(path, formats=formats).to_json()}
    except VideoError as error:
        return {"ok": False, "code": error.code, "message": error.message}
    except MemoryError:
        message = "Looking into the video takes too much memory. Export it smaller, as H.264 (MP4)."
        return {"ok": False, "code": "TOO_LARGE", "message": message}
    except OSError as error:
        return {"ok": False, "code": "UNREADABLE", "message": f"The file cannot be read: {error.strerror}."}


def main(arguments: list[str] | None = None) -> int:
    """Print what is in a file; exit code 0 when it can be analysed, 1 when not."""
    parser = argparse.ArgumentParser(prog="python -m vision.video.probe", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of text")
    parser.add_argument("--formats", default=",".join(ALLOWED_FORMATS), help="allowed containers, with commas between")
    options = parser.parse_args(arguments)
    _limit_resources(options.file)
    answer = _answer(options.file, tuple(options.formats.split(",")))
    text = json.dumps(answer) if options.json else "\n".join(f"{name}: {value}" for name, value in answer.items())
    sys.stdout.write(text + "\n")
    return 0 if answer["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
