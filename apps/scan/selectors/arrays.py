"""The numbers behind a scan, by time: boxes, postures, ball, places on the pitch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.core.errors import InvalidRequest, NotFound
from apps.scan.models import ProcessingJob, Video
from pipeline.api import ScanReader, rounded

WINDOW_S = 20.0
"""What a page should ask for at once: the length of the windows in which the arrays are stored."""
MAX_SPAN_S = 60.0
"""The most one answer may cover: a minute of 22 players at 30 frames a second is some 12 MB of JSON."""


def reader_of(video: Video) -> ScanReader:
    """The artefacts of a film."""
    return ScanReader.of(str(video.session_id), str(video.pk))


def read_arrays(
    video: Video,
    include: Sequence[str],
    span: tuple[float | None, float | None],
    *,
    only_tracks: Collection[int] | None = None,
    beside: Video | None = None,
) -> dict[str, dict[str, Any]]:
    """Arrays of the series in `include` for a span of time [s].

    Args:
        span: start (default 0) and end (default one window later).
        only_tracks: leave out everybody else's rows; `None` for all.
        beside: another camera's film that is asked about, by the clock of `video`.

    Raises:
        InvalidRequest: the span is longer than one answer may cover.
    """
    start_s = span[0] or 0.0
    end_s = span[1] if span[1] is not None else start_s + WINDOW_S
    if end_s - start_s > MAX_SPAN_S:
        raise InvalidRequest(f"Ask for at most {MAX_SPAN_S:.0f} s at once; got {end_s - start_s:.0f} s.")
    reader = reader_of(video)
    if beside is None:
        found = {series: reader.read(series, start_s, end_s) for series in include}
    else:
        other = reader_of(beside)
        found = {series: reader.read_beside(beside.camera, other, series, start_s, end_s) for series in include}
    if only_tracks is not None:
        found = {series: _of_tracks(arrays, only_tracks) for series, arrays in found.items()}
    return {series: rounded(series, arrays) for series, arrays in found.items()}


def _of_tracks(arrays: Mapping[str, NDArray[Any]], tracks: Collection[int]) -> dict[str, NDArray[Any]]:
    if "track_id" not in arrays:
        return dict(arrays)  # the ball is nobody's data
    kept = np.isin(arrays["track_id"], list(tracks))
    return {name: array[kept] for name, array in arrays.items()}


def frame_of_track(job: ProcessingJob, track_id: int, t_s: float) -> int:
    """The frame at which a track is cut when it is split at `t_s`.

    Raises:
        NotFound: the track is not in the film from then on.
    """
    video = job.session.videos.first()
    frame = reader_of(video).frame_at(track_id, t_s) if video else None
    if frame is None:
        raise NotFound(f"Track {track_id} is not in the film at {t_s:.1f} s or later.")
    return frame
