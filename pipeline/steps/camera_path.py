"""How the camera moved: recorded while people are looked for, whether or not the pitch will ever be marked."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.artefacts import Array, concatenate, empty
from pipeline.plan import ArtefactName
from vision.calibration.line_points import LinePointParams, find_line_points
from vision.tracking.background import BackgroundParams, BackgroundTracker, View
from vision.tracking.features import CODE_BYTES, FeatureParams
from vision.types import PEOPLE, Detections
from vision.video.reader import Frame


@dataclass(frozen=True, slots=True)
class PathParams:
    """Parameters.

    Attributes:
        background, features, lines: of what is followed, known again, and found of the pitch.
        view_s: views are kept so far apart at least [s]: each costs 16 kB and the time of two pictures.
    """

    background: BackgroundParams = field(default_factory=BackgroundParams)
    features: FeatureParams = field(default_factory=FeatureParams)
    lines: LinePointParams = field(default_factory=LinePointParams)
    view_s: float = 1.5


class PathRecorder:
    """Records one window; give it the pictures in order."""

    def __init__(self, before: tuple[Frame, Detections] | None, params: PathParams | None = None) -> None:
        """Start, with a picture of the window before, to which this one is tied."""
        self._params = params or PathParams()
        self._tracker = BackgroundTracker(self._params.background)
        self._rows: list[dict[str, Array]] = []
        self._views: list[dict[str, Array]] = []
        self._viewed_s = -np.inf
        if before is not None:
            frame, detections = before
            people = detections.of_classes(PEOPLE).xyxy
            for view in self._tracker.update(frame.index, frame.t_s, frame.image_bgr, people).views:
                self._keep(view)

    def look(self, frame: Frame, detections: Detections) -> None:
        """Take the next analysed picture."""
        people = detections.of_classes(PEOPLE).xyxy
        found = self._tracker.update(frame.index, frame.t_s, frame.image_bgr, people)
        for view in found.views:
            self._keep(view)
        self._rows.append(
            {
                "frame": np.array([frame.index], np.int32),
                "t": np.array([frame.t_s], np.float64),
                "keyframe": np.array([found.keyframe], np.int32),
                "points": _filled(found.points, self._params.background.kept)[None],
            }
        )

    def arrays(self) -> dict[ArtefactName, dict[str, Array]]:
        """The window's rows of `camera_path` and `camera_views`."""
        p = self._params
        lengths = {
            "points": (p.background.kept, 4),
            "features": (p.features.count, 2),
            "codes": (p.features.count, CODE_BYTES),
            "lines": (p.lines.count, 3),
        }
        return {
            name: concatenate(rows) if rows else empty(name, lengths)
            for name, rows in ((ArtefactName.CAMERA_PATH, self._rows), (ArtefactName.CAMERA_VIEWS, self._views))
        }

    def _keep(self, view: View) -> None:
        if view.t_s - self._viewed_s < self._params.view_s:
            return
        self._viewed_s = view.t_s
        p = self._params
        codes = np.zeros((p.features.count, CODE_BYTES), np.uint8)
        codes[: len(view.features.codes)] = view.features.codes
        lines = find_line_points(view.image_bgr, view.people, p.lines)
        self._views.append(
            {
                "frame": np.array([view.index], np.int32),
                "t": np.array([view.t_s], np.float64),
                "features": _filled(view.features.xy, p.features.count)[None],
                "codes": codes[None],
                "lines": _filled(lines, p.lines.count)[None],
            }
        )


def _filled(rows: Array, count: int) -> Array:
    """`(count, K)` float32: the rows, then NaN."""
    filled = np.full((count, rows.shape[1]), np.nan, np.float32)
    filled[: len(rows)] = rows
    return filled
