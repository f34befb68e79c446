"""The arrays of every series that the steps leave behind: type, shape, unit, meaning; and how each is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.plan import ArtefactName


@dataclass(frozen=True, slots=True)
class Column:
    """One array of a series.

    Attributes:
        dtype: of its numbers.
        shape: after the first axis; `None`: any length.
        meaning: what it means.
        before: every value in files that are older than the column; `None`: it was always there.
    """

    dtype: str
    shape: tuple[int | None, ...]
    meaning: str
    before: bool | float | None = None


_FRAME = Column("int32", (), "index of the video frame")
_TIME = Column("float64", (), "presentation time [s], 0 at the first frame")
_TRACK = Column("int32", (), "track number of the tracker; linked numbers: see `links`")
_LINKED = Column("int32", (), "linked track number")
_BOX = Column("float32", (4,), "left, top, right, bottom [px]")
_SCORE = Column("float32", (), "0-1")
_FOUND = Column("float32", (4,), "the detector's own box [px]; NaN: none, or not kept", before=np.nan)
_GUESSED = Column("bool", (), "not seen in this frame: inferred from its neighbours")

SERIES: Mapping[ArtefactName, Mapping[str, Column]] = {
    ArtefactName.DETECTIONS: {
        "frame": _FRAME,
        "t": _TIME,
        "xyxy": _BOX,
        "score": _SCORE,
        "cls": Column("int16", (), "0 person, 32 ball, 100 goalkeeper, 101 referee"),
        "kit": Column("float32", (None,), "shirt colour descriptor; NaN where not sampled"),
    },
    ArtefactName.CAMERA: {
        "frame": _FRAME,
        "t": _TIME,
        "shift": Column(
            "float32",
            (),
            "way of the background since the window's first picture (the first: since the last of the window before), "
            "as a share of the width; NaN: cannot be told, infinite: another view",
        ),
    },
    ArtefactName.CAMERA_PATH: {
        "frame": _FRAME,
        "t": _TIME,
        "keyframe": Column("int32", (), "frame that shows the same background; -1: none found"),
        "points": Column("float32", (None, 4), "places of the background here and in the keyframe [px]; NaN: no more"),
    },
    ArtefactName.CAMERA_VIEWS: {
        "frame": _FRAME,
        "t": _TIME,
        "features": Column("float32", (None, 2), "places by which the view is known again [px]; NaN: no more"),
        "codes": Column("uint8", (None, 32), "what they look like (ORB)"),
        "lines": Column("float32", (None, 3), "points on bright lines [px] and their direction [rad]; NaN: no more"),
    },
    ArtefactName.TRACKS: {
        "frame": _FRAME,
        "t": _TIME,
        "track_id": _TRACK,
        "xyxy": Column("float32", (4,), "the tracker's filtered box: left, top, right, bottom [px]"),
        "detected": _FOUND,
        "score": _SCORE,
        "cls": Column("int16", (), "class of the track so far"),
        "interpolated": _GUESSED,
        "kit": Column("float32", (None,), "shirt colour descriptor; NaN where not sampled"),
    },
    ArtefactName.POSES: {
        "frame": _FRAME,
        "t": _TIME,
        "track_id": _TRACK,
        "keypoints": Column("float32", (None, 3), "x, y [px], score; NaN and 0 where not seen"),
        "interpolated": Column("bool", (), "not read in this frame: put between two readings", before=False),
    },
    ArtefactName.WORLD: {
        "frame": _FRAME,
        "t": _TIME,
        "track_id": _LINKED,
        "xy": Column("float32", (2,), "on the pitch [m]: origin centre spot, x along the length, y to the left"),
        "sigma": Column("float32", (), "standard deviation per axis [m]"),
    },
    ArtefactName.POINTS3D: {
        "frame": Column("int32", (), "frame of the first camera at whose instant this is"),
        "t": Column("float64", (), "by the first camera's clock [s], 0 at its first frame"),
        "track_id": Column("int32", (), "number of the person over all cameras"),
        "xyz": Column("float32", (None, 3), "joints [m] in the cameras' world, z up; NaN where too few cameras agree"),
        "sigma": Column("float32", (None,), "standard deviation per axis [m] from the keypoints' noise"),
        "reprojection_error": Column("float32", (None,), "root mean square over the cameras used [px]"),
        "cameras_used": Column("uint8", (None,), "how many cameras agree"),
    },
    ArtefactName.BODY: {
        "frame": _FRAME,
        "t": _TIME,
        "track_id": _LINKED,
        "pose": Column("float32", (24, 3), "turns of SMPL's joints, axis-angle [rad]; NaN where not fitted"),
        "translation": Column("float32", (3,), "of the body model [m], in the frame that the manifest names"),
        "joints": Column("float32", (24, 3), "SMPL's joints [m], same frame"),
        "angles": Column("float32", (None,), "joint angles [deg], named in the manifest; 0 is straight standing"),
        "error": Column("float32", (), "distance of the keypoints from the body's: [m] in space, [px] in a picture"),
        "sigma": Column("float32", (), "standard deviation per axis of the joints [m]"),
        "valid": Column("bool", (), "has a body"),
        "bridged": Column("bool", (), "between pictures that show enough, not seen itself"),
        "contact": Column("bool", (2,), "left and right foot on the ground; false where no ground is known"),
    },
    ArtefactName.BALL: {
        "frame": _FRAME,
        "t": _TIME,
        "xy": Column("float32", (2,), "centre [px]"),
        "score": _SCORE,
        "interpolated": _GUESSED,
    },
    ArtefactName.TIMEBASE: {
        "frame": _FRAME,
        "t": _TIME,
        "pts": Column("int64", (), "presentation stamp in container ticks"),
        "keyframe": Column("bool", (), "decoding may start here"),
    },
}
"""Series artefacts and their columns."""


def with_added_columns(name: ArtefactName, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays, `frame` among them, and what a file that is older than a column of its series means by it."""
    older = {
        column: np.full((arrays["frame"].size, *(side or 0 for side in kind.shape)), kind.before, kind.dtype)
        for column, kind in SERIES[name].items()
        if kind.before is not None and column not in arrays
    }
    return {**arrays, **older}


WINDOWED = frozenset(
    {
        ArtefactName.DETECTIONS,
        ArtefactName.CAMERA,
        ArtefactName.CAMERA_PATH,
        ArtefactName.CAMERA_VIEWS,
        ArtefactName.TRACKS,
        ArtefactName.POSES,
        ArtefactName.WORLD,
        ArtefactName.POINTS3D,
        ArtefactName.BODY,
    }
)
"""Series stored in time windows."""
PICTURES = frozenset({ArtefactName.THUMBNAIL, ArtefactName.SHARED_PICTURE})
"""JPEG files; what is said of them stands in their manifests alone."""
