"""What another of several cameras saw, with the first one's numbers and by its clock."""

from __future__ import annotations

from typing import Final

import numpy as np

from pipeline.artefacts import Array, Artefacts
from pipeline.errors import ArtefactError
from pipeline.links import Links
from pipeline.plan import ArtefactName
from vision.types import NO_TRACK, Float32Array, Float64Array, Int32Array

SEEN_BY_EACH: Final = ("tracks", "poses")
"""Series that every camera has of its own; the ball and metres are found for all of them together."""


def seen_by(
    first: Artefacts, other: Artefacts, camera: str, series: ArtefactName, span_s: tuple[float, float]
) -> dict[str, Array]:
    """Rows of a series of another camera, people's rows only.

    Args:
        first, other: artefacts of the first camera, and of `camera`.
        span_s: start and end, exclusive, by the first camera's clock [s].

    Returns:
        Columns as stored, `track_id` linked and `t` by the first camera's clock; one row a person and picture. Nothing
        where the cameras were not (yet) brought together.

    Raises:
        ArtefactError: an artefact is damaged or of another version.
    """
    try:
        ahead_s = float(first.read_json(ArtefactName.SYNC)["offsets_s"][camera])
        owners: list[list[int]] = first.read_json(ArtefactName.PEOPLE)["pieces"].get(camera, [])
        links = Links.read(first).of_points()
        clock_s = first.read_series(ArtefactName.TIMEBASE)[0]["t"]
        rows = other.read_range(series, span_s[0] + ahead_s, span_s[1] + ahead_s)
    except KeyError:
        return {}
    except ArtefactError as error:
        if error.code != ArtefactError.code:
            raise
        return {}
    t_s = rows["t"] - ahead_s
    linked = links.linked(_people(rows["track_id"], owners), _frames_at(clock_s, t_s))
    kept = _largest_of_each(linked, rows["frame"], _size(rows))
    return {column: array[kept] for column, array in {**rows, "t": t_s, "track_id": linked}.items()}


def _people(track_id: Int32Array, owners: list[list[int]]) -> Int32Array:
    """The person in space whom each row's track shows; `NO_TRACK` where one camera alone saw them."""
    person_of = {track: person for track, person in owners}
    return np.array([person_of.get(track, NO_TRACK) for track in track_id.tolist()], np.int32)


def _frames_at(clock_s: Float64Array, t_s: Float64Array) -> Int32Array:
    """The first camera's frames nearest in time."""
    middles = (clock_s[1:] + clock_s[:-1]) / 2
    return np.searchsorted(middles, t_s).astype(np.int32)


def _size(rows: dict[str, Array]) -> Float32Array:
    """How much of the picture each row fills: a box's height, or the sum of a posture's scores."""
    if "xyxy" in rows:
        return np.asarray(rows["xyxy"][:, 3] - rows["xyxy"][:, 1], np.float32)
    return np.asarray(rows["keypoints"][:, :, 2].sum(axis=1), np.float32)


def _largest_of_each(linked: Int32Array, frame: Int32Array, size: Float32Array) -> Array:
    """Places of the rows to keep, in their order: of two on one body in one picture the larger."""
    order = np.lexsort((-size, linked, frame))
    order = order[linked[order] != NO_TRACK]
    again = (np.diff(linked[order], prepend=NO_TRACK) == 0) & (np.diff(frame[order], prepend=NO_TRACK) == 0)
    return np.sort(order[~again])
