"""When each frame of a file is shown: an index made by reading packets without decoding them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vision.errors import VideoError
from vision.types import BoolArray, Float64Array, check_shape
from vision.video.container import OpenVideo, open_video

NO_PTS = np.iinfo(np.int64).min
_FALLBACK_RATE = Fraction(25)
_VARIABLE_SPREAD = 0.1
"""A file is called variable-rate when more than 1 % of its frame intervals differ from the median by more than this
share: one rounding unit of a coarse container clock (1 ms in Matroska at 60 fps is 6 %) must not count."""
_VARIABLE_SHARE = 0.01
_PAUSE_S = 1.0
_PAUSE_INTERVALS = 10.0
"""Longer than both without a frame, in seconds and in typical intervals, and the camera was paused: a phone that drops
pictures in the dark leaves gaps of a few intervals, a time lapse has no typical interval that is shorter."""
_EARLY_END_S = 0.5
"""A declared duration this much longer than what was found [s] is worth a warning (audio tails are shorter)."""
_POSSIBLE_S = 24 * 3600.0
"""No camera announces more than a day in one file [s]: such a header is damaged, and its number means nothing."""


@dataclass(frozen=True, slots=True)
class Timebase:
    """Every frame a file really holds, in the order shown.

    Attributes:
        t_s: `(N,)` float64, presentation time [s], strictly increasing from 0.
        pts: `(N,)` int64, presentation stamp in container ticks; `NO_PTS` where the file has none.
        keyframe: `(N,)` bool, decoding may start here.
        declared: frames the container's header announces; 0 when it says nothing.
        declared_s: duration the header announces [s]; 0.0 when it says nothing.
        start_s: container time of the first frame [s] (what a browser's `currentTime` is at frame 0).
    """

    t_s: Float64Array
    pts: NDArray[np.int64]
    keyframe: BoolArray
    declared: int
    declared_s: float
    start_s: float

    def __post_init__(self) -> None:
        check_shape("t_s", self.t_s, (None,))
        check_shape("pts", self.pts, (len(self.t_s),))
        check_shape("keyframe", self.keyframe, (len(self.t_s),))

    def __len__(self) -> int:
        return len(self.t_s)

    @property
    def duration_s(self) -> float:
        """From the first frame's start to the last frame's end [s] (the last lasts as long as the median frame)."""
        return float(self.t_s[-1] + self.frame_s) if len(self) else 0.0

    @property
    def frame_s(self) -> float:
        """Median time between frames [s]; 1/25 for a single frame."""
        return float(np.median(np.diff(self.t_s))) if len(self) > 1 else float(1 / _FALLBACK_RATE)

    @property
    def pauses(self) -> Float64Array:
        """`(M, 2)` last time before and first time after each pause of the recording [s]."""
        at = np.flatnonzero(_is_pause(np.diff(self.t_s)))
        return np.stack([self.t_s[at], self.t_s[at + 1]], axis=1)

    @property
    def filmed_s(self) -> float:
        """Duration without the pauses [s]; each counts as one ordinary interval."""
        return self.duration_s - float(np.sum(np.diff(self.pauses, axis=1) - self.frame_s))

    @property
    def fps(self) -> float:
        """Mean frames per second while the camera was recording."""
        if len(self) < 2:
            return float(_FALLBACK_RATE)
        gaps = np.diff(self.t_s)
        return float(1 / np.mean(gaps[~_is_pause(gaps)]))

    @property
    def variable_rate(self) -> bool:
        """Whether frames come at clearly uneven intervals."""
        return is_variable(self.t_s)

    @property
    def seekable(self) -> bool:
        """Whether frames can be told by their stamps, so that decoding may start at a keyframe in the middle."""
        return bool(np.all(self.pts != NO_PTS)) and bool(np.all(np.diff(self.pts) > 0))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a coach should know about the file."""
        return self.damage + self._paused

    @property
    def _paused(self) -> tuple[str, ...]:
        if not len(self.pauses):
            return ()
        longest = self.pauses[int(np.argmax(np.diff(self.pauses, axis=1)))]
        times = "once" if len(self.pauses) == 1 else f"{len(self.pauses)} times, the longest"
        return (
            f"the recording was paused {times} for {_clock(longest[1] - longest[0])} at {_clock(longest[0])}; "
            "nothing is measured there",
        )

    @property
    def damage(self) -> tuple[str, ...]:
        """What tells that the file does not hold all that its header announces."""
        missing = self.declared_s - self.duration_s
        if self.declared_s > _POSSIBLE_S:
            return (
                f"the file's header is damaged and announces an impossible length: {self.duration_s:.1f} s were read",
            )
        if self.declared_s and missing > max(_EARLY_END_S, self.frame_s):
            return (f"the file ends early: {self.duration_s:.1f} of {self.declared_s:.1f} s could be read",)
        return ()

    def at(self, t_s: float) -> int:
        """Index of the frame shown at `t_s` [s] (the first before it, the last after the end)."""
        return max(0, int(np.searchsorted(self.t_s, t_s + 1e-9, side="right")) - 1)

    def keyframe_before(self, index: int) -> int:
        """Index of the keyframe at or before frame `index`; 0 when there is none."""
        keys = np.flatnonzero(self.keyframe[: index + 1])
        return int(keys[-1]) if len(keys) else 0


def is_variable(t_s: Float64Array) -> bool:
    """Whether frame times `(N,)` [s] come at clearly uneven intervals; pauses of the recording do not count."""
    if len(t_s) < 3:
        return False
    gaps = np.diff(t_s)
    gaps = gaps[~_is_pause(gaps)]
    median = float(np.median(gaps))
    return bool(np.mean(np.abs(gaps - median) > _VARIABLE_SPREAD * median) > _VARIABLE_SHARE)


def _is_pause(gaps: Float64Array) -> BoolArray:
    if len(gaps) == 0:
        return np.zeros(0, np.bool_)
    return np.asarray(gaps > max(_PAUSE_S, _PAUSE_INTERVALS * float(np.median(gaps))))


def _clock(seconds: float) -> str:
    """As a coach reads it: "4.2 s", "12:05", "1:02:03"."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def read_timebase(path: Path) -> Timebase:
    """Index a file by reading its packets (about 1 s for 500 MB; nothing is decoded).

    Missing stamps (some AVI) are filled from the decoding order and the declared rate, equal ones are spread evenly;
    frames that are cut off or hidden by an edit list are left out.

    Raises:
        VideoError: the file is none that can be read, or holds no frame.
    """
    with open_video(path) as video:
        rows = [(p.pts, p.dts, p.is_keyframe) for p in picture_packets(video)]
        if not rows:
            raise VideoError("The video holds no picture. Film or export it again.", code="TOO_SHORT")
        pts, keyframe = _presentation_order(rows)
        times = _times(pts, video.stream)
        start = float(pts[0] * (video.stream.time_base or 0)) if pts[0] != NO_PTS else 0.0
        return Timebase(times, pts, keyframe, video.stream.frames, declared_seconds(video), start)


def picture_packets(video: OpenVideo) -> Iterator[Packet[VideoStream]]:
    """Packets that become frames, until the file or its readable part ends."""
    packets = video.container.demux(video.stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            return
        if packet is None:
            return
        if is_picture(packet):
            yield packet


def is_picture(packet: Packet[VideoStream]) -> bool:
    """False for the flush packet, for cut-off ones, and for frames an edit list hides."""
    return packet.size > 0 and not packet.is_corrupt and not packet.is_discard


def declared_seconds(video: OpenVideo) -> float:
    """Duration of the picture stream as the header tells it [s]; 0.0 when it does not.

    For AVI the reader replaces a cut-off file's duration by what is there, but not the number of frames.
    """
    stream = video.stream
    if video.name == "avi" and stream.frames and stream.average_rate:
        return float(stream.frames / stream.average_rate)
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return video.container.duration / av.time_base if video.container.duration else 0.0


def _presentation_order(rows: list[tuple[int | None, int | None, bool]]) -> tuple[NDArray[np.int64], BoolArray]:
    """Stamps sorted as shown; where any is missing, the decoding stamps stand in (then nothing is reordered)."""
    keyframe = np.array([key for _, _, key in rows], np.bool_)
    if all(pts is not None for pts, _, _ in rows):
        stamps = np.array([pts for pts, _, _ in rows], np.int64)
        order = np.argsort(stamps, kind="stable")
        return stamps[order], keyframe[order]
    return np.full(len(rows), NO_PTS, np.int64), keyframe


def _times(pts: NDArray[np.int64], stream: VideoStream) -> Float64Array:
    rate = stream.average_rate or stream.guessed_rate or _FALLBACK_RATE
    if pts[0] == NO_PTS:
        return np.arange(len(pts), dtype=np.float64) / float(rate)
    base = stream.time_base or Fraction(1, av.time_base)
    ticks = (pts - pts[0]).astype(np.float64)
    times = ticks * base.numerator / base.denominator
    return _spread_equal(times, float(1 / rate))


def _spread_equal(times: Float64Array, frame_s: float) -> Float64Array:
    """Put frames that share a stamp evenly between that stamp and the next."""
    first, counts = np.unique(times, return_index=True, return_counts=True)[1:]
    if len(first) == len(times):
        return times
    distinct = times[first]
    gaps = np.diff(np.append(distinct, distinct[-1] + frame_s * counts[-1]))
    place = np.arange(len(times)) - np.repeat(first, counts)
    return np.repeat(distinct, counts) + place * np.repeat(gaps / counts, counts)
